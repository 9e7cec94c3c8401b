//! Indicators: a definition, a closed form, and the breakdowns it allows.

use super::condition::{Condition, Selection};
use super::dimension::{CodeId, DimensionId};
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
    /// Where the definition comes from.
    pub sources: Vec<Citation>,
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

/// The closed set of formula forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formula {
    /// How many.
    Count {
        /// What is counted.
        of: Selection,
    },
    /// `scale * numerator / denominator`.
    Ratio {
        /// Above the line.
        numerator: Selection,
        /// Below the line.
        denominator: Selection,
        /// 100 for a percentage, 1 for a plain ratio.
        scale: u32,
    },
    /// `scale * (of and group) / of`: the part of one measure that is in the group.
    Share {
        /// The whole.
        of: Selection,
        /// The further condition that makes the part.
        group: Condition,
        /// Whether the whole holds records whose status in the group's dimensions is unknown.
        among: Among,
        /// 100 for a percentage.
        scale: u32,
    },
    /// The indicator in the group divided by the indicator in the comparison group,
    /// from unrounded counts.
    Parity {
        /// The indicator compared; its identifier, which exists and is not a parity itself.
        of: String,
        /// The dimension that holds both groups.
        dimension: DimensionId,
        /// Above the line, such as `F`.
        group: CodeId,
        /// Below the line, such as `M`.
        comparison: CodeId,
        /// Plain or adjusted.
        index: ParityIndex,
    },
}

/// What a share is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// All records.
    All,
    /// Only those whose status is known.
    Known,
}

/// The two parity indices in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParityIndex {
    /// x.
    Plain,
    /// x up to 1, otherwise 2 - 1/x, so that both sides are symmetric around 1.
    Adjusted,
}
