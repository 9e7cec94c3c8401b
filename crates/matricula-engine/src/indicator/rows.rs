//! The rows of one indicator in one country and year.

use matricula_spec::Batch;
use matricula_spec::model::batch::Source;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::indicator::Indicator;

use super::Place;
use super::estimates::{Estimate, Number};
use super::form::outcome;
use super::outcome::quotient;
use super::reader::{At, ByUnit, Reader};
use crate::cube::key::{Key, KeyLayout};
use crate::plan::figure::Figure;

/// Rows of an indicator at a place: those of some crossings, of which the empty one is the total.
/// `columns` are the dimensions that have a column in the estimates.
pub(crate) fn figures(
    (place, by_unit): (&Place<'_>, &ByUnit),
    batch: &Batch,
    indicator: &Indicator,
    figure: &Figure,
    columns: &[DimensionId],
    (provenance_id, crossings): (&str, &[Vec<DimensionId>]),
) -> Vec<Estimate> {
    let reader = Reader::new(place, figure, by_unit);
    let mobility = About { reader: &reader, batch, dimension: place.catalogue.known().mobility };
    let mut rows = Vec::new();
    for crossing in crossings {
        for codes in coordinates(&reader, crossing) {
            let at = At::new(crossing, &codes);
            let outcome = outcome(&reader, &at);
            let about_mobility = figure.tests_mobility || crossing.contains(&mobility.dimension);
            rows.push(Estimate {
                indicator: indicator.id.clone(),
                ref_area: place.ref_area,
                time_period: place.time_period,
                coordinates: columns.iter().map(|column| coordinate(indicator, *column, &at)).collect(),
                value: outcome.value,
                uncapped: outcome.uncapped,
                numerator: outcome.numerator,
                denominator: outcome.denominator,
                unit: indicator.unit,
                obs_status: outcome.obs_status,
                flags: outcome.flags,
                mobility_proxy: if about_mobility { mobility.proxy() } else { String::new() },
                mobility_unknown: if about_mobility { mobility.unknown(&at) } else { None },
                provenance_id: provenance_id.to_owned(),
            });
        }
    }
    rows
}

fn coordinate(indicator: &Indicator, column: DimensionId, at: &At) -> CodeId {
    match at.code(column) {
        Some(code) => code,
        None if indicator.breakdowns.contains(&column) => CodeId::TOTAL,
        None => CodeId::NOT_APPLICABLE,
    }
}

/// The coordinates that have a row, in the order of the crossing's dimensions.
fn coordinates(reader: &Reader<'_>, crossing: &[DimensionId]) -> Vec<Vec<CodeId>> {
    let catalogue = reader.place.catalogue;
    let mut coordinates: Vec<Vec<CodeId>> = match crossing {
        [] => return vec![Vec::new()],
        [dimension] if catalogue.dimension(*dimension).enumerate => {
            let codes = catalogue.dimension(*dimension).codes.ids();
            codes.filter(|code| ![CodeId::TOTAL, CodeId::NOT_APPLICABLE].contains(code)).map(|c| vec![c]).collect()
        }
        _ => {
            let Some(layout) = KeyLayout::new(catalogue, crossing) else { return Vec::new() };
            let held = reader.row_makers().into_iter().map(|selection| reader.held(selection, crossing, &layout));
            let held: Result<Vec<Vec<Key>>, _> = held.collect();
            let mut keys = held.map(|keys| keys.concat()).unwrap_or_default();
            keys.sort_unstable();
            keys.dedup();
            keys.into_iter().map(|key| layout.codes(key)).collect()
        }
    };
    coordinates.retain(|codes| released(reader.place, crossing, codes));
    coordinates
}

/// Whether none of the codes is one of a protected dimension that the country has not released.
fn released(place: &Place<'_>, crossing: &[DimensionId], codes: &[CodeId]) -> bool {
    let releases = place.catalogue.releases();
    crossing.iter().zip(codes).all(|(d, code)| releases.allow(*d, *code, place.ref_area, place.year()))
}

/// What stands beside every figure about mobility.
struct About<'a> {
    reader: &'a Reader<'a>,
    batch: &'a Batch,
    dimension: DimensionId,
}

impl About<'_> {
    /// The proxy of the source that leads.
    fn proxy(&self) -> String {
        let slices = self.reader.figure.leading.iter().filter_map(|selection| self.reader.slice(*selection));
        let mut sources = slices.map(|slice| &self.batch.sources[slice.source()]);
        let of =
            |source: &Source| source.proxy(&self.reader.place.catalogue.mappings()[source.mapping]).map(str::to_owned);
        sources.next().and_then(of).unwrap_or_default()
    }

    /// The percentage whose mobility is not known, at the coordinates without mobility.
    fn unknown(&self, at: &At) -> Option<Number> {
        let figure = self.reader.figure;
        let measured = figure.leading.iter().position(|selection| self.reader.slice(*selection).is_some())?;
        let selection = *figure.mobility.get(measured)?;
        let at = at.without(self.dimension);
        let all = self.reader.read(selection, &at).ok()?.number;
        let unknown = self.reader.read(selection, &at.with(self.dimension, CodeId::UNKNOWN)).ok()?.number;
        quotient(100, unknown, all).map(Number::rounded)
    }
}
