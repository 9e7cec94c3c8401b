//! S031: a rule tests something.

use crate::lower::rules::RulePlaces;
use crate::model::catalogue::Catalogue;
use crate::model::condition::{Between, Condition};
use crate::model::rule::{Check, Rule};
use crate::problem::{Problem, ProblemCode, Problems};

pub(super) fn check(catalogue: &Catalogue, rule: &Rule, places: &RulePlaces, problems: &mut Problems) {
    let found = match &rule.check {
        Check::Range { between, .. } | Check::YearsOverAge { between, .. } if *between == Between::default() => {
            "a range without a bound"
        }
        Check::Range { between, .. } | Check::YearsOverAge { between, .. } if is_empty(*between) => {
            "a range in which nothing lies"
        }
        Check::Forbidden { condition } if *condition == Condition::default() => "a forbidden combination of nothing",
        Check::Unique { identifier, .. } if identifier.is_empty() => "an identifier without a name",
        Check::Unique { identifier, .. } if !has_role(catalogue, identifier) => {
            "an identifier that no mapping of the catalogue has"
        }
        _ if rule.units.is_empty() => "no unit to which it applies",
        _ => return,
    };
    let expected = "A rule names units and tests something.";
    let problem = Problem::error(ProblemCode::RuleInvalid, places.check.clone(), expected, found);
    problems.push(problem.help("See `indicator-specs/README.md`, section Rules."));
}

fn is_empty(between: Between) -> bool {
    between.at_least.zip(between.at_most).is_some_and(|(least, most)| least > most)
}

fn has_role(catalogue: &Catalogue, role: &str) -> bool {
    catalogue.mappings.is_empty() || catalogue.mappings.iter().any(|mapping| mapping.identifiers.contains_key(role))
}
