//! Answers to questions: numbers by the coordinates of one crossing, read from one slice.

use std::collections::BTreeMap;

use matricula::spec::model::condition::{Between, Selection};
use matricula::spec::model::dimension::{CodeId, DimensionId};

use super::cells;
use super::coverage::Why;
use super::rules::{lies_under, years_over_age};
use super::{Codes, Slice, Slices};

/// How a number came about, from the most to the least direct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Way {
    #[default]
    Given,
    SumOfParts,
    Complement,
}

/// A number, and the least direct way that led to a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Number {
    pub(crate) millionths: i128,
    pub(crate) way: Way,
}

impl Number {
    pub(crate) fn given(millionths: i128) -> Self {
        Self { millionths, way: Way::Given }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self { millionths: self.millionths + other.millionths, way: self.way.max(other.way) }
    }
}

/// A test on one dimension.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    pub(crate) dimension: DimensionId,
    pub(crate) codes: Vec<CodeId>,
    /// Whether codes that were not collected are left out, instead of refusing the question.
    pub(crate) open: bool,
}

/// What is counted, before it is cut by a crossing.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) measure: CodeId,
    pub(crate) tests: Vec<Test>,
    /// All must hold.
    pub(crate) years_over_age: Vec<Between>,
}

impl Question {
    pub(crate) fn new(selection: &Selection) -> Self {
        let condition = &selection.condition;
        let test = |(dimension, codes): &(DimensionId, Vec<CodeId>)| Test {
            dimension: *dimension,
            codes: codes.clone(),
            open: condition.open.contains(dimension),
        };
        let tests = condition.codes.iter().map(test).collect();
        Self { measure: selection.measure, tests, years_over_age: condition.years_over_age.into_iter().collect() }
    }

    pub(crate) fn and(mut self, tests: impl IntoIterator<Item = Test>) -> Self {
        self.tests.extend(tests);
        self
    }
}

/// The numbers of a question along a crossing.
pub(crate) struct Table<'a> {
    slice: Option<&'a Slice<'a>>,
    /// Why the question cannot be answered at all.
    refused: Option<Why>,
    crossing: Vec<DimensionId>,
    cells: BTreeMap<Vec<CodeId>, Number>,
}

impl Table<'_> {
    /// The coordinates for which the source holds a cell, roll-ups included; nothing where it cannot be read at all.
    pub(crate) fn held(&self) -> Option<impl Iterator<Item = &Vec<CodeId>>> {
        self.refused.is_none().then(|| self.cells.keys())
    }

    /// The number at a place, or why there is none.
    pub(crate) fn at(&self, place: &[CodeId]) -> Result<Number, Why> {
        let slice = self.slice.ok_or(Why::NotCollected)?;
        let codes = self.crossing.iter().zip(place);
        let outside = codes.filter_map(|(dimension, code)| slice.reached(*dimension, *code).err());
        if let Some(first) = outside.chain(self.refused).min() {
            return Err(first);
        }
        let absent = if slice.absent_is_zero() { Ok(Number::given(0)) } else { Err(Why::Missing) };
        self.cells.get(place).map_or(absent, |number| Ok(*number))
    }
}

/// Asks the slice of the question's measure in a country and year.
pub(crate) fn ask<'a>(
    slices: &'a Slices<'a>,
    (ref_area, time_period): (CodeId, CodeId),
    question: &Question,
    crossing: &[DimensionId],
) -> Table<'a> {
    let slice = slices.get(&(question.measure, ref_area, time_period));
    let answer = slice.ok_or(Why::NotCollected).and_then(|slice| numbers(slice, question, crossing));
    Table {
        slice,
        refused: answer.as_ref().err().copied(),
        crossing: crossing.to_vec(),
        cells: answer.unwrap_or_default(),
    }
}

fn numbers(
    slice: &Slice<'_>,
    question: &Question,
    crossing: &[DimensionId],
) -> Result<BTreeMap<Vec<CodeId>, Number>, Why> {
    let mut why: Vec<Why> = crossing.iter().filter_map(|dimension| slice.has(*dimension).err()).collect();
    let mut tests = Vec::new();
    for test in &question.tests {
        match slice.resolved(test) {
            Ok(test) => tests.push(test),
            Err(reason) => why.push(reason),
        }
    }
    if !question.years_over_age.is_empty() {
        why.extend(slice.years_are_known().err());
    }
    match why.into_iter().min() {
        Some(first) => Err(first),
        None if slice.is_table_with_margins() => Ok(cells::numbers(slice, &tests, crossing)),
        None => Ok(pieces(slice, &tests, &question.years_over_age, crossing)),
    }
}

impl Slice<'_> {
    /// A test in terms of what the source collected.
    fn resolved(&self, test: &Test) -> Result<Test, Why> {
        let known = self.catalogue.known();
        if test.dimension == known.age_class && self.has(known.age_class).is_err() {
            self.has(known.age)?;
            let codes = self.single_ages(&test.codes)?;
            return self.resolved(&Test { dimension: known.age, codes, open: false });
        }
        self.has(test.dimension)?;
        let wanted = if test.open { self.with_margins(test) } else { test.codes.clone() };
        let collected = |code: &CodeId| self.collected(test.dimension, *code);
        let codes: Vec<CodeId> = wanted.iter().copied().filter(collected).collect();
        let enough = if test.open { !codes.is_empty() } else { codes.len() == wanted.len() };
        enough.then(|| Test { codes, ..test.clone() }).ok_or(Why::NotCollected)
    }

    /// A list that was not written out, with the roll-ups of which everything is in it: a record may have such a code.
    /// A table with margins of its own is asked for a roll-up only where it has none of its parts.
    fn with_margins(&self, test: &Test) -> Vec<CodeId> {
        let list = self.list(test.dimension);
        let within = |code: &CodeId| {
            let leaves = list.leaves(*code);
            let apart = !leaves.iter().any(|leaf| self.collected(test.dimension, *leaf));
            list.is_margin(*code)
                && leaves.iter().all(|leaf| test.codes.contains(leaf))
                && (apart || !self.is_table_with_margins())
        };
        list.ids().skip(1).filter(|code| test.codes.contains(code) || within(code)).collect()
    }

    /// The single ages of age classes by the country's structure of reference.
    fn single_ages(&self, classes: &[CodeId]) -> Result<Vec<CodeId>, Why> {
        let known = self.catalogue.known();
        let system = self.catalogue.systems().of(self.ref_area, None, self.year());
        let mut codes = Vec::new();
        for class in classes {
            let class = self.catalogue.age_class(*class).ok_or(Why::Missing)?;
            let (first, last) = system.ages(class, self.list(known.edu_level)).ok_or(Why::Missing)?;
            for age in first..=last {
                codes.push(self.list(known.age).find(&age.to_string()).ok_or(Why::NotCollected)?);
            }
        }
        codes.sort_unstable();
        codes.dedup();
        Ok(codes)
    }

    /// Whether age, grade and level are collected, and the country's official ages known.
    fn years_are_known(&self) -> Result<(), Why> {
        let known = self.catalogue.known();
        let needed = [known.age, known.grade, known.edu_level];
        if let Some(why) = needed.into_iter().filter_map(|dimension| self.has(dimension).err()).min() {
            return Err(why);
        }
        let system = self.catalogue.systems().of(self.ref_area, None, self.year());
        if system.is_empty() { Err(Why::Missing) } else { Ok(()) }
    }
}

/// Records and disjoint pieces: all amounts under the wanted codes, added up.
fn pieces(
    slice: &Slice<'_>,
    tests: &[Test],
    years: &[Between],
    crossing: &[DimensionId],
) -> BTreeMap<Vec<CodeId>, Number> {
    let mut numbers: BTreeMap<Vec<CodeId>, Number> = BTreeMap::new();
    for (codes, amount) in &slice.cells {
        let passes = |test: &Test| lies_under(slice.list(test.dimension), &test.codes, codes[&test.dimension]);
        let official = |between: &Between| over_age(slice, codes).is_some_and(|years| between.contains(years));
        if !tests.iter().all(passes) || !years.iter().all(official) {
            continue;
        }
        for place in places(slice, codes, crossing) {
            let number = numbers.entry(place).or_default();
            *number = number.plus(Number::given(*amount));
        }
    }
    numbers
}

fn over_age(slice: &Slice<'_>, codes: &Codes) -> Option<i32> {
    let known = slice.catalogue.known();
    let mut codes = codes.clone();
    codes.extend([(known.ref_area, slice.ref_area), (known.time_period, slice.time_period)]);
    years_over_age(slice.catalogue, &codes)
}

/// All coordinates of a crossing under which a record lies: its own codes and the roll-ups above them.
fn places(slice: &Slice<'_>, codes: &Codes, crossing: &[DimensionId]) -> Vec<Vec<CodeId>> {
    let mut places = vec![Vec::new()];
    for dimension in crossing {
        let list = slice.list(*dimension);
        let own = codes[dimension];
        let above = |code: &CodeId| {
            let rolled_up = *code != CodeId::TOTAL && list.covers(*code, own) && slice.collected(*dimension, *code);
            *code == own || rolled_up
        };
        let codes: Vec<CodeId> = list.ids().filter(above).collect();
        places = places.iter().flat_map(|place| codes.iter().map(|code| [&place[..], &[*code]].concat())).collect();
    }
    places
}
