//! Counted cells -> slices: one for each measure, country and year.

use std::collections::BTreeMap;

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use super::pass::{SourcePlan, Sums, UnitSums};
use crate::cube::SliceKey;
use crate::cube::coverage::SliceCoverage;
use crate::cube::key::{Key, KeyLayout, Projection};
use crate::cube::slice::Slice;
use crate::cube::table::{Cell, Table, TableBuilder};

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
    (cuboids, grains): (Vec<Sums>, Vec<UnitSums>),
) -> Vec<(SliceKey, Slice)> {
    let mut tables: BTreeMap<SliceKey, Tables> = BTreeMap::new();
    let cuboids = plan.cuboids.par_iter().zip(cuboids.into_par_iter());
    let cuboids: Vec<_> = cuboids.map(|(layout, sums)| by_slice(plan.catalogue, layout, sums)).collect();
    for (key, table) in cuboids.into_iter().flatten() {
        tables.entry(key).or_default().cuboids.push(table);
    }
    for (grain, sums) in plan.grains.iter().zip(grains) {
        for (key, table) in units_by_slice(plan.catalogue, &grain.layout, sums) {
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

/// One cuboid's cells by measure, country and year, over the other dimensions.
pub(crate) fn by_slice(catalogue: &Catalogue, layout: &KeyLayout, sums: Sums) -> BTreeMap<SliceKey, Table> {
    let Some(inside) = Inside::of(catalogue, layout) else { return BTreeMap::new() };
    let mut tables: BTreeMap<SliceKey, TableBuilder> = BTreeMap::new();
    for (key, units) in sums {
        let table = tables.entry(inside.place(key)).or_insert_with(|| TableBuilder::new(inside.layout.clone()));
        table.push(inside.projection.of(key), Cell::given(units));
    }
    tables.into_iter().map(|(place, table)| (place, table.finish())).collect()
}

/// The same for the cells of units, which are numbered in the order of their hashes: the hashes end here.
fn units_by_slice(catalogue: &Catalogue, layout: &KeyLayout, sums: UnitSums) -> BTreeMap<SliceKey, Table> {
    let Some(inside) = Inside::of(catalogue, layout) else { return BTreeMap::new() };
    let mut cells: BTreeMap<SliceKey, Vec<(u128, Key, i128)>> = BTreeMap::new();
    for ((unit, key), units) in sums {
        cells.entry(inside.place(key)).or_default().push((unit, inside.projection.of(key), units));
    }
    let table = |(place, mut cells): (SliceKey, Vec<(u128, Key, i128)>)| {
        cells.par_sort_unstable_by_key(|(unit, key, _)| (*unit, *key));
        let same_unit = |a: &(u128, Key, i128), b: &(u128, Key, i128)| a.0 == b.0;
        let layout = inside.layout.after_units(cells.chunk_by(same_unit).count())?;
        let mut table = TableBuilder::new(layout.clone());
        for (number, cells) in cells.chunk_by(same_unit).enumerate() {
            let number = layout.place_unit(number);
            cells.iter().for_each(|(_, key, units)| table.push(number | *key, Cell::given(*units)));
        }
        Some((place, table.finish()))
    };
    cells.into_iter().filter_map(table).collect()
}

/// What is left of a cuboid's keys inside a slice.
struct Inside<'a> {
    outer: &'a KeyLayout,
    /// Positions of measure, country and year.
    place: [Option<usize>; 3],
    layout: KeyLayout,
    projection: Projection,
}

impl<'a> Inside<'a> {
    fn of(catalogue: &Catalogue, outer: &'a KeyLayout) -> Option<Self> {
        let known = catalogue.known();
        let place = [known.measure, known.ref_area, known.time_period];
        let others: Vec<DimensionId> = outer.dimensions().filter(|d| !place.contains(d)).collect();
        let layout = KeyLayout::new(catalogue, &others)?;
        let projection = Projection::new(outer, &layout)?;
        Some(Self { outer, place: place.map(|dimension| outer.position(dimension)), layout, projection })
    }

    fn place(&self, key: Key) -> SliceKey {
        let [measure, ref_area, time_period] =
            self.place.map(|position| position.map_or(CodeId::UNKNOWN, |position| self.outer.code(key, position)));
        (measure, ref_area, time_period)
    }
}
