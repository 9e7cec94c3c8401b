//! One cuboid: cells over a few dimensions, sorted by key.

use matricula_spec::model::dimension::{CodeId, DimensionId};

use super::cells::{Cells, Gathered, Packed};
use super::key::{Key, KeyLayout, Projection};
use super::sums::{Buckets, Dense, hashed};

/// How the number of a cell came about, from the best to the least direct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Way {
    /// Counted from records, or given by the source.
    Given,
    /// A complete sum of given parts.
    Summed,
    /// A given margin minus its given siblings.
    Complement,
    /// A part of a band, by a declared method.
    Split,
}

/// A count in units of the slice's decimals, and how it came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) units: i128,
    pub(crate) way: Way,
}

impl Cell {
    /// Counted from records, or given by the source.
    pub(crate) fn given(units: i128) -> Self {
        Self { units, way: Way::Given }
    }

    /// Both together, as indirect as the less direct of them.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { units: self.units + other.units, way: self.way.max(other.way) }
    }
}

/// Cells over the dimensions of a layout; what is not here is absent.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    layout: KeyLayout,
    cells: Cells,
}

/// A table that is made cell by cell.
pub(crate) struct TableBuilder {
    layout: KeyLayout,
    gathered: Gathered,
}

impl TableBuilder {
    pub(crate) fn new(layout: KeyLayout) -> Self {
        Self { gathered: Gathered::new(&layout), layout }
    }

    /// Adds a cell; its key must not come again.
    pub(crate) fn push(&mut self, key: Key, cell: Cell) {
        self.gathered.push(key, cell);
    }

    /// The table, sorted by all threads.
    pub(crate) fn finish(self) -> Table {
        Table { layout: self.layout, cells: self.gathered.sorted_by_all() }
    }
}

impl Table {
    /// A table of cells in any order, one for each key.
    pub(crate) fn new(layout: KeyLayout, cells: impl IntoIterator<Item = (Key, Cell)>) -> Self {
        let mut gathered = Gathered::new(&layout);
        cells.into_iter().for_each(|(key, cell)| gathered.push(key, cell));
        Self { cells: gathered.sorted(), layout }
    }

    /// A table of cells in any order; those with the same key are added.
    pub(crate) fn summing(layout: KeyLayout, cells: impl IntoIterator<Item = (Key, Cell)>) -> Self {
        let mut gathered = Gathered::new(&layout);
        cells.into_iter().for_each(|(key, cell)| gathered.add(key, cell));
        Self { cells: gathered.summed(), layout }
    }

    /// The cells whose keys pass, brought to another layout; equal keys are added.
    pub(crate) fn projected(&self, layout: &KeyLayout, to: &Projection, passes: impl Fn(Key) -> bool) -> Self {
        let passing = |(key, _): &&(u64, Packed)| passes(Key::from(*key));
        let moved = |(key, cell): &(u64, Packed)| (to.of_narrow(*key), *cell);
        let cells = match &self.cells {
            Cells::Narrow(cells) if layout.bits() <= u64::BITS => {
                let moved = cells.iter().filter(passing).map(moved);
                if let Some(buckets) = Buckets::from_units_first(&self.layout, layout, cells.len()) {
                    buckets.summed(moved)
                } else if let Some(dense) = Dense::of_cells(cells.len(), layout) {
                    dense.summed(moved)
                } else if layout.bits() < u64::BITS {
                    // Of 64 bits, every number may be a key, and the table has none for an empty place.
                    hashed(moved)
                } else {
                    return Self::summing(layout.clone(), moved.map(|(key, cell)| (Key::from(key), cell.cell())));
                }
            }
            _ => {
                let passing = self.cells().filter(|(key, _)| passes(*key));
                return Self::summing(layout.clone(), passing.map(|(key, cell)| (to.of(key), cell)));
            }
        };
        Self { cells, layout: layout.clone() }
    }

    /// Where the codes stand in the keys.
    pub(crate) fn layout(&self) -> &KeyLayout {
        &self.layout
    }

    /// Number of cells.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The cells, in the order of their keys.
    pub(crate) fn cells(&self) -> impl Iterator<Item = (Key, Cell)> + '_ {
        self.cells.within(0, self.len())
    }

    /// The cell of a key.
    pub(crate) fn cell(&self, key: Key) -> Option<Cell> {
        let position = self.cells.position(key);
        self.cells.within(position, self.len()).next().filter(|(found, _)| *found == key).map(|(_, cell)| cell)
    }

    /// The cells of keys from one to another, both included.
    pub(crate) fn between(&self, first: Key, last: Key) -> impl Iterator<Item = (Key, Cell)> + '_ {
        let cells = self.cells.within(self.cells.position(first), self.len());
        cells.take_while(move |(key, _)| *key <= last)
    }

    /// Whether the table has all these dimensions.
    pub(crate) fn has_all(&self, dimensions: &[DimensionId]) -> bool {
        dimensions.iter().all(|d| self.layout.has(*d))
    }

    /// Only the cells whose codes pass; `codes` come in the order of the layout.
    pub(crate) fn filtered(&self, mut passes: impl FnMut(&[CodeId]) -> bool) -> Self {
        let dimensions = self.layout.dimensions().count();
        let mut codes = Vec::with_capacity(dimensions);
        self.of_keys(|key| {
            codes.clear();
            codes.extend((0..dimensions).map(|position| self.layout.code(key, position)));
            passes(&codes)
        })
    }

    /// Only the cells whose keys pass.
    pub(crate) fn of_keys(&self, mut passes: impl FnMut(Key) -> bool) -> Self {
        Self { layout: self.layout.clone(), cells: self.cells.filtered(&mut passes) }
    }
}
