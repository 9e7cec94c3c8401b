//! Dated parameters that many formulas share, and what may be shown of protected dimensions.

use super::dimension::{CodeId, DimensionId};
use super::mapping::Validity;

/// The closed list of conventions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Convention {
    /// Percentage of a level's enrolment above which unknown ages are spread over the known ones.
    UnknownAgeRedistributedAbove,
    /// Percentage of an area's countries below which there is no aggregate.
    AggregateMinimumCoverage,
    /// Net rates above this percentage are left out; off where it has no value.
    NetRateCutOff,
    /// Lower end of the band in which a parity index counts as parity.
    ParityBandLow,
    /// Upper end of that band.
    ParityBandHigh,
}

impl Convention {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::UnknownAgeRedistributedAbove,
        Self::AggregateMinimumCoverage,
        Self::NetRateCutOff,
        Self::ParityBandLow,
        Self::ParityBandHigh,
    ];

    /// As `conventions.csv` spells it.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::UnknownAgeRedistributedAbove => "unknown-age-redistributed-above",
            Self::AggregateMinimumCoverage => "aggregate-minimum-coverage",
            Self::NetRateCutOff => "net-rate-cut-off",
            Self::ParityBandLow => "parity-band-low",
            Self::ParityBandHigh => "parity-band-high",
        }
    }
}

/// A value of a convention over a span of years.
#[derive(Debug, Clone, PartialEq)]
pub struct ConventionValue {
    /// Which.
    pub convention: Convention,
    /// Nothing where it is switched off.
    pub value: Option<f64>,
    /// Years in which it holds.
    pub validity: Validity,
    /// Where it comes from.
    pub source: String,
}

/// All values of all conventions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Conventions {
    /// In the order of the file.
    pub values: Vec<ConventionValue>,
}

impl Conventions {
    /// The value of a convention in a year, if it is declared and not switched off.
    #[must_use]
    pub fn of(&self, convention: Convention, year: i32) -> Option<f64> {
        let holds = |v: &&ConventionValue| v.convention == convention && v.validity.holds_in(year);
        self.values.iter().find(holds)?.value
    }
}

/// One code that may have rows of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The protected dimension.
    pub dimension: DimensionId,
    /// For which country; nothing means all.
    pub ref_area: Option<CodeId>,
    /// The code.
    pub code: CodeId,
    /// Years in which it holds.
    pub validity: Validity,
    /// Who released it.
    pub source: String,
}

/// All released codes. A dimension that stands here is protected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Releases {
    /// In the order of the file.
    pub codes: Vec<Release>,
}

impl Releases {
    /// Whether rows by this code may be shown for a country in a year.
    #[must_use]
    pub fn allow(&self, dimension: DimensionId, code: CodeId, ref_area: CodeId, year: i32) -> bool {
        let mut of_dimension = self.codes.iter().filter(|release| release.dimension == dimension).peekable();
        let released = |release: &Release| {
            release.code == code
                && release.ref_area.is_none_or(|area| area == ref_area)
                && release.validity.holds_in(year)
        };
        of_dimension.peek().is_none() || of_dimension.any(released)
    }
}
