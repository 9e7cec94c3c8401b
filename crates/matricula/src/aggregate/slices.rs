//! Counted cells -> slices: one for each measure, country and year.

use std::collections::BTreeMap;

use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::mapping::SplitMethod;

use super::pass::{SourcePlan, Sums, UnitSums};
use crate::cube::SliceKey;
use crate::cube::coverage::SliceCoverage;
use crate::cube::key::{Key, KeyLayout};
use crate::cube::slice::Slice;
use crate::cube::table::{Cell, Table, Way};

/// The tables of one slice: its cuboids, and by role a table for each unit.
#[derive(Default)]
struct Tables {
    cuboids: Vec<Table>,
    units: BTreeMap<String, Vec<Table>>,
}

/// The slices of a source, from its cuboids and grains.
pub(super) fn slices(
    plan: &SourcePlan<'_>,
    position: usize,
    (cuboids, grains): (Vec<Sums>, Vec<UnitSums>),
) -> Vec<(SliceKey, Slice)> {
    let mut tables: BTreeMap<SliceKey, Tables> = BTreeMap::new();
    for (layout, sums) in plan.cuboids.iter().zip(cuboids) {
        for (key, table) in by_slice(plan, layout, sums) {
            tables.entry(key).or_default().cuboids.push(table);
        }
    }
    for (grain, sums) in plan.grains.iter().zip(grains) {
        let mut units: BTreeMap<u128, Sums> = BTreeMap::new();
        sums.into_iter().for_each(|((unit, key), count)| {
            units.entry(unit).or_default().insert(key, count);
        });
        for (key, table) in units.into_values().flat_map(|sums| by_slice(plan, &grain.layout, sums)) {
            tables.entry(key).or_default().units.entry(grain.role.clone()).or_default().push(table);
        }
    }
    let slice = |(key, tables): (SliceKey, Tables)| {
        let list = &plan.catalogue.dimension(plan.catalogue.known().time_period).codes;
        let year = list.code(key.2).number().unwrap_or_default();
        let coverage = SliceCoverage::of(plan.catalogue, plan.mapping, key.0, year);
        let decimals = plan.mapping.amount.decimals();
        (key, Slice::new(position, decimals, coverage, tables.cuboids, tables.units))
    };
    tables.into_iter().map(slice).collect()
}

/// One cuboid's cells by measure, country and year, over the other dimensions; bands are split.
fn by_slice(plan: &SourcePlan<'_>, layout: &KeyLayout, sums: Sums) -> BTreeMap<SliceKey, Table> {
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
    let table = |cells| {
        let whole = Table::new(inner.clone(), cells);
        plan.mapping.splits.iter().fold(whole, |table, (dimension, method)| split(plan, &table, *dimension, *method))
    };
    cells.into_iter().map(|(key, cells)| (key, table(cells))).collect()
}

/// The table with the bands of a dimension replaced by the codes under them.
fn split(plan: &SourcePlan<'_>, table: &Table, dimension: DimensionId, method: SplitMethod) -> Table {
    let layout = table.layout();
    let Some(position) = layout.position(dimension) else { return table.clone() };
    let list = &plan.catalogue.dimension(dimension).codes;
    let mut cells = Vec::with_capacity(table.cells().len());
    for (key, cell) in table.cells() {
        let code = layout.code(*key, position);
        if !list.is_margin(code) {
            cells.push((*key, *cell));
            continue;
        }
        let leaves = list.leaves(code);
        let SplitMethod::Uniform = method;
        // The check of specifications sees to it that the parts are exact.
        let part = Cell { units: cell.units / leaves.len() as i128, way: Way::Split };
        let rest = layout.without(*key, position);
        cells.extend(leaves.iter().map(|leaf| (rest | layout.place(position, *leaf), part)));
    }
    Table::summing(layout.clone(), cells)
}
