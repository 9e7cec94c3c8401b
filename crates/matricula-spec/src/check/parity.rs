//! S007, S010 and S032: a parity compares an indicator that exists, is computed and is no parity itself.

use std::collections::BTreeSet;

use crate::lower::indicators::IndicatorPlaces;
use crate::lower::nearest;
use crate::model::catalogue::Catalogue;
use crate::model::formula::Formula;
use crate::model::indicator::Indicator;
use crate::problem::{Problem, ProblemCode, Problems};

pub(super) fn check(catalogue: &Catalogue, indicator: &Indicator, places: &IndicatorPlaces, problems: &mut Problems) {
    let Formula::Parity { of, .. } = &indicator.formula else { return };
    let Some(compared) = catalogue.indicator(of) else {
        let ids = catalogue.indicators.iter().map(|indicator| indicator.id.as_str()).collect();
        let expected = "A parity compares an indicator of the catalogue.";
        let problem =
            Problem::error(ProblemCode::UnknownIndicator, places.formula.clone(), expected, format!("`{of}`"));
        problems.push(problem.help("Correct the identifier after `of`.").candidates(nearest(of, ids)));
        return;
    };
    if matches!(compared.formula, Formula::NotFromRecords { .. }) {
        let expected = "A parity compares an indicator that is computed.";
        let found = format!("`{of}`, which records cannot give");
        let problem = Problem::error(ProblemCode::FormulaInvalid, places.formula.clone(), expected, found);
        problems.push(problem.help("A parity of it cannot come from records either: give it that form, and say why."));
    }
    if matches!(compared.formula, Formula::Parity { .. }) {
        let expected = "A parity compares an indicator of any other form.";
        let found = match circle(catalogue, &indicator.id) {
            // A circle is one mistake: it is told once, at the first of its indicators.
            Some(circle) if circle.iter().any(|id| *id < indicator.id.as_str()) => return,
            Some(_) => format!("`{of}`, a parity that leads back to `{}`", indicator.id),
            None => format!("`{of}`, a parity itself"),
        };
        let problem = Problem::error(ProblemCode::CircularParity, places.formula.clone(), expected, found);
        problems.push(problem.help("Name the indicator whose groups are compared."));
    }
}

/// The indicators met by following `of` from an indicator, if that comes back to it.
fn circle<'a>(catalogue: &'a Catalogue, start: &'a str) -> Option<BTreeSet<&'a str>> {
    let mut seen = BTreeSet::new();
    let mut id = start;
    while seen.insert(id) {
        match catalogue.indicator(id).map(|indicator| &indicator.formula) {
            Some(Formula::Parity { of, .. }) => id = of,
            _ => return None,
        }
    }
    (id == start).then_some(seen)
}
