//! Which breakdowns a figure should have, and which it has: the gap, with its reason.

use std::collections::{BTreeSet, HashMap};

use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::indicator::Indicator;
use matricula_spec::model::mapping::{Mapping, Variable};
use matricula_spec::{Batch, Catalogue};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::cube::Cube;
use crate::cube::coverage::Collected;
use crate::cube::slice::Slice;
use crate::indicator::Place;
use crate::indicator::estimates::{Estimate, Estimates, ObsStatus};
use crate::indicator::figures::{Asked, Figures};
use crate::plan::figure::{Counted, Figure};

/// What became of a permitted breakdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DisaggregationState {
    /// There is at least one figure.
    Computed,
    /// It exists and was not collected.
    NotCollected,
    /// It cannot exist.
    Impossible,
    /// The mapping does not speak of the dimension.
    Unmapped,
    /// What the figure is divided by, or a further year, lacks it.
    DenominatorMissing,
    /// Collected, and no figure came out.
    Missing,
    /// Only codes that the country has not released.
    NotReleased,
    /// The batch does not ask for it.
    NotAsked,
}

impl DisaggregationState {
    /// As `disaggregation.csv` spells it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Computed => "computed",
            Self::NotCollected => "not-collected",
            Self::Impossible => "impossible",
            Self::Unmapped => "unmapped",
            Self::DenominatorMissing => "denominator-missing",
            Self::Missing => "missing",
            Self::NotReleased => "not-released",
            Self::NotAsked => "not-asked",
        }
    }
}

/// One permitted breakdown of one indicator in one country and year.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Disaggregation {
    /// Identifier of the indicator.
    pub indicator: String,
    /// Country.
    pub ref_area: CodeId,
    /// Year.
    pub time_period: CodeId,
    /// The dimension; nothing for the figure as a whole.
    pub breakdown: Option<DimensionId>,
    /// What became of it.
    pub state: DisaggregationState,
    /// Why, in the words of the mapping where it has any.
    pub reason: String,
}

/// Every breakdown that the indicators of a batch permit, and the whole, wherever there are records: by indicator,
/// country, year and breakdown.
#[must_use]
pub fn disaggregation(catalogue: &Catalogue, batch: &Batch, cube: &Cube, figures: &Figures<'_>) -> Vec<Disaggregation> {
    let estimates = &figures.estimates;
    let rows = rows_of(estimates);
    let of = |asked: &Asked<'_>| {
        let Asked { indicator, figure, places } = asked;
        let at = |(ref_area, time_period): &(CodeId, CodeId)| {
            let place = Place::new(catalogue, cube, *ref_area, *time_period);
            let rows = rows.get(&(indicator.id.as_str(), *ref_area, *time_period)).copied().unwrap_or_default();
            at_place(&place, batch, indicator, figure, estimates.dimensions(), rows)
        };
        let of_records = places_of_records(batch, cube, indicator);
        let without = of_records.difference(places).map(|place| without_source(catalogue, indicator, figure, *place));
        places.iter().flat_map(at).chain(without).collect::<Vec<_>>()
    };
    let mut all: Vec<_> = figures.asked.par_iter().flat_map_iter(of).collect();
    all.par_sort();
    all
}

/// The figures of each indicator at each place, which stand beside each other.
fn rows_of(estimates: &Estimates) -> HashMap<(&str, CodeId, CodeId), &[Estimate]> {
    let key = |row: &Estimate| (row.ref_area, row.time_period);
    let together = estimates.rows().chunk_by(|a, b| key(a) == key(b) && a.indicator == b.indicator);
    together.map(|rows| ((rows[0].indicator.as_str(), rows[0].ref_area, rows[0].time_period), rows)).collect()
}

/// Countries and years of sources other than populations, which are there for the sake of others.
fn places_of_records(batch: &Batch, cube: &Cube, indicator: &Indicator) -> BTreeSet<(CodeId, CodeId)> {
    let country = indicator.national.as_ref().map(|national| national.country);
    let of_records = cube.iter().filter(|(_, slice)| batch.sources[slice.source()].vintage.is_none());
    let places = of_records.map(|((_, area, year), _)| (*area, *year));
    places.filter(|(area, _)| country.is_none_or(|country| country == *area)).collect()
}

/// Every breakdown that an indicator permits at a place, and the whole; `rows` are its figures there.
fn at_place(
    place: &Place<'_>,
    batch: &Batch,
    indicator: &Indicator,
    figure: &Figure,
    columns: &[DimensionId],
    rows: &[Estimate],
) -> Vec<Disaggregation> {
    let of = Of { place, batch, figure, columns, rows };
    let breakdowns = std::iter::once(None).chain(indicator.breakdowns.iter().copied().map(Some));
    let row = |breakdown: Option<DimensionId>| {
        let (state, reason) = of.state(breakdown);
        Disaggregation {
            indicator: indicator.id.clone(),
            ref_area: place.ref_area,
            time_period: place.time_period,
            breakdown,
            state,
            reason,
        }
    };
    breakdowns.map(row).collect()
}

struct Of<'a> {
    place: &'a Place<'a>,
    batch: &'a Batch,
    figure: &'a Figure,
    columns: &'a [DimensionId],
    rows: &'a [Estimate],
}

type State = (DisaggregationState, String);

impl Of<'_> {
    fn state(&self, breakdown: Option<DimensionId>) -> State {
        use DisaggregationState::{Computed, Missing, NotAsked, NotReleased};
        if let Some(lacking) = self.lacking(breakdown) {
            return lacking;
        }
        let mut statuses: Vec<&Estimate> = self.rows.iter().filter(|row| self.stands_by(row, breakdown)).collect();
        if statuses.iter().any(|row| row.obs_status == ObsStatus::Normal) {
            return (Computed, String::new());
        }
        let asked = |dimension| self.batch.crossed > 0 && self.batch.breakdowns.contains(&dimension);
        if breakdown.is_some_and(|dimension| !asked(dimension)) {
            return (NotAsked, "the batch does not ask for it".to_owned());
        }
        if statuses.is_empty() && breakdown.is_some_and(|dimension| self.is_protected(dimension)) {
            return (NotReleased, "`releases.csv` has none of its codes for the country".to_owned());
        }
        statuses.sort_by_key(|row| row.obs_status);
        let reason = match statuses.first().map(|row| row.obs_status) {
            Some(ObsStatus::Missing) => "collected, and missing; or the education system is not known",
            Some(ObsStatus::NotCollected) => "a code that the formula needs was not collected",
            Some(ObsStatus::NotApplicable) => "a denominator of 0, or nothing that could be divided",
            Some(ObsStatus::Normal) | None => "no cell",
        };
        (Missing, reason.to_owned())
    }

    fn is_protected(&self, dimension: DimensionId) -> bool {
        self.place.catalogue.releases().codes.iter().any(|release| release.dimension == dimension)
    }

    /// Whether a row is broken down by exactly this.
    fn stands_by(&self, row: &Estimate, breakdown: Option<DimensionId>) -> bool {
        let broken_down = |code: &CodeId| ![CodeId::TOTAL, CodeId::NOT_APPLICABLE].contains(code);
        let codes = self.columns.iter().zip(&row.coordinates).filter(|(_, code)| broken_down(code));
        codes.map(|(column, _)| *column).eq(breakdown)
    }

    /// What a source does not give, the leading one first.
    fn lacking(&self, breakdown: Option<DimensionId>) -> Option<State> {
        let leading = self.figure.leading.iter().map(|position| &self.figure.selections()[*position]);
        let (mut measured, mut first) = (None, None);
        for counted in leading {
            first = first.or(Some(counted));
            measured = measured.or_else(|| self.slice(counted));
        }
        let Some(slice) = measured else {
            return first.map(|counted| (DisaggregationState::NotCollected, self.no_source(counted)));
        };
        let lacks = |slice: &Slice| breakdown.and_then(|dimension| self.lacks(slice, dimension));
        lacks(slice).or_else(|| {
            self.figure.inputs().find_map(|counted| match self.slice(counted) {
                _ if self.replaceable(counted) => None,
                None => Some((DisaggregationState::DenominatorMissing, self.no_source(counted))),
                Some(other) => {
                    let (_, reason) = lacks(other)?;
                    let source = &self.batch.sources[other.source()].id;
                    Some((DisaggregationState::DenominatorMissing, format!("source {source}: {reason}")))
                }
            })
        })
    }

    /// Whether the figure can do without the selection: another stands for it, or it stands for another.
    fn replaceable(&self, counted: &Counted) -> bool {
        self.figure.alternatives().any(|alternative| std::ptr::eq(alternative, counted))
    }

    fn slice(&self, counted: &Counted) -> Option<&Slice> {
        let place = self.place.years_later(counted.selection.year);
        self.place.cube.slice(counted.selection.measure, place.ref_area, place.time_period)
    }

    fn no_source(&self, counted: &Counted) -> String {
        let catalogue = self.place.catalogue;
        let measure = &catalogue.dimension(catalogue.known().measure).codes.code(counted.selection.measure).id;
        match counted.selection.year {
            0 => format!("no source gives {measure}"),
            year => format!("no source gives {measure} for the year {}", self.place.year() + year),
        }
    }

    fn lacks(&self, slice: &Slice, dimension: DimensionId) -> Option<State> {
        let mapping = &self.place.catalogue.mappings()[self.batch.sources[slice.source()].mapping];
        match slice.coverage().on(dimension) {
            Collected::Codes(_) => None,
            Collected::Impossible => Some((DisaggregationState::Impossible, why(mapping, dimension))),
            Collected::No if mapping.variables.contains_key(&dimension) => {
                Some((DisaggregationState::NotCollected, why(mapping, dimension)))
            }
            Collected::No => {
                let name = &self.place.catalogue.dimension(dimension).id;
                let reason = format!("the mapping `{}` does not speak of `{name}`", mapping.id);
                Some((DisaggregationState::Unmapped, reason))
            }
        }
    }
}

/// The reason that a mapping states, or that follows from its years.
fn why(mapping: &Mapping, dimension: DimensionId) -> String {
    match mapping.variables.get(&dimension) {
        Some(Variable::NotCollected(why) | Variable::Impossible(why)) => why.clone(),
        _ => match mapping.available.get(&dimension).map(|years| (years.from, years.to)) {
            Some((Some(from), _)) => format!("usable from {from}"),
            Some((None, Some(to))) => format!("usable until {to}"),
            _ => "not for this measure".to_owned(),
        },
    }
}

/// The row of an indicator that no source of a country and year leads.
fn without_source(
    catalogue: &Catalogue,
    indicator: &Indicator,
    figure: &Figure,
    (ref_area, time_period): (CodeId, CodeId),
) -> Disaggregation {
    let measures = &catalogue.dimension(catalogue.known().measure).codes;
    let names: Vec<&str> = figure
        .leading
        .iter()
        .map(|position| measures.code(figure.selections()[*position].selection.measure).id.as_str())
        .collect();
    Disaggregation {
        indicator: indicator.id.clone(),
        ref_area,
        time_period,
        breakdown: None,
        state: DisaggregationState::NotCollected,
        reason: format!("no source gives {}", names.join(" or ")),
    }
}
