//! Conditions as tables: which cells a figure counts.

use super::dimension::{CodeId, DimensionId};

/// Whole numbers from `at_least` to `at_most`, both included, either open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Condition {
    /// For each tested dimension, in order, the codes that pass, sorted; disjoint, never `_T`.
    pub codes: Vec<(DimensionId, Vec<CodeId>)>,
    /// Dimensions whose list was not written out but made by `not_in` or bounds: of those codes,
    /// the ones that a source did not collect are left out. A list that is written out needs all of its codes.
    pub open: Vec<DimensionId>,
    /// Age minus the official age of the pupil's own grade.
    pub years_over_age: Option<Between>,
    /// Duration of the level minus the pupil's own grade; 0 in the last grade.
    pub grades_before_last: Option<Between>,
}

impl Condition {
    /// The codes that pass on a dimension, if it is tested.
    #[must_use]
    pub fn on(&self, dimension: DimensionId) -> Option<&[CodeId]> {
        self.codes.iter().find(|(d, _)| *d == dimension).map(|(_, codes)| codes.as_slice())
    }

    /// The dimensions on which it puts a test, the derived tests aside.
    pub fn dimensions(&self) -> impl Iterator<Item = DimensionId> + '_ {
        self.codes.iter().map(|(dimension, _)| *dimension)
    }

    /// The condition without its tests on these dimensions; the derived tests stay.
    #[must_use]
    pub fn without(&self, dimensions: &[DimensionId]) -> Self {
        let stays = |dimension: &DimensionId| !dimensions.contains(dimension);
        Self {
            codes: self.codes.iter().filter(|(dimension, _)| stays(dimension)).cloned().collect(),
            open: self.open.iter().copied().filter(stays).collect(),
            years_over_age: self.years_over_age,
            grades_before_last: self.grades_before_last,
        }
    }
}

/// What is counted, and in which cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// A code of the dimension `measure`, such as `students`.
    pub measure: CodeId,
    /// Which cells.
    pub condition: Condition,
    /// Distance from the figure's year; 1 is the year after.
    pub year: i32,
}

/// Selections added and subtracted exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// The first is added.
    pub terms: Vec<Term>,
    /// What takes its place where no source gives the measure of the first term.
    pub otherwise: Option<Box<Quantity>>,
}

/// One selection of a quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What is counted.
    pub selection: Selection,
    /// Whether it is subtracted.
    pub minus: bool,
}

impl Quantity {
    /// All its selections, those of `otherwise` too.
    pub fn selections(&self) -> impl Iterator<Item = &Selection> {
        let further = self.otherwise.iter().flat_map(|other| &other.terms);
        self.terms.iter().chain(further).map(|term| &term.selection)
    }
}
