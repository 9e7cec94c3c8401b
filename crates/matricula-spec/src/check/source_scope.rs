//! S022: country and year of every source are determined exactly once.

use crate::model::batch::Batch;
use crate::model::catalogue::Catalogue;
use crate::problem::{Place, Problem, ProblemCode, Problems};

pub(super) fn check(catalogue: &Catalogue, batch: &Batch, file: &Place, problems: &mut Problems) {
    let known = catalogue.known();
    for source in &batch.sources {
        let mapping = &catalogue.mappings[source.mapping];
        let by_mapping = [known.ref_area, known.time_period].map(|d| mapping.variables.contains_key(&d));
        let by_batch = [source.ref_area.is_some(), source.time_period.is_some()];
        let found = match (by_batch, by_mapping) {
            ([true, true], [false, false]) | ([false, false], [true, true]) => continue,
            (_, [true, true]) => "a country or school year in the batch, though the mapping gives both",
            ([false, _] | [_, false], [false, false]) => "no country or no school year",
            _ => "one of the two from the batch and the other from the mapping",
        };
        let place = Place { line: source.line, source: Some(source.id.clone()), ..file.clone() };
        let expected =
            "Country and year come from the batch (`country`, `school_year`) or from the mapping, both from one.";
        let problem = Problem::error(ProblemCode::ScopeOfSourceMissing, place, expected, found);
        problems.push(problem.help("Add `country` and `school_year` to the source, or take them out."));
    }
}
