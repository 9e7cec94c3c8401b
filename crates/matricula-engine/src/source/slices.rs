//! The counted cells of a source -> its slices of the cube.

use std::collections::BTreeMap;

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::plan::SourcePlan;
use crate::aggregate::keyed_sums::{Cells, UnitCells};
use crate::aggregate::slices::{by_slice, units_by_slice};
use crate::cube::SliceKey;
use crate::cube::coverage::SliceCoverage;
use crate::cube::slice::Slice;
use crate::cube::table::Table;

/// The tables of one slice: its cuboids, and by role the cells of its units.
#[derive(Default)]
struct Tables {
    cuboids: Vec<Table>,
    units: BTreeMap<String, Table>,
}

/// The slices of a source, from its cuboids and grains.
pub(super) fn slices(
    plan: &SourcePlan<'_>,
    position: usize,
    (cuboids, grains): (Vec<Cells>, Vec<UnitCells>),
) -> Vec<(SliceKey, Slice)> {
    let mut tables: BTreeMap<SliceKey, Tables> = BTreeMap::new();
    let cuboids = plan.cuboids.par_iter().zip(cuboids.into_par_iter());
    let cuboids: Vec<_> = cuboids.map(|(layout, sums)| by_slice(plan.catalogue, layout, sums)).collect();
    for (key, table) in cuboids.into_iter().flatten() {
        tables.entry(key).or_default().cuboids.push(table);
    }
    for (grain, sums) in plan.grains.iter().zip(grains) {
        for (key, table) in units_by_slice(plan.catalogue, &grain.layout, &sums) {
            tables.entry(key).or_default().units.insert(grain.role.clone(), table);
        }
    }
    // A source that has the identifier and nothing in it knows of no unit; that is not the same as not having it.
    for tables in tables.values_mut() {
        for grain in &plan.grains {
            let none = || Table::new(grain.layout.clone(), []);
            tables.units.entry(grain.role.clone()).or_insert_with(none);
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
