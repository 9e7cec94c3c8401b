//! Estimates: every figure of a run, with how it came about.

use std::fmt;

use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::indicator::Unit;

/// Decimals of every number in the estimates.
pub(crate) const DECIMALS: u8 = 6;

/// An exact decimal number with six decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(i128);

impl Number {
    /// Nothing counted.
    pub(crate) const ZERO: Self = Self(0);

    /// From millionths.
    pub(crate) fn from_millionths(millionths: i128) -> Self {
        Self(millionths)
    }

    /// From units of `10^-decimals`; `decimals` is at most 6, as mappings declare them.
    pub(crate) fn from_units(units: i128, decimals: u8) -> Self {
        let missing = u32::from(DECIMALS.saturating_sub(decimals));
        Self(units * 10_i128.pow(missing))
    }

    /// The nearest number with six decimals, halves to even.
    pub(crate) fn rounded(value: f64) -> Self {
        // The formatting of floating-point numbers is exact and rounds halves to even.
        let text = format!("{value:.6}");
        Self(text.replace('.', "").parse().unwrap_or_default())
    }

    /// Millionths.
    #[must_use]
    pub fn millionths(self) -> i128 {
        self.0
    }

    /// The nearest floating-point number.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) = (self.0.unsigned_abs() / 1_000_000, self.0.unsigned_abs() % 1_000_000);
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let fraction = format!("{fraction:06}");
        write!(f, "{sign}{whole}.{}", fraction.trim_end_matches('0'))
    }
}

/// SDMX status of an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObsStatus {
    /// A figure.
    Normal,
    /// Collected, and missing.
    Missing,
    /// Exists, was not collected.
    NotCollected,
    /// Cannot exist.
    NotApplicable,
}

impl ObsStatus {
    /// The code of the SDMX list `CL_OBS_STATUS`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Normal => "A",
            Self::Missing => "O",
            Self::NotCollected => "L",
            Self::NotApplicable => "M",
        }
    }
}

/// How a number of an aggregated table came about, where it was not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// A complete sum of given parts.
    SumOfParts,
    /// A given margin minus its given siblings.
    Complement,
    /// A part of a band, by the method that the mapping declares.
    SplitOfBand,
    /// From other measures, because no source gives the one that is meant.
    DerivedMeasure,
    /// Brought back by a cap; the value before it is kept.
    Capped,
    /// Above the convention's cut-off, and left out.
    AboveCutOff,
    /// More pupils arrive than were there.
    OpenCohort,
    /// Pupils of unknown age were spread over the known ages.
    UnknownAgeRedistributed,
}

impl Flag {
    /// All of them, in order.
    pub const ALL: [Self; 8] = [
        Self::SumOfParts,
        Self::Complement,
        Self::SplitOfBand,
        Self::DerivedMeasure,
        Self::Capped,
        Self::AboveCutOff,
        Self::OpenCohort,
        Self::UnknownAgeRedistributed,
    ];

    /// As the column `flags` spells it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SumOfParts => "sum-of-parts",
            Self::Complement => "complement",
            Self::SplitOfBand => "split-of-band",
            Self::DerivedMeasure => "derived-measure",
            Self::Capped => "capped",
            Self::AboveCutOff => "above-cut-off",
            Self::OpenCohort => "open-cohort",
            Self::UnknownAgeRedistributed => "unknown-age-redistributed",
        }
    }
}

/// Several flags, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Flags(u16);

impl Flags {
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn of(flag: Flag) -> Self {
        Self(1 << flag as u16)
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Without what a cap did: parity is taken before it.
    pub(crate) fn without_caps(self) -> Self {
        Self(self.0 & !Self::of(Flag::Capped).0 & !Self::of(Flag::AboveCutOff).0)
    }

    /// As the figures hold them.
    pub(crate) fn list(self) -> Vec<Flag> {
        Flag::ALL.into_iter().filter(|flag| self.0 & Self::of(*flag).0 != 0).collect()
    }
}

/// One figure, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// Identifier of the indicator.
    pub indicator: String,
    /// Country.
    pub ref_area: CodeId,
    /// Year in which the school year ends.
    pub time_period: CodeId,
    /// One code for each of [`Estimates::dimensions`].
    pub coordinates: Vec<CodeId>,
    /// The value; nothing where the status says why.
    pub value: Option<Number>,
    /// The value before a cap or before the factor of an open cohort, for the forms that declare one.
    pub uncapped: Option<Number>,
    /// The number above the line, where it is known.
    pub numerator: Option<Number>,
    /// The number below the line; a count has none.
    pub denominator: Option<Number>,
    /// Unit of the value.
    pub unit: Unit,
    /// Which kind of figure or of nothing.
    pub obs_status: ObsStatus,
    /// How its numbers came about.
    pub flags: Vec<Flag>,
    /// The proxy behind mobility, where the figure is about it; otherwise empty.
    pub mobility_proxy: String,
    /// Percentage of the leading selection whose mobility is not known, where the figure is about mobility.
    pub mobility_unknown: Option<Number>,
    /// Leads to the row of the provenance table.
    pub provenance_id: String,
}

/// All figures of a run, in their total order: indicator, country, year, coordinates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Estimates {
    dimensions: Vec<DimensionId>,
    rows: Vec<Estimate>,
}

impl Estimates {
    /// Puts figures into their total order.
    pub(crate) fn new(dimensions: Vec<DimensionId>, mut rows: Vec<Estimate>) -> Self {
        rows.sort_by(|a, b| {
            (&a.indicator, a.ref_area, a.time_period, &a.coordinates).cmp(&(
                &b.indicator,
                b.ref_area,
                b.time_period,
                &b.coordinates,
            ))
        });
        Self { dimensions, rows }
    }

    /// The dimensions that have a column, in order.
    #[must_use]
    pub fn dimensions(&self) -> &[DimensionId] {
        &self.dimensions
    }

    /// The figures.
    #[must_use]
    pub fn rows(&self) -> &[Estimate] {
        &self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_exactly_and_without_needless_zeros() {
        assert_eq!(Number::from_units(1_288_473, 0).to_string(), "1288473");
        assert_eq!(Number::from_units(1_250_000, 5).to_string(), "12.5");
        assert_eq!(Number::rounded(100.0 / 3.0).to_string(), "33.333333");
        assert_eq!(Number::rounded(-0.0).to_string(), "0");
        assert_eq!(Number::rounded(-1.5).to_string(), "-1.5");
        assert_eq!(Number::rounded(0.5e-6).to_string(), "0");
        assert_eq!(Number::rounded(2.0f64.powi(-7)).to_string(), "0.007812");
    }
}
