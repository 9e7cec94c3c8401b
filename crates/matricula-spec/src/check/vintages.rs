//! S036: one country has populations of one vintage.

use crate::model::batch::{Batch, Source};
use crate::model::catalogue::Catalogue;
use crate::problem::{Place, Problem, ProblemCode, Problems};

pub(super) fn check(catalogue: &Catalogue, batch: &Batch, file: &Place, problems: &mut Problems) {
    for (position, source) in batch.sources.iter().enumerate() {
        let Some(vintage) = &source.vintage else { continue };
        let other = batch.sources[..position].iter().find(|other| {
            other.vintage.as_ref().is_some_and(|other| other != vintage) && may_meet(catalogue, source, other)
        });
        let Some(other) = other else { continue };
        let place = Place {
            line: source.line,
            field: Some("vintage".to_owned()),
            source: Some(source.id.clone()),
            ..file.clone()
        };
        let expected = "All populations of a country in a batch are of one vintage.";
        let before = other.vintage.as_deref().unwrap_or_default();
        let found = format!("`{vintage}` beside `{before}` (source `{}`)", other.id);
        let problem = Problem::error(ProblemCode::VintagesMixed, place, expected, found);
        problems.push(problem.help("Make a batch for each vintage; their figures are not one series."));
    }
}

/// Whether two populations give the same measure for the same country. Which countries a file holds
/// that names them itself is not known here: then only files of one kind are compared.
fn may_meet(catalogue: &Catalogue, a: &Source, b: &Source) -> bool {
    match (a.ref_area, b.ref_area) {
        (Some(one), Some(other)) => {
            let known = catalogue.known();
            let list = &catalogue.dimension(known.measure).codes;
            let measures = |source: &Source| catalogue.mappings[source.mapping].can_give(known.measure, list);
            one == other && measures(a).intersection(&measures(b)).next().is_some()
        }
        _ => a.mapping == b.mapping,
    }
}
