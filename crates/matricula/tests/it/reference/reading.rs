//! Reads the numbers that a form asks for at one country and year.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use matricula::spec::Catalogue;
use matricula::spec::model::condition::{Quantity, Term};
use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::model::system::System;

use super::coverage::Why;
use super::tables::{Number, Question, Table, Way};
use super::{Codes, Slice, Slices};

/// What is said of a figure, in the order in which the estimates say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Flag {
    SumOfParts,
    Complement,
    SplitOfBand,
    DerivedMeasure,
    Capped,
    AboveCutOff,
    OpenCohort,
    UnknownAgeRedistributed,
}

/// Several of them.
pub(crate) type Flags = BTreeSet<Flag>;

impl Flag {
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::SumOfParts => "sum-of-parts",
            Self::Complement => "complement",
            Self::SplitOfBand => "split-of-band",
            Self::DerivedMeasure => "derived-measure",
            Self::Capped => "capped",
            Self::AboveCutOff => "above-cut-off",
            Self::OpenCohort => "open-cohort",
            Self::UnknownAgeRedistributed => "unknown-age-redistributed",
        }
    }
}

/// An exact number, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Counted {
    pub(crate) millionths: i128,
    pub(crate) flags: Flags,
}

impl Counted {
    pub(crate) fn new(number: Number) -> Self {
        let flag = match number.way {
            Way::Given => None,
            Way::SumOfParts => Some(Flag::SumOfParts),
            Way::Complement => Some(Flag::Complement),
            Way::Split => Some(Flag::SplitOfBand),
        };
        Self { millionths: number.millionths, flags: flag.into_iter().collect() }
    }
}

/// A number, or why there is none.
pub(crate) type Read = Result<Counted, Why>;

/// The gravest reason why some numbers cannot be read.
pub(crate) fn gravest<'a>(reads: impl IntoIterator<Item = &'a Read>) -> Option<Why> {
    reads.into_iter().filter_map(|read| read.as_ref().err().copied()).min()
}

/// What is to be said of those that can.
pub(crate) fn flags<'a>(reads: impl IntoIterator<Item = &'a Read>) -> Flags {
    reads.into_iter().flatten().flat_map(|counted| counted.flags.iter().copied()).collect()
}

/// Questions, the dimensions they were cut by, and the answers.
type Answers<'a> = Vec<(Question, Vec<DimensionId>, Rc<Table<'a>>)>;

/// The numbers of one country, seen from one year.
pub(crate) struct Reader<'a> {
    pub(crate) catalogue: &'a Catalogue,
    slices: &'a Slices<'a>,
    pub(crate) ref_area: CodeId,
    pub(crate) year: i32,
    /// Each question is asked once.
    answers: RefCell<Answers<'a>>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(catalogue: &'a Catalogue, slices: &'a Slices<'a>, ref_area: CodeId, time_period: CodeId) -> Self {
        let years = &catalogue.dimension(catalogue.known().time_period).codes;
        let year = years.code(time_period).number().expect("a year");
        Self { catalogue, slices, ref_area, year, answers: RefCell::default() }
    }

    /// The country's structure of reference, so many years after the figure's.
    pub(crate) fn system(&self, later: i32) -> System<'a> {
        self.catalogue.systems().of(self.ref_area, None, self.year + later)
    }

    /// The source of a measure in a year.
    pub(crate) fn slice(&self, measure: CodeId, later: i32) -> Option<&'a Slice<'a>> {
        let years = &self.catalogue.dimension(self.catalogue.known().time_period).codes;
        let time_period = years.find(&(self.year + later).to_string())?;
        self.slices.get(&(measure, self.ref_area, time_period))
    }

    fn table(&self, question: &Question, by: &[DimensionId]) -> Rc<Table<'a>> {
        let mut answers = self.answers.borrow_mut();
        let known = answers.iter().find(|(asked, cut, _)| asked == question && cut == by);
        if let Some((.., table)) = known {
            return Rc::clone(table);
        }
        let table = Rc::new(Table::of(self.slice(question.measure, question.year), question, by));
        answers.push((question.clone(), by.to_vec(), Rc::clone(&table)));
        table
    }

    /// The number at coordinates; every dimension that these do not name is its total.
    pub(crate) fn number(&self, question: &Question, at: &Codes) -> Read {
        let (by, place): (Vec<DimensionId>, Vec<CodeId>) = at.iter().map(|(d, c)| (*d, *c)).unzip();
        self.table(question, &by).at(&place).map(Counted::new)
    }

    /// The numbers at coordinates by the codes of one more dimension, of those codes for which one is held.
    pub(crate) fn along(
        &self,
        question: &Question,
        at: &Codes,
        dimension: DimensionId,
    ) -> Result<BTreeMap<CodeId, Counted>, Why> {
        let mut wide = at.clone();
        // `_U` is collected wherever the dimension is.
        wide.insert(dimension, CodeId::UNKNOWN);
        let by: Vec<DimensionId> = wide.keys().copied().collect();
        let table = self.table(question, &by);
        table.reached(&wide.values().copied().collect::<Vec<_>>())?;
        let position = by.iter().position(|d| *d == dimension).expect("it is one of them");
        let here = |place: &[CodeId]| by.iter().zip(place).all(|(d, code)| *d == dimension || at[d] == *code);
        let held = table.held()?.filter(|(place, _)| here(place));
        Ok(held.map(|(place, number)| (place[position], Counted::new(*number))).collect())
    }

    /// The number at coordinates in each unit of a role.
    pub(crate) fn by_unit(&self, question: &Question, role: &str, at: &Codes) -> Result<Vec<i128>, Why> {
        let (by, place): (Vec<DimensionId>, Vec<CodeId>) = at.iter().map(|(d, c)| (*d, *c)).unzip();
        let (slice, units) = self.units(question, role, &by, &place)?;
        let number = |table: Table<'_>| table.at(&place).map_or(0, |number| number.millionths);
        Ok(units.map(|records| number(Table::of_unit(slice, records, question, &by))).collect())
    }

    fn units(
        &self,
        question: &Question,
        role: &str,
        by: &[DimensionId],
        place: &[CodeId],
    ) -> Result<(&'a Slice<'a>, impl Iterator<Item = &'a super::Cells> + use<'a>), Why> {
        let slice = self.slice(question.measure, question.year).ok_or(Why::NotCollected)?;
        let reached = self.table(question, by).reached(place).err();
        let unknown = (!slice.mapping().identifiers.contains_key(role)).then_some(Why::NotCollected);
        match reached.into_iter().chain(unknown).min() {
            Some(why) => Err(why),
            None => Ok((slice, slice.units.get(role).into_iter().flat_map(BTreeMap::values))),
        }
    }

    /// The coordinates of a crossing for which a question's source holds a cell.
    pub(crate) fn held(&self, question: &Question, by: &[DimensionId]) -> Result<BTreeSet<Vec<CodeId>>, Why> {
        let table = self.table(question, by);
        Ok(table.held()?.map(|(place, _)| place.clone()).collect())
    }

    /// The coordinates for which one of the units does.
    pub(crate) fn held_by_units(
        &self,
        question: &Question,
        role: &str,
        by: &[DimensionId],
    ) -> Result<BTreeSet<Vec<CodeId>>, Why> {
        self.table(question, by).held().map(|_| ())?;
        let nowhere = vec![CodeId::UNKNOWN; by.len()];
        let (slice, units) = self.units(question, role, by, &nowhere)?;
        let mut held = BTreeSet::new();
        for records in units {
            let table = Table::of_unit(slice, records, question, by);
            held.extend(table.held()?.map(|(place, _)| place.clone()));
        }
        Ok(held)
    }

    /// The terms of a quantity that are in force, and whether they stand in the place of others.
    pub(crate) fn terms<'q>(&self, quantity: &'q Quantity) -> (&'q [Term], bool) {
        let first = &quantity.terms[0].selection;
        match &quantity.otherwise {
            Some(otherwise) if self.slice(first.measure, first.year).is_none() => (&otherwise.terms, true),
            _ => (&quantity.terms, false),
        }
    }

    /// Selections added and subtracted; where one cannot be read, none can.
    pub(crate) fn sum(&self, quantity: &Quantity, at: &Codes) -> Read {
        let (terms, derived) = self.terms(quantity);
        let reads: Vec<Read> = terms.iter().map(|term| self.number(&Question::new(&term.selection), at)).collect();
        if let Some(why) = gravest(&reads) {
            return Err(why);
        }
        let mut flags = flags(&reads);
        flags.extend(derived.then_some(Flag::DerivedMeasure));
        let signed = terms.iter().zip(reads.into_iter().flatten());
        let millionths = signed.map(|(term, read)| if term.minus { -read.millionths } else { read.millionths }).sum();
        Ok(Counted { millionths, flags })
    }
}
