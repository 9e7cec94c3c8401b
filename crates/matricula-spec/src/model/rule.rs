//! Validation rules as data.

use super::condition::{Between, Condition};
use super::dimension::{CodeId, DimensionId};
use super::mapping::CountedUnit;
use super::text::{Citation, Label, Status};

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The file's name.
    pub id: String,
    /// How far it has come.
    pub status: Status,
    /// Whether a batch that names no rules applies it.
    pub default: bool,
    /// Units of the sources it applies to.
    pub units: Vec<CountedUnit>,
    /// What happens to a record that fails.
    pub consequence: Consequence,
    /// Name for people, in the words a ministry reads.
    pub label: Label,
    /// The test.
    pub check: Check,
    /// Where it comes from.
    pub sources: Vec<Citation>,
}

/// What happens to a record that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// It is set aside: counted, not part of any figure.
    SetAside,
    /// It stays and is counted: an inconsistency to confirm with the producer.
    Report,
}

/// The closed set of tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// The number of a code (age, grade) lies between; unknown passes.
    Range {
        /// Dimension tested.
        variable: DimensionId,
        /// Bounds.
        between: Between,
        /// Only records that meet this.
        condition: Condition,
    },
    /// Age minus the official age of the grade lies between; unknown passes.
    YearsOverAge {
        /// Bounds.
        between: Between,
        /// Only records that meet this.
        condition: Condition,
    },
    /// No record meets this.
    Forbidden {
        /// The impossible combination.
        condition: Condition,
    },
    /// One record an identifier; the others are duplicates.
    Unique {
        /// Role of the identifier in the mapping, such as `student`.
        identifier: String,
        /// Which record stays: compared in turn; what is left is decided by the order of all codes.
        prefer: Vec<Preference>,
    },
}

/// One step of the order in which duplicates are preferred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preference {
    /// Dimension compared.
    pub variable: DimensionId,
    /// Codes from the most to the least preferred; codes not listed come after them.
    pub order: Vec<CodeId>,
}
