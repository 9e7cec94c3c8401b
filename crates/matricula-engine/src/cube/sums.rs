//! Sums of the cells of a table by keys of another layout, without sorting.

use super::cells::{Cells, Packed, add_equal};
use super::key::KeyLayout;
use crate::integer_table::IntegerTable;

/// Largest number of places of a [`Dense`] sum, or of buckets: 64 MiB.
const PLACES: usize = 1 << 23;

/// A sum with a place for every key that a narrow layout has.
pub(super) struct Dense {
    places: usize,
}

impl Dense {
    /// Nothing where the places would be many, for these cells or at all.
    pub(super) fn of_cells(cells: usize, layout: &KeyLayout) -> Option<Self> {
        let places = 1_usize.checked_shl(layout.bits()).filter(|places| *places <= PLACES)?;
        (places / 8 <= cells).then_some(Self { places })
    }

    /// Sums some of the narrow cells it was made for, brought to keys of the layout.
    pub(super) fn summed(&self, cells: impl Iterator<Item = (u64, Packed)>) -> Cells {
        let mut places = vec![Packed::NOTHING; self.places];
        for (key, cell) in cells {
            if let Some(place) = usize::try_from(key).ok().and_then(|key| places.get_mut(key)) {
                *place = if *place == Packed::NOTHING { cell } else { place.plus(cell) };
            }
        }
        let held = places.iter().zip(0_u64..).filter(|(cell, _)| **cell != Packed::NOTHING);
        let mut cells: Vec<_> = held.map(|(cell, key)| (key, *cell)).collect();
        cells.shrink_to_fit();
        Cells::Narrow(cells)
    }
}

/// Sums narrow cells whose sums are narrow, too, brought to narrow keys, few of which are met.
pub(super) fn hashed(cells: impl Iterator<Item = (u64, Packed)>) -> Cells {
    let mut positions = IntegerTable::default();
    let mut sums: Vec<(u64, Packed)> = Vec::new();
    for (key, cell) in cells {
        let position = positions.entry(key);
        match usize::try_from(*position).ok().and_then(|number| sums.get_mut(number.wrapping_sub(1))) {
            Some((_, sum)) => *sum = sum.plus(cell),
            None => {
                sums.push((key, cell));
                *position = sums.len() as u64;
            }
        }
    }
    sums.sort_unstable_by_key(|(key, _)| *key);
    sums.shrink_to_fit();
    Cells::Narrow(sums)
}

/// A sum of cells that come unit by unit, for a layout with the unit after the codes:
/// all that have the same codes go to one bucket, in which the units ascend.
pub(super) struct Buckets {
    buckets: usize,
    unit_bits: u32,
}

impl Buckets {
    /// Nothing where the cells do not come unit by unit, or the buckets would be many.
    pub(super) fn from_units_first(from: &KeyLayout, to: &KeyLayout, cells: usize) -> Option<Self> {
        let unit_bits = to.bits_of_last_units().filter(|_| from.has_units_first())?;
        let buckets = 1_usize.checked_shl(to.bits() - unit_bits).filter(|buckets| *buckets <= PLACES)?;
        (buckets / 8 <= cells).then_some(Self { buckets, unit_bits })
    }

    /// Sums some of the narrow cells it was made for, brought to keys of the layout.
    pub(super) fn summed(&self, cells: impl Iterator<Item = (u64, Packed)>) -> Cells {
        let cells: Vec<(u64, Packed)> = cells.collect();
        let bucket = |key: u64| usize::try_from(key >> self.unit_bits).unwrap_or_default();
        let mut next = vec![0; self.buckets + 1];
        cells.iter().for_each(|(key, _)| next[bucket(*key) + 1] += 1);
        (1..next.len()).for_each(|position| next[position] += next[position - 1]);
        let mut in_buckets = vec![(0, Packed::NOTHING); cells.len()];
        for (key, cell) in cells {
            let place = &mut next[bucket(key)];
            in_buckets[*place] = (key, cell);
            *place += 1;
        }
        add_equal(&mut in_buckets);
        in_buckets.shrink_to_fit();
        Cells::Narrow(in_buckets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cube::key::Key;
    use crate::cube::table::{Cell, Way};

    fn packed(cell: Cell) -> Packed {
        Packed::of(cell).expect("a small cell")
    }

    fn check(sum: &Cells, expected: &[(Key, Cell)]) {
        assert_eq!(sum.within(0, sum.len()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_dense_sum_is_the_sum() {
        let cells = [(3, Cell::given(4)), (0, Cell::given(0)), (3, Cell { units: -1, way: Way::Split })];
        let sum = Dense { places: 8 }.summed(cells.into_iter().map(|(key, cell)| (key, packed(cell))));
        check(&sum, &[(0, Cell::given(0)), (3, Cell { units: 3, way: Way::Split })]);
    }

    #[test]
    fn a_hashed_sum_is_the_sum() {
        let cells = [(1 << 60, Cell::given(4)), (0, Cell::given(0)), (1 << 60, Cell { units: -1, way: Way::Split })];
        let sum = hashed(cells.into_iter().map(|(key, cell)| (key, packed(cell))));
        check(&sum, &[(0, Cell::given(0)), (1 << 60, Cell { units: 3, way: Way::Split })]);
    }

    #[test]
    fn units_ascend_in_every_bucket_and_the_cells_of_one_are_added() {
        // The unit in the two lowest bits: unit 0 at codes 2, 0, 2; unit 1 at 2; unit 3 at 0.
        let cells = [(8, 1), (0, 2), (8, 4), (9, 8), (3, 16)].map(|(key, units)| (key, packed(Cell::given(units))));
        let sum = Buckets { buckets: 4, unit_bits: 2 }.summed(cells.into_iter());
        check(&sum, &[(0, 2), (3, 16), (8, 5), (9, 8)].map(|(key, units)| (key, Cell::given(units))));
    }
}
