//! Which rows there are.

use std::collections::BTreeSet;

use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::model::indicator::Indicator;
use matricula::spec::{Batch, Catalogue};

use super::Slices;
use super::figures::{Asked, Figure};

/// One row of the estimates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) indicator: String,
    pub(crate) ref_area: CodeId,
    pub(crate) time_period: CodeId,
    /// A code for each dimension that has a column.
    pub(crate) coordinates: Vec<CodeId>,
    pub(crate) figure: Figure,
}

/// All rows, in their order.
pub(crate) fn rows(catalogue: &Catalogue, batch: &Batch, slices: &Slices<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for position in &batch.indicators {
        let indicator = &catalogue.indicators()[*position];
        if slices.is_empty() {
            continue;
        }
        let asked = Asked::by(indicator, slices, catalogue.indicators());
        for (_, ref_area, time_period) in slices.keys().filter(|(measure, ..)| *measure == asked.measure()) {
            for crossing in crossings(batch, indicator) {
                let answers = asked.answers(slices, (*ref_area, *time_period), &crossing);
                let held = || asked.held(slices, (*ref_area, *time_period), &crossing);
                for place in places(catalogue, &crossing, held) {
                    rows.push(Row {
                        indicator: indicator.id.clone(),
                        ref_area: *ref_area,
                        time_period: *time_period,
                        coordinates: coordinates(catalogue, indicator, &crossing, &place),
                        figure: asked.figure(&answers, &place),
                    });
                }
            }
        }
    }
    let key = |row: &Row| (row.indicator.clone(), row.ref_area, row.time_period, row.coordinates.clone());
    rows.sort_by_key(key);
    rows
}

/// Sets of dimensions that the batch asks for and the indicator permits.
fn crossings(batch: &Batch, indicator: &Indicator) -> Vec<Vec<DimensionId>> {
    let mut crossings = vec![Vec::new()];
    for dimension in batch.breakdowns.iter().filter(|dimension| indicator.breakdowns.contains(dimension)) {
        let wider: Vec<_> = crossings.iter().map(|crossing| [&crossing[..], &[*dimension]].concat()).collect();
        crossings.extend(wider);
    }
    let never = |crossing: &[DimensionId]| {
        indicator.never_cross.iter().any(|set| set.iter().all(|dimension| crossing.contains(dimension)))
    };
    crossings.retain(|crossing| crossing.len() <= batch.crossed && !never(crossing));
    crossings
}

/// The coordinates of a crossing that have a row; `held` are those for which a source holds a cell.
fn places(
    catalogue: &Catalogue,
    crossing: &[DimensionId],
    held: impl FnOnce() -> Option<BTreeSet<Vec<CodeId>>>,
) -> BTreeSet<Vec<CodeId>> {
    match crossing {
        [] => BTreeSet::from([Vec::new()]),
        [dimension] if catalogue.dimension(*dimension).enumerate => {
            let codes = catalogue.dimension(*dimension).codes.ids();
            let listed = codes.filter(|code| ![CodeId::TOTAL, CodeId::NOT_APPLICABLE].contains(code));
            listed.map(|code| vec![code]).collect()
        }
        _ => held().unwrap_or_default(),
    }
}

/// A code for each column: `_T` where the row is not cut, `_Z` where the indicator cannot be.
fn coordinates(
    catalogue: &Catalogue,
    indicator: &Indicator,
    crossing: &[DimensionId],
    place: &[CodeId],
) -> Vec<CodeId> {
    let columns = catalogue.dimension_ids().filter(|dimension| catalogue.dimension(*dimension).column);
    let code = |dimension: DimensionId| match crossing.iter().position(|crossed| *crossed == dimension) {
        Some(position) => place[position],
        None if indicator.breakdowns.contains(&dimension) => CodeId::TOTAL,
        None => CodeId::NOT_APPLICABLE,
    };
    columns.map(code).collect()
}
