//! Every indicator of the batch, wherever its numerator was counted.

use std::collections::BTreeSet;

use matricula_spec::model::condition::Selection;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::{Batch, Catalogue, Problem, ProblemCode, Problems};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::cube::Cube;
use crate::estimates::{Estimate, Estimates};
use crate::indicator::figure::Figure;
use crate::indicator::{Place, figures};
use crate::provenance::{Provenance, ProvenanceRow};
use crate::provenance_of::provenance_of;

/// The figures of a batch.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) estimates: Estimates,
    pub(crate) provenance: Provenance,
    /// Countries and years without an education system, though figures need one.
    unknown_systems: BTreeSet<(CodeId, CodeId)>,
}

/// What one indicator gives.
type OfIndicator = (Vec<Estimate>, Vec<ProvenanceRow>, BTreeSet<(CodeId, CodeId)>);

/// Computes every indicator of the batch.
pub(crate) fn figures_of(catalogue: &Catalogue, batch: &Batch, cube: &Cube, rules: &[Vec<String>]) -> Figures {
    let columns: Vec<DimensionId> = catalogue.dimension_ids().filter(|d| catalogue.dimension(*d).column).collect();
    let parts: Vec<OfIndicator> = batch
        .indicators
        .par_iter()
        .map(|position| of_indicator(catalogue, batch, cube, rules, &columns, *position))
        .collect();
    let mut rows = Vec::new();
    let mut all = Figures::default();
    for (estimates, provenance, unknown) in parts {
        rows.extend(estimates);
        all.provenance.rows.extend(provenance);
        all.unknown_systems.extend(unknown);
    }
    all.estimates = Estimates::new(columns, rows);
    all
}

fn of_indicator(
    catalogue: &Catalogue,
    batch: &Batch,
    cube: &Cube,
    rules: &[Vec<String>],
    columns: &[DimensionId],
    position: usize,
) -> OfIndicator {
    let indicator = &catalogue.indicators()[position];
    let mut all = OfIndicator::default();
    let Some(figure) = Figure::of(catalogue, indicator) else { return all };
    let measure = figure.quotient().numerator.measure;
    let places = cube.iter().filter(|((of, ..), _)| *of == measure).map(|((_, area, year), _)| (*area, *year));
    for (ref_area, time_period) in places {
        let place = Place::new(catalogue, cube, ref_area, time_period);
        let provenance = provenance_of(&place, batch, indicator, &figure, rules);
        all.0.extend(figures(&place, batch, indicator, &figure, columns, &provenance.id));
        all.1.push(provenance);
        if place.system.is_empty() && figure.quotient().selections().any(|s| needs_system(catalogue, s)) {
            all.2.insert((ref_area, time_period));
        }
    }
    all
}

fn needs_system(catalogue: &Catalogue, selection: &Selection) -> bool {
    selection.condition.years_over_age.is_some() || selection.condition.on(catalogue.known().age_class).is_some()
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
