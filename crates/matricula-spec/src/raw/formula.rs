//! `[formula.*]` of an indicator.

use serde::Deserialize;
use toml::Spanned;

use super::common::{RawCondition, RawLabel, RawQuantity, RawSelection};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum RawFormula {
    Count(RawCount),
    Ratio(RawRatio),
    Share(RawShare),
    Parity(RawParity),
    Flow(RawFlow),
    Survival(RawSurvival),
    LinkedSurvival(RawLinkedSurvival),
    LifeExpectancy(RawLifeExpectancy),
    Mean(RawMean),
    Segregation(RawSegregation),
    NotFromRecords(RawNotFromRecords),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCount {
    pub(crate) of: RawQuantity,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRatio {
    pub(crate) scale: u32,
    pub(crate) numerator: RawQuantity,
    pub(crate) denominator: RawQuantity,
    #[serde(default)]
    pub(crate) cap: RawCap,
    #[serde(default)]
    pub(crate) unknown_age: RawUnknownAge,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawCap {
    #[default]
    None,
    Sexes,
    ComplementSexes,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawUnknownAge {
    #[default]
    Leave,
    Redistribute,
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

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFlow {
    pub(crate) scale: u32,
    pub(crate) rate: RawFlowRate,
    pub(crate) pupils: RawSelection,
    pub(crate) repeaters: RawCondition,
    pub(crate) open_cohort: RawOpenCohort,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawFlowRate {
    Promotion,
    Repetition,
    Dropout,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawOpenCohort {
    AsObserved,
    Uis,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSurvival {
    pub(crate) scale: u32,
    pub(crate) gives: RawSurvivalGives,
    pub(crate) to: Spanned<String>,
    pub(crate) pupils: RawSelection,
    pub(crate) repeaters: RawCondition,
    pub(crate) open_cohort: RawOpenCohort,
    #[serde(default)]
    pub(crate) repetition: RawRepetition,
    pub(crate) repeats_at_most: Option<Spanned<u32>>,
    pub(crate) graduates: Option<RawCondition>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawLinkedSurvival {
    pub(crate) scale: u32,
    pub(crate) to: Spanned<String>,
    pub(crate) pupils: RawSelection,
    pub(crate) promoted: RawCondition,
    pub(crate) repeated: RawCondition,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawSurvivalGives {
    Survival,
    Dropout,
    Efficiency,
    YearsPerGraduate,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawRepetition {
    #[default]
    Unlimited,
    PerCycle,
    PerGrade,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawLifeExpectancy {
    pub(crate) students: RawSelection,
    pub(crate) population: RawSelection,
    pub(crate) school_age: Spanned<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawMean {
    pub(crate) of: RawSelection,
    pub(crate) number: Spanned<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSegregation {
    pub(crate) index: RawSegregationIndex,
    pub(crate) grain: Spanned<String>,
    pub(crate) pupils: RawSelection,
    pub(crate) group: RawCondition,
    pub(crate) comparison: RawCondition,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RawSegregationIndex {
    Dissimilarity,
    Isolation,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawNotFromRecords {
    #[serde(default)]
    pub(crate) reason: RawLabel,
}
