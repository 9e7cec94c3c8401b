//! S032: a cohort is one level in the figure's year, and a distance to the last grade is one of one level.

use crate::lower::indicators::IndicatorPlaces;
use crate::model::catalogue::Catalogue;
use crate::model::condition::{Condition, Quantity, Selection};
use crate::model::formula::{Formula, Survival};
use crate::model::indicator::Indicator;
use crate::problem::{Problem, ProblemCode, Problems};

pub(super) fn check(catalogue: &Catalogue, indicator: &Indicator, places: &IndicatorPlaces, problems: &mut Problems) {
    let mut invalid = |expected: &str, found: &str, help: &str| {
        let place = places.formula.clone();
        problems.push(Problem::error(ProblemCode::FormulaInvalid, place, expected, found).help(help));
    };
    let wrong = match &indicator.formula {
        Formula::Flow { cohort, .. } | Formula::Survival(Survival { cohort, .. }) => {
            wrong_cohort(catalogue, &cohort.pupils, &[&cohort.repeaters])
        }
        Formula::LinkedSurvival(survival) => {
            wrong_cohort(catalogue, &survival.pupils, &[&survival.promoted, &survival.repeated])
        }
        _ => None,
    };
    if let Some(found) = wrong {
        let expected = "A cohort is followed through the grades of one level, from the figure's year to the next.";
        let help =
            "Test one `edu_level` in `pupils`, leave `grade` and `year` out, and say in `repeaters` who repeats.";
        invalid(expected, found, help);
    }
    let of_no_level = |tests: &[&Condition; 2]| {
        tests.iter().any(|condition| condition.grades_before_last.is_some()) && !one_level(catalogue, tests)
    };
    if tested_together(&indicator.formula).iter().any(of_no_level) {
        let expected = "`grades_before_last` stands beside `edu_level` with exactly one level, which is no roll-up.";
        let help = "Write `edu_level = { in = [\"L1\"] }` beside it, and one selection for each level.";
        invalid(expected, "no level, several, or a roll-up", help);
    }
}

fn wrong_cohort(catalogue: &Catalogue, pupils: &Selection, who: &[&Condition]) -> Option<&'static str> {
    if !one_level(catalogue, &[&pupils.condition, &pupils.condition]) {
        Some("pupils of no level, of several, or of a roll-up")
    } else if pupils.year != 0 {
        Some("pupils of another year")
    } else if pupils.condition.on(catalogue.known().grade).is_some() {
        Some("pupils of chosen grades")
    } else if who.iter().any(|condition| **condition == Condition::default()) {
        Some("repeaters, or promoted pupils, without a condition")
    } else {
        None
    }
}

/// Whether the level is tested, and every test on it leaves the same finest level.
fn one_level(catalogue: &Catalogue, tests: &[&Condition; 2]) -> bool {
    let known = catalogue.known();
    let list = &catalogue.dimension(known.edu_level).codes;
    let mut tested = tests.iter().filter_map(|condition| condition.on(known.edu_level)).peekable();
    let first = tested.peek().copied();
    first.is_some_and(|codes| matches!(codes, [level] if !list.is_margin(*level))) && tested.all(|c| Some(c) == first)
}

/// Every condition of a formula, with the further one that is tested on the same pupils.
fn tested_together(formula: &Formula) -> Vec<[&Condition; 2]> {
    let alone = |condition| [condition, condition];
    match formula {
        Formula::Count { of } => conditions(of).map(alone).collect(),
        Formula::Ratio(ratio) => {
            conditions(&ratio.numerator).chain(conditions(&ratio.denominator)).map(alone).collect()
        }
        Formula::Share { of, group, .. } => vec![[&of.condition, group]],
        Formula::Mean { of, .. } => vec![alone(&of.condition)],
        Formula::Flow { cohort, .. } => vec![[&cohort.pupils.condition, &cohort.repeaters]],
        Formula::Survival(Survival { cohort, graduates, .. }) => {
            let graduates = graduates.iter().map(|graduates| [&cohort.pupils.condition, graduates]);
            std::iter::once([&cohort.pupils.condition, &cohort.repeaters]).chain(graduates).collect()
        }
        Formula::LinkedSurvival(survival) => {
            vec![[&survival.pupils.condition, &survival.promoted], [&survival.pupils.condition, &survival.repeated]]
        }
        Formula::LifeExpectancy { students, population, .. } => {
            vec![alone(&students.condition), alone(&population.condition)]
        }
        Formula::Segregation { pupils, group, comparison, .. } => {
            vec![[&pupils.condition, group], [&pupils.condition, comparison]]
        }
        Formula::Parity { .. } | Formula::NotFromRecords { .. } => Vec::new(),
    }
}

fn conditions(quantity: &Quantity) -> impl Iterator<Item = &Condition> {
    quantity.selections().map(|selection| &selection.condition)
}
