//! The steps that give a record its codes.

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::text::Date;

use super::age::{Birth, BirthColumns, number};
use super::recode::{Found, RecodeStep};
use super::tally::StepTally;
use crate::read::block::RawBlock;

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

/// What a step found for a row, to be counted once the row is known to be in scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Listed(usize),
    Blank,
    Invalid,
    Unlisted(Vec<u8>),
    OutOfRange,
}

impl Outcome {
    pub(super) fn count(self, tally: &mut StepTally) {
        match self {
            Self::Listed(position) => tally.count(position),
            Self::Blank => tally.blank += 1,
            Self::Invalid => tally.invalid += 1,
            Self::Unlisted(key) => tally.unlisted.count(&key),
            Self::OutOfRange => tally.unlisted.records += 1,
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

    /// Writes the row's codes; `Err` holds the reason why the row is out of scope.
    pub(super) fn apply<'a>(
        &'a self,
        row: Row<'_>,
        codes: &mut [CodeId],
        key: &mut Vec<u8>,
    ) -> Result<Outcome, &'a str> {
        match self {
            Self::Recode { recode, slots } => recoded(recode, slots, row, codes, key),
            Self::Age(step) => Ok(step.apply(row, codes)),
            Self::Band(step) => Ok(step.apply(row, codes)),
        }
    }
}

/// A row of a block and its year.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) block: &'a RawBlock,
    pub(super) row: usize,
    pub(super) year: i32,
}

fn recoded<'a>(
    recode: &'a RecodeStep,
    slots: &[Option<usize>],
    row: Row<'_>,
    codes: &mut [CodeId],
    key: &mut Vec<u8>,
) -> Result<Outcome, &'a str> {
    let found = recode.find(row.block, row.row, row.year, key);
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
    fn apply(&self, row: Row<'_>, codes: &mut [CodeId]) -> Outcome {
        let date = match self.birth.read(|column| row.block.column(column).get(row.row)) {
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
    fn apply(&self, row: Row<'_>, codes: &mut [CodeId]) -> Outcome {
        let text = row.block.column(self.column).get(row.row);
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
