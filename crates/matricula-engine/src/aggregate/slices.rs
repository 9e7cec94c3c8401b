//! Counted cells -> slices: one for each measure, country and year.

use std::collections::BTreeMap;

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};

use super::keyed_sums::UnitCells;
use crate::cube::SliceKey;
use crate::cube::key::{Key, KeyLayout, Projection};
use crate::cube::table::{Cell, Table, TableBuilder};

/// One cuboid's cells by measure, country and year, over the other dimensions.
pub(crate) fn by_slice(
    catalogue: &Catalogue,
    layout: &KeyLayout,
    sums: impl IntoIterator<Item = (Key, i128)>,
) -> BTreeMap<SliceKey, Table> {
    let Some(inside) = Inside::of(catalogue, layout) else { return BTreeMap::new() };
    let mut tables: BTreeMap<SliceKey, TableBuilder> = BTreeMap::new();
    for (key, units) in sums {
        let table = tables.entry(inside.place(key)).or_insert_with(|| TableBuilder::new(inside.layout.clone()));
        table.push(inside.projection.of(key), Cell::given(units));
    }
    tables.into_iter().map(|(place, table)| (place, table.finish())).collect()
}

/// The same for the cells of units, sorted: units are numbered in the order of their hashes, which end here.
pub(crate) fn units_by_slice(catalogue: &Catalogue, layout: &KeyLayout, sums: &UnitCells) -> BTreeMap<SliceKey, Table> {
    let Some(inside) = Inside::of(catalogue, layout) else { return BTreeMap::new() };
    let mut units: BTreeMap<SliceKey, Numbering> = BTreeMap::new();
    for ((unit, key), _) in sums {
        units.entry(inside.place(*key)).or_default().next(*unit);
    }
    let table = |(place, units): (SliceKey, Numbering)| {
        let layout = inside.layout.after_units(units.met)?;
        Some((place, (Numbering::default(), layout.clone(), TableBuilder::new(layout))))
    };
    let mut tables: BTreeMap<SliceKey, _> = units.into_iter().filter_map(table).collect();
    for ((unit, key), count) in sums {
        if let Some((units, layout, table)) = tables.get_mut(&inside.place(*key)) {
            let number = layout.place_unit(units.next(*unit));
            table.push(number | inside.projection.of(*key), Cell::given(*count));
        }
    }
    tables.into_iter().map(|(place, (.., table))| (place, table.finish())).collect()
}

/// Numbers units that come one after the other.
#[derive(Default)]
struct Numbering {
    met: usize,
    last: Option<u128>,
}

impl Numbering {
    fn next(&mut self, unit: u128) -> usize {
        if self.last != Some(unit) {
            self.last = Some(unit);
            self.met += 1;
        }
        self.met - 1
    }
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
