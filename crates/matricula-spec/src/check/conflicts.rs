//! S024: no two sources have one name, or are the same thing twice.

use crate::model::batch::{Batch, Source};
use crate::problem::{Place, Problem, ProblemCode, Problems};

pub(super) fn check(batch: &Batch, file: &Place, problems: &mut Problems) {
    for (position, source) in batch.sources.iter().enumerate() {
        for other in &batch.sources[..position] {
            let found = if other.id == source.id {
                format!("a second source `{}`", source.id)
            } else if same_thing(source, other) {
                format!("`{}` and `{}` with one mapping, country and year", other.id, source.id)
            } else {
                continue;
            };
            let place = Place { line: source.line, source: Some(source.id.clone()), ..file.clone() };
            let expected = "Each source of a batch has a name of its own and its own country, year and mapping.";
            let problem = Problem::error(ProblemCode::SourceConflict, place, expected, found);
            problems.push(problem.help("Rename one, or name all files of one country and year in one source."));
        }
    }
    if batch.sources.is_empty() {
        let expected = "A batch has at least one source.";
        let problem = Problem::error(ProblemCode::BatchValueInvalid, file.clone(), expected, "none");
        problems.push(problem.help("Add a `[[source]]`."));
    }
}

fn same_thing(a: &Source, b: &Source) -> bool {
    a.mapping == b.mapping && a.ref_area.is_some() && (a.ref_area, a.time_period) == (b.ref_area, b.time_period)
}
