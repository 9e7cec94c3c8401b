//! The figures of a run against those that the generator added up from the lives.

use std::collections::{BTreeMap, BTreeSet};

use matricula::spec::Catalogue;
use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::{Estimate, Run};

use crate::tables::Row;

/// The coordinates of the truth: indicator, country, year, sex, mobility, grade.
type Key = [String; 6];

/// The figures that the truth can have: those broken down by nothing but sex, mobility and grade.
fn figures<'a>(catalogue: &Catalogue, run: &'a Run) -> BTreeMap<Key, &'a Estimate> {
    let known = catalogue.known();
    let dimension = |id: &str| -> DimensionId { catalogue.find_dimension(id).expect("a dimension") };
    let wanted = ["sex", "mobility", "grade"].map(dimension);
    let columns = run.estimates.dimensions();
    let code = |dimension, code: CodeId| catalogue.dimension(dimension).codes.code(code).id.clone();
    let all = |code: CodeId| code == CodeId::TOTAL || code == CodeId::NOT_APPLICABLE;
    let mut figures = BTreeMap::new();
    for row in run.estimates.rows() {
        let place: Vec<_> = columns.iter().copied().zip(row.coordinates.iter().copied()).collect();
        // `_Z` is a row of its own where the breakdown is permitted: pupils of programmes without grades.
        let permitted = &catalogue.indicator(&row.indicator).expect("it is computed").breakdowns;
        let without = |(dimension, code): &(DimensionId, CodeId)| {
            *code == CodeId::NOT_APPLICABLE && permitted.contains(dimension)
        };
        let further = |(dimension, code): &(DimensionId, CodeId)| !wanted.contains(dimension) && !all(*code);
        if place.iter().any(|of| without(of) || further(of)) {
            continue;
        }
        let at = |wanted: DimensionId| {
            let found = place.iter().find(|(dimension, code)| *dimension == wanted && !all(*code));
            found.map_or_else(|| "_T".to_owned(), |(dimension, value)| code(*dimension, *value))
        };
        let [sex, mobility, grade] = wanted.map(at);
        let country = code(known.ref_area, row.ref_area);
        let year = code(known.time_period, row.time_period);
        figures.insert([row.indicator.clone(), country, year, sex, mobility, grade], row);
    }
    figures
}

/// What is wrong with a figure, if anything is.
fn difference(truth: &Row, figure: Option<&&Estimate>) -> Option<String> {
    let Some(figure) = figure else { return Some("no figure".to_owned()) };
    let Some(value) = figure.value else { return Some(format!("no value: {:?}", figure.obs_status)) };
    for (name, number) in [("numerator", figure.numerator), ("denominator", figure.denominator)] {
        let told = &truth[name];
        let found = number.map_or_else(String::new, |number| number.to_string());
        // Of a parity and the like the truth holds the value only.
        if !told.is_empty() && *told != found {
            return Some(format!("{name} {found}"));
        }
    }
    let told: f64 = truth["value"].parse().expect("a number");
    ((value.to_f64() - told).abs() > 1e-6).then(|| format!("value {value}"))
}

fn key(row: &Row) -> Key {
    ["indicator", "ref_area", "time_period", "sex", "mobility", "grade"].map(|name| row[name].clone())
}

/// Asserts that each figure of the truth is told, and no other that is defined.
pub(crate) fn is_truth(catalogue: &Catalogue, run: &Run, truth: &[Row], least: usize) {
    let figures = figures(catalogue, run);
    let wrong: Vec<String> = truth
        .iter()
        .filter_map(|row| {
            let key = key(row);
            let difference = difference(row, figures.get(&key))?;
            Some(format!(
                "{key:?}: {} / {} = {} in truth, {difference}",
                row["numerator"], row["denominator"], row["value"]
            ))
        })
        .collect();
    let shown = wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of {} figures are not the truth:\n{shown}", wrong.len(), truth.len());
    let told: BTreeSet<Key> = truth.iter().map(key).collect();
    // Nobody's sex or mobility is unknown, and nobody is displaced; a share of fewer than nobody is no figure.
    let of_nobody = |key: &Key| key.iter().any(|code| code == "_U" || code == "displaced");
    let defined =
        |figure: &Estimate| figure.value.is_some() && figure.denominator.is_none_or(|all| all.millionths() > 0);
    let untold: Vec<&Key> = figures
        .iter()
        .filter(|(key, figure)| defined(figure) && !of_nobody(key) && !told.contains(*key))
        .map(|(key, _)| key)
        .collect();
    assert!(untold.is_empty(), "figures that the truth does not hold: {untold:#?}");
    assert!(truth.len() >= least, "only {} figures", truth.len());
}
