//! `indicators/**/*.toml`.

use serde::Deserialize;
use toml::Spanned;

use super::common::{RawCitation, RawCondition, RawLabel, RawSelection, RawStatus};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawIndicator {
    pub(crate) format: Spanned<i64>,
    pub(crate) id: Spanned<String>,
    pub(crate) status: RawStatus,
    #[serde(default)]
    pub(crate) sdg: Vec<String>,
    pub(crate) matrix: Spanned<RawMatrixCell>,
    pub(crate) unit: RawUnit,
    pub(crate) better: RawBetter,
    #[serde(default)]
    pub(crate) breakdowns: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) never_cross: Vec<Vec<Spanned<String>>>,
    pub(crate) worked: Option<String>,
    #[serde(default)]
    pub(crate) label: RawLabel,
    #[serde(default)]
    pub(crate) definition: RawLabel,
    pub(crate) formula: Spanned<RawFormula>,
    #[serde(default)]
    pub(crate) source: Vec<RawCitation>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawMatrixCell {
    pub(crate) dimension: String,
    pub(crate) cut: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawUnit {
    Number,
    Percent,
    Ratio,
    Index,
    Years,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawBetter {
    Higher,
    Lower,
    One,
    Neutral,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum RawFormula {
    Count(RawCount),
    Ratio(RawRatio),
    Share(RawShare),
    Parity(RawParity),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCount {
    pub(crate) of: RawSelection,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRatio {
    pub(crate) scale: u32,
    pub(crate) numerator: RawSelection,
    pub(crate) denominator: RawSelection,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawShare {
    pub(crate) scale: u32,
    pub(crate) of: RawSelection,
    pub(crate) group: RawCondition,
    pub(crate) among: RawAmong,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RawAmong {
    All,
    Known,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawParity {
    pub(crate) of: Spanned<String>,
    pub(crate) dimension: Spanned<String>,
    pub(crate) group: Spanned<String>,
    pub(crate) comparison: Spanned<String>,
    pub(crate) index: RawParityIndex,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RawParityIndex {
    Plain,
    Adjusted,
}
