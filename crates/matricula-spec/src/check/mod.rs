//! Semantic rules on the resolved catalogue and batch, one a file.

mod age_reference;
mod breakdowns;
mod cohorts;
mod conflicts;
mod crossing_budget;
mod crosswalks;
mod matrix;
mod mobility;
mod national;
mod never_cross;
mod not_from_records;
mod numbers;
mod parity;
mod recodes;
mod rules;
mod segregation;
mod source_scope;
mod splits;
mod systems;
mod unpivot;
mod vintages;

use crate::lower::{BatchPlaces, Places};
use crate::model::batch::Batch;
use crate::model::catalogue::Catalogue;
use crate::problem::Problems;

/// All rules on a catalogue.
pub(crate) fn catalogue(catalogue: &Catalogue, places: &Places, problems: &mut Problems) {
    // Where a specification could not be read, what refers to it is not to blame.
    let complete = !problems.has_errors();
    for (indicator, places) in catalogue.indicators.iter().zip(&places.indicators) {
        matrix::check(indicator, places, problems);
        if complete {
            parity::check(catalogue, indicator, places, problems);
            national::check(catalogue, indicator, places, problems);
            segregation::check(catalogue, indicator, places, problems);
        }
        breakdowns::check(catalogue, indicator, places, problems);
        never_cross::check(indicator, places, problems);
        cohorts::check(catalogue, indicator, places, problems);
        not_from_records::check(indicator, places, problems);
    }
    for (mapping, places) in catalogue.mappings.iter().zip(&places.mappings) {
        numbers::check(mapping, places, problems);
        recodes::check(mapping, places, problems);
        unpivot::check(mapping, places, problems);
        mobility::check(catalogue, mapping, places, problems);
        splits::check(catalogue, mapping, places, problems);
    }
    systems::check(catalogue, problems);
    if complete {
        for (rule, places) in catalogue.rules.iter().zip(&places.rules) {
            rules::check(catalogue, rule, places, problems);
        }
        crosswalks::check(catalogue, problems);
    }
}

/// All rules on a batch.
pub(crate) fn batch(catalogue: &Catalogue, batch: &Batch, places: &BatchPlaces, problems: &mut Problems) {
    let place = &places.whole;
    // A date or country that could not be read is not a missing one.
    if !problems.has_errors() {
        source_scope::check(catalogue, batch, place, problems);
        age_reference::check(catalogue, batch, place, problems);
    }
    conflicts::check(batch, place, problems);
    vintages::check(catalogue, batch, place, problems);
    crossing_budget::check(catalogue, batch, places, problems);
}
