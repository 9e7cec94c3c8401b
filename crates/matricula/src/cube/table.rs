//! One cuboid: cells over a few dimensions, sorted by key.

use matricula_spec::model::dimension::{CodeId, DimensionId};

use super::key::{Key, KeyLayout};

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
    /// Both together, as indirect as the less direct of them.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { units: self.units + other.units, way: self.way.max(other.way) }
    }
}

/// Cells over the dimensions of a layout; what is not here is absent.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    layout: KeyLayout,
    cells: Vec<(Key, Cell)>,
}

impl Table {
    /// A table of cells in any order, one for each key.
    pub(crate) fn new(layout: KeyLayout, mut cells: Vec<(Key, Cell)>) -> Self {
        cells.sort_unstable_by_key(|(key, _)| *key);
        Self { layout, cells }
    }

    /// A table of cells in any order; those with the same key are added.
    pub(crate) fn summing(layout: KeyLayout, mut cells: Vec<(Key, Cell)>) -> Self {
        cells.sort_unstable_by_key(|(key, _)| *key);
        cells.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.plus(next.1);
            }
            same
        });
        Self { layout, cells }
    }

    /// Where the codes stand in the keys.
    pub(crate) fn layout(&self) -> &KeyLayout {
        &self.layout
    }

    /// The cells, sorted by key.
    pub(crate) fn cells(&self) -> &[(Key, Cell)] {
        &self.cells
    }

    /// Whether the table has all these dimensions.
    pub(crate) fn has_all(&self, dimensions: &[DimensionId]) -> bool {
        dimensions.iter().all(|d| self.layout.has(*d))
    }

    /// Only the cells whose codes pass; `codes` come in the order of the layout.
    pub(crate) fn filtered(&self, mut passes: impl FnMut(&[CodeId]) -> bool) -> Self {
        let keep = |(key, _): &&(Key, Cell)| passes(&self.layout.codes(*key));
        Self { layout: self.layout.clone(), cells: self.cells.iter().filter(keep).copied().collect() }
    }
}
