//! What several kinds of files share.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// A text in three languages; a missing one is reported by a check, not by the parser.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawLabel {
    pub(crate) en: Option<String>,
    pub(crate) es: Option<String>,
    pub(crate) pt: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCitation {
    pub(crate) title: String,
    pub(crate) url: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawStatus {
    Draft,
    Provisional,
    Official,
    Retired,
}

/// A condition: from dimension to its test.
pub(crate) type RawCondition = BTreeMap<Spanned<String>, RawTest>;

/// `in`, `not_in`, or bounds; that it is exactly one of them is checked when it is resolved.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawTest {
    #[serde(rename = "in")]
    pub(crate) listed: Option<Vec<Spanned<String>>>,
    pub(crate) not_in: Option<Vec<Spanned<String>>>,
    pub(crate) at_least: Option<i32>,
    pub(crate) at_most: Option<i32>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSelection {
    pub(crate) measure: Spanned<String>,
    #[serde(default, rename = "where")]
    pub(crate) condition: RawCondition,
    #[serde(default)]
    pub(crate) year: i32,
}

/// A selection with others added to it and subtracted from it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawQuantity {
    pub(crate) measure: Spanned<String>,
    #[serde(default, rename = "where")]
    pub(crate) condition: RawCondition,
    #[serde(default)]
    pub(crate) year: i32,
    #[serde(default)]
    pub(crate) plus: Vec<RawSelection>,
    #[serde(default)]
    pub(crate) minus: Vec<RawSelection>,
    pub(crate) otherwise: Option<Box<RawQuantity>>,
}
