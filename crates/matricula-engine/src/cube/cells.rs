//! How the cells of a table are held: sorted by key, in as few bytes as they fit.

use rayon::slice::ParallelSliceMut;

use super::key::{Key, KeyLayout};
use super::table::{Cell, Way};

/// Cells, ascending by key.
#[derive(Debug, Clone)]
pub(super) enum Cells {
    /// Keys fit 64 bits, and no sum of any of the cells needs more than 62.
    Narrow(Vec<(u64, Packed)>),
    Wide(Vec<(Key, Cell)>),
}

/// A cell in 64 bits: its units, and in the lowest two bits its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packed(i64);

/// Sums below this fit what [`Packed`] has for units.
const NARROW: i128 = 1 << 61;
/// Cells that are gathered before the first look for equal keys.
const GATHERED: usize = 1 << 18;

impl Packed {
    /// No cell; none has so many units.
    pub(super) const NOTHING: Self = Self(i64::MIN);

    pub(super) fn of(cell: Cell) -> Option<Self> {
        let units = i64::try_from(cell.units).ok().filter(|_| cell.units.abs() < NARROW)?;
        Some(Self(units << 2 | cell.way as i64))
    }

    pub(super) fn cell(self) -> Cell {
        let way = match self.0 & 3 {
            0 => Way::Given,
            1 => Way::Summed,
            2 => Way::Complement,
            _ => Way::Split,
        };
        Cell { units: i128::from(self.0 >> 2), way }
    }

    /// Both together; the caller knows that the sum fits.
    pub(super) fn plus(self, other: Self) -> Self {
        Self(((self.0 >> 2) + (other.0 >> 2)) << 2 | (self.0 & 3).max(other.0 & 3))
    }
}

impl Cells {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Narrow(cells) => cells.len(),
            Self::Wide(cells) => cells.len(),
        }
    }

    /// The cells from one position up to another.
    pub(super) fn within(&self, first: usize, end: usize) -> impl Iterator<Item = (Key, Cell)> + '_ {
        let (narrow, wide) = match self {
            Self::Narrow(cells) => (cells.get(first..end), None),
            Self::Wide(cells) => (None, cells.get(first..end)),
        };
        let narrow = narrow.unwrap_or_default().iter().map(|(key, cell)| (Key::from(*key), cell.cell()));
        narrow.chain(wide.unwrap_or_default().iter().copied())
    }

    /// Position of the first cell whose key is not below this one.
    pub(super) fn position(&self, key: Key) -> usize {
        match (self, u64::try_from(key)) {
            (Self::Narrow(cells), Ok(key)) => cells.partition_point(|(other, _)| *other < key),
            (Self::Narrow(cells), Err(_)) => cells.len(),
            (Self::Wide(cells), _) => cells.partition_point(|(other, _)| *other < key),
        }
    }

    pub(super) fn filtered(&self, keep: &mut impl FnMut(Key) -> bool) -> Self {
        match self {
            Self::Narrow(cells) => {
                Self::Narrow(cells.iter().filter(|(key, _)| keep(Key::from(*key))).copied().collect())
            }
            Self::Wide(cells) => Self::Wide(cells.iter().filter(|(key, _)| keep(*key)).copied().collect()),
        }
    }

    /// By a sort that is fast on what is sorted in parts, as most of what comes in is.
    fn sort(&mut self) {
        match self {
            Self::Narrow(cells) => cells.sort_by_key(|(key, _)| *key),
            Self::Wide(cells) => cells.sort_by_key(|(key, _)| *key),
        }
    }

    /// Sorted, with equal keys added.
    fn sum(&mut self) {
        self.sort();
        match self {
            Self::Narrow(cells) => add_equal(cells),
            Self::Wide(cells) => cells.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 = kept.1.plus(next.1);
                }
                same
            }),
        }
    }

    fn shrink(&mut self) {
        match self {
            Self::Narrow(cells) => cells.shrink_to_fit(),
            Self::Wide(cells) => cells.shrink_to_fit(),
        }
    }
}

/// Adds neighbours with the same key.
pub(super) fn add_equal(cells: &mut Vec<(u64, Packed)>) {
    cells.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 = kept.1.plus(next.1);
        }
        same
    });
}

/// Cells on their way into a table.
pub(super) struct Gathered {
    cells: Cells,
    /// Sum of the units, whatever their sign: no sum of cells is larger.
    total: i128,
    /// So many cells are looked through for equal keys, so that memory follows the result and not what comes in.
    limit: usize,
}

impl Gathered {
    pub(super) fn new(layout: &KeyLayout) -> Self {
        let narrow = layout.bits() <= u64::BITS;
        let cells = if narrow { Cells::Narrow(Vec::new()) } else { Cells::Wide(Vec::new()) };
        Self { cells, total: 0, limit: GATHERED }
    }

    pub(super) fn push(&mut self, key: Key, cell: Cell) {
        self.total = self.total.saturating_add(cell.units.saturating_abs());
        let packed = u64::try_from(key).ok().zip(Packed::of(cell)).filter(|_| self.total < NARROW);
        match (&mut self.cells, packed) {
            (Cells::Narrow(cells), Some(packed)) => cells.push(packed),
            (Cells::Wide(cells), _) => cells.push((key, cell)),
            (Cells::Narrow(_), None) => {
                let mut wide: Vec<_> = self.cells.within(0, self.cells.len()).collect();
                wide.push((key, cell));
                self.cells = Cells::Wide(wide);
            }
        }
    }

    /// The same where a key may come again.
    pub(super) fn add(&mut self, key: Key, cell: Cell) {
        self.push(key, cell);
        if self.cells.len() >= self.limit {
            self.cells.sum();
            self.limit = GATHERED.max(self.cells.len() * 2);
        }
    }

    pub(super) fn sorted(mut self) -> Cells {
        self.cells.sort();
        self.cells.shrink();
        self.cells
    }

    /// The same by all threads; not while others may wait for this one.
    pub(super) fn sorted_by_all(mut self) -> Cells {
        match &mut self.cells {
            Cells::Narrow(cells) => cells.par_sort_unstable_by_key(|(key, _)| *key),
            Cells::Wide(cells) => cells.par_sort_unstable_by_key(|(key, _)| *key),
        }
        self.cells.shrink();
        self.cells
    }

    pub(super) fn summed(mut self) -> Cells {
        self.cells.sum();
        self.cells.shrink();
        self.cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(cells: &[(Key, i128)]) -> (bool, Vec<(Key, Cell)>) {
        let mut gathered = Gathered { cells: Cells::Narrow(Vec::new()), total: 0, limit: 2 };
        cells.iter().for_each(|(key, units)| gathered.add(*key, Cell::given(*units)));
        let cells = gathered.summed();
        (matches!(cells, Cells::Narrow(_)), cells.within(0, cells.len()).collect())
    }

    fn check(cells: &[(Key, i128)], narrow: bool, expected: &[(Key, i128)]) {
        let expected = expected.iter().map(|(key, units)| (*key, Cell::given(*units))).collect();
        assert_eq!(gathered(cells), (narrow, expected));
    }

    #[test]
    fn equal_keys_are_added_in_any_order() {
        check(&[(3, 1), (1, -2), (3, 5), (2, 0), (1, -1)], true, &[(1, -3), (2, 0), (3, 6)]);
    }

    #[test]
    fn what_does_not_fit_is_held_in_full() {
        let large = NARROW / 2;
        check(&[(1, large), (1, large - 1)], true, &[(1, NARROW - 1)]);
        check(&[(1, large), (2, 7), (1, large)], false, &[(1, NARROW), (2, 7)]);
        check(&[(1, -large), (1, -large)], false, &[(1, -NARROW)]);
        check(&[(1 << 64, 1), (5, 2)], false, &[(5, 2), (1 << 64, 1)]);
    }

    #[test]
    fn packed_cells_are_what_they_were() {
        for way in [Way::Given, Way::Summed, Way::Complement, Way::Split] {
            for units in [0, 1, -1, NARROW - 1, 1 - NARROW] {
                let cell = Cell { units, way };
                assert_eq!(Packed::of(cell).map(Packed::cell), Some(cell));
            }
        }
        assert_eq!(Packed::of(Cell::given(NARROW)), None);
    }
}
