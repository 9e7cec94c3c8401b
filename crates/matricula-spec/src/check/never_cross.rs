//! S012: `never_cross` names sets of permitted breakdowns.

use crate::lower::indicators::IndicatorPlaces;
use crate::model::indicator::Indicator;
use crate::problem::{Place, Problem, ProblemCode, Problems};

pub(super) fn check(indicator: &Indicator, places: &IndicatorPlaces, problems: &mut Problems) {
    for (set, place) in indicator.never_cross.iter().zip(&places.never_cross) {
        if set.len() >= 2 && set.iter().all(|dimension| indicator.breakdowns.contains(dimension)) {
            continue;
        }
        let place = Place { field: Some("never_cross".to_owned()), ..place.clone() };
        let expected = "A set in `never_cross` holds at least two of the indicator's breakdowns.";
        let found = "fewer, or a dimension that is no breakdown of it";
        let problem = Problem::error(ProblemCode::NeverCrossNotAllowed, place, expected, found);
        problems.push(problem.help("Name breakdowns, or take the set out."));
    }
}
