//! Answers to questions: numbers by the coordinates of one crossing, read from one slice.

use std::collections::BTreeMap;

use matricula::spec::model::condition::{Between, Condition, Selection};
use matricula::spec::model::dimension::{CodeId, DimensionId};

use super::cells;
use super::coverage::Why;
use super::rules::{grades_before_last, lies_under, years_over_age};
use super::{Cells, Codes, Slice};

/// How a number came about, from the most to the least direct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Way {
    #[default]
    Given,
    SumOfParts,
    Complement,
    Split,
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
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Test {
    pub(crate) dimension: DimensionId,
    pub(crate) codes: Vec<CodeId>,
    /// Whether codes that were not collected are left out, instead of refusing the question.
    pub(crate) open: bool,
}

/// What is counted, before it is cut by a crossing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Question {
    pub(crate) measure: CodeId,
    /// Distance from the figure's year.
    pub(crate) year: i32,
    pub(crate) tests: Vec<Test>,
    /// All must hold.
    pub(crate) years_over_age: Vec<Between>,
    /// All must hold.
    pub(crate) grades_before_last: Vec<Between>,
}

impl Question {
    pub(crate) fn new(selection: &Selection) -> Self {
        let nothing = Self {
            measure: selection.measure,
            year: selection.year,
            tests: Vec::new(),
            years_over_age: Vec::new(),
            grades_before_last: Vec::new(),
        };
        nothing.and(&selection.condition)
    }

    /// The same, of those who meet a further condition.
    pub(crate) fn and(mut self, condition: &Condition) -> Self {
        let test = |(dimension, codes): &(DimensionId, Vec<CodeId>)| Test {
            dimension: *dimension,
            codes: codes.clone(),
            open: condition.open.contains(dimension),
        };
        self.tests.extend(condition.codes.iter().map(test));
        self.years_over_age.extend(condition.years_over_age);
        self.grades_before_last.extend(condition.grades_before_last);
        self
    }

    /// The same, without the tests on some dimensions.
    pub(crate) fn without(mut self, dimensions: &[DimensionId]) -> Self {
        self.tests.retain(|test| !dimensions.contains(&test.dimension));
        self
    }

    /// The same, a year later.
    pub(crate) fn a_year_later(self) -> Self {
        Self { year: self.year + 1, ..self }
    }
}

/// The numbers of a question along a crossing.
pub(crate) struct Table<'a> {
    slice: Option<&'a Slice<'a>>,
    /// Why the question cannot be answered at all.
    refused: Option<Why>,
    crossing: Vec<DimensionId>,
    numbers: BTreeMap<Vec<CodeId>, Number>,
}

impl<'a> Table<'a> {
    /// Asks a slice; without one nothing was collected.
    pub(crate) fn of(slice: Option<&'a Slice<'a>>, question: &Question, crossing: &[DimensionId]) -> Self {
        let answer = slice.ok_or(Why::NotCollected).and_then(|slice| numbers(slice, &slice.cells, question, crossing));
        let refused = answer.as_ref().err().copied();
        Self { slice, refused, crossing: crossing.to_vec(), numbers: answer.unwrap_or_default() }
    }

    /// Asks only a part of the slice's records.
    pub(crate) fn of_unit(
        slice: &'a Slice<'a>,
        records: &Cells,
        question: &Question,
        crossing: &[DimensionId],
    ) -> Self {
        let answer = numbers(slice, records, question, crossing);
        let refused = answer.as_ref().err().copied();
        Self { slice: Some(slice), refused, crossing: crossing.to_vec(), numbers: answer.unwrap_or_default() }
    }

    /// The coordinates for which the source holds a cell, roll-ups included, or why it cannot be read at all.
    pub(crate) fn held(&self) -> Result<impl Iterator<Item = (&Vec<CodeId>, &Number)>, Why> {
        self.refused.map_or_else(|| Ok(self.numbers.iter()), Err)
    }

    /// Whether the question can be answered at a place: it is not refused, and the codes were collected.
    pub(crate) fn reached(&self, place: &[CodeId]) -> Result<(), Why> {
        let slice = self.slice.ok_or(Why::NotCollected)?;
        let codes = self.crossing.iter().zip(place);
        let outside = codes.filter_map(|(dimension, code)| slice.reached(*dimension, *code).err());
        outside.chain(self.refused).min().map_or(Ok(()), Err)
    }

    /// The number at a place, or why there is none.
    pub(crate) fn at(&self, place: &[CodeId]) -> Result<Number, Why> {
        self.reached(place)?;
        let absent_is_zero = self.slice.is_some_and(Slice::absent_is_zero);
        let absent = if absent_is_zero { Ok(Number::given(0)) } else { Err(Why::Missing) };
        self.numbers.get(place).map_or(absent, |number| Ok(*number))
    }
}

fn numbers(
    slice: &Slice<'_>,
    records: &Cells,
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
    if !question.grades_before_last.is_empty() {
        why.extend(slice.grades_are_known().err());
    }
    if slice.is_table_with_margins() {
        // A published table has no structure of its own to compare with: it is asked for grades.
        for between in &question.grades_before_last {
            match slice.grades_within(question, *between) {
                Ok(test) => tests.push(test),
                Err(reason) => why.push(reason),
            }
        }
    }
    match why.into_iter().min() {
        Some(first) => Err(first),
        None if slice.is_table_with_margins() => Ok(cells::numbers(slice, &tests, crossing)),
        None => Ok(pieces(slice, records, &Asked { question, tests: &tests }, crossing)),
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

    /// Years that a level lasts in the country's structure of reference; nothing for several levels or a roll-up.
    pub(crate) fn duration(&self, levels: &[CodeId]) -> Option<i32> {
        let system = self.catalogue.systems().of(self.ref_area, None, self.year());
        let [level] = levels else { return None };
        system.levels().iter().find(|of_system| of_system.edu_level == *level).map(|of_system| of_system.duration)
    }

    /// Whether age, grade and level are collected, and the country's official ages known.
    fn years_are_known(&self) -> Result<(), Why> {
        let known = self.catalogue.known();
        self.all_known(&[known.age, known.grade, known.edu_level], !self.is_table_with_margins())
    }

    /// Whether grade and level are collected, and the country's system known.
    fn grades_are_known(&self) -> Result<(), Why> {
        let known = self.catalogue.known();
        self.all_known(&[known.grade, known.edu_level], true)
    }

    /// Whether the dimensions are collected, a further condition holds, and the country's system is known.
    fn all_known(&self, needed: &[DimensionId], collected: bool) -> Result<(), Why> {
        let absent = needed.iter().filter_map(|dimension| self.has(*dimension).err());
        let system = self.catalogue.systems().of(self.ref_area, None, self.year());
        let refused = (!collected).then_some(Why::NotCollected);
        let unknown = system.is_empty().then_some(Why::Missing);
        absent.chain(refused).chain(unknown).min().map_or(Ok(()), Err)
    }

    /// The grades so many before the last of the only level that is asked for, by the structure of reference;
    /// grades after the last do not exist.
    fn grades_within(&self, question: &Question, between: Between) -> Result<Test, Why> {
        let known = self.catalogue.known();
        let level = question.tests.iter().find(|test| test.dimension == known.edu_level);
        let duration = level.and_then(|level| self.duration(&level.codes)).ok_or(Why::Missing)?;
        let list = self.list(known.grade);
        let within = |number: i32| number <= duration && between.contains(duration - number);
        let grades = list.leaves(CodeId::TOTAL).iter().copied();
        let codes: Vec<CodeId> = grades.filter(|code| list.code(*code).number().is_some_and(within)).collect();
        if codes.is_empty() {
            return Err(Why::Impossible);
        }
        self.resolved(&Test { dimension: known.grade, codes, open: true })
    }
}

/// A question with its tests in terms of what the source collected.
struct Asked<'a> {
    question: &'a Question,
    tests: &'a [Test],
}

impl Asked<'_> {
    fn passes(&self, slice: &Slice<'_>, codes: &Codes) -> bool {
        let mut whole = codes.clone();
        let known = slice.catalogue.known();
        whole.extend([(known.ref_area, slice.ref_area), (known.time_period, slice.time_period)]);
        let passes = |test: &Test| lies_under(slice.list(test.dimension), &test.codes, codes[&test.dimension]);
        let within = |between: &Between, number: Option<i32>| number.is_some_and(|number| between.contains(number));
        let years = |between: &Between| within(between, years_over_age(slice.catalogue, &whole));
        let grades = |between: &Between| within(between, grades_before_last(slice.catalogue, &whole));
        self.tests.iter().all(passes)
            && self.question.years_over_age.iter().all(years)
            && self.question.grades_before_last.iter().all(grades)
    }

    /// Whether anything depends on the codes of a dimension.
    fn looks_at(&self, slice: &Slice<'_>, dimension: DimensionId) -> bool {
        let by_age = dimension == slice.catalogue.known().age && !self.question.years_over_age.is_empty();
        by_age || self.tests.iter().any(|test| test.dimension == dimension)
    }
}

/// Records and disjoint pieces: all amounts under the wanted codes, added up.
fn pieces(
    slice: &Slice<'_>,
    records: &Cells,
    asked: &Asked<'_>,
    crossing: &[DimensionId],
) -> BTreeMap<Vec<CodeId>, Number> {
    // Where nobody asks which part of a band it is, the band is there as it was given.
    let mut splits = slice.mapping().splits.keys();
    let split = splits.any(|dimension| crossing.contains(dimension) || asked.looks_at(slice, *dimension));
    let mut numbers: BTreeMap<Vec<CodeId>, Number> = BTreeMap::new();
    for (codes, number) in records.iter().filter(|(codes, _)| asked.passes(slice, codes)) {
        let number = if split { *number } else { Number::given(number.millionths) };
        for place in places(slice, codes, crossing) {
            let sum = numbers.entry(place).or_default();
            *sum = sum.plus(number);
        }
    }
    numbers
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
