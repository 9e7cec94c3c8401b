//! Every indicator of the batch, wherever its numerator was counted.

use std::collections::{BTreeMap, BTreeSet};

use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::indicator::Indicator;
use matricula_spec::{Batch, Catalogue, Problem, ProblemCode, Problems};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::estimates::{Estimate, Estimates};
use super::provenance::{Provenance, ProvenanceRow};
use super::provenance_of::{SourceFacts, provenance_of};
use super::{ByUnit, Place, figures};
use crate::cube::Cube;
use crate::cube::slice::Slice;
use crate::plan::crossing::crossings;
use crate::plan::figure::Figure;

/// The figures of a batch.
#[derive(Debug)]
pub struct Figures<'a> {
    /// The figures.
    pub estimates: Estimates,
    /// What stands behind them.
    pub provenance: Provenance,
    /// Countries and years without an education system, though figures need one.
    unknown_systems: BTreeSet<(CodeId, CodeId)>,
    /// The indicators that were computed, with what they need and where.
    pub(crate) asked: Vec<Asked<'a>>,
}

/// What one indicator gives at one place.
struct AtPlace {
    estimates: Vec<Estimate>,
    provenance: ProvenanceRow,
    lacks_system: bool,
}

/// An indicator of the batch that records can give.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) indicator: &'a Indicator,
    pub(crate) figure: Figure,
    /// Countries and years in which a leading selection is measured.
    pub(crate) places: BTreeSet<(CodeId, CodeId)>,
}

impl<'a> Asked<'a> {
    /// The indicators of a batch, in its order.
    fn all(catalogue: &'a Catalogue, batch: &Batch, cube: &Cube) -> Vec<Self> {
        let asked = |position: &usize| {
            let indicator = &catalogue.indicators()[*position];
            let figure = Figure::of(catalogue, indicator)?;
            Some(Self { indicator, places: places(cube, indicator, &figure), figure })
        };
        batch.indicators.iter().filter_map(asked).collect()
    }
}

/// What all figures of a batch need.
struct Figuring<'a> {
    catalogue: &'a Catalogue,
    batch: &'a Batch,
    cube: &'a Cube,
    sources: Vec<SourceFacts>,
    columns: Vec<DimensionId>,
    asked: Vec<Asked<'a>>,
    parts: Vec<Part>,
}

/// What one thread computes at a place in one go.
struct Part {
    /// Among the indicators asked for: one, or those that look at the same units.
    positions: Vec<usize>,
    crossings: Vec<Vec<DimensionId>>,
}

/// Computes every indicator of the batch: one place after the other, so that what is tabulated of its records serves
/// all indicators and is forgotten with it.
#[must_use]
pub fn figures_of<'a>(
    catalogue: &'a Catalogue,
    batch: &'a Batch,
    cube: &'a Cube,
    rules: &[Vec<String>],
) -> Figures<'a> {
    let figuring = Figuring::new(catalogue, batch, cube, rules);
    let (mut provenance, mut unknown_systems) = (Provenance::default(), BTreeSet::new());
    let mut of_indicators: Vec<Vec<AtPlace>> = figuring.asked.iter().map(|_| Vec::new()).collect();
    let places: BTreeSet<_> = figuring.asked.iter().flat_map(|asked| &asked.places).copied().collect();
    for place in places {
        for (position, found) in figuring.at(place) {
            unknown_systems.extend(found.lacks_system.then_some(place));
            of_indicators[position].push(found);
        }
    }
    let mut estimates = BTreeMap::new();
    for (asked, at_places) in figuring.asked.iter().zip(of_indicators) {
        let of_indicator = estimates.entry(asked.indicator.id.as_str()).or_insert_with(Vec::new);
        for found in at_places {
            of_indicator.push(found.estimates);
            provenance.rows.push(found.provenance);
        }
    }
    let mut rows = Vec::with_capacity(estimates.values().flatten().map(Vec::len).sum());
    estimates.into_values().flatten().for_each(|mut of_place| rows.append(&mut of_place));
    let estimates = Estimates::new(figuring.columns, rows);
    Figures { estimates, provenance, unknown_systems, asked: figuring.asked }
}

impl<'a> Figuring<'a> {
    fn new(catalogue: &'a Catalogue, batch: &'a Batch, cube: &'a Cube, rules: &[Vec<String>]) -> Self {
        let asked = Asked::all(catalogue, batch, cube);
        let parts = parts(batch, &asked);
        let columns = catalogue.dimension_ids().filter(|d| catalogue.dimension(*d).column).collect();
        Self { catalogue, batch, cube, sources: SourceFacts::all(catalogue, batch, rules), columns, asked, parts }
    }

    /// Every indicator that has a place here, by its position.
    fn at(&self, (ref_area, time_period): (CodeId, CodeId)) -> Vec<(usize, AtPlace)> {
        let place = Place::new(self.catalogue, self.cube, ref_area, time_period);
        let is_here = |position: &usize| self.asked[*position].places.contains(&(ref_area, time_period));
        let here: Vec<usize> = (0..self.asked.len()).filter(is_here).collect();
        let provenance = |position: &usize| {
            let Asked { indicator, figure, .. } = &self.asked[*position];
            (*position, provenance_of(&place, self.batch, indicator, figure, &self.sources))
        };
        let provenance: BTreeMap<usize, ProvenanceRow> = here.par_iter().map(provenance).collect();
        let rows = |part: &Part| {
            let by_unit = ByUnit::default();
            let of = |position: &usize| {
                let (Asked { indicator, figure, .. }, id) = (&self.asked[*position], &provenance.get(position)?.id);
                let place = (&place, &by_unit);
                Some((*position, figures(place, self.batch, indicator, figure, &self.columns, (id, &part.crossings))))
            };
            part.positions.iter().filter_map(of).collect::<Vec<_>>()
        };
        let mut estimates: BTreeMap<usize, Vec<Estimate>> = BTreeMap::new();
        // One by one: long parts stand beside each other, and must not become the work of one thread.
        let found: Vec<_> = self.parts.par_iter().with_max_len(1).flat_map_iter(rows).collect();
        found.into_iter().for_each(|(position, rows)| estimates.entry(position).or_default().extend(rows));
        let together = provenance.into_iter().zip(estimates.into_values()).collect::<Vec<_>>();
        let conclude = |((position, provenance), rows)| (position, self.conclude(&place, position, provenance, rows));
        let found = together.into_par_iter().map(conclude).collect();
        self.cube.of_place(ref_area, time_period).for_each(Slice::forget);
        found
    }

    /// What the rows of an indicator say together.
    fn conclude(
        &self,
        place: &Place<'_>,
        position: usize,
        provenance: ProvenanceRow,
        mut estimates: Vec<Estimate>,
    ) -> AtPlace {
        let figure = &self.asked[position].figure;
        estimates.sort_by(|a, b| a.coordinates.cmp(&b.coordinates));
        let lacks_system = place.system.is_empty() && figure.needs_system(self.catalogue);
        AtPlace { estimates, provenance, lacks_system }
    }
}

/// An indicator with all its crossings; or one crossing of all that look at the same units, since what these share is
/// large, and the work for it is long.
fn parts(batch: &Batch, asked: &[Asked<'_>]) -> Vec<Part> {
    let mut by_units: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    let mut alone = Vec::new();
    for (position, Asked { indicator, figure, .. }) in asked.iter().enumerate() {
        let crossings = crossings(batch, indicator);
        if figure.of_units().next().is_none() {
            alone.push(Part { positions: vec![position], crossings });
            continue;
        }
        for crossing in crossings {
            let units: Vec<_> = figure.of_units().collect();
            by_units.entry((units, crossing)).or_default().push(position);
        }
    }
    // The longest work begins first.
    let of_units = by_units.into_iter().map(|((_, crossing), positions)| Part { positions, crossings: vec![crossing] });
    of_units.chain(alone).collect()
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

/// Warns of countries and years whose education system is not known.
#[must_use]
pub fn unknown_systems(catalogue: &Catalogue, figures: &Figures<'_>) -> Problems {
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
