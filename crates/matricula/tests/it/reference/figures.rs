//! From the numbers of one place to a figure: the closed forms.

use matricula::spec::model::formula::{Formula, ParityIndex, Survival};
use matricula::spec::model::indicator::Indicator;

use super::Codes;
use super::cohorts::{flow, linked_survival, survival};
use super::coverage::Why;
use super::quotients::{count, ratio, share};
use super::reading::{Flag, Flags, Reader};
use super::rows::compared;
use super::sums::{life_expectancy, mean, segregation};
use super::value::{Value, rounded};

/// A form at one place, before rounding.
#[derive(Debug, Clone)]
pub(crate) struct Valued {
    /// After a cap, or after the factor of an open cohort.
    pub(crate) value: Result<Value, Why>,
    /// Before it, for forms that declare one.
    pub(crate) uncapped: Option<Result<Value, Why>>,
    pub(crate) numerator: Option<i128>,
    pub(crate) denominator: Option<i128>,
    pub(crate) flags: Flags,
}

/// A figure without its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figure {
    pub(crate) value: Option<i128>,
    pub(crate) uncapped: Option<i128>,
    pub(crate) numerator: Option<i128>,
    pub(crate) denominator: Option<i128>,
    pub(crate) status: &'static str,
    pub(crate) flags: Vec<&'static str>,
    pub(crate) mobility_proxy: String,
    pub(crate) mobility_unknown: Option<i128>,
}

impl Figure {
    /// Whether both say the same, the last of six decimals and the thirteenth figure of a large number aside.
    pub(crate) fn near(&self, other: &Self) -> bool {
        let numbers = |figure: &Self| [figure.value, figure.uncapped, figure.numerator, figure.denominator];
        let near = |pair: (Option<i128>, Option<i128>)| match pair {
            (Some(ours), Some(theirs)) => (ours - theirs).abs() <= 1 + theirs.abs() / 1_000_000_000_000,
            (ours, theirs) => ours == theirs,
        };
        let [value, uncapped, numerator, denominator] = numbers(other);
        numbers(self).into_iter().zip(numbers(other)).all(near)
            && *other == Self { value, uncapped, numerator, denominator, ..self.clone() }
    }
}

impl Valued {
    /// Nothing, and why.
    pub(crate) fn absent(why: Why) -> Self {
        Self { value: Err(why), uncapped: None, numerator: None, denominator: None, flags: Flags::new() }
    }

    /// What a parity compares.
    fn before_caps(&self) -> Result<Value, Why> {
        self.uncapped.unwrap_or(self.value)
    }
}

/// The figure of an indicator at coordinates; what stands beside it about mobility is left empty.
pub(crate) fn figure(reader: &Reader<'_>, indicator: &Indicator, at: &Codes) -> Figure {
    let Formula::Parity { dimension, group, comparison, index, .. } = &indicator.formula else {
        return plain(valued(reader, &indicator.formula, at));
    };
    let formula = compared(reader.catalogue, indicator);
    let of = |code| {
        let mut at = at.clone();
        at.insert(*dimension, code);
        valued(reader, formula, &at)
    };
    parity(*index, &of(*group), &of(*comparison))
}

fn valued(reader: &Reader<'_>, formula: &Formula, at: &Codes) -> Valued {
    match formula {
        Formula::Count { of } => count(reader, of, at),
        Formula::Ratio(of) => ratio(reader, of, at),
        Formula::Share { of, group, among, scale } => share(reader, (of, group, *among), *scale, at),
        Formula::Flow { rate, cohort, scale } => flow(reader, *rate, cohort, *scale, at),
        Formula::Survival(of) => survival(reader, of, at),
        Formula::LinkedSurvival(of) => linked_survival(reader, of, at),
        Formula::LifeExpectancy { students, population, school_age } => {
            life_expectancy(reader, students, population, *school_age, at)
        }
        Formula::Mean { of, number } => mean(reader, of, *number, at),
        Formula::Segregation { index, grain, pupils, group, comparison } => {
            segregation(reader, *index, grain, (pupils, group, comparison), at)
        }
        Formula::Parity { .. } | Formula::NotFromRecords { .. } => panic!("not computed from records"),
    }
}

fn plain(valued: Valued) -> Figure {
    Figure {
        value: valued.value.ok().map(Value::rounded),
        uncapped: valued.uncapped.and_then(Result::ok).map(Value::rounded),
        numerator: valued.numerator,
        denominator: valued.denominator,
        status: valued.value.map_or_else(status, |_| "A"),
        flags: valued.flags.into_iter().map(Flag::id).collect(),
        mobility_proxy: String::new(),
        mobility_unknown: None,
    }
}

fn parity(index: ParityIndex, group: &Valued, comparison: &Valued) -> Figure {
    let (above, below) = (group.before_caps(), comparison.before_caps());
    // The page is silent on a comparison group below zero (a dropout); the engine gives no index then.
    let value = match (above, below) {
        (Ok(above), Ok(below)) if below.number > 0.0 => Ok(indexed(index, above.over(below))),
        (Ok(_), Ok(_)) => Err(Why::NoDenominator),
        (x, y) => Err([x.err(), y.err()].into_iter().flatten().min().expect("one of them is an error")),
    };
    let caps = [Flag::Capped, Flag::AboveCutOff];
    let flags = group.flags.union(&comparison.flags).filter(|flag| !caps.contains(flag));
    Figure {
        value: value.ok().map(Value::rounded),
        uncapped: None,
        numerator: above.ok().map(|value| rounded(value.number)),
        denominator: below.ok().map(|value| rounded(value.number)),
        status: value.map_or_else(status, |_| "A"),
        flags: flags.map(|flag| flag.id()).collect(),
        mobility_proxy: String::new(),
        mobility_unknown: None,
    }
}

fn indexed(index: ParityIndex, x: Value) -> Value {
    if index == ParityIndex::Plain || x.number <= 1.0 {
        return x;
    }
    let adjusted = x.exact.and_then(|(a, b)| Some((a.checked_mul(2)?.checked_sub(b)?, a)));
    Value { number: 2.0 - 1.0 / x.number, exact: adjusted }
}

fn status(why: Why) -> &'static str {
    match why {
        Why::Impossible | Why::NoDenominator => "M",
        Why::NotCollected => "L",
        Why::Missing => "O",
    }
}

/// Whether a value is a long floating-point computation, whose last digit the page does not order.
pub(crate) fn is_long(formula: &Formula) -> bool {
    match formula {
        Formula::Survival(Survival { .. }) | Formula::LifeExpectancy { .. } | Formula::Segregation { .. } => true,
        Formula::LinkedSurvival(_) | Formula::Flow { .. } | Formula::Ratio(_) => true,
        Formula::Count { .. }
        | Formula::Share { .. }
        | Formula::Parity { .. }
        | Formula::Mean { .. }
        | Formula::NotFromRecords { .. } => false,
    }
}
