//! The steps that give a record its codes.

use std::collections::BTreeSet;

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::text::Date;

use super::age::{Birth, BirthColumns, number};
use super::recode::{Found, RecodeStep};
use super::tally::StepTally;
use crate::raw::dictionary::Dictionaries;

/// One step of the row pass.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// A recode table, and for each of its outputs the record's slot.
    Recode { recode: RecodeStep, slots: Vec<Option<usize>> },
    /// Age from a birth date.
    Age(AgeStep),
    /// The band of a number.
    Band(BandStep),
}

/// Age from a birth date.
#[derive(Debug, Clone)]
pub(crate) struct AgeStep {
    pub(crate) columns: Vec<String>,
    pub(crate) dimension: DimensionId,
    pub(super) slot: usize,
    pub(super) birth: BirthColumns,
    pub(super) reference: Date,
    /// The code of each age from 0.
    pub(super) ages: Vec<Option<CodeId>>,
}

/// The band of a number.
#[derive(Debug, Clone)]
pub(crate) struct BandStep {
    pub(crate) name: String,
    pub(crate) dimension: DimensionId,
    pub(super) slot: usize,
    pub(super) column: usize,
    pub(super) bounds: Vec<i32>,
    pub(super) codes: Vec<CodeId>,
}

/// What a step found for texts that stand together, to be counted for the records in scope that have them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Listed(usize),
    Blank,
    Invalid,
    Unlisted(Vec<u8>),
    OutOfRange,
}

impl Outcome {
    /// Counts so many records of which this was found.
    pub(super) fn count(&self, records: u64, tally: &mut StepTally) {
        match self {
            Self::Listed(position) => tally.count(*position, records),
            Self::Blank => tally.blank += records,
            Self::Invalid => tally.invalid += records,
            Self::Unlisted(key) => tally.unlisted.count(key, records),
            Self::OutOfRange => tally.unlisted.records += records,
        }
    }
}

impl Step {
    /// The dimensions the step gives.
    pub(crate) fn gives(&self) -> Vec<DimensionId> {
        match self {
            Self::Recode { recode, .. } => recode.gives.clone(),
            Self::Age(step) => vec![step.dimension],
            Self::Band(step) => vec![step.dimension],
        }
    }

    /// The slots of a record that it writes.
    pub(super) fn slots(&self) -> Vec<usize> {
        match self {
            Self::Recode { slots, .. } => slots.iter().flatten().copied().collect(),
            Self::Age(step) => vec![step.slot],
            Self::Band(step) => vec![step.slot],
        }
    }

    /// Reasons for which it leaves rows out, none twice.
    pub(super) fn reasons(&self) -> impl Iterator<Item = String> {
        let entries = match self {
            Self::Recode { recode, .. } => recode.entries.as_slice(),
            Self::Age(_) | Self::Band(_) => &[],
        };
        let reasons: BTreeSet<String> = entries.iter().filter_map(|entry| entry.out_of_scope.clone()).collect();
        reasons.into_iter()
    }

    /// Positions of the columns it reads.
    pub(super) fn inputs(&self) -> Vec<usize> {
        let mut inputs = match self {
            Self::Recode { recode, .. } => recode.inputs(),
            Self::Age(step) => step.birth.inputs(),
            Self::Band(step) => vec![step.column],
        };
        inputs.sort_unstable();
        inputs.dedup();
        inputs
    }

    /// Whether what it says depends on the year of the record.
    pub(super) fn depends_on_year(&self) -> bool {
        matches!(self, Self::Recode { recode, .. } if recode.depends_on_year())
    }

    /// Writes the codes of what was seen; `Err` holds the reason why such rows are out of scope.
    pub(super) fn apply<'a>(
        &'a self,
        seen: &Seen<'_>,
        codes: &mut [CodeId],
        key: &mut Vec<u8>,
    ) -> Result<Outcome, &'a str> {
        match self {
            Self::Recode { recode, slots } => recoded(recode, slots, seen, codes, key),
            Self::Age(step) => Ok(step.apply(seen, codes)),
            Self::Band(step) => Ok(step.apply(seen, codes)),
        }
    }
}

/// Texts that stand together in some rows, and the year of these.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) dictionaries: &'a Dictionaries,
    /// Positions of columns, ascending.
    pub(super) columns: &'a [usize],
    /// The number of the text in each of them.
    pub(super) numbers: &'a [u32],
    pub(super) year: i32,
}

impl<'a> Seen<'a> {
    /// The text in one of the columns.
    pub(super) fn text(&self, column: usize) -> &'a [u8] {
        let position = self.columns.binary_search(&column).ok();
        let number = position.and_then(|position| self.numbers.get(position));
        number.map_or(&[], |number| self.dictionaries.of(column).text(*number))
    }
}

fn recoded<'a>(
    recode: &'a RecodeStep,
    slots: &[Option<usize>],
    seen: &Seen<'_>,
    codes: &mut [CodeId],
    key: &mut Vec<u8>,
) -> Result<Outcome, &'a str> {
    let found = recode.find(seen, key);
    let entry = match found {
        Found::Entry(position) => &recode.entries[position],
        Found::Blank => return Ok(Outcome::Blank),
        Found::Unlisted => return Ok(Outcome::Unlisted(key.clone())),
    };
    if let Some(reason) = &entry.out_of_scope {
        return Err(reason);
    }
    for (slot, code) in slots.iter().zip(&entry.codes) {
        if let Some(slot) = slot {
            codes[*slot] = *code;
        }
    }
    match found {
        Found::Entry(position) => Ok(Outcome::Listed(position)),
        Found::Blank | Found::Unlisted => Ok(Outcome::Blank),
    }
}

impl AgeStep {
    fn apply(&self, seen: &Seen<'_>, codes: &mut [CodeId]) -> Outcome {
        let date = match self.birth.read(|column| seen.text(column)) {
            Birth::On(date) => date,
            Birth::Blank => return Outcome::Blank,
            Birth::Invalid => return Outcome::Invalid,
        };
        let age = self.reference.completed_years_since(date);
        let code = usize::try_from(age).ok().and_then(|age| self.ages.get(age).copied().flatten());
        match code {
            Some(code) => {
                codes[self.slot] = code;
                Outcome::Listed(code.index())
            }
            None => Outcome::OutOfRange,
        }
    }
}

impl BandStep {
    fn apply(&self, seen: &Seen<'_>, codes: &mut [CodeId]) -> Outcome {
        let text = seen.text(self.column);
        if text.is_empty() {
            return Outcome::Blank;
        }
        let Some(number) = number(text) else { return Outcome::Invalid };
        let band = self.bounds.partition_point(|bound| *bound <= number);
        codes[self.slot] = self.codes[band];
        Outcome::Listed(self.codes[band].index())
    }
}

/// The code of each age from 0 in the list of the dimension `age`.
pub(super) fn single_ages(catalogue: &Catalogue) -> Vec<Option<CodeId>> {
    let list = &catalogue.dimension(catalogue.known().age).codes;
    (0..=150).map(|age: i32| list.find(&age.to_string())).collect()
}
