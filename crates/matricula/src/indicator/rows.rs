//! The rows of one indicator in one country and year.

use std::collections::BTreeSet;

use matricula_spec::Batch;
use matricula_spec::model::condition::Selection;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::indicator::Indicator;

use super::Place;
use super::crossing::crossings;
use super::figure::{Figure, Quotient};
use super::outcome::{Counted, Counts, Outcome, counted, parity};
use crate::cube::coverage::Reach;
use crate::cube::slice::{Absence, Question, Slice, Tabulation};
use crate::estimates::Estimate;

/// All rows of an indicator at a place: the total and every permitted crossing.
/// `columns` are the dimensions that have a column in the estimates.
pub(crate) fn figures(
    place: &Place<'_>,
    batch: &Batch,
    indicator: &Indicator,
    figure: &Figure,
    columns: &[DimensionId],
    provenance_id: &str,
) -> Vec<Estimate> {
    let estimate = |crossing: &[DimensionId], codes: &[CodeId], outcome: Outcome| Estimate {
        indicator: indicator.id.clone(),
        ref_area: place.ref_area,
        time_period: place.time_period,
        coordinates: columns.iter().map(|column| coordinate(indicator, *column, crossing, codes)).collect(),
        value: outcome.value,
        numerator: outcome.numerator,
        denominator: outcome.denominator,
        unit: indicator.unit,
        obs_status: outcome.obs_status,
        flags: outcome.flags,
        provenance_id: provenance_id.to_owned(),
    };
    let mut rows = Vec::new();
    for crossing in crossings(batch, indicator) {
        let tabulated = Tabulated::new(place, figure, &crossing);
        for codes in tabulated.coordinates() {
            rows.push(estimate(&crossing, &codes, tabulated.outcome(&codes)));
        }
    }
    rows
}

fn coordinate(indicator: &Indicator, column: DimensionId, crossing: &[DimensionId], codes: &[CodeId]) -> CodeId {
    match crossing.iter().position(|d| *d == column) {
        Some(position) => codes[position],
        None if indicator.breakdowns.contains(&column) => CodeId::TOTAL,
        None => CodeId::NOT_APPLICABLE,
    }
}

/// A figure tabulated for one crossing.
struct Tabulated<'a> {
    place: &'a Place<'a>,
    figure: &'a Figure,
    crossing: &'a [DimensionId],
    /// The crossing, with the dimension that holds a parity's groups.
    by: Vec<DimensionId>,
    numerator: Side<'a>,
    denominator: Option<(Side<'a>, u32)>,
}

/// One count, tabulated.
struct Side<'a> {
    slice: Option<&'a Slice>,
    tabulation: Result<Tabulation, Absence>,
}

impl<'a> Tabulated<'a> {
    fn new(place: &'a Place<'a>, figure: &'a Figure, crossing: &'a [DimensionId]) -> Self {
        let by = figure.by(crossing);
        let Quotient { numerator, denominator } = figure.quotient();
        let numerator = Side::new(place, numerator, &by);
        let denominator = denominator.as_ref().map(|(selection, scale)| (Side::new(place, selection, &by), *scale));
        Self { place, figure, crossing, by, numerator, denominator }
    }

    fn sides(&self) -> impl Iterator<Item = &Side<'a>> {
        std::iter::once(&self.numerator).chain(self.denominator.as_ref().map(|(side, _)| side))
    }

    /// The coordinates that have a row, in the order of the crossing's dimensions.
    fn coordinates(&self) -> BTreeSet<Vec<CodeId>> {
        match self.crossing {
            [] => BTreeSet::from([Vec::new()]),
            [dimension] if self.place.catalogue.dimension(*dimension).enumerate => {
                let codes = self.place.catalogue.dimension(*dimension).codes.ids();
                codes.filter(|code| ![CodeId::TOTAL, CodeId::NOT_APPLICABLE].contains(code)).map(|c| vec![c]).collect()
            }
            _ if self.sides().any(|side| side.tabulation.is_err()) => BTreeSet::new(),
            _ => self.sides().filter_map(|side| side.tabulation.as_ref().ok()).flat_map(|t| self.held(t)).collect(),
        }
    }

    /// The coordinates that hold something, without the dimension of a parity's groups.
    fn held(&self, tabulation: &Tabulation) -> BTreeSet<Vec<CodeId>> {
        let positions: Vec<_> = self.crossing.iter().filter_map(|d| self.by.iter().position(|by| by == d)).collect();
        tabulation.coordinates().map(|codes| positions.iter().map(|p| codes[*p]).collect()).collect()
    }

    fn outcome(&self, codes: &[CodeId]) -> Outcome {
        match self.figure {
            Figure::Plain(_) => self.counts(codes, None).outcome(),
            Figure::Parity { dimension, group, comparison, index, .. } => {
                let of = |code: CodeId| self.counts(codes, Some((*dimension, code)));
                parity(&of(*group), &of(*comparison), *index)
            }
        }
    }

    fn counts(&self, codes: &[CodeId], group: Option<(DimensionId, CodeId)>) -> Counts {
        let code = |dimension: &DimensionId| match group {
            Some((of_group, code)) if of_group == *dimension => Some(code),
            _ => self.crossing.iter().position(|d| d == dimension).map(|position| codes[position]),
        };
        let coordinates: Vec<_> = self.by.iter().filter_map(code).collect();
        let read = |side: &Side<'_>| side.read(self.place, &self.by, &coordinates);
        Counts {
            numerator: read(&self.numerator),
            denominator: self.denominator.as_ref().map(|(side, scale)| (read(side), *scale)),
        }
    }
}

impl<'a> Side<'a> {
    fn new(place: &'a Place<'a>, selection: &Selection, by: &[DimensionId]) -> Self {
        let slice = place.cube.slice(selection.measure, place.ref_area, place.time_period);
        let asked = Question {
            catalogue: place.catalogue,
            system: &place.system,
            ref_area: place.ref_area,
            year: place.year(),
            condition: &selection.condition,
            by,
        };
        let tabulation = slice.map_or(Err(Absence::NotCollected), |slice| slice.tabulate(&asked));
        Self { slice, tabulation }
    }

    fn read(&self, place: &Place<'_>, by: &[DimensionId], coordinates: &[CodeId]) -> Counted {
        let refused = self.tabulation.as_ref().err().copied();
        let outside = by.iter().zip(coordinates).filter_map(|(dimension, code)| self.outside(place, *dimension, *code));
        if let Some(first) = refused.into_iter().chain(outside).min() {
            return Err(first);
        }
        let tabulation = self.tabulation.as_ref().map_err(|absence| *absence)?;
        let cell = tabulation.cell(coordinates).ok_or(Absence::Missing)?;
        Ok(counted(cell, tabulation.decimals))
    }

    /// Why a code cannot be read from the slice, if it cannot.
    fn outside(&self, place: &Place<'_>, dimension: DimensionId, code: CodeId) -> Option<Absence> {
        let list = &place.catalogue.dimension(dimension).codes;
        match self.slice?.coverage().reach(list, dimension, code) {
            Reach::Inside => None,
            Reach::NotCollected => Some(Absence::NotCollected),
            Reach::Impossible => Some(Absence::Impossible),
        }
    }
}
