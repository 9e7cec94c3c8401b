//! S032: segregation is measured across something that a mapping identifies, between two groups.

use crate::lower::indicators::IndicatorPlaces;
use crate::lower::nearest;
use crate::model::catalogue::Catalogue;
use crate::model::condition::Condition;
use crate::model::formula::Formula;
use crate::model::indicator::Indicator;
use crate::problem::{Problem, ProblemCode, Problems};

pub(super) fn check(catalogue: &Catalogue, indicator: &Indicator, places: &IndicatorPlaces, problems: &mut Problems) {
    let Formula::Segregation { grain, group, comparison, .. } = &indicator.formula else { return };
    let roles: Vec<&str> =
        catalogue.mappings.iter().flat_map(|mapping| mapping.identifiers.keys()).map(String::as_str).collect();
    let mut invalid = |expected: &str, found: String, help: &str, candidates| {
        let problem = Problem::error(ProblemCode::FormulaInvalid, places.formula.clone(), expected, found);
        problems.push(problem.help(help).candidates(candidates));
    };
    if !roles.contains(&grain.as_str()) {
        let expected = "The `grain` is a role under `[identifier]` of a mapping.";
        let help = "Correct the role, or give it to a mapping, such as `school = { columns = [\"RBD\"] }`.";
        invalid(expected, format!("`{grain}`"), help, nearest(grain, roles));
    }
    let all = Condition::default();
    let groups = [("group", group), ("comparison", comparison)];
    if let Some((name, _)) = groups.into_iter().find(|(_, condition)| **condition == all) {
        let expected = "Group and comparison each test something.";
        invalid(expected, format!("a `{name}` of all pupils"), "Say who is in it.", Vec::new());
    }
}
