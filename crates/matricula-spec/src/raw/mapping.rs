//! `mappings/**/*.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::common::{RawCitation, RawLabel, RawStatus};
use super::pseudonym::RawPseudonym;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawMapping {
    pub(crate) format: Spanned<i64>,
    pub(crate) id: Spanned<String>,
    pub(crate) status: RawStatus,
    pub(crate) units: Vec<RawUnitCounted>,
    #[serde(default)]
    pub(crate) label: RawLabel,
    #[serde(default)]
    pub(crate) source: Vec<RawCitation>,
    pub(crate) amount: Spanned<RawAmount>,
    pub(crate) variable: BTreeMap<Spanned<String>, Spanned<RawVariable>>,
    #[serde(default)]
    pub(crate) available: BTreeMap<Spanned<String>, RawValidity>,
    #[serde(default)]
    pub(crate) recode: BTreeMap<Spanned<String>, RawRecode>,
    #[serde(default)]
    pub(crate) out_of_scope: Vec<RawScope>,
    #[serde(default)]
    pub(crate) identifier: BTreeMap<String, RawIdentifier>,
    #[serde(default)]
    pub(crate) pseudonym: Vec<Spanned<RawPseudonym>>,
    pub(crate) mobility: Option<RawMobility>,
    pub(crate) age: Option<RawAge>,
    #[serde(default)]
    pub(crate) coverage: RawCoverage,
    #[serde(default)]
    pub(crate) whole_numbers: Vec<String>,
    #[serde(default)]
    pub(crate) optional: Vec<String>,
    #[serde(default)]
    pub(crate) split: BTreeMap<Spanned<String>, RawSplit>,
    #[serde(default)]
    pub(crate) unpivot: Vec<RawUnpivot>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSplit {
    pub(crate) method: RawSplitMethod,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RawSplitMethod {
    Uniform,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RawUnitCounted {
    Student,
    Teacher,
    School,
    Person,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum RawAmount {
    Rows(RawNothing),
    Column(RawAmountColumn),
    Unpivoted(RawNumber),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawNothing {}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawAmountColumn {
    pub(crate) name: String,
    pub(crate) decimals: u8,
    pub(crate) decimal_separator: Option<char>,
    pub(crate) thousands_separator: Option<char>,
    #[serde(default)]
    pub(crate) percent: bool,
    #[serde(default)]
    pub(crate) missing: Vec<String>,
    pub(crate) rows: RawRows,
    #[serde(default)]
    pub(crate) repeats: RawRepeats,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawNumber {
    pub(crate) decimals: u8,
    pub(crate) decimal_separator: Option<char>,
    pub(crate) thousands_separator: Option<char>,
    #[serde(default)]
    pub(crate) percent: bool,
    #[serde(default)]
    pub(crate) missing: Vec<String>,
    pub(crate) rows: RawRows,
    #[serde(default)]
    pub(crate) repeats: RawRepeats,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RawRows {
    Pieces,
    Cells,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RawRepeats {
    #[default]
    Error,
    Sum,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum RawVariable {
    Column(RawColumn),
    Fixed(Spanned<String>),
    Recode(Spanned<String>),
    Derived(RawDerived),
    NotCollected(String),
    Impossible(String),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawColumn {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) unlisted: RawUnlisted,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RawUnlisted {
    #[default]
    Error,
    Unmapped,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum RawDerived {
    AgeAtReference(RawBirthDate),
    NumberedCode(RawNumberedCode),
    FirstNonEmpty(RawFirstNonEmpty),
    Band(RawBand),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawBirthDate {
    pub(crate) column: Option<String>,
    pub(crate) format: Option<String>,
    pub(crate) year: Option<String>,
    pub(crate) month: Option<String>,
    pub(crate) day: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawNumberedCode {
    pub(crate) column: String,
    pub(crate) prefix: String,
    #[serde(default)]
    pub(crate) offset: i32,
    #[serde(default)]
    pub(crate) unlisted: RawUnlisted,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFirstNonEmpty {
    pub(crate) columns: Vec<String>,
    #[serde(default)]
    pub(crate) unlisted: RawUnlisted,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawBand {
    pub(crate) column: String,
    pub(crate) bounds: Vec<i32>,
    pub(crate) codes: Vec<Spanned<String>>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawValidity {
    pub(crate) from: Option<i32>,
    pub(crate) to: Option<i32>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRecode {
    pub(crate) columns: Vec<Spanned<String>>,
    pub(crate) gives: Vec<Spanned<String>>,
    pub(crate) codes: Option<BTreeMap<Spanned<String>, Spanned<String>>>,
    pub(crate) table: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) unlisted: RawUnlisted,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawScope {
    pub(crate) reason: String,
    #[serde(rename = "where")]
    pub(crate) tests: BTreeMap<String, Spanned<RawColumnTest>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum RawColumnTest {
    In(Vec<String>),
    NotIn(Vec<String>),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum RawIdentifier {
    Columns(Vec<String>),
    FirstNonEmpty(Vec<String>),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawMobility {
    pub(crate) proxy: Spanned<String>,
    #[serde(default)]
    pub(crate) weakness: RawLabel,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawAge {
    pub(crate) basis: RawAgeBasis,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawAgeBasis {
    BirthDate,
    Reported,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCoverage {
    #[serde(default)]
    pub(crate) absent: RawAbsent,
    #[serde(default)]
    pub(crate) dimension: BTreeMap<Spanned<String>, RawDimensionCoverage>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RawAbsent {
    #[default]
    Zero,
    Missing,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDimensionCoverage {
    #[serde(default)]
    pub(crate) codes: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) parts: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
    #[serde(default)]
    pub(crate) complement: bool,
    #[serde(default)]
    pub(crate) may_be_absent: Vec<Spanned<String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawUnpivot {
    pub(crate) name: String,
    pub(crate) codes: BTreeMap<Spanned<String>, Spanned<String>>,
}
