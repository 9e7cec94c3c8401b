//! Which rows are part of what is measured.

use matricula_spec::model::mapping::RowScope;

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

    /// Positions of the columns it tests.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> + '_ {
        self.tests.iter().map(|(column, ..)| *column)
    }

    /// Whether a text passes the test of that number.
    pub(super) fn passes(&self, test: usize, text: &[u8]) -> bool {
        let (_, values, listed) = &self.tests[test];
        values.iter().any(|value| value == text) == *listed
    }
}
