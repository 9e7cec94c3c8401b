//! Indicators: a definition, a closed form, and the breakdowns it allows.

use super::dimension::{CodeId, DimensionId};
use super::formula::Formula;
use super::text::{Citation, Label, Status};

/// One reviewed definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// UIS code, or ours; the file's name.
    pub id: String,
    /// How far the definition has come.
    pub status: Status,
    /// SDG indicator numbers with the version of the list, such as `4.1.5@2020`.
    pub sdg: Vec<String>,
    /// Cell of the indicator matrix.
    pub matrix: MatrixCell,
    /// Unit of the value.
    pub unit: Unit,
    /// Which direction is an improvement.
    pub better: Better,
    /// Dimensions it may be broken down by, in the catalogue's order.
    pub breakdowns: Vec<DimensionId>,
    /// Sets of dimensions that never stand in one crossing.
    pub never_cross: Vec<Vec<DimensionId>>,
    /// Name for people.
    pub label: Label,
    /// What it measures and how to read it.
    pub definition: Label,
    /// How it is computed.
    pub formula: Formula,
    /// The worked case under `fixtures/worked/`, if any.
    pub worked: Option<String>,
    /// Whose national method it is, if it is one.
    pub national: Option<National>,
    /// Where the definition comes from.
    pub sources: Vec<Citation>,
}

/// A country's own method, beside the comparable one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct National {
    /// The only country it is computed for.
    pub country: CodeId,
    /// The comparable indicator it stands beside; its identifier.
    pub comparable: Option<String>,
    /// How the two differ.
    pub differs: Label,
}

/// Dimension of the right to education, and cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixCell {
    /// `availability`, `accessibility`, `acceptability`, `adaptability` or `accountability`.
    pub dimension: String,
    /// `structural`, `access`, `permanence-progression` or `graduation`.
    pub cut: String,
}

/// Unit of an indicator's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Counted things.
    Number,
    /// Per hundred.
    Percent,
    /// One count for one of another, as pupils per teacher.
    Ratio,
    /// A parity index.
    Index,
    /// Years.
    Years,
}

/// Which direction is an improvement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Higher is better.
    Higher,
    /// Lower is better.
    Lower,
    /// Nearer to one is better (parity).
    One,
    /// It describes; neither is better.
    Neutral,
}
