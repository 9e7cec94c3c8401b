//! What becomes of the numbers of a figure: value, status, flags.

use matricula_spec::model::formula::ParityIndex;

use super::estimates::{Flag, Flags, Number, ObsStatus};
use super::formulas;
use super::reader::{Amount, Read};
use crate::cube::slice::Absence;

/// A value in floating point, nothing where a denominator is 0, or why it cannot be read.
pub(super) type Value = Result<Option<f64>, Absence>;

/// A form computed at one place, before rounding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Valued {
    /// After a cap or the factor of an open cohort.
    pub(super) value: Value,
    /// Before it.
    pub(super) uncapped: Value,
    /// Whether the form declares a cap or a factor.
    pub(super) declares_cap: bool,
    /// A count, exactly.
    pub(super) exact: Option<Number>,
    pub(super) numerator: Option<Number>,
    pub(super) denominator: Option<Number>,
    pub(super) flags: Flags,
}

/// What becomes of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) value: Option<Number>,
    pub(super) uncapped: Option<Number>,
    pub(super) numerator: Option<Number>,
    pub(super) denominator: Option<Number>,
    pub(super) obs_status: ObsStatus,
    pub(super) flags: Vec<Flag>,
}

impl Valued {
    /// A value with nothing above and below it.
    pub(super) fn of(value: Value, flags: Flags) -> Self {
        Self { value, uncapped: value, declares_cap: false, exact: None, numerator: None, denominator: None, flags }
    }

    /// The figure.
    pub(super) fn outcome(&self) -> Outcome {
        let rounded = |value: Value| value.ok().flatten().map(Number::rounded);
        let value = self.exact.or_else(|| rounded(self.value));
        Outcome {
            value,
            uncapped: rounded(self.uncapped).filter(|_| self.declares_cap),
            numerator: self.numerator,
            denominator: self.denominator,
            obs_status: value.map_or_else(|| status(self.value.err()), |_| ObsStatus::Normal),
            flags: self.flags.list(),
        }
    }
}

/// The parity index of two groups, from their unrounded values before caps.
pub(super) fn parity(group: &Valued, comparison: &Valued, index: ParityIndex) -> Outcome {
    let (above, below) = (group.uncapped.ok().flatten(), comparison.uncapped.ok().flatten());
    let value = above.zip(below).and_then(|(above, below)| formulas::parity(above, below));
    let value = value.map(|x| match index {
        ParityIndex::Adjusted => formulas::adjusted(x),
        ParityIndex::Plain => x,
    });
    let absence = [group, comparison].into_iter().filter_map(|valued| valued.uncapped.err()).min();
    Outcome {
        value: value.map(Number::rounded),
        uncapped: None,
        numerator: above.map(Number::rounded),
        denominator: below.map(Number::rounded),
        obs_status: value.map_or_else(|| status(absence), |_| ObsStatus::Normal),
        flags: group.flags.and(comparison.flags).without_caps().list(),
    }
}

/// Why there is no value; without a reason a denominator is 0.
fn status(absence: Option<Absence>) -> ObsStatus {
    match absence {
        Some(Absence::NotCollected) => ObsStatus::NotCollected,
        Some(Absence::Missing) => ObsStatus::Missing,
        Some(Absence::Impossible) | None => ObsStatus::NotApplicable,
    }
}

/// `scale * above / below` in one division; nothing where `below` is 0.
pub(super) fn quotient(scale: u32, above: Number, below: Number) -> Option<f64> {
    let scaled = as_f64(above.millionths() * i128::from(scale));
    (below != Number::ZERO).then(|| scaled / as_f64(below.millionths()))
}

/// The gravest reason among several numbers why they cannot be read.
pub(super) fn gravest<'a>(reads: impl IntoIterator<Item = &'a Read>) -> Option<Absence> {
    reads.into_iter().filter_map(|read| read.as_ref().err().copied()).min()
}

/// The flags of those numbers that are there.
pub(super) fn flags<'a>(reads: impl IntoIterator<Item = &'a Read>) -> Flags {
    let amounts = reads.into_iter().filter_map(|read| read.as_ref().ok());
    amounts.fold(Flags::NONE, |flags, amount: &Amount| flags.and(amount.flags))
}

/// The number of a read that succeeded.
pub(super) fn number(read: &Read) -> Option<Number> {
    read.as_ref().ok().map(|amount| amount.number)
}

#[expect(clippy::cast_precision_loss, reason = "the nearest floating-point number is what the formula takes")]
pub(super) fn as_f64(millionths: i128) -> f64 {
    millionths as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(number: i128) -> Number {
        Number::from_units(number, 0)
    }

    fn rate(numerator: i128, denominator: i128) -> Valued {
        let value = Ok(quotient(100, given(numerator), given(denominator)));
        Valued { numerator: Some(given(numerator)), ..Valued::of(value, Flags::NONE) }
    }

    fn written(outcome: &Outcome) -> String {
        outcome.value.map(|value| value.to_string()).unwrap_or_default()
    }

    #[test]
    fn rates_are_rounded_once_and_never_capped() {
        assert_eq!(written(&rate(1, 3).outcome()), "33.333333");
        assert_eq!(written(&rate(5, 4).outcome()), "125");
        assert_eq!(written(&rate(0, 4).outcome()), "0");
    }

    #[test]
    fn a_denominator_of_zero_gives_no_figure() {
        let outcome = rate(3, 0).outcome();
        assert_eq!((outcome.value, outcome.obs_status), (None, ObsStatus::NotApplicable));
        assert_eq!(outcome.numerator, Some(given(3)));
    }

    #[test]
    fn adjusted_parity_is_symmetric_around_one() {
        let index = |group, index| written(&parity(&rate(group, 100), &rate(80, 100), index));
        assert_eq!(index(100, ParityIndex::Plain), "1.25");
        assert_eq!(index(100, ParityIndex::Adjusted), "1.2");
        assert_eq!(index(64, ParityIndex::Adjusted), "0.8");
    }

    #[test]
    fn parity_is_taken_before_rounding() {
        let outcome = parity(&rate(1, 3), &rate(1, 7), ParityIndex::Plain);
        assert_eq!(written(&outcome), "2.333333");
        assert_eq!(outcome.numerator.map(|n| n.to_string()).as_deref(), Some("33.333333"));
    }

    #[test]
    fn swapped_groups_give_the_inverse() {
        for (a, b) in [(1, 3), (97, 89), (50, 50), (1, 1000)] {
            let of = |above, below| parity(&rate(above, 100), &rate(below, 100), ParityIndex::Plain).value;
            let product = of(a, b).zip(of(b, a)).map(|(x, y)| x.to_f64() * y.to_f64()).expect("both have a value");
            assert!((product - 1.0).abs() < 1e-3 * product, "{a} and {b}: {product}");
        }
    }

    #[test]
    fn the_gravest_absence_names_the_status() {
        let reads = |a, b| Valued::of(gravest(&[Err(a), Err(b)]).map_or(Ok(None), Err), Flags::NONE).outcome();
        let status = |a, b| reads(a, b).obs_status;
        assert_eq!(status(Absence::Missing, Absence::NotCollected), ObsStatus::NotCollected);
        assert_eq!(status(Absence::Impossible, Absence::NotCollected), ObsStatus::NotApplicable);
        assert_eq!(status(Absence::Missing, Absence::Missing), ObsStatus::Missing);
    }
}
