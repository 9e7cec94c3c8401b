//! From counts to a value: the one place where floating-point numbers are computed.

use matricula_spec::model::indicator::ParityIndex;

use crate::cube::slice::Absence;
use crate::cube::table::{Cell, Way};
use crate::estimates::{Flag, Number, ObsStatus};

/// A count as exact number, and how it came about.
pub(super) type Counted = Result<(Number, Way), Absence>;

/// A count, or a count over another with a scale.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    pub(super) numerator: Counted,
    pub(super) denominator: Option<(Counted, u32)>,
}

/// What becomes of counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) value: Option<Number>,
    pub(super) numerator: Option<Number>,
    pub(super) denominator: Option<Number>,
    pub(super) obs_status: ObsStatus,
    pub(super) flags: Vec<Flag>,
}

/// A cell as exact number.
pub(super) fn counted(cell: Cell, decimals: u8) -> (Number, Way) {
    (Number::from_units(cell.units, decimals), cell.way)
}

impl Counts {
    fn parts(&self) -> impl Iterator<Item = Counted> {
        std::iter::once(self.numerator).chain(self.denominator.map(|(counted, _)| counted))
    }

    /// `scale * numerator / denominator`, or the count itself; nothing where the denominator is 0.
    fn value(&self) -> Result<Option<f64>, Absence> {
        let (numerator, _) = self.numerator?;
        let Some((denominator, scale)) = self.denominator else { return Ok(Some(numerator.to_f64())) };
        let (denominator, _) = denominator?;
        let above = numerator.millionths() * i128::from(scale);
        Ok((denominator.millionths() != 0).then(|| as_f64(above) / as_f64(denominator.millionths())))
    }

    /// The figure.
    pub(super) fn outcome(&self) -> Outcome {
        let number = |counted: Counted| counted.ok().map(|(number, _)| number);
        let value = match self.denominator {
            Some(_) => self.value().ok().flatten().map(Number::rounded),
            None => number(self.numerator),
        };
        Outcome {
            value,
            numerator: number(self.numerator),
            denominator: self.denominator.and_then(|(counted, _)| number(counted)),
            obs_status: value.map_or_else(|| status(self.parts()), |_| ObsStatus::Normal),
            flags: flags(self.parts()),
        }
    }
}

/// The parity index of two groups, from their unrounded counts.
pub(super) fn parity(group: &Counts, comparison: &Counts, index: ParityIndex) -> Outcome {
    let of = |counts: &Counts| counts.value().ok().flatten();
    let (above, below) = (of(group), of(comparison));
    let value = above.zip(below.filter(|below| *below > 0.0)).map(|(above, below)| above / below);
    let value = value.map(|x| match index {
        ParityIndex::Adjusted if x > 1.0 => 2.0 - 1.0 / x,
        ParityIndex::Adjusted | ParityIndex::Plain => x,
    });
    Outcome {
        value: value.map(Number::rounded),
        numerator: above.map(Number::rounded),
        denominator: below.map(Number::rounded),
        obs_status: value.map_or_else(|| status(group.parts().chain(comparison.parts())), |_| ObsStatus::Normal),
        flags: flags(group.parts().chain(comparison.parts())),
    }
}

/// Why there is no value: impossible before not collected before missing before a denominator of 0.
fn status(parts: impl Iterator<Item = Counted>) -> ObsStatus {
    match parts.filter_map(Result::err).min() {
        Some(Absence::NotCollected) => ObsStatus::NotCollected,
        Some(Absence::Missing) => ObsStatus::Missing,
        Some(Absence::Impossible) | None => ObsStatus::NotApplicable,
    }
}

fn flags(parts: impl Iterator<Item = Counted>) -> Vec<Flag> {
    let flag = |way| match way {
        Way::Given => None,
        Way::Summed => Some(Flag::SumOfParts),
        Way::Complement => Some(Flag::Complement),
    };
    let mut flags: Vec<_> = parts.filter_map(|part| flag(part.ok()?.1)).collect();
    flags.sort_unstable();
    flags.dedup();
    flags
}

#[expect(clippy::cast_precision_loss, reason = "the nearest floating-point number is what the formula takes")]
fn as_f64(millionths: i128) -> f64 {
    millionths as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(number: i128) -> Counted {
        Ok((Number::from_units(number, 0), Way::Given))
    }

    fn rate(numerator: i128, denominator: i128) -> Counts {
        Counts { numerator: given(numerator), denominator: Some((given(denominator), 100)) }
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
        assert_eq!(outcome.numerator, Some(Number::from_units(3, 0)));
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
    fn the_gravest_absence_names_the_status() {
        let counts = |a, b| Counts { numerator: Err(a), denominator: Some((Err(b), 100)) }.outcome().obs_status;
        assert_eq!(counts(Absence::Missing, Absence::NotCollected), ObsStatus::NotCollected);
        assert_eq!(counts(Absence::Impossible, Absence::NotCollected), ObsStatus::NotApplicable);
        assert_eq!(counts(Absence::Missing, Absence::Missing), ObsStatus::Missing);
    }
}
