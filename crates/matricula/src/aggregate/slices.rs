//! Counted cells -> slices: one for each measure, country and year.

use std::collections::BTreeMap;

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};

use super::counted::{Cells, UnitCells};
use super::pass::SourcePlan;
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
    (cuboids, grains): (Vec<Cells>, Vec<UnitCells>),
) -> Vec<(SliceKey, Slice)> {
    let mut tables: BTreeMap<SliceKey, Tables> = BTreeMap::new();
    for (layout, sums) in plan.cuboids.iter().zip(cuboids) {
        for (key, table) in by_slice(plan.catalogue, layout, sums) {
            tables.entry(key).or_default().cuboids.push(table);
        }
    }
    for (grain, sums) in plan.grains.iter().zip(grains) {
        let mut units: BTreeMap<u128, Cells> = BTreeMap::new();
        sums.into_iter().for_each(|((unit, key), count)| units.entry(unit).or_default().push((key, count)));
        for (key, table) in units.into_values().flat_map(|sums| by_slice(plan.catalogue, &grain.layout, sums)) {
            tables.entry(key).or_default().units.entry(grain.role.clone()).or_default().push(table);
        }
    }
    // A source that has the identifier and nothing in it knows of no unit; that is not the same as not having it.
    for tables in tables.values_mut() {
        for grain in &plan.grains {
            tables.units.entry(grain.role.clone()).or_default();
        }
    }
    let slice = |(key, tables): (SliceKey, Tables)| {
        let list = &plan.catalogue.dimension(plan.catalogue.known().time_period).codes;
        let year = list.code(key.2).number().unwrap_or_default();
        let coverage = SliceCoverage::of(plan.catalogue, plan.mapping, key.0, year);
        let decimals = plan.mapping.amount.decimals();
        let slice = Slice::new(position, decimals, coverage, tables.cuboids, tables.units);
        (key, slice.splitting(plan.mapping.splits.clone()))
    };
    tables.into_iter().map(slice).collect()
}

/// One cuboid's cells by measure, country and year, over the other dimensions.
pub(crate) fn by_slice(
    catalogue: &Catalogue,
    layout: &KeyLayout,
    sums: impl IntoIterator<Item = (Key, i128)>,
) -> BTreeMap<SliceKey, Table> {
    let known = catalogue.known();
    let place = [known.measure, known.ref_area, known.time_period];
    let others: Vec<DimensionId> = layout.dimensions().filter(|d| !place.contains(d)).collect();
    let Some(inner) = KeyLayout::new(catalogue, &others) else { return BTreeMap::new() };
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
