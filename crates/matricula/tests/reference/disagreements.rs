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
        || grades_beyond_last(formula, engine, reference)
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

/// "Grades beyond the last do not exist": a table asked for `grades_before_last` without `at_least` is missing where
/// it has none of them.
fn grades_beyond_last(formula: &Formula, engine: &Figure, reference: &Figure) -> bool {
    let tests = |quantity: &Quantity| {
        let mut bounds = quantity.selections().filter_map(|selection| selection.condition.grades_before_last);
        bounds.any(|between| between.at_least.is_none())
    };
    let tested = match formula {
        Formula::Count { of } => tests(of),
        Formula::Ratio(ratio) => tests(&ratio.numerator) || tests(&ratio.denominator),
        _ => false,
    };
    tested && engine.status == "O" && reference.status == "A"
}
