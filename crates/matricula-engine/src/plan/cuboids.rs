//! Which cuboids a source is counted into: a few, from the union of all conditions and breakdowns.

use std::collections::{BTreeMap, BTreeSet};

use matricula_spec::model::condition::Selection;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::formula::Formula;
use matricula_spec::model::mapping::{Mapping, RowKind, Variable};
use matricula_spec::{Batch, Catalogue};

use super::crossing::crossings;
use super::figure::Figure;

/// Cuboids whose union has at most this many possible cells are counted as one.
const WORTH_MERGING: u64 = 200_000;

/// The dimensions of each cuboid of a source, ascending; measure, country and year are in all of them.
/// `collected` are the dimensions of its records.
pub(crate) fn cuboids(
    catalogue: &Catalogue,
    batch: &Batch,
    mapping: &Mapping,
    collected: &[DimensionId],
) -> Vec<Vec<DimensionId>> {
    if mapping.amount.rows() == RowKind::Cells {
        return vec![collected.to_vec()];
    }
    let gives = |measure| may_give(catalogue, mapping, measure);
    cuboids_of(catalogue, batch, gives, collected, BTreeSet::new())
}

/// The same for whatever gives certain measures; `needs` are sets that are wanted besides.
pub(crate) fn cuboids_of(
    catalogue: &Catalogue,
    batch: &Batch,
    gives: impl Fn(CodeId) -> bool,
    collected: &[DimensionId],
    mut needs: BTreeSet<BTreeSet<DimensionId>>,
) -> Vec<Vec<DimensionId>> {
    for position in &batch.indicators {
        let indicator = &catalogue.indicators()[*position];
        let Some(figure) = Figure::of(catalogue, indicator) else { continue };
        for crossing in crossings(batch, indicator) {
            for (counted, by) in figure.questions(catalogue, &crossing) {
                let selection = &counted.selection;
                if counted.grain.is_none() && gives(selection.measure) {
                    needs.extend(dimensions(catalogue, selection, &by, collected));
                }
            }
        }
    }
    let always = [catalogue.known().measure, catalogue.known().ref_area, catalogue.known().time_period];
    needs.insert(BTreeSet::from(always));
    merged(catalogue, widest(&needs)).into_iter().map(|cuboid| cuboid.into_iter().collect()).collect()
}

/// A cuboid that is kept apart for each unit of a grain, such as a school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grain {
    /// Role of the identifier of the units.
    pub(crate) role: String,
    /// Ascending.
    pub(crate) dimensions: Vec<DimensionId>,
}

/// Whether an indicator of the batch counts by the units of this role.
pub(crate) fn counts_by(catalogue: &Catalogue, batch: &Batch, role: &str) -> bool {
    batch.indicators.iter().any(|position| match &catalogue.indicators()[*position].formula {
        Formula::Segregation { grain, .. } => grain == role,
        Formula::Parity { of, .. } => matches!(
            catalogue.indicator(of).map(|compared| &compared.formula),
            Some(Formula::Segregation { grain, .. }) if grain == role
        ),
        _ => false,
    })
}

/// The grains of a source: one cuboid for each role that an indicator needs and the mapping has.
pub(crate) fn grains(catalogue: &Catalogue, batch: &Batch, mapping: &Mapping, collected: &[DimensionId]) -> Vec<Grain> {
    let mut needs: BTreeMap<String, BTreeSet<DimensionId>> = BTreeMap::new();
    for position in &batch.indicators {
        let indicator = &catalogue.indicators()[*position];
        let Some(figure) = Figure::of(catalogue, indicator) else { continue };
        for crossing in crossings(batch, indicator) {
            for (counted, by) in figure.questions(catalogue, &crossing) {
                let grain = counted.grain.as_ref().filter(|grain| mapping.identifiers.contains_key(*grain));
                let Some(grain) = grain else { continue };
                if may_give(catalogue, mapping, counted.selection.measure) {
                    let dimensions = dimensions(catalogue, &counted.selection, &by, collected);
                    needs.entry(grain.clone()).or_default().extend(dimensions.into_iter().flatten());
                }
            }
        }
    }
    needs.retain(|_, dimensions| !dimensions.is_empty());
    let grain =
        |(role, dimensions): (String, BTreeSet<_>)| Grain { role, dimensions: dimensions.into_iter().collect() };
    needs.into_iter().map(grain).collect()
}

/// The dimensions a selection needs; nothing if one of them was not collected.
fn dimensions(
    catalogue: &Catalogue,
    selection: &Selection,
    by: &[DimensionId],
    collected: &[DimensionId],
) -> Option<BTreeSet<DimensionId>> {
    let known = catalogue.known();
    let has = |dimension: &DimensionId| collected.contains(dimension);
    let mut needed = BTreeSet::from([known.measure, known.ref_area, known.time_period]);
    needed.extend(by);
    for (dimension, _) in &selection.condition.codes {
        let derived = *dimension == known.age_class && !has(dimension);
        needed.insert(if derived { known.age } else { *dimension });
    }
    if selection.condition.years_over_age.is_some() {
        needed.extend([known.age, known.edu_level, known.grade]);
        needed.extend(has(&known.structure).then_some(known.structure));
    }
    if selection.condition.grades_before_last.is_some() {
        needed.extend([known.edu_level, known.grade]);
        needed.extend(has(&known.structure).then_some(known.structure));
    }
    needed.iter().all(has).then_some(needed)
}

fn may_give(catalogue: &Catalogue, mapping: &Mapping, measure: CodeId) -> bool {
    match mapping.variables.get(&catalogue.known().measure) {
        Some(Variable::Fixed(code)) => *code == measure,
        Some(Variable::Recode { recode, output }) => {
            mapping.recodes[*recode].rows.iter().any(|row| row.codes.get(*output) == Some(&measure))
        }
        _ => true,
    }
}

/// Only sets that lie in no other.
fn widest(needs: &BTreeSet<BTreeSet<DimensionId>>) -> Vec<BTreeSet<DimensionId>> {
    let inside_another =
        |need: &BTreeSet<DimensionId>| needs.iter().any(|other| other != need && need.is_subset(other));
    needs.iter().filter(|need| !inside_another(need)).cloned().collect()
}

/// Merges cuboids, the smallest unions first, while a union stays small.
fn merged(catalogue: &Catalogue, mut cuboids: Vec<BTreeSet<DimensionId>>) -> Vec<BTreeSet<DimensionId>> {
    loop {
        let mut best: Option<(u64, usize, usize)> = None;
        for a in 0..cuboids.len() {
            for b in a + 1..cuboids.len() {
                let cells = possible_cells(catalogue, cuboids[a].union(&cuboids[b]));
                if cells <= WORTH_MERGING && best.is_none_or(|(least, ..)| cells < least) {
                    best = Some((cells, a, b));
                }
            }
        }
        let Some((_, a, b)) = best else { return cuboids };
        let other = cuboids.remove(b);
        cuboids[a].extend(other);
    }
}

/// Cells of one measure, country and year.
fn possible_cells<'a>(catalogue: &Catalogue, dimensions: impl Iterator<Item = &'a DimensionId>) -> u64 {
    let known = catalogue.known();
    let place = [known.measure, known.ref_area, known.time_period];
    let codes = |d: &DimensionId| catalogue.dimension(*d).codes.leaves(CodeId::TOTAL).len() as u64;
    dimensions.filter(|d| !place.contains(d)).map(codes).fold(1, u64::saturating_mul)
}
