//! The totals of a run: a line for each indicator and country, the latest years beside each other.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use matricula::masking::{self, Masked};
use matricula::spec::Catalogue;
use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::model::indicator::Unit;
use matricula::{Estimate, Estimates, ObsStatus};

use super::{number, table};

/// Years shown.
const YEARS: usize = 3;
/// Lines shown.
const LINES: usize = 40;

/// Shows the totals of indicators that have a figure in one of the years.
pub(crate) fn show(catalogue: &Catalogue, estimates: &Estimates, out: &mut dyn Write) -> io::Result<()> {
    let totals: Vec<_> = estimates.rows().iter().filter(|row| is_total(row)).collect();
    let years: BTreeSet<CodeId> = totals.iter().map(|row| row.time_period).collect();
    let years: Vec<CodeId> = years.into_iter().rev().take(YEARS).rev().collect();
    let mut lines = BTreeMap::<(u8, &str, CodeId), Vec<&Estimate>>::new();
    for row in totals.iter().filter(|row| years.contains(&row.time_period)) {
        lines.entry((rank(catalogue, row), &row.indicator, row.ref_area)).or_default().push(row);
    }
    let all = lines.len();
    lines.retain(|_, figures| figures.iter().any(|row| row.obs_status == ObsStatus::Normal));
    let code = |dimension: DimensionId, code| catalogue.dimension(dimension).codes.code(code).id.clone();
    let known = catalogue.known();
    let mut rows = vec![vec!["indicator".to_owned(), "country".to_owned(), "unit".to_owned()]];
    rows[0].extend(years.iter().map(|year| code(known.time_period, *year)));
    for ((_, id, ref_area), figures) in lines.iter().take(LINES) {
        let of = |year: &CodeId| figures.iter().find(|row| row.time_period == *year);
        let cells = years.iter().map(|year| of(year).map(|row| cell(catalogue, estimates, row)).unwrap_or_default());
        let unit = figures.first().map_or("", |row| number::unit(row.unit));
        let named = [(*id).to_owned(), code(known.ref_area, *ref_area), unit.to_owned()];
        rows.push(named.into_iter().chain(cells).collect());
    }
    table::show(&rows, &(3..3 + years.len()).collect::<Vec<_>>(), out)?;
    let (further, empty) = (lines.len().saturating_sub(LINES), all - lines.len());
    if further + empty > 0 {
        writeln!(
            out,
            "… and in estimates.csv {further} more such lines, and {empty} without a figure, with the reason"
        )?;
    }
    legend(&rows, out)
}

/// What the framework is about comes first, what tells little by itself last.
fn rank(catalogue: &Catalogue, row: &Estimate) -> u8 {
    let formula = catalogue.indicator(&row.indicator).map(|indicator| &indicator.formula);
    let about_mobility = formula.is_some_and(|f| catalogue.tested_by(f).contains(&catalogue.known().mobility));
    match row.unit {
        Unit::Number => 2,
        _ if about_mobility => 0,
        _ => 1,
    }
}

/// Whether a figure is not broken down.
fn is_total(row: &Estimate) -> bool {
    row.coordinates.iter().all(|code| [CodeId::TOTAL, CodeId::NOT_APPLICABLE].contains(code))
}

fn cell(catalogue: &Catalogue, estimates: &Estimates, row: &Estimate) -> String {
    let shown = match catalogue.indicator(&row.indicator) {
        Some(indicator) => masking::figure(catalogue, estimates, indicator, row).value,
        None => Masked::Withheld,
    };
    number::value(shown, row.unit, row.obs_status)
}

/// What the signs of the table mean, those that stand in it.
fn legend(rows: &[Vec<String>], out: &mut dyn Write) -> io::Result<()> {
    let holds = |sign: &str| rows.iter().flatten().any(|cell| cell == sign);
    for status in [ObsStatus::Missing, ObsStatus::NotCollected, ObsStatus::NotApplicable] {
        let sign = format!("({})", status.code());
        if holds(&sign) {
            writeln!(out, "{sign} {}", number::status(status))?;
        }
    }
    let (small, withheld) = (Masked::<u64>::Small.to_string(), Masked::<u64>::Withheld.to_string());
    if holds(&small) || holds(&withheld) {
        writeln!(out, "{small}, {withheld}: a small count, or a figure that would give one away; exact in the folder")?;
    }
    Ok(())
}
