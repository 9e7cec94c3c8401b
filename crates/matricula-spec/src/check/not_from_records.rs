//! S032: what records cannot give has no breakdowns and no worked case.

use crate::lower::indicators::IndicatorPlaces;
use crate::model::formula::Formula;
use crate::model::indicator::Indicator;
use crate::problem::{Problem, ProblemCode, Problems};

pub(super) fn check(indicator: &Indicator, places: &IndicatorPlaces, problems: &mut Problems) {
    if !matches!(indicator.formula, Formula::NotFromRecords { .. }) {
        return;
    }
    let found = match (indicator.breakdowns.is_empty(), &indicator.worked) {
        (false, _) => "breakdowns",
        (true, Some(_)) => "a worked case",
        (true, None) => return,
    };
    let expected = "An indicator that records cannot give is listed, never computed.";
    let problem = Problem::error(ProblemCode::FormulaInvalid, places.formula.clone(), expected, found);
    problems.push(problem.help("Take out `breakdowns`, `never_cross` and `worked`."));
}
