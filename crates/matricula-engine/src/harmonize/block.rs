//! `Block<Harmonized>`: records in our codes.

use matricula_spec::model::dimension::{CodeId, DimensionId};

use super::part::Classes;
use super::plan::{HarmonizePlan, Origin};
use super::rows::Kept;
use super::unit::Units;

/// A run of records in scope, in our codes.
///
/// A record has a class of each part of the plan, and the class has the codes: what follows works on a few
/// classes instead of many codes.
#[derive(Debug, Clone)]
pub(crate) struct HarmonizedBlock<'s> {
    plan: &'s HarmonizePlan,
    classes: &'s [Classes],
    units: &'s [Units],
    /// For each part the class of each record.
    parts: Vec<Vec<u32>>,
    amounts: Amounts,
    identifiers: Vec<IdentifierColumn>,
}

/// Records that are counted by their classes, wherever they come from.
pub(crate) trait Classified {
    /// Number of records.
    fn records(&self) -> usize;

    /// Number of parts.
    fn parts(&self) -> usize;

    /// The class of each record in a part.
    fn part(&self, part: usize) -> &[u32];

    /// The classes of a part.
    fn classes(&self, part: usize) -> &Classes;

    /// What a record adds to its cell, in units of the source's decimals.
    fn amount(&self, _record: usize) -> i64 {
        1
    }

    /// The number of the unit of each record, where the identifier is one of units.
    fn unit_numbers(&self, _identifier: usize) -> &[u32] {
        &[]
    }
}

/// What records add to their cells, in units of the source's decimals.
#[derive(Debug, Clone)]
pub(super) enum Amounts {
    /// Each of so many one.
    Ones(usize),
    /// Each its own.
    Each(Vec<i64>),
}

/// What stands for one identifier of each record.
#[derive(Debug, Clone)]
pub(super) enum IdentifierColumn {
    /// A hash; nothing where there is none.
    Each(Vec<Option<u128>>),
    /// The number of a unit.
    Unit(Vec<u32>),
}

impl IdentifierColumn {
    /// Keeps only these rows.
    pub(super) fn keep(&mut self, kept: &Kept<'_>) {
        match self {
            Self::Each(hashes) => kept.keep(hashes),
            Self::Unit(numbers) => kept.keep(numbers),
        }
    }
}

impl<'s> HarmonizedBlock<'s> {
    /// Records of these classes and identifiers, which are columns of equal length.
    pub(super) fn new(
        plan: &'s HarmonizePlan,
        classes: &'s [Classes],
        units: &'s [Units],
        (parts, identifiers): (Vec<Vec<u32>>, Vec<IdentifierColumn>),
        amounts: Amounts,
    ) -> Self {
        Self { plan, classes, units, parts, amounts, identifiers }
    }

    /// The dimensions, ascending.
    pub(crate) fn dimensions(&self) -> &'s [DimensionId] {
        self.plan.dimensions()
    }

    /// Where the code of a dimension comes from, by its position.
    pub(crate) fn origin(&self, slot: usize) -> Origin {
        self.plan.origins[slot]
    }

    /// The code of a record on a dimension, by its position.
    pub(crate) fn code_at(&self, record: usize, slot: usize) -> CodeId {
        match self.plan.origins[slot] {
            Origin::Fixed(code) => code,
            Origin::Part(part, output) => self.classes[part].code(self.parts[part][record] as usize, output),
        }
    }

    /// The codes of a record, in the order of the dimensions.
    pub(crate) fn record(&self, record: usize) -> Vec<CodeId> {
        (0..self.dimensions().len()).map(|slot| self.code_at(record, slot)).collect()
    }

    /// The code of a record on a dimension, if the source has it.
    pub(crate) fn code(&self, record: usize, dimension: DimensionId) -> Option<CodeId> {
        let slot = self.dimensions().binary_search(&dimension).ok()?;
        Some(self.code_at(record, slot))
    }

    /// Number of identifiers of each record.
    pub(crate) fn identifiers(&self) -> usize {
        self.identifiers.len()
    }

    /// The hash of an identifier; nothing where it is blank.
    pub(crate) fn identifier(&self, record: usize, identifier: usize) -> Option<u128> {
        match &self.identifiers[identifier] {
            IdentifierColumn::Each(hashes) => hashes[record],
            IdentifierColumn::Unit(numbers) => self.units[identifier].hash(numbers[record]),
        }
    }

    /// Only these records, ascending.
    pub(crate) fn only(mut self, records: &[u32]) -> Self {
        let kept = Kept::new(records, self.records());
        self.parts.iter_mut().for_each(|numbers| kept.keep(numbers));
        self.identifiers.iter_mut().for_each(|column| column.keep(&kept));
        match &mut self.amounts {
            Amounts::Ones(ones) => *ones = records.len(),
            Amounts::Each(amounts) => kept.keep(amounts),
        }
        self
    }
}

impl Classified for HarmonizedBlock<'_> {
    fn records(&self) -> usize {
        match &self.amounts {
            Amounts::Ones(records) => *records,
            Amounts::Each(amounts) => amounts.len(),
        }
    }

    fn parts(&self) -> usize {
        self.parts.len()
    }

    fn part(&self, part: usize) -> &[u32] {
        &self.parts[part]
    }

    fn classes(&self, part: usize) -> &Classes {
        &self.classes[part]
    }

    fn amount(&self, record: usize) -> i64 {
        match &self.amounts {
            Amounts::Ones(_) => 1,
            Amounts::Each(amounts) => amounts[record],
        }
    }

    fn unit_numbers(&self, identifier: usize) -> &[u32] {
        match &self.identifiers[identifier] {
            IdentifierColumn::Unit(numbers) => numbers,
            IdentifierColumn::Each(_) => &[],
        }
    }
}
