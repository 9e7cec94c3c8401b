//! Exact sums by key, sorted: parts of a source are merged in one walk.

use crate::cube::key::Key;

/// Exact sums, sorted by key.
pub type Cells = Vec<(Key, i128)>;
/// The same by unit and key.
pub type UnitCells = Vec<((u128, Key), i128)>;

/// Sums by key, ascending, none twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyedSums<K>(Vec<(K, i128)>);

impl<K> Default for KeyedSums<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord + Copy> KeyedSums<K> {
    /// KeyedSums in any order, none twice.
    pub(crate) fn new(mut cells: Vec<(K, i128)>) -> Self {
        cells.sort_unstable_by_key(|(key, _)| *key);
        Self(cells)
    }

    /// Sums that ascend already.
    pub(crate) fn sorted(cells: Vec<(K, i128)>) -> Self {
        debug_assert!(cells.is_sorted_by(|(a, _), (b, _)| a < b), "no key comes again");
        Self(cells)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The same as a list.
    pub(crate) fn into_list(self) -> Vec<(K, i128)> {
        self.0
    }

    /// Both together.
    pub(crate) fn plus(self, other: Self) -> Self {
        if self.0.is_empty() || other.0.is_empty() {
            return if self.0.is_empty() { other } else { self };
        }
        let mut merged = Vec::with_capacity(self.0.len() + other.0.len());
        let (mut ours, mut theirs) = (self.0.into_iter().peekable(), other.0.into_iter().peekable());
        loop {
            match (ours.peek(), theirs.peek()) {
                (Some(our), Some(their)) if our.0 < their.0 => merged.extend(ours.next()),
                (Some(our), Some(their)) if our.0 > their.0 => merged.extend(theirs.next()),
                (Some(_), Some(_)) => {
                    let their = theirs.next().map_or(0, |(_, units)| units);
                    merged.extend(ours.next().map(|(key, units)| (key, units + their)));
                }
                (Some(_), None) => merged.extend(&mut ours),
                (None, Some(_)) => merged.extend(&mut theirs),
                (None, None) => return Self(merged),
            }
        }
    }

    /// Takes records out, each with what it added.
    pub(crate) fn take_out(&mut self, records: impl Iterator<Item = (K, i64)>) {
        for (key, amount) in records {
            let Ok(position) = self.0.binary_search_by_key(&key, |(key, _)| *key) else { continue };
            self.0[position].1 -= i128::from(amount);
        }
    }

    /// Drops cells in which nothing is left.
    pub(crate) fn drop_empty(&mut self) {
        self.0.retain(|(_, units)| *units != 0);
    }
}

/// Cells in any order, sorted; those with the same key are added.
pub fn summed<K: Ord + Copy>(mut cells: Vec<(K, i128)>) -> Vec<(K, i128)> {
    cells.sort_by_key(|(key, _)| *key);
    cells.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(of: &[(u32, i128)]) -> KeyedSums<u32> {
        KeyedSums::new(of.to_vec())
    }

    #[test]
    fn parts_add_up() {
        let both = cells(&[(3, 1), (1, 2)]).plus(cells(&[(2, 5), (3, 4), (9, 1)]));
        assert_eq!(both, cells(&[(1, 2), (2, 5), (3, 5), (9, 1)]));
        assert_eq!(both.clone().plus(KeyedSums::default()), both);
    }

    #[test]
    fn what_is_taken_out_leaves_no_empty_cell_of_records() {
        let mut of_records = cells(&[(1, 2), (2, 1)]);
        of_records.take_out([(2, 1), (1, 1), (7, 2)].into_iter());
        assert_eq!(of_records, cells(&[(1, 1), (2, 0)]));
        of_records.drop_empty();
        assert_eq!(of_records, cells(&[(1, 1)]));
    }
}
