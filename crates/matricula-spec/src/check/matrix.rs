//! S021: the cell of the indicator matrix exists.

use crate::lower::indicators::IndicatorPlaces;
use crate::model::indicator::Indicator;
use crate::problem::{Problem, ProblemCode, Problems};

const DIMENSIONS: [&str; 5] = ["availability", "accessibility", "acceptability", "adaptability", "accountability"];
const CUTS: [&str; 4] = ["structural", "access", "permanence-progression", "graduation"];

pub(super) fn check(indicator: &Indicator, places: &IndicatorPlaces, problems: &mut Problems) {
    let cell = &indicator.matrix;
    if DIMENSIONS.contains(&cell.dimension.as_str()) && CUTS.contains(&cell.cut.as_str()) {
        return;
    }
    let expected = format!("The dimension is one of {}, the cut one of {}.", DIMENSIONS.join(", "), CUTS.join(", "));
    let found = format!("`{}` by `{}`", cell.dimension, cell.cut);
    let problem = Problem::error(ProblemCode::MatrixCellUnknown, places.matrix.clone(), expected, found);
    problems.push(problem.help("Correct the cell of the indicator matrix."));
}
