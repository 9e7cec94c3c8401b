//! A batch file.

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::mapping::RawUnitCounted;
use super::pseudonym::RawPseudonym;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawBatch {
    pub(crate) format: Spanned<i64>,
    pub(crate) id: String,
    pub(crate) indicators: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) breakdowns: Vec<Spanned<String>>,
    pub(crate) crossed: Option<Spanned<usize>>,
    pub(crate) cell_budget: Option<Spanned<u64>>,
    pub(crate) rules: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(crate) source: Vec<Spanned<RawSource>>,
    #[serde(default)]
    pub(crate) population: Vec<Spanned<RawSource>>,
    pub(crate) link: Option<Spanned<RawLink>>,
    #[serde(default)]
    pub(crate) bridge: Vec<Spanned<RawBridge>>,
    pub(crate) aggregates: Option<RawAggregates>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawLink {}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawBridge {
    pub(crate) country: Spanned<String>,
    pub(crate) file: Spanned<String>,
    pub(crate) separator: Option<Spanned<String>>,
    pub(crate) from: Spanned<RawPseudonym>,
    pub(crate) to: Spanned<RawPseudonym>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawAggregates {
    pub(crate) areas: Vec<Spanned<String>>,
    pub(crate) minimum_coverage: Option<Spanned<u32>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSource {
    pub(crate) id: Spanned<String>,
    pub(crate) vintage: Option<Spanned<String>>,
    pub(crate) country: Option<Spanned<String>>,
    pub(crate) school_year: Option<Spanned<RawSchoolYear>>,
    pub(crate) enrolment_moment: Option<RawMoment>,
    pub(crate) age_reference_date: Option<Spanned<Datetime>>,
    pub(crate) mobility_proxy: Option<Spanned<String>>,
    pub(crate) unit: Option<Spanned<RawUnitCounted>>,
    pub(crate) mapping: Spanned<String>,
    pub(crate) files: Spanned<Vec<String>>,
    pub(crate) format: Option<RawFileFormat>,
    pub(crate) encoding: Option<Spanned<String>>,
    pub(crate) separator: Option<Spanned<String>>,
    pub(crate) sheet: Option<Spanned<String>>,
    pub(crate) member: Option<Spanned<String>>,
    pub(crate) disjoint_by: Option<Spanned<String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSchoolYear {
    pub(crate) start: Datetime,
    pub(crate) end: Datetime,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawMoment {
    Initial,
    CensusDate,
    Final,
    Cumulative,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RawFileFormat {
    Csv,
    Parquet,
    Arrow,
    Stata,
    Spss,
    Xlsx,
    Xls,
    Ods,
}
