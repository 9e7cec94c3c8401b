//! Counted cells -> slices: one for each measure, country and year.

use std::collections::BTreeMap;

use matricula_spec::model::dimension::{CodeId, DimensionId};

use super::pass::{SourcePlan, Sums};
use crate::cube::SliceKey;
use crate::cube::coverage::SliceCoverage;
use crate::cube::key::{Key, KeyLayout};
use crate::cube::slice::Slice;
use crate::cube::table::{Cell, Table, Way};

/// The slices of a source, from its cuboids.
pub(super) fn slices(plan: &SourcePlan<'_>, position: usize, cuboids: Vec<Sums>) -> Vec<(SliceKey, Slice)> {
    let mut tables: BTreeMap<SliceKey, Vec<Table>> = BTreeMap::new();
    for (layout, sums) in plan.cuboids.iter().zip(cuboids) {
        for (key, table) in split(plan, layout, sums) {
            tables.entry(key).or_default().push(table);
        }
    }
    let slice = |(key, cuboids): (SliceKey, Vec<Table>)| {
        let list = &plan.catalogue.dimension(plan.catalogue.known().time_period).codes;
        let year = list.code(key.2).number().unwrap_or_default();
        let coverage = SliceCoverage::of(plan.catalogue, plan.mapping, key.0, year);
        (key, Slice::new(position, plan.mapping.amount.decimals(), coverage, cuboids))
    };
    tables.into_iter().map(slice).collect()
}

/// One cuboid's cells by measure, country and year, over the other dimensions.
fn split(plan: &SourcePlan<'_>, layout: &KeyLayout, sums: Sums) -> BTreeMap<SliceKey, Table> {
    let known = plan.catalogue.known();
    let place = [known.measure, known.ref_area, known.time_period];
    let others: Vec<DimensionId> = layout.dimensions().filter(|d| !place.contains(d)).collect();
    let Some(inner) = KeyLayout::new(plan.catalogue, &others) else { return BTreeMap::new() };
    let moves: Vec<_> = others.iter().enumerate().filter_map(|(to, d)| Some((layout.position(*d)?, to))).collect();
    let code = |key: Key, dimension| layout.position(dimension).map_or(CodeId::UNKNOWN, |p| layout.code(key, p));
    let mut cells: BTreeMap<SliceKey, Vec<(Key, Cell)>> = BTreeMap::new();
    for (key, units) in sums {
        let slice = (code(key, place[0]), code(key, place[1]), code(key, place[2]));
        let inside = moves.iter().fold(0, |sum, (from, to)| sum | inner.place(*to, layout.code(key, *from)));
        cells.entry(slice).or_default().push((inside, Cell { units, way: Way::Given }));
    }
    cells.into_iter().map(|(key, cells)| (key, Table::new(inner.clone(), cells))).collect()
}
