//! Estimates: every figure of a run, with how it came about.

use std::fmt;

use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::indicator::Unit;

/// Decimals of every number in the estimates.
pub const DECIMALS: u8 = 6;
const MILLION: u64 = 1_000_000;
/// Up to here floating-point numbers hold every whole number.
const WHOLE: u128 = 1 << f64::MANTISSA_DIGITS;
/// Below this, 2^40, a product of floating-point numbers is off by less than 2^-13.
const TRUSTED: f64 = 1_099_511_627_776.0;

/// An exact decimal number with six decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(i128);

impl Number {
    /// Nothing counted.
    pub const ZERO: Self = Self(0);

    /// From millionths.
    pub fn from_millionths(millionths: i128) -> Self {
        Self(millionths)
    }

    /// From units of `10^-decimals`; `decimals` is at most 6, as mappings declare them.
    pub fn from_units(units: i128, decimals: u8) -> Self {
        let missing = u32::from(DECIMALS.saturating_sub(decimals));
        Self(units * 10_i128.pow(missing))
    }

    /// The nearest number with six decimals, halves to even.
    pub fn rounded(value: f64) -> Self {
        let millionths = value * 1e6;
        let nearest = millionths.round();
        // The product is off by less than 2^-13, so that away from a half the nearest is the nearest of the exact value.
        if millionths.abs() < TRUSTED && (millionths - nearest).abs() < 0.499 {
            return Self(nearest as i128);
        }
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
        // Both numbers are held exactly, and their quotient is rounded once.
        if self.0.unsigned_abs() <= WHOLE {
            return self.0 as f64 / 1e6;
        }
        self.to_string().parse().unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let (whole, mut fraction) = match u64::try_from(self.0.unsigned_abs()) {
            // Most numbers are small, and divided in a fraction of the time.
            Ok(small) => (u128::from(small / MILLION), small % MILLION),
            Err(_) => {
                (self.0.unsigned_abs() / u128::from(MILLION), (self.0.unsigned_abs() % u128::from(MILLION)) as u64)
            }
        };
        match u64::try_from(whole) {
            Ok(whole) => write!(f, "{whole}")?,
            Err(_) => write!(f, "{whole}")?,
        }
        if fraction == 0 {
            return Ok(());
        }
        let mut width = usize::from(DECIMALS);
        while fraction % 10 == 0 {
            (fraction, width) = (fraction / 10, width - 1);
        }
        write!(f, ".{fraction:0width$}")
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
pub struct Flags(u16);

impl Flags {
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn of(flag: Flag) -> Self {
        Self(1 << flag as u16)
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Without what a cap did: parity is taken before it.
    pub fn without_caps(self) -> Self {
        Self(self.0 & !Self::of(Flag::Capped).0 & !Self::of(Flag::AboveCutOff).0)
    }

    /// As the figures hold them.
    pub fn list(self) -> Vec<Flag> {
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

impl Estimate {
    /// What decides on its place among the others.
    fn place(&self) -> (&str, CodeId, CodeId, &[CodeId]) {
        (&self.indicator, self.ref_area, self.time_period, &self.coordinates)
    }
}

/// All figures of a run, in their total order: indicator, country, year, coordinates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Estimates {
    dimensions: Vec<DimensionId>,
    rows: Vec<Estimate>,
}

impl Estimates {
    /// Figures that are in their total order.
    pub fn new(dimensions: Vec<DimensionId>, rows: Vec<Estimate>) -> Self {
        debug_assert!(rows.is_sorted_by(|a, b| a.place() <= b.place()), "figures come in their total order");
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
        assert_eq!(Number::from_millionths(-12_000_010).to_string(), "-12.00001");
        assert_eq!(Number::from_millionths(i128::MIN).to_string(), "-170141183460469231731687303715884.105728");
        assert_eq!(Number::from_millionths(i128::from(u64::MAX) + 1).to_string(), "18446744073709.551616");
    }

    /// Rounding and reading by arithmetic are those of the exact decimal texts.
    #[test]
    fn quick_ways_give_what_the_texts_give() {
        let by_text = |value: f64| -> i128 { format!("{value:.6}").replace('.', "").parse().unwrap_or_default() };
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 11
        };
        for _ in 0..200_000 {
            let (above, below) = (next(), next() >> (next() % 50));
            let value = above as f64 / (below.max(1) as f64) / 1e3 - 1e3;
            assert_eq!(Number::rounded(value).0, by_text(value), "{value}");
            // A tie or beside one.
            let tie = (next() % 4_000_000_000) as f64 / 2e6;
            assert_eq!(Number::rounded(tie).0, by_text(tie), "{tie}");
            let number = Number(i128::from(next()) - (1 << 52));
            assert_eq!(number.to_f64().to_bits(), number.to_string().parse::<f64>().unwrap_or_default().to_bits());
        }
        for value in [f64::NAN, f64::INFINITY, 1e300, -1e22, 1e12, 0.5e-6, 1.5e-6, 2.5e-6] {
            assert_eq!(Number::rounded(value).0, by_text(value), "{value}");
        }
    }
}
