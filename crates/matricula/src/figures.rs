//! Every indicator of the batch, wherever its numerator was counted.

use std::collections::{BTreeMap, BTreeSet};

use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::indicator::Indicator;
use matricula_spec::{Batch, Catalogue, Problem, ProblemCode, Problems};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::cube::Cube;
use crate::cube::slice::Slice;
use crate::disaggregation::{Disaggregation, disaggregation, without_source};
use crate::estimates::{Estimate, Estimates};
use crate::indicator::figure::Figure;
use crate::indicator::{ByUnit, Place, figures};
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

/// What one indicator gives at one place.
struct AtPlace {
    estimates: Vec<Estimate>,
    provenance: ProvenanceRow,
    disaggregation: Vec<Disaggregation>,
    lacks_system: bool,
}

/// An indicator of the batch that records can give.
struct Asked<'a> {
    indicator: &'a Indicator,
    figure: Figure,
    places: BTreeSet<(CodeId, CodeId)>,
}

/// What all figures of a batch need.
struct Figuring<'a> {
    catalogue: &'a Catalogue,
    batch: &'a Batch,
    cube: &'a Cube,
    sources: Vec<SourceFacts>,
    columns: Vec<DimensionId>,
    asked: Vec<Asked<'a>>,
    /// Positions among the indicators asked for; those that look at the same units stand together.
    together: Vec<Vec<usize>>,
}

/// Computes every indicator of the batch: one place after the other, so that what is tabulated of its records serves
/// all indicators and is forgotten with it.
pub(crate) fn figures_of(catalogue: &Catalogue, batch: &Batch, cube: &Cube, rules: &[Vec<String>]) -> Figures {
    let figuring = Figuring::new(catalogue, batch, cube, rules);
    let mut all = Figures { disaggregation: figuring.without_source(), ..Figures::default() };
    let mut of_indicators: Vec<Vec<AtPlace>> = figuring.asked.iter().map(|_| Vec::new()).collect();
    let places: BTreeSet<_> = figuring.asked.iter().flat_map(|asked| &asked.places).copied().collect();
    for place in places {
        for (position, found) in figuring.at(place) {
            all.unknown_systems.extend(found.lacks_system.then_some(place));
            of_indicators[position].push(found);
        }
    }
    let mut estimates = BTreeMap::new();
    for (asked, at_places) in figuring.asked.iter().zip(of_indicators) {
        let of_indicator = estimates.entry(asked.indicator.id.as_str()).or_insert_with(Vec::new);
        for found in at_places {
            of_indicator.push(found.estimates);
            all.provenance.rows.push(found.provenance);
            all.disaggregation.extend(found.disaggregation);
        }
    }
    all.disaggregation.par_sort();
    let mut rows = Vec::with_capacity(estimates.values().flatten().map(Vec::len).sum());
    estimates.into_values().flatten().for_each(|mut of_place| rows.append(&mut of_place));
    all.estimates = Estimates::new(figuring.columns, rows);
    all
}

impl<'a> Figuring<'a> {
    fn new(catalogue: &'a Catalogue, batch: &'a Batch, cube: &'a Cube, rules: &[Vec<String>]) -> Self {
        let asked = batch.indicators.iter().filter_map(|position| {
            let indicator = &catalogue.indicators()[*position];
            let figure = Figure::of(catalogue, indicator)?;
            Some(Asked { indicator, places: places(cube, indicator, &figure), figure })
        });
        let asked: Vec<Asked<'a>> = asked.collect();
        let mut by_units: BTreeMap<Vec<_>, Vec<usize>> = BTreeMap::new();
        let mut together = Vec::new();
        for (position, asked) in asked.iter().enumerate() {
            let mut of_units: Vec<_> = asked.figure.of_units().collect();
            of_units.sort_unstable();
            if of_units.is_empty() {
                together.push(vec![position]);
            } else {
                by_units.entry(of_units).or_default().push(position);
            }
        }
        // The longest work begins first.
        let together = by_units.into_values().chain(together).collect();
        let columns = catalogue.dimension_ids().filter(|d| catalogue.dimension(*d).column).collect();
        Self { catalogue, batch, cube, sources: SourceFacts::all(catalogue, batch, rules), columns, asked, together }
    }

    /// Places that have records, and none that lead the indicator.
    fn without_source(&self) -> Vec<Disaggregation> {
        let of = |asked: &Asked<'_>| {
            let Asked { indicator, figure, places } = asked;
            let of_records = places_of_records(self.batch, self.cube, indicator);
            let without = of_records.difference(places);
            without.map(|place| without_source(self.catalogue, indicator, figure, *place)).collect::<Vec<_>>()
        };
        self.asked.iter().flat_map(of).collect()
    }

    /// Every indicator that has a place here, by its position.
    fn at(&self, (ref_area, time_period): (CodeId, CodeId)) -> Vec<(usize, AtPlace)> {
        let place = Place::new(self.catalogue, self.cube, ref_area, time_period);
        let together = |positions: &Vec<usize>| {
            let by_unit = ByUnit::default();
            let here = |position: &&usize| self.asked[**position].places.contains(&(ref_area, time_period));
            let of = |position: &usize| (*position, self.of_indicator(&place, &by_unit, &self.asked[*position]));
            positions.iter().filter(here).map(of).collect::<Vec<_>>()
        };
        let found = self.together.par_iter().flat_map_iter(together).collect();
        self.cube.of_place(ref_area, time_period).for_each(Slice::forget);
        found
    }

    fn of_indicator(&self, place: &Place<'_>, by_unit: &ByUnit, asked: &Asked<'_>) -> AtPlace {
        let Asked { indicator, figure, .. } = asked;
        let provenance = provenance_of(place, self.batch, indicator, figure, &self.sources);
        let mut estimates = figures((place, by_unit), self.batch, indicator, figure, &self.columns, &provenance.id);
        let disaggregation = disaggregation(place, self.batch, indicator, figure, &self.columns, &estimates);
        estimates.sort_by(|a, b| a.coordinates.cmp(&b.coordinates));
        let lacks_system = place.system.is_empty() && figure.needs_system(self.catalogue);
        AtPlace { estimates, provenance, disaggregation, lacks_system }
    }
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
