//! A table from whole numbers to whole numbers for the row pass, where a look must cost a few nanoseconds.

/// No key.
const NOBODY: u64 = u64::MAX;

/// Open addressing in one array, so that a look touches one line of memory; a power of two, at most half full.
///
/// Keys come from our own numbering, never from a file, so nobody can make them collide.
#[derive(Debug, Clone)]
pub(crate) struct IntegerTable {
    slots: Vec<(u64, u64)>,
    held: usize,
}

impl Default for IntegerTable {
    fn default() -> Self {
        Self { slots: vec![(NOBODY, 0); 64], held: 0 }
    }
}

impl IntegerTable {
    /// How many keys are held.
    pub(crate) fn len(&self) -> usize {
        self.held
    }

    /// The number of a key, which is held from now on, with 0 where it was not; the greatest number is no key.
    #[inline]
    pub(crate) fn entry(&mut self, key: u64) -> &mut u64 {
        let last = self.slots.len() - 1;
        let mut at = place(key) & last;
        loop {
            let held = self.slots[at].0;
            if held == key {
                break;
            }
            if held == NOBODY {
                at = self.hold(key, at);
                break;
            }
            at = (at + 1) & last;
        }
        &mut self.slots[at].1
    }

    /// The keys and their numbers, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.slots.iter().copied().filter(|(key, _)| *key != NOBODY)
    }

    /// Holds a key whose free place is known; where it stands afterwards.
    fn hold(&mut self, key: u64, free: usize) -> usize {
        self.held += 1;
        if 2 * self.held <= self.slots.len() {
            self.slots[free].0 = key;
            return free;
        }
        let larger = vec![(NOBODY, 0); 4 * self.slots.len()];
        let held = std::mem::replace(&mut self.slots, larger);
        for (key, number) in held.into_iter().filter(|(key, _)| *key != NOBODY) {
            let at = self.free(key);
            self.slots[at] = (key, number);
        }
        let at = self.free(key);
        self.slots[at].0 = key;
        at
    }

    fn free(&self, key: u64) -> usize {
        let last = self.slots.len() - 1;
        let mut at = place(key) & last;
        while self.slots[at].0 != NOBODY {
            at = (at + 1) & last;
        }
        at
    }
}

#[inline]
fn place(key: u64) -> usize {
    let mixed = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 32)) as usize
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn it_counts_like_a_map() {
        let mut table = IntegerTable::default();
        let mut expected = BTreeMap::new();
        for number in 0..100_000_u64 {
            // Dense, sparse and far keys.
            let key = [number % 1000, (number % 777) << 40, u64::MAX - 1 - number % 555][number as usize % 3];
            *table.entry(key) += 1;
            *expected.entry(key).or_insert(0) += 1;
        }
        assert_eq!(table.len(), expected.len());
        assert_eq!(table.iter().collect::<BTreeMap<u64, u64>>(), expected);
    }
}
