//! Which rows there are.

use std::collections::BTreeSet;

use matricula::spec::model::condition::Quantity;
use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::model::formula::{Among, Formula, LinkedSurvival, Survival};
use matricula::spec::model::indicator::Indicator;
use matricula::spec::{Batch, Catalogue};

use super::cohorts::Asked;
use super::coverage::Why;
use super::figures::{Figure, figure};
use super::mobility::beside;
use super::quotients::known_status;
use super::reading::Reader;
use super::tables::Question;
use super::{Codes, Slices};

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
        for (ref_area, time_period) in places_of(catalogue, indicator, slices) {
            let reader = Reader::new(catalogue, slices, ref_area, time_period);
            for crossing in crossings(batch, indicator) {
                for place in places(&reader, indicator, &crossing) {
                    let at: Codes = crossing.iter().copied().zip(place.iter().copied()).collect();
                    let (mobility_proxy, mobility_unknown) = beside(&reader, indicator, &at);
                    rows.push(Row {
                        indicator: indicator.id.clone(),
                        ref_area,
                        time_period,
                        coordinates: coordinates(catalogue, indicator, &crossing, &place),
                        figure: Figure { mobility_proxy, mobility_unknown, ..figure(&reader, indicator, &at) },
                    });
                }
            }
        }
    }
    let key = |row: &Row| (row.indicator.clone(), row.ref_area, row.time_period, row.coordinates.clone());
    rows.sort_by_key(key);
    rows
}

/// What an indicator computes; for a parity that of the indicator compared.
pub(crate) fn compared<'a>(catalogue: &'a Catalogue, indicator: &'a Indicator) -> &'a Formula {
    match &indicator.formula {
        Formula::Parity { of, .. } => &catalogue.indicator(of).expect("the indicator compared").formula,
        formula => formula,
    }
}

/// Countries and years in which a leading measure has a source.
fn places_of(catalogue: &Catalogue, indicator: &Indicator, slices: &Slices<'_>) -> BTreeSet<(CodeId, CodeId)> {
    let country = indicator.national.as_ref().map(|national| national.country);
    let leading = compared(catalogue, indicator).leading();
    let leads = |measure: CodeId| leading.iter().any(|selection| selection.measure == measure);
    let here = |area: CodeId| country.is_none_or(|country| country == area);
    slices.keys().filter(|(measure, area, _)| leads(*measure) && here(*area)).map(|(_, a, y)| (*a, *y)).collect()
}

/// A question whose cells decide on rows, with the role of its units where it is asked of each unit.
type RowMaker = (Question, Option<String>);

fn row_makers(reader: &Reader<'_>, formula: &Formula) -> Vec<RowMaker> {
    let terms = |quantity: &Quantity| -> Vec<RowMaker> {
        reader.terms(quantity).0.iter().map(|term| (Question::new(&term.selection), None)).collect()
    };
    match formula {
        Formula::Count { of } => terms(of),
        Formula::Ratio(ratio) => [terms(&ratio.numerator), terms(&ratio.denominator)].concat(),
        Formula::Share { of, group, among, .. } => {
            let whole = match among {
                Among::All => Question::new(of),
                Among::Known => Question::new(of).and(&known_status(reader, group)),
            };
            vec![(Question::new(of).and(group), None), (whole, None)]
        }
        Formula::Flow { cohort, .. } | Formula::Survival(Survival { cohort, .. }) => {
            let asked = Asked::by(cohort);
            let graduates = match formula {
                Formula::Survival(Survival { graduates: Some(graduates), .. }) => {
                    Some((asked.pupils.clone().and(graduates), None))
                }
                _ => None,
            };
            let questions = [asked.pupils, asked.pupils_next, asked.repeaters_next].map(|question| (question, None));
            questions.into_iter().chain(graduates).collect()
        }
        Formula::LinkedSurvival(LinkedSurvival { pupils, promoted, repeated, .. }) => {
            let of = Question::new(pupils);
            [of.clone().and(promoted), of.clone().and(repeated), of].map(|question| (question, None)).to_vec()
        }
        Formula::LifeExpectancy { students, population, .. } => {
            vec![(Question::new(students), None), (Question::new(population), None)]
        }
        Formula::Mean { of, .. } => vec![(Question::new(of), None)],
        Formula::Segregation { grain, pupils, group, comparison, .. } => {
            let of = |condition| (Question::new(pupils).and(condition), Some(grain.clone()));
            vec![of(group), of(comparison)]
        }
        Formula::Parity { .. } | Formula::NotFromRecords { .. } => Vec::new(),
    }
}

/// The coordinates of a crossing for which a source holds a cell; an error where one cannot be read at all.
fn held(reader: &Reader<'_>, indicator: &Indicator, crossing: &[DimensionId]) -> Result<BTreeSet<Vec<CodeId>>, Why> {
    let mut by = crossing.to_vec();
    if let Formula::Parity { dimension, .. } = &indicator.formula {
        by.push(*dimension);
    }
    let mut all = BTreeSet::new();
    for (question, grain) in row_makers(reader, compared(reader.catalogue, indicator)) {
        let held = match grain {
            None => reader.held(&question, &by)?,
            Some(role) => reader.held_by_units(&question, &role, &by)?,
        };
        all.extend(held.into_iter().map(|place| place[..crossing.len()].to_vec()));
    }
    Ok(all)
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

/// The coordinates of a crossing that have a row: of a protected dimension only what was released.
fn places(reader: &Reader<'_>, indicator: &Indicator, crossing: &[DimensionId]) -> BTreeSet<Vec<CodeId>> {
    let mut places = match crossing {
        [] => BTreeSet::from([Vec::new()]),
        [dimension] if reader.catalogue.dimension(*dimension).enumerate => {
            let codes = reader.catalogue.dimension(*dimension).codes.ids();
            let listed = codes.filter(|code| ![CodeId::TOTAL, CodeId::NOT_APPLICABLE].contains(code));
            listed.map(|code| vec![code]).collect()
        }
        _ => held(reader, indicator, crossing).unwrap_or_default(),
    };
    let releases = &reader.catalogue.releases().codes;
    let released = |dimension: DimensionId, code: CodeId| {
        let mut of_dimension = releases.iter().filter(|release| release.dimension == dimension).peekable();
        of_dimension.peek().is_none()
            || of_dimension.any(|release| {
                release.code == code
                    && release.ref_area.is_none_or(|area| area == reader.ref_area)
                    && release.validity.holds_in(reader.year)
            })
    };
    places.retain(|place| crossing.iter().zip(place).all(|(dimension, code)| released(*dimension, *code)));
    places
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
