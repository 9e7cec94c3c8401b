//! S011: an indicator can be broken down by what it permits.

use crate::lower::indicators::IndicatorPlaces;
use crate::model::catalogue::Catalogue;
use crate::model::indicator::Indicator;
use crate::problem::{Place, Problem, ProblemCode, Problems};

pub(super) fn check(catalogue: &Catalogue, indicator: &Indicator, places: &IndicatorPlaces, problems: &mut Problems) {
    let tested = catalogue.tested_by(&indicator.formula);
    for (dimension, place) in &places.breakdowns {
        let name = &catalogue.dimension(*dimension).id;
        let found = if tested.contains(dimension) {
            format!("`{name}`, on which the formula puts a condition")
        } else if !catalogue.dimension(*dimension).column {
            format!("`{name}`, which has no column in the estimates")
        } else {
            continue;
        };
        let place = Place { field: Some("breakdowns".to_owned()), ..place.clone() };
        let expected = "A breakdown is a dimension with a column on which the formula puts no condition.";
        let problem = Problem::error(ProblemCode::BreakdownNotAllowed, place, expected, found);
        problems.push(problem.help("Take it out of `breakdowns`."));
    }
}
