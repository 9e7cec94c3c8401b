//! `rules/*.toml`.

use serde::Deserialize;
use toml::Spanned;

use super::common::{RawCitation, RawCondition, RawLabel, RawStatus};
use super::mapping::RawUnitCounted;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRule {
    pub(crate) format: Spanned<i64>,
    pub(crate) id: Spanned<String>,
    pub(crate) status: RawStatus,
    #[serde(default)]
    pub(crate) default: bool,
    pub(crate) units: Vec<RawUnitCounted>,
    pub(crate) consequence: RawConsequence,
    #[serde(default)]
    pub(crate) label: RawLabel,
    #[serde(default)]
    pub(crate) source: Vec<RawCitation>,
    pub(crate) check: Spanned<RawCheck>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawConsequence {
    SetAside,
    Report,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum RawCheck {
    Range(RawRange),
    YearsOverAge(RawYearsOverAge),
    Forbidden(RawForbidden),
    Unique(RawUnique),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRange {
    pub(crate) variable: Spanned<String>,
    pub(crate) at_least: Option<i32>,
    pub(crate) at_most: Option<i32>,
    #[serde(default, rename = "where")]
    pub(crate) condition: RawCondition,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawYearsOverAge {
    pub(crate) at_least: Option<i32>,
    pub(crate) at_most: Option<i32>,
    #[serde(default, rename = "where")]
    pub(crate) condition: RawCondition,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawForbidden {
    #[serde(default, rename = "where")]
    pub(crate) condition: RawCondition,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawUnique {
    pub(crate) identifier: Spanned<String>,
    #[serde(default)]
    pub(crate) prefer: Vec<RawPreference>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawPreference {
    pub(crate) variable: Spanned<String>,
    pub(crate) order: Vec<Spanned<String>>,
}
