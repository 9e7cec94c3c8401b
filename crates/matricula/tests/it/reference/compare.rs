//! Holds the engine's figures and accounts against the reference's.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use matricula::spec::{Catalogue, ProblemCode, Severity};
use matricula::{Number, Run};

use super::figures::{Figure, is_long};
use super::rows::compared;
use super::{Account, Outcome, Row};

/// The first difference in words, or nothing.
pub(crate) fn difference(catalogue: &Catalogue, run: &Run, reference: &Outcome) -> Option<String> {
    let ours = of_engine(run);
    for (position, (ours, reference)) in ours.accounts.iter().zip(&reference.accounts).enumerate() {
        if ours != reference {
            return Some(format!("account {position}\nengine    {ours:?}\nreference {reference:?}"));
        }
    }
    if ours.accounts.len() != reference.accounts.len() {
        return Some("different numbers of accounts".to_owned());
    }
    if run.problems.has_errors() {
        return refusal(run, reference);
    }
    for position in 0..ours.rows.len().max(reference.rows.len()) {
        let (engine, reference) = (ours.rows.get(position), reference.rows.get(position));
        if !engine.zip(reference).is_some_and(|(engine, reference)| agree(catalogue, engine, reference)) {
            let show = |row: Option<&Row>| row.map_or_else(|| "no row".to_owned(), |row| shown(catalogue, row));
            return Some(format!("row {position}\nengine    {}\nreference {}", show(engine), show(reference)));
        }
    }
    None
}

/// Whether both say the same; of a long floating-point computation the last of six decimals may differ.
fn agree(catalogue: &Catalogue, engine: &Row, reference: &Row) -> bool {
    if engine == reference {
        return true;
    }
    let indicator = catalogue.indicator(&engine.indicator).expect("an indicator of the batch");
    let formula = compared(catalogue, indicator);
    let (ours, theirs) = (&engine.figure, &reference.figure);
    let same_place = *engine == Row { figure: ours.clone(), ..reference.clone() };
    same_place && is_long(formula) && ours.near(theirs)
}

/// A run with errors has no figures. The errors that may be are a source of which nothing is left, and one with
/// too many dates that are none; about the second the reference has no opinion.
fn refusal(run: &Run, reference: &Outcome) -> Option<String> {
    let errors = run.problems.iter().filter(|problem| problem.severity == Severity::Error);
    let nothing_kept = reference.accounts.iter().any(|account| account.kept == 0);
    let known = |code: ProblemCode| match code {
        ProblemCode::NothingKept => nothing_kept,
        other => other == ProblemCode::DateInvalid,
    };
    let expected = run.estimates.rows().is_empty() && errors.map(|problem| problem.code).all(known);
    (!expected).then(|| format!("errors: {:#?}", run.problems))
}

/// What the engine found, in the reference's words.
fn of_engine(run: &Run) -> Outcome {
    let counted = |parts: &[(String, u64)]| -> BTreeMap<String, u64> {
        parts.iter().filter(|(_, rows)| *rows > 0).cloned().collect()
    };
    let accounts = run.ledger.accounts().iter().map(|account| Account {
        read: account.read,
        kept: account.kept,
        out_of_scope: counted(&account.out_of_scope),
        set_aside: counted(&account.set_aside),
        duplicates: counted(&account.duplicates),
    });
    let rows = run.estimates.rows().iter().map(|row| Row {
        indicator: row.indicator.clone(),
        ref_area: row.ref_area,
        time_period: row.time_period,
        coordinates: row.coordinates.clone(),
        figure: Figure {
            value: row.value.map(Number::millionths),
            uncapped: row.uncapped.map(Number::millionths),
            numerator: row.numerator.map(Number::millionths),
            denominator: row.denominator.map(Number::millionths),
            status: row.obs_status.code(),
            flags: row.flags.iter().map(|flag| flag.code()).collect(),
            mobility_proxy: row.mobility_proxy.clone(),
            mobility_unknown: row.mobility_unknown.map(Number::millionths),
        },
    });
    Outcome { accounts: accounts.collect(), rows: rows.collect() }
}

fn shown(catalogue: &Catalogue, row: &Row) -> String {
    let known = catalogue.known();
    let code = |dimension, code| &catalogue.dimension(dimension).codes.code(code).id;
    let mut text = format!(
        "{} {} {}",
        row.indicator,
        code(known.ref_area, row.ref_area),
        code(known.time_period, row.time_period)
    );
    let columns = catalogue.dimension_ids().filter(|dimension| catalogue.dimension(*dimension).column);
    for (dimension, of_row) in columns.zip(&row.coordinates) {
        write!(text, " {}={}", catalogue.dimension(dimension).id, code(dimension, *of_row)).expect("a string");
    }
    format!("{text} {:?}", row.figure)
}
