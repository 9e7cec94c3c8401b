//! S011: an indicator can be broken down by what it permits.

use crate::lower::indicators::IndicatorPlaces;
use crate::model::catalogue::Catalogue;
use crate::model::condition::Condition;
use crate::model::dimension::DimensionId;
use crate::model::indicator::{Formula, Indicator};
use crate::problem::{Place, Problem, ProblemCode, Problems};

pub(super) fn check(catalogue: &Catalogue, indicator: &Indicator, places: &IndicatorPlaces, problems: &mut Problems) {
    let tested = tested(catalogue, &indicator.formula);
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

/// The dimensions that are fixed by the formula; what only a denominator tests is not.
fn tested(catalogue: &Catalogue, formula: &Formula) -> Vec<DimensionId> {
    let of = |condition: &Condition| condition.codes.iter().map(|(dimension, _)| *dimension).collect::<Vec<_>>();
    match formula {
        Formula::Count { of: selection } | Formula::Ratio { numerator: selection, .. } => of(&selection.condition),
        Formula::Share { of: selection, group, .. } => [of(&selection.condition), of(group)].concat(),
        Formula::Parity { of: id, dimension, .. } => {
            let mut compared = match catalogue.indicator(id).map(|indicator| &indicator.formula) {
                Some(Formula::Parity { .. }) | None => Vec::new(),
                Some(formula) => tested(catalogue, formula),
            };
            compared.push(*dimension);
            compared
        }
    }
}
