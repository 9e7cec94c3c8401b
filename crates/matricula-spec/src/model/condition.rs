//! Conditions as tables: which cells a figure counts.

use super::dimension::{CodeId, DimensionId};

/// Whole numbers from `at_least` to `at_most`, both included, either open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Between {
    /// Smallest number that passes.
    pub at_least: Option<i32>,
    /// Largest number that passes.
    pub at_most: Option<i32>,
}

impl Between {
    /// Whether the number lies inside.
    #[must_use]
    pub fn contains(self, number: i32) -> bool {
        self.at_least.is_none_or(|least| number >= least) && self.at_most.is_none_or(|most| number <= most)
    }
}

/// All tests must hold. `not_in`, `at_least` and `at_most` on a dimension have become lists of codes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Condition {
    /// For each tested dimension, in order, the codes that pass, sorted; disjoint, never `_T`.
    pub codes: Vec<(DimensionId, Vec<CodeId>)>,
    /// Dimensions whose list was not written out but made by `not_in` or bounds: of those codes,
    /// the ones that a source did not collect are left out. A list that is written out needs all of its codes.
    pub open: Vec<DimensionId>,
    /// Age minus the official age of the pupil's own grade.
    pub years_over_age: Option<Between>,
}

impl Condition {
    /// The codes that pass on a dimension, if it is tested.
    #[must_use]
    pub fn on(&self, dimension: DimensionId) -> Option<&[CodeId]> {
        self.codes.iter().find(|(d, _)| *d == dimension).map(|(_, codes)| codes.as_slice())
    }
}

/// What is counted, and in which cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// A code of the dimension `measure`, such as `students`.
    pub measure: CodeId,
    /// Which cells.
    pub condition: Condition,
}
