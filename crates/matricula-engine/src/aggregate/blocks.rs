//! Cells kept apart for units, held in blocks: all cells of a unit beside each other, so that a record touches
//! memory that others of its unit have touched.
//!
//! What is the same in all records of a unit, as the commune of a school, would multiply the places of a block and
//! never fill them. It is numbered outside instead: a block belongs to a unit and to what is the same in it.

use crate::integer_table::IntegerTable;

/// So many places stand empty for each that is taken before blocks are no gain.
const EMPTY_PLACES: usize = 4;
/// The same whatever is taken.
const ANYHOW: usize = 1 << 16;
/// Blocks after which it is seen first whether they are filled.
const FIRST_LOOK: usize = 64;
/// Most places of a block.
pub(crate) const MOST_INSIDE: u64 = 1 << 12;
/// Of the records of all units, one in so many may differ in what counts as the same.
pub(crate) const DIFFERING: usize = 4;

/// Counts by block and place.
#[derive(Debug)]
pub(crate) struct Blocks {
    /// Places of a block.
    inside: usize,
    /// By unit the number outside that was met last, and its block.
    last: Vec<(u64, u32)>,
    /// By number outside, one more than the block.
    known: IntegerTable,
    /// The number outside of each block.
    outside: Vec<u64>,
    counts: Vec<u32>,
    /// Sum of all counts, which is as much as each of them can hold.
    sum: u64,
    /// Number of blocks when it is to be seen whether they are filled.
    look_at: usize,
}

impl Blocks {
    /// Blocks of so many places, at most [`MOST_INSIDE`].
    pub(crate) fn new(inside: u64) -> Self {
        let inside = usize::try_from(inside.clamp(1, MOST_INSIDE)).unwrap_or(1);
        Self {
            inside,
            last: Vec::new(),
            known: IntegerTable::default(),
            outside: Vec::new(),
            counts: Vec::new(),
            sum: 0,
            look_at: FIRST_LOOK,
        }
    }

    /// Places of a block.
    pub(crate) fn inside(&self) -> u64 {
        self.inside as u64
    }

    /// The position of a unit's place; the number outside tells the unit, too.
    #[inline]
    pub(crate) fn position(&mut self, unit: u32, outside: u64, place: u64) -> u64 {
        let unit = unit as usize;
        let block = match self.last.get(unit) {
            Some((known, block)) if *known == outside => *block,
            _ => self.block(unit, outside),
        };
        u64::from(block) * self.inside as u64 + place
    }

    /// Adds one at each of some positions: nothing else, so that waits for memory overlap.
    pub(crate) fn count(&mut self, positions: impl ExactSizeIterator<Item = u64>) {
        self.sum += positions.len() as u64;
        positions.for_each(|position| {
            if let Some(count) = self.counts.get_mut(position as usize) {
                *count += 1;
            }
        });
    }

    /// Adds a count that is no larger than one that was held before.
    pub(crate) fn add(&mut self, unit: u32, outside: u64, place: u64, count: u64) {
        let position = self.position(unit, outside, place);
        self.sum += count;
        self.counts[position as usize] += count as u32;
    }

    fn block(&mut self, unit: usize, outside: u64) -> u32 {
        let known = self.known.entry(outside);
        if *known == 0 {
            self.outside.push(outside);
            *known = self.outside.len() as u64;
            self.counts.resize(self.outside.len() * self.inside, 0);
        }
        let block = u32::try_from(*known - 1).unwrap_or(u32::MAX);
        if self.last.len() <= unit {
            self.last.resize(unit + 1, (u64::MAX, 0));
        }
        self.last[unit] = (outside, block);
        block
    }

    /// Whether they cannot go on: the sum may outgrow a count with so many records more, or so few of the places are
    /// taken that a table of those would be smaller.
    pub(crate) fn are_done(&mut self, more: usize) -> bool {
        if self.sum + more as u64 > u64::from(u32::MAX) || self.outside.len() >= u32::MAX as usize {
            return true;
        }
        if self.outside.len() < self.look_at {
            return false;
        }
        self.look_at = 2 * self.outside.len();
        !are_worth_it(self.counts.len(), self.taken())
    }

    /// Places that are taken.
    pub(crate) fn taken(&self) -> usize {
        self.counts.iter().filter(|count| **count > 0).count()
    }

    /// The number outside of each block and the counts of its places.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &[u32])> {
        self.outside.iter().copied().zip(self.counts.chunks(self.inside))
    }
}

/// Whether blocks of so many places in all pay, of which so many are taken.
pub(crate) fn are_worth_it(places: usize, taken: usize) -> bool {
    places <= EMPTY_PLACES * taken + ANYHOW
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn they_count_like_a_map() {
        let mut blocks = Blocks::new(7);
        let mut expected = BTreeMap::new();
        for number in 0..50_000_u64 {
            // Most records of a unit have the same number outside, some another.
            let unit = number * 31 % 97;
            let outside = unit * 10 + if number % 50 == 0 { number % 3 } else { 0 };
            let place = number * number % 7;
            let position = blocks.position(unit as u32, outside, place);
            blocks.count([position].into_iter());
            blocks.add(unit as u32, outside, place, number % 2);
            *expected.entry((outside, place)).or_insert(0) += 1 + (number % 2) as u32;
        }
        let places = |(outside, counts): (u64, &[u32])| {
            let places: Vec<_> = (0..).zip(counts.to_vec()).map(|(place, count)| ((outside, place), count)).collect();
            places
        };
        let counted: BTreeMap<_, _> = blocks.iter().flat_map(places).filter(|(_, count)| *count > 0).collect();
        assert_eq!(counted, expected);
        assert!(!blocks.are_done(1));
        assert!(blocks.are_done(u32::MAX as usize), "a count might not hold it");
    }

    #[test]
    fn many_empty_places_are_noticed() {
        let mut blocks = Blocks::new(MOST_INSIDE);
        (0..100).for_each(|unit| blocks.add(unit, u64::from(unit), 5, 1));
        assert!(blocks.are_done(1));
    }
}
