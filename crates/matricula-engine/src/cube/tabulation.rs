//! What a slice answers: a selection, broken down.

use matricula_spec::model::dimension::CodeId;
use matricula_spec::model::mapping::Absent;

use super::key::{Key, KeyLayout};
use super::table::{Cell, Table};

/// A selection, broken down; unit by unit where that was asked.
#[derive(Debug, Clone)]
pub(crate) struct Tabulation {
    /// Decimals of the units of its cells.
    pub(crate) decimals: u8,
    /// Over the breakdown, in its order.
    pub(super) cells: Table,
    pub(super) absent: Absent,
}

impl Tabulation {
    /// Where the codes of the breakdown stand in the keys.
    pub(crate) fn layout(&self) -> &KeyLayout {
        self.cells.layout()
    }

    /// The keys that hold something, ascending.
    pub(crate) fn keys(&self) -> impl Iterator<Item = Key> + '_ {
        self.cells.cells().map(|(key, _)| key)
    }

    /// The cell at coordinates, if one is held.
    pub(crate) fn held(&self, coordinates: &[CodeId]) -> Option<Cell> {
        self.cells.cell(self.layout().key(coordinates))
    }

    /// The cell at coordinates that were collected.
    pub(crate) fn cell(&self, coordinates: &[CodeId]) -> Option<Cell> {
        match (self.held(coordinates), self.absent) {
            (Some(cell), _) => Some(cell),
            (None, Absent::Zero) => Some(Cell::given(0)),
            (None, Absent::Missing) => None,
        }
    }

    /// The units that hold something at coordinates, ascending, with their cells.
    pub(crate) fn units(&self, coordinates: &[CodeId]) -> impl Iterator<Item = (Key, Cell)> + '_ {
        let key = self.layout().key(coordinates);
        let cells = self.cells.between(key, self.layout().last_unit(key));
        cells.map(|(key, cell)| (self.layout().unit(key), cell))
    }
}
