//! S015 and S016: mobility has a declared proxy, and age a declared basis.

use crate::lower::mappings::MappingPlaces;
use crate::model::catalogue::Catalogue;
use crate::model::dimension::DimensionId;
use crate::model::mapping::{CountedUnit, Mapping, PROXIES, Variable};
use crate::problem::{Place, Problem, ProblemCode, Problems};

pub(super) fn check(catalogue: &Catalogue, mapping: &Mapping, places: &MappingPlaces, problems: &mut Problems) {
    let known = catalogue.known();
    if gives(mapping, known.mobility) {
        proxy(mapping, places, known.mobility, problems);
    }
    let counts_people = mapping.units.iter().any(|unit| matches!(unit, CountedUnit::Student | CountedUnit::Teacher));
    if counts_people && gives(mapping, known.age) && mapping.age_basis.is_none() {
        let place = place_of(places, known.age);
        let expected = "A mapping of people that gives `age` says where it comes from.";
        let problem = Problem::error(ProblemCode::VariableInvalid, place, expected, "no `[age]` with a `basis`");
        problems.push(problem.help("Add `[age]` with `basis = \"birth-date\"` or `\"reported\"`."));
    }
}

fn proxy(mapping: &Mapping, places: &MappingPlaces, mobility: DimensionId, problems: &mut Problems) {
    let known = mapping.mobility.as_ref().is_some_and(|mobility| PROXIES.contains(&mobility.proxy.as_str()));
    if known {
        return;
    }
    let place = places.proxy.clone().unwrap_or_else(|| place_of(places, mobility));
    let expected = format!("A mapping that gives `mobility` declares the proxy behind it: {}.", PROXIES.join(", "));
    let found = if mapping.mobility.is_some() { "another proxy" } else { "no `[mobility]`" };
    let problem = Problem::error(ProblemCode::MobilityWithoutProxy, place, expected, found);
    problems.push(problem.help("Add `[mobility]` with `proxy` and `[mobility.weakness]`."));
}

fn gives(mapping: &Mapping, dimension: DimensionId) -> bool {
    let variable = mapping.variables.get(&dimension);
    variable.is_some_and(|variable| !matches!(variable, Variable::NotCollected(_) | Variable::Impossible(_)))
}

fn place_of(places: &MappingPlaces, dimension: DimensionId) -> Place {
    places.variables.get(&dimension).unwrap_or(&places.id).clone()
}
