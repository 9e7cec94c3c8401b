//! `Block<Harmonized>`: records in our codes.

use matricula_spec::model::dimension::{CodeId, DimensionId};

/// A run of records in scope, in our codes.
#[derive(Debug, Clone)]
pub(crate) struct HarmonizedBlock {
    dimensions: Vec<DimensionId>,
    codes: Vec<Vec<CodeId>>,
    amounts: Vec<i64>,
    identifiers: Vec<Vec<Option<u128>>>,
}

impl HarmonizedBlock {
    /// An empty block over these dimensions, with so many identifiers.
    pub(super) fn new(dimensions: &[DimensionId], identifiers: usize) -> Self {
        Self {
            dimensions: dimensions.to_vec(),
            codes: vec![Vec::new(); dimensions.len()],
            amounts: Vec::new(),
            identifiers: vec![Vec::new(); identifiers],
        }
    }

    /// Adds a record: one code for each dimension, one hash for each identifier.
    pub(super) fn push(&mut self, codes: &[CodeId], amount: i64, identifiers: &[Option<u128>]) {
        for (column, code) in self.codes.iter_mut().zip(codes) {
            column.push(*code);
        }
        for (column, identifier) in self.identifiers.iter_mut().zip(identifiers) {
            column.push(*identifier);
        }
        self.amounts.push(amount);
    }

    /// The dimensions, ascending.
    pub(crate) fn dimensions(&self) -> &[DimensionId] {
        &self.dimensions
    }

    /// Number of records.
    pub(crate) fn records(&self) -> usize {
        self.amounts.len()
    }

    /// All codes of a dimension, by its position.
    pub(crate) fn column(&self, position: usize) -> &[CodeId] {
        &self.codes[position]
    }

    /// The codes of a record, in the order of the dimensions.
    pub(crate) fn record(&self, record: usize) -> Vec<CodeId> {
        self.codes.iter().map(|column| column[record]).collect()
    }

    /// The code of a record on a dimension, if the source has it.
    pub(crate) fn code(&self, record: usize, dimension: DimensionId) -> Option<CodeId> {
        let position = self.dimensions.binary_search(&dimension).ok()?;
        Some(self.codes[position][record])
    }

    /// What a record adds to its cell, in units of the source's decimals.
    pub(crate) fn amount(&self, record: usize) -> i64 {
        self.amounts[record]
    }

    /// Number of identifiers of each record.
    pub(crate) fn identifiers(&self) -> usize {
        self.identifiers.len()
    }

    /// The hash of an identifier; nothing where it is blank.
    pub(crate) fn identifier(&self, record: usize, identifier: usize) -> Option<u128> {
        self.identifiers[identifier][record]
    }

    /// Only these records, ascending.
    pub(crate) fn only(&self, records: &[usize]) -> Self {
        let pick = |column: &Vec<CodeId>| records.iter().map(|r| column[*r]).collect();
        Self {
            dimensions: self.dimensions.clone(),
            codes: self.codes.iter().map(pick).collect(),
            amounts: records.iter().map(|r| self.amounts[*r]).collect(),
            identifiers: self.identifiers.iter().map(|c| records.iter().map(|r| c[*r]).collect()).collect(),
        }
    }
}
