//! What may be shown where everybody looks: on a terminal, in a log.
//!
//! A run is restricted because it holds counts of single children.
//! Files in the restricted folder are exact; whatever is shown elsewhere goes through this module.
//! It is no disclosure control: that works on whole tables, this on one line at a time.

use std::fmt;

use matricula_engine::indicator::estimates::{Estimate, Estimates, Number};
use matricula_engine::ledger::RowAccount;
use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::formula::Formula;
use matricula_spec::model::indicator::{Indicator, Unit};

/// The smallest count, other than 0, that is shown.
pub const DISCLOSURE_MINIMUM: u64 = 10;

/// Something that is shown, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Masked<T> {
    /// It may be seen.
    Shown(T),
    /// A count from 1 to [`DISCLOSURE_MINIMUM`] - 1.
    Small,
    /// It would give a small count away.
    Withheld,
}

impl<T: fmt::Display> fmt::Display for Masked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shown(shown) => shown.fmt(f),
            Self::Small => write!(f, "<{DISCLOSURE_MINIMUM}"),
            Self::Withheld => f.write_str("*"),
        }
    }
}

/// A number of rows or records.
#[must_use]
pub fn count(rows: u64) -> Masked<u64> {
    if rows > 0 && rows < DISCLOSURE_MINIMUM { Masked::Small } else { Masked::Shown(rows) }
}

/// Parts that add up to something known, without small ones, nor what would give one away.
#[must_use]
pub fn parts(parts: &[u64]) -> Vec<Masked<u64>> {
    let withheld = withheld(parts.iter().copied());
    let masked = |(position, rows): (usize, &u64)| match withheld {
        Some(withheld) if withheld == position => Masked::Withheld,
        _ => count(*rows),
    };
    parts.iter().enumerate().map(masked).collect()
}

/// What became of some of the records read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// In the cube.
    Kept,
    /// Out of scope by a declared reason.
    OutOfScope,
    /// Set aside by a rule.
    SetAside,
    /// Duplicates, by a rule.
    Duplicates,
    /// Rows with a wrong number of fields.
    Ragged,
}

/// An account of rows as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskedAccount {
    /// Records read.
    pub read: Masked<u64>,
    /// What became of them, with the reason or rule where there is one.
    pub parts: Vec<(Part, String, Masked<u64>)>,
}

/// An account of rows without small counts.
///
/// Parts add up to the rows read, so a single small part could be computed from the others:
/// where the small parts together are still small, the smallest of the others is withheld too.
#[must_use]
pub fn account(account: &RowAccount) -> MaskedAccount {
    let of = |part: Part, rows: &[(String, u64)]| -> Vec<_> {
        rows.iter().map(|(reason, rows)| (part, reason.clone(), *rows)).collect()
    };
    let mut parts = vec![(Part::Kept, String::new(), account.kept)];
    parts.extend(of(Part::OutOfScope, &account.out_of_scope));
    parts.extend(of(Part::SetAside, &account.set_aside));
    parts.extend(of(Part::Duplicates, &account.duplicates));
    if account.ragged > 0 {
        parts.push((Part::Ragged, String::new(), account.ragged));
    }
    let withheld = withheld(parts.iter().map(|(.., rows)| *rows));
    let masked = |(position, (part, reason, rows)): (usize, (Part, String, u64))| {
        let shown = if Some(position) == withheld { Masked::Withheld } else { count(rows) };
        (part, reason, shown)
    };
    MaskedAccount { read: count(account.read), parts: parts.into_iter().enumerate().map(masked).collect() }
}

/// The part that would give the small ones away.
fn withheld(parts: impl Iterator<Item = u64> + Clone) -> Option<usize> {
    let small: u64 = parts.clone().filter(|rows| *rows < DISCLOSURE_MINIMUM).sum();
    let others = parts.enumerate().filter(|(_, rows)| *rows >= DISCLOSURE_MINIMUM);
    let smallest = others.min_by_key(|(_, rows)| *rows).map(|(position, _)| position);
    smallest.filter(|_| small > 0 && small < DISCLOSURE_MINIMUM)
}

/// A figure as it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaskedFigure {
    /// The value; nothing where the status says why.
    pub value: Masked<Option<Number>>,
    /// Above the line.
    pub numerator: Masked<Option<Number>>,
    /// Below the line.
    pub denominator: Masked<Option<Number>>,
}

/// A figure without small counts of students, teachers, schools or persons.
///
/// The value goes with a small numerator or denominator, and with a small remainder:
/// 97 of 100 says that 3 are not.
/// Numerator and denominator of a parity are values; its counts are those of the indicator compared,
/// taken from `estimates`. Where these do not hold both groups, the parity is withheld.
#[must_use]
pub fn figure(
    catalogue: &Catalogue,
    estimates: &Estimates,
    indicator: &Indicator,
    estimate: &Estimate,
) -> MaskedFigure {
    let Formula::Parity { of, dimension, group, comparison, .. } = &indicator.formula else {
        return plain(indicator.unit, estimate);
    };
    let unit = catalogue.indicator(of).map_or(Unit::Number, |compared| compared.unit);
    let shown = |code: CodeId| {
        let compared = groups(estimates, of).find(|row| is_group(estimates, row, estimate, *dimension, code));
        compared.is_some_and(|row| row.value.is_none() || matches!(plain(unit, row).value, Masked::Shown(_)))
    };
    let masked = |number: Option<Number>, visible: bool| match number {
        Some(_) if !visible => Masked::Withheld,
        number => Masked::Shown(number),
    };
    let (above, below) = (shown(*group), shown(*comparison));
    MaskedFigure {
        value: masked(estimate.value, above && below),
        numerator: masked(estimate.numerator, above),
        denominator: masked(estimate.denominator, below),
    }
}

/// The rows of an indicator; estimates are sorted by indicator first.
fn groups<'a>(estimates: &'a Estimates, indicator: &str) -> impl Iterator<Item = &'a Estimate> {
    let rows = estimates.rows();
    let first = rows.partition_point(|row| row.indicator.as_str() < indicator);
    let end = rows.partition_point(|row| row.indicator.as_str() <= indicator);
    rows[first..end].iter()
}

/// Whether `row` is one of the two groups that a parity compares.
fn is_group(estimates: &Estimates, row: &Estimate, parity: &Estimate, dimension: DimensionId, code: CodeId) -> bool {
    let total = |code: CodeId| if code == CodeId::NOT_APPLICABLE { CodeId::TOTAL } else { code };
    let same = |position: usize, id: &DimensionId| {
        let wanted = if *id == dimension { code } else { parity.coordinates[position] };
        total(row.coordinates[position]) == total(wanted)
    };
    row.ref_area == parity.ref_area
        && row.time_period == parity.time_period
        && estimates.dimensions().iter().enumerate().all(|(position, id)| same(position, id))
}

/// Masks a count, ratio or share.
fn plain(unit: Unit, estimate: &Estimate) -> MaskedFigure {
    let (above, below) = (estimate.numerator, estimate.denominator);
    let remainder = match (unit, above, below) {
        (Unit::Percent, Some(above), Some(below)) => is_small(below.millionths() - above.millionths()),
        _ => false,
    };
    let (above_small, below_small) = (small(above), small(below));
    let value = match estimate.value {
        Some(_) if below.is_none() && above_small => Masked::Small,
        Some(_) if above_small || below_small || remainder => Masked::Withheld,
        value => Masked::Shown(value),
    };
    let masked = |number, small, gives_away| match (small, gives_away) {
        (true, _) => Masked::Small,
        (false, true) => Masked::Withheld,
        (false, false) => Masked::Shown(number),
    };
    MaskedFigure {
        value,
        numerator: masked(above, above_small, remainder),
        denominator: masked(below, below_small, false),
    }
}

fn small(number: Option<Number>) -> bool {
    number.is_some_and(|number| is_small(number.millionths()))
}

fn is_small(millionths: i128) -> bool {
    // A difference may be negative; it gives away as much.
    millionths != 0 && millionths.abs() < i128::from(DISCLOSURE_MINIMUM) * 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use matricula_engine::indicator::estimates::ObsStatus;

    fn rows(kept: u64, set_aside: &[u64]) -> String {
        let set_aside: Vec<_> = set_aside.iter().map(|rows| ("rule".to_owned(), *rows)).collect();
        let read = kept + set_aside.iter().map(|(_, rows)| rows).sum::<u64>();
        let masked = account(&RowAccount { read, kept, set_aside, ..RowAccount::default() });
        let parts = masked.parts.iter().map(|(.., rows)| rows.to_string());
        std::iter::once(masked.read.to_string()).chain(parts).collect::<Vec<_>>().join(" ")
    }

    fn rate(unit: Unit, numerator: i128, denominator: Option<i128>) -> String {
        let number = |count| Number::from_units(count, 0);
        let estimate = Estimate {
            indicator: "X".to_owned(),
            ref_area: CodeId(3),
            time_period: CodeId(3),
            coordinates: Vec::new(),
            value: Some(number(7)),
            uncapped: None,
            numerator: Some(number(numerator)),
            denominator: denominator.map(number),
            unit,
            obs_status: ObsStatus::Normal,
            flags: Vec::new(),
            mobility_proxy: String::new(),
            mobility_unknown: None,
            provenance_id: String::new(),
        };
        let masked = plain(unit, &estimate);
        let text = |number: Masked<Option<Number>>| match number {
            Masked::Shown(Some(number)) => number.to_string(),
            Masked::Shown(None) => "-".to_owned(),
            Masked::Small => "<".to_owned(),
            Masked::Withheld => "*".to_owned(),
        };
        [masked.value, masked.numerator, masked.denominator].map(text).join(" ")
    }

    #[test]
    fn small_parts_of_an_account_cannot_be_subtracted() {
        assert_eq!(rows(100, &[0]), "100 100 0");
        assert_eq!(rows(100, &[50]), "150 100 50");
        assert_eq!(rows(100, &[9]), "109 * <10");
        assert_eq!(rows(100, &[9, 30]), "139 100 <10 *");
        assert_eq!(rows(100, &[9, 8]), "117 100 <10 <10");
        assert_eq!(rows(3, &[]), "<10 <10");
    }

    #[test]
    fn small_numerators_denominators_and_remainders_are_masked() {
        assert_eq!(rate(Unit::Percent, 50, Some(100)), "7 50 100");
        assert_eq!(rate(Unit::Percent, 0, Some(100)), "7 0 100");
        assert_eq!(rate(Unit::Percent, 9, Some(100)), "* < 100");
        assert_eq!(rate(Unit::Percent, 97, Some(100)), "* * 100");
        assert_eq!(rate(Unit::Percent, 100, Some(100)), "7 100 100");
        assert_eq!(rate(Unit::Ratio, 97, Some(100)), "7 97 100");
        assert_eq!(rate(Unit::Ratio, 40, Some(4)), "* 40 <");
        assert_eq!(rate(Unit::Number, 4, None), "< < -");
        assert_eq!(rate(Unit::Number, 10, None), "7 10 -");
    }
}
