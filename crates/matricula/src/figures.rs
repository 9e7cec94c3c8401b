//! Every indicator of the batch, wherever its numerator was counted.

use std::collections::BTreeSet;

use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::indicator::Indicator;
use matricula_spec::{Batch, Catalogue, Problem, ProblemCode, Problems};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::cube::Cube;
use crate::disaggregation::{Disaggregation, disaggregation, without_source};
use crate::estimates::{Estimate, Estimates};
use crate::indicator::figure::Figure;
use crate::indicator::{Place, figures};
use crate::provenance::{Provenance, ProvenanceRow};
use crate::provenance_of::{SourceFacts, provenance_of};

/// The figures of a batch.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) estimates: Estimates,
    pub(crate) provenance: Provenance,
    pub(crate) disaggregation: Vec<Disaggregation>,
    /// Countries and years without an education system, though figures need one.
    unknown_systems: BTreeSet<(CodeId, CodeId)>,
}

/// What one indicator gives.
#[derive(Default)]
struct OfIndicator {
    estimates: Vec<Estimate>,
    provenance: Vec<ProvenanceRow>,
    disaggregation: Vec<Disaggregation>,
    unknown_systems: BTreeSet<(CodeId, CodeId)>,
}

/// Computes every indicator of the batch.
pub(crate) fn figures_of(catalogue: &Catalogue, batch: &Batch, cube: &Cube, rules: &[Vec<String>]) -> Figures {
    let columns: Vec<DimensionId> = catalogue.dimension_ids().filter(|d| catalogue.dimension(*d).column).collect();
    let sources = SourceFacts::all(catalogue, batch, rules);
    let parts: Vec<OfIndicator> = batch
        .indicators
        .par_iter()
        .map(|position| of_indicator(catalogue, batch, cube, &sources, &columns, *position))
        .collect();
    let mut rows = Vec::new();
    let mut all = Figures::default();
    for part in parts {
        rows.extend(part.estimates);
        all.provenance.rows.extend(part.provenance);
        all.disaggregation.extend(part.disaggregation);
        all.unknown_systems.extend(part.unknown_systems);
    }
    all.disaggregation.sort();
    all.estimates = Estimates::new(columns, rows);
    all
}

fn of_indicator(
    catalogue: &Catalogue,
    batch: &Batch,
    cube: &Cube,
    sources: &[SourceFacts],
    columns: &[DimensionId],
    position: usize,
) -> OfIndicator {
    let indicator = &catalogue.indicators()[position];
    let mut all = OfIndicator::default();
    let Some(figure) = Figure::of(catalogue, indicator) else { return all };
    let places = places(cube, indicator, &figure);
    for (ref_area, time_period) in places_of_records(batch, cube, indicator).difference(&places) {
        let row = without_source(catalogue, indicator, &figure, (*ref_area, *time_period));
        all.disaggregation.push(row);
    }
    for (ref_area, time_period) in places {
        let place = Place::new(catalogue, cube, ref_area, time_period);
        let provenance = provenance_of(&place, batch, indicator, &figure, sources);
        let rows = figures(&place, batch, indicator, &figure, columns, &provenance.id);
        all.disaggregation.extend(disaggregation(&place, batch, indicator, &figure, columns, &rows));
        all.estimates.extend(rows);
        all.provenance.push(provenance);
        if place.system.is_empty() && figure.needs_system(catalogue) {
            all.unknown_systems.insert((ref_area, time_period));
        }
    }
    all
}

/// Countries and years in which a leading selection is measured; those of a national indicator are its country's.
fn places(cube: &Cube, indicator: &Indicator, figure: &Figure) -> BTreeSet<(CodeId, CodeId)> {
    let measures: Vec<CodeId> =
        figure.leading.iter().map(|position| figure.selections()[*position].selection.measure).collect();
    let country = indicator.national.as_ref().map(|national| national.country);
    let measured = cube.iter().filter(|((measure, ..), _)| measures.contains(measure));
    let places = measured.map(|((_, area, year), _)| (*area, *year));
    places.filter(|(area, _)| country.is_none_or(|country| country == *area)).collect()
}

/// Countries and years of sources other than populations, which are there for the sake of others.
fn places_of_records(batch: &Batch, cube: &Cube, indicator: &Indicator) -> BTreeSet<(CodeId, CodeId)> {
    let country = indicator.national.as_ref().map(|national| national.country);
    let of_records = cube.iter().filter(|(_, slice)| batch.sources[slice.source()].vintage.is_none());
    let places = of_records.map(|((_, area, year), _)| (*area, *year));
    places.filter(|(area, _)| country.is_none_or(|country| country == *area)).collect()
}

/// Warns of countries and years whose education system is not known.
pub(crate) fn unknown_systems(catalogue: &Catalogue, figures: &Figures) -> Problems {
    let known = catalogue.known();
    let code = |dimension, code| catalogue.dimension(dimension).codes.code(code).id.clone();
    let problem = |(ref_area, time_period): &(CodeId, CodeId)| {
        let found = format!("none for {} {}", code(known.ref_area, *ref_area), code(known.time_period, *time_period));
        let expected = "An education system is known for the countries and years of the batch.";
        Problem::warning(ProblemCode::SystemUnknown, matricula_spec::Place::default(), expected, found)
            .help("Add its levels to a file under `systems/`; until then figures that need official ages are empty.")
    };
    figures.unknown_systems.iter().map(problem).collect()
}
