//! Where the engine is known to say something else than `docs/estimates.md`.
//!
//! The reference keeps to the page. Each entry goes as soon as the page or the engine is mended.

use matricula::spec::model::condition::Quantity;
use matricula::spec::model::formula::{Formula, Survival};

use super::figures::Figure;

/// Whether two figures of a formula differ in a known way only.
pub(crate) fn known(formula: &Formula, engine: &Figure, reference: &Figure) -> bool {
    order_of_absences(formula, engine, reference)
        || flags_of_whole_bands(engine, reference)
        || flags_of_unused_ages(formula, engine, reference)
        || grades_of_tables(formula, engine, reference)
        || mobility_of_otherwise(formula, engine, reference)
}

/// "Where several hold, the first of: impossible, not collected, missing": flows and survival tell the first that
/// they meet instead (an unknown system before a year that was not collected, an absent number before a last grade).
fn order_of_absences(formula: &Formula, engine: &Figure, reference: &Figure) -> bool {
    let cohorts = matches!(formula, Formula::Flow { .. } | Formula::Survival(Survival { .. }));
    cohorts && engine.value.is_none() && *reference == Figure { status: reference.status, ..engine.clone() }
}

/// `split-of-band` is "a part of a band": the engine says it of totals too, where some other figure of the batch
/// needs the bands split.
fn flags_of_whole_bands(engine: &Figure, reference: &Figure) -> bool {
    let flags = engine.flags.iter().copied().filter(|flag| *flag != "split-of-band").collect();
    *reference == Figure { flags, ..engine.clone() }
}

/// "`flags` names how a number came about": a life expectancy is flagged for bands and ages that it does not use.
fn flags_of_unused_ages(formula: &Formula, engine: &Figure, reference: &Figure) -> bool {
    let all = reference.flags.iter().all(|flag| engine.flags.contains(flag));
    let same = Figure { flags: reference.flags.clone(), ..engine.clone() };
    matches!(formula, Formula::LifeExpectancy { .. }) && all && same.near(reference)
}

/// A table of cells that is asked for `grades_before_last` is missing where it has none of the grades beyond the last,
/// which do not exist, and where it did not collect the grade, which is not collected.
fn grades_of_tables(formula: &Formula, engine: &Figure, reference: &Figure) -> bool {
    let tested = quantities(formula).into_iter().flat_map(Quantity::selections);
    let tested = tested.filter(|selection| selection.condition.grades_before_last.is_some()).count();
    tested > 0 && engine.status == "O" && ["A", "L"].contains(&reference.status)
}

/// "The leading selection", or "what `otherwise` puts in its place": the engine looks for pupils of unknown mobility
/// among the former only.
fn mobility_of_otherwise(formula: &Formula, engine: &Figure, reference: &Figure) -> bool {
    let otherwise = quantities(formula).into_iter().any(|quantity| quantity.otherwise.is_some());
    let same = Figure { mobility_unknown: reference.mobility_unknown, ..engine.clone() };
    otherwise && engine.mobility_unknown.is_none() && same.near(reference)
}

fn quantities(formula: &Formula) -> Vec<&Quantity> {
    match formula {
        Formula::Count { of } => vec![of],
        Formula::Ratio(ratio) => vec![&ratio.numerator, &ratio.denominator],
        _ => Vec::new(),
    }
}
