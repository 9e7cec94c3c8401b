//! S023: the day at which age is taken is declared; there is no default.

use crate::model::batch::{Batch, Source};
use crate::model::catalogue::Catalogue;
use crate::model::mapping::{CountedUnit, Derived, Mapping, Variable};
use crate::problem::{Place, Problem, ProblemCode, Problems};

pub(super) fn check(catalogue: &Catalogue, batch: &Batch, file: &Place, problems: &mut Problems) {
    for source in &batch.sources {
        let mapping = &catalogue.mappings[source.mapping];
        if source.age_reference_date.is_some() || !needs_date(catalogue, source, mapping) {
            continue;
        }
        let place = Place {
            line: source.line,
            field: Some("age_reference_date".to_owned()),
            source: Some(source.id.clone()),
            ..file.clone()
        };
        let expected = "A source of pupils whose mapping gives `age` declares `age_reference_date`.";
        let problem = Problem::error(ProblemCode::AgeReferenceMissing, place, expected, "none");
        problems.push(
            problem.help("Write the day at which the country takes age, such as `age_reference_date = 2022-06-30`."),
        );
    }
}

fn needs_date(catalogue: &Catalogue, source: &Source, mapping: &Mapping) -> bool {
    let students = mapping.units.contains(&CountedUnit::Student);
    match mapping.variables.get(&catalogue.known().age) {
        None | Some(Variable::NotCollected(_) | Variable::Impossible(_)) => false,
        Some(Variable::Derived(Derived::AgeAtReference(_))) => true,
        // A table of many countries and years has no one date.
        Some(_) => students && source.time_period.is_some(),
    }
}
