//! From the numbers of one place to a figure: the closed forms.

use std::collections::BTreeSet;

use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::model::indicator::{Among, Formula, Indicator, ParityIndex};

use super::coverage::Why;
use super::tables::{Number, Question, Table, Test, Way, ask};
use super::value::{checked, quotient, rounded};
use super::{Slice, Slices};

/// A count, or a count for each of another.
#[derive(Clone)]
pub(crate) struct Fraction {
    above: Question,
    below: Option<Question>,
    scale: u32,
}

/// What an indicator asks of the sources.
pub(crate) struct Asked {
    /// One fraction, or for a parity the group's and the comparison's.
    fractions: Vec<Fraction>,
    /// What decides which places have a row: the fraction, not narrowed to a group.
    whole: Fraction,
    parity: Option<(DimensionId, ParityIndex)>,
}

/// A fraction's numbers along a crossing.
pub(crate) struct Answer<'a> {
    above: Table<'a>,
    below: Option<Table<'a>>,
    scale: u32,
}

/// A figure without its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figure {
    pub(crate) value: Option<i128>,
    pub(crate) numerator: Option<i128>,
    pub(crate) denominator: Option<i128>,
    pub(crate) status: &'static str,
    pub(crate) flags: Vec<&'static str>,
}

impl Asked {
    pub(crate) fn by(indicator: &Indicator, slices: &Slices<'_>, all: &[Indicator]) -> Self {
        match &indicator.formula {
            Formula::Parity { of, dimension, group, comparison, index } => {
                let compared = all.iter().find(|other| other.id == *of).expect("the indicator compared");
                let only = |code: &CodeId| Test { dimension: *dimension, codes: vec![*code], open: false };
                let whole = Fraction::by(&compared.formula, slices);
                let narrowed = |code| whole.clone().narrowed(&only(code));
                let fractions = vec![narrowed(group), narrowed(comparison)];
                Self { fractions, whole, parity: Some((*dimension, *index)) }
            }
            formula => {
                let whole = Fraction::by(formula, slices);
                Self { fractions: vec![whole.clone()], whole, parity: None }
            }
        }
    }

    /// The measure whose sources decide on countries and years.
    pub(crate) fn measure(&self) -> CodeId {
        self.fractions[0].above.measure
    }

    pub(crate) fn answers<'a>(
        &self,
        slices: &'a Slices<'a>,
        place: (CodeId, CodeId),
        crossing: &[DimensionId],
    ) -> Vec<Answer<'a>> {
        self.fractions.iter().map(|fraction| fraction.answer(slices, place, crossing)).collect()
    }

    /// The places of a crossing for which a source holds a cell; nothing where it cannot be read at all.
    pub(crate) fn held<'a>(
        &self,
        slices: &'a Slices<'a>,
        place: (CodeId, CodeId),
        crossing: &[DimensionId],
    ) -> Option<BTreeSet<Vec<CodeId>>> {
        let mut by = crossing.to_vec();
        by.extend(self.parity.map(|(dimension, _)| dimension));
        let answer = self.whole.answer(slices, place, &by);
        let tables = [Some(&answer.above), answer.below.as_ref()];
        let held: Vec<_> = tables.into_iter().flatten().map(Table::held).collect::<Option<_>>()?;
        Some(held.into_iter().flatten().map(|place| place[..crossing.len()].to_vec()).collect())
    }

    pub(crate) fn figure(&self, answers: &[Answer<'_>], place: &[CodeId]) -> Figure {
        match self.parity {
            None => answers[0].figure(place),
            Some((_, index)) => parity(index, &answers[0].figure_parts(place), &answers[1].figure_parts(place)),
        }
    }
}

impl Fraction {
    fn by(formula: &Formula, slices: &Slices<'_>) -> Self {
        match formula {
            Formula::Count { of } => Self { above: Question::new(of), below: None, scale: 1 },
            Formula::Ratio { numerator, denominator, scale } => {
                let below = Some(Question::new(denominator));
                Self { above: Question::new(numerator), below, scale: *scale }
            }
            Formula::Share { of, group, among, scale } => {
                let whole = Question::new(of);
                let tests = group.codes.iter().map(|(dimension, codes)| Test {
                    dimension: *dimension,
                    codes: codes.clone(),
                    open: group.open.contains(dimension),
                });
                let mut above = whole.clone().and(tests);
                above.years_over_age.extend(group.years_over_age);
                let known = group.codes.iter().filter(|_| *among == Among::Known);
                let known = known.map(|(dimension, _)| known_codes(slices, *dimension));
                Self { above, below: Some(whole.and(known)), scale: *scale }
            }
            Formula::Parity { .. } => panic!("a parity of a parity"),
        }
    }

    fn answer<'a>(&self, slices: &'a Slices<'a>, place: (CodeId, CodeId), crossing: &[DimensionId]) -> Answer<'a> {
        let ask = |question: &Question| ask(slices, place, question, crossing);
        Answer { above: ask(&self.above), below: self.below.as_ref().map(ask), scale: self.scale }
    }

    fn narrowed(self, test: &Test) -> Self {
        let below = self.below.map(|below| below.and([test.clone()]));
        Self { above: self.above.and([test.clone()]), below, scale: self.scale }
    }
}

/// Whatever is not `_U`.
fn known_codes(slices: &Slices<'_>, dimension: DimensionId) -> Test {
    let list = slices.values().next().map(|slice: &Slice<'_>| slice.list(dimension)).expect("a slice");
    let codes = list.leaves(CodeId::TOTAL).iter().copied().filter(|code| *code != CodeId::UNKNOWN).collect();
    Test { dimension, codes, open: true }
}

/// Numbers of one fraction at one place.
struct Parts {
    above: Result<Number, Why>,
    below: Option<Result<Number, Why>>,
    scale: u32,
}

impl Answer<'_> {
    fn figure_parts(&self, place: &[CodeId]) -> Parts {
        let read = |table: &Table<'_>| table.at(place);
        Parts { above: read(&self.above), below: self.below.as_ref().map(read), scale: self.scale }
    }

    fn figure(&self, place: &[CodeId]) -> Figure {
        let parts = self.figure_parts(place);
        let value = parts.value().map(|(value, exact)| checked(value, Some(exact)));
        let millionths = |number: Result<Number, Why>| number.ok().map(|number| number.millionths);
        let (numerator, denominator) = (millionths(parts.above), parts.below.and_then(millionths));
        Figure {
            value: value.ok(),
            numerator,
            denominator,
            status: value.map_or_else(status, |_| "A"),
            flags: flags(&[&parts]),
        }
    }
}

impl Parts {
    fn numbers(&self) -> impl Iterator<Item = Result<Number, Why>> {
        [Some(self.above), self.below].into_iter().flatten()
    }

    /// The value in floating point, and exactly as a fraction.
    fn value(&self) -> Result<(f64, (i128, i128)), Why> {
        if let Some(why) = self.numbers().filter_map(Result::err).min() {
            return Err(why);
        }
        let above = self.above?.millionths;
        let below = self.below.transpose()?.map_or(1_000_000, |number| number.millionths);
        if below == 0 {
            return Err(Why::NoDenominator);
        }
        Ok((quotient(self.scale, above, below), (above * i128::from(self.scale), below)))
    }
}

fn parity(index: ParityIndex, group: &Parts, comparison: &Parts) -> Figure {
    let values = (group.value(), comparison.value());
    let show = |value: &Result<(f64, _), Why>| value.as_ref().ok().map(|(value, _)| rounded(*value));
    let value = match values {
        (Ok((x, (a, b))), Ok((y, (c, d)))) if c != 0 => {
            let exact = a.checked_mul(d).zip(b.checked_mul(c));
            Ok(indexed(index, x / y, exact))
        }
        (Ok(_), Ok(_)) => Err(Why::NoDenominator),
        (x, y) => Err([x.err(), y.err()].into_iter().flatten().min().expect("one of them is an error")),
    };
    Figure {
        value: value.ok(),
        numerator: show(&values.0),
        denominator: show(&values.1),
        status: value.map_or_else(status, |_| "A"),
        flags: flags(&[group, comparison]),
    }
}

fn indexed(index: ParityIndex, x: f64, exact: Option<(i128, i128)>) -> i128 {
    if index == ParityIndex::Plain || x <= 1.0 {
        return checked(x, exact);
    }
    let adjusted = exact.and_then(|(a, b)| Some((a.checked_mul(2)?.checked_sub(b)?, a)));
    checked(2.0 - 1.0 / x, adjusted)
}

fn status(why: Why) -> &'static str {
    match why {
        Why::Impossible | Why::NoDenominator => "M",
        Why::NotCollected => "L",
        Why::Missing => "O",
    }
}

fn flags(parts: &[&Parts]) -> Vec<&'static str> {
    let numbers: Vec<Number> = parts.iter().flat_map(|parts| parts.numbers()).filter_map(Result::ok).collect();
    let mut flags = Vec::new();
    if numbers.iter().any(|number| number.way == Way::SumOfParts) {
        flags.push("sum-of-parts");
    }
    if numbers.iter().any(|number| number.way == Way::Complement) {
        flags.push("complement");
    }
    flags
}
