//! S007: crosswalks lead to indicators of the catalogue.

use crate::lower::nearest;
use crate::model::catalogue::Catalogue;
use crate::problem::{Place, Problem, ProblemCode, Problems};

pub(super) fn check(catalogue: &Catalogue, problems: &mut Problems) {
    let ids: Vec<&str> = catalogue.indicators.iter().map(|indicator| indicator.id.as_str()).collect();
    for crosswalk in &catalogue.crosswalks {
        for row in crosswalk.rows.iter().filter(|row| !ids.contains(&row.indicator.as_str())) {
            let place = Place {
                file: format!("crosswalks/{}.csv", crosswalk.id),
                line: Some(row.line),
                field: Some(row.published.clone()),
                ..Place::default()
            };
            let expected = "A published code leads to an indicator of the catalogue.";
            let problem =
                Problem::error(ProblemCode::UnknownIndicator, place, expected, format!("`{}`", row.indicator));
            let problem = problem.help("Correct the identifier, or take the row out.");
            problems.push(problem.candidates(nearest(&row.indicator, ids.clone())));
        }
    }
}
