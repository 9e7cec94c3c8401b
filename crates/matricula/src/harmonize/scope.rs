//! Which rows are part of what is measured.

use matricula_spec::model::mapping::RowScope;

use crate::read::block::RawBlock;

/// A reason to leave rows out, with the positions of the columns it tests.
#[derive(Debug, Clone)]
pub(super) struct ScopeTest {
    pub(super) reason: String,
    tests: Vec<(usize, Vec<Vec<u8>>, bool)>,
}

impl ScopeTest {
    /// The reason, with each column's position found by `position`.
    pub(super) fn new(scope: &RowScope, mut position: impl FnMut(&str) -> usize) -> Self {
        let mut test = |test: &matricula_spec::model::mapping::ColumnTest| {
            let values = test.values.iter().map(|v| v.as_bytes().to_vec()).collect();
            (position(&test.column), values, test.listed)
        };
        Self { reason: scope.reason.clone(), tests: scope.tests.iter().map(&mut test).collect() }
    }

    /// Whether the row is left out for this reason.
    pub(super) fn applies(&self, block: &RawBlock, row: usize) -> bool {
        self.tests.iter().all(|(column, values, listed)| {
            let text = block.column(*column).get(row);
            values.iter().any(|value| value == text) == *listed
        })
    }
}
