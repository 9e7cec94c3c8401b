//! `indicators/**/*.toml`.

use serde::Deserialize;
use toml::Spanned;

use super::common::{RawCitation, RawLabel, RawStatus};
use super::formula::RawFormula;

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
    pub(crate) national: Option<Spanned<RawNational>>,
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
#[serde(deny_unknown_fields)]
pub(crate) struct RawNational {
    pub(crate) country: Spanned<String>,
    pub(crate) comparable: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) differs: RawLabel,
}
