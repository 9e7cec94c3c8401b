//! All cuboids of a source while blocks pass: several that look at few codes are counted together first.
//!
//! A planner that knows code lists only must take cuboids for large that are small in a given file: nobody is of
//! age 97, and a country has a dozen of programmes. What was met decides here, and each record is counted once for
//! a whole group of cuboids, whose cells are added to the cuboids when the group is full or the source at its end.

use super::counter::Counter;
use super::keyed_sums::KeyedSums;
use crate::cube::key::Key;
use crate::harmonize::Classified;

/// Most possible cells of a group: as many counts as stay in the cache of a core.
const MOST_CELLS: u64 = 1 << 17;

/// The cuboids of a source in one part of it.
pub(crate) struct Cuboids {
    counters: Vec<Counter>,
    groups: Vec<Group>,
    /// Positions of the cuboids that are in no group.
    alone: Vec<usize>,
    /// For each part of the records, how many classes the groups have room for; nothing before the first block.
    room: Vec<u64>,
    /// Records in the groups: as many as a count of theirs can hold.
    grouped: u64,
    counts: bool,
}

/// Cuboids that are counted together.
struct Group {
    /// Positions of its cuboids.
    cuboids: Vec<usize>,
    /// The parts of the records that they look at, how far cells lie apart for a class of each, and its room.
    axes: Vec<(usize, u32, u32)>,
    cells: Vec<u32>,
    numbers: Vec<u32>,
}

impl Cuboids {
    /// Nothing counted yet; `counts` tells that records add one each.
    pub(crate) fn new(counters: Vec<Counter>, counts: bool) -> Self {
        let alone = (0..counters.len()).collect();
        Self { counters, groups: Vec::new(), alone, room: Vec::new(), grouped: 0, counts }
    }

    /// Counts the records of a block, where a cuboid has no more cells than the budget.
    pub(crate) fn add(&mut self, records: &impl Classified, budget: u64) {
        if self.counts {
            self.counters.iter_mut().for_each(|counter| counter.learn(records));
            self.make_room(records, budget);
        }
        for group in &mut self.groups {
            group.add(records);
        }
        for position in &self.alone {
            self.counters[*position].add(records, budget);
        }
    }

    /// Groups the cuboids anew where classes were met that the groups have no room for.
    fn make_room(&mut self, records: &impl Classified, budget: u64) {
        let parts: Vec<u64> = (0..records.parts()).map(|part| records.classes(part).len() as u64).collect();
        self.grouped += records.records() as u64;
        let has_room = parts.iter().zip(&self.room).all(|(classes, room)| classes <= room);
        if !self.room.is_empty() && has_room && self.grouped <= u64::from(u32::MAX) {
            return;
        }
        self.grouped = records.records() as u64;
        self.settle(budget);
        let is_first = self.room.is_empty();
        // Room beyond what is needed keeps this rare.
        self.room = parts.iter().map(|classes| classes + if is_first { 0 } else { classes / 8 + 1 }).collect();
        let sets = self.counters.iter().map(Counter::parts).collect();
        let (groups, alone): (Vec<_>, Vec<_>) =
            grouped(sets, &self.room).into_iter().partition(|(cuboids, _)| cuboids.len() > 1);
        self.alone = alone.into_iter().flat_map(|(cuboids, _)| cuboids).collect();
        self.groups = groups.into_iter().map(|(cuboids, parts)| Group::new(cuboids, &parts, &self.room)).collect();
    }

    /// Adds what the groups counted to their cuboids.
    fn settle(&mut self, budget: u64) {
        for group in self.groups.drain(..) {
            group.give(&mut self.counters, budget);
        }
    }

    /// The cells of each cuboid by key.
    pub(crate) fn into_cells(mut self, budget: u64) -> Vec<KeyedSums<Key>> {
        self.settle(budget);
        self.counters.into_iter().map(Counter::into_cells).collect()
    }
}

/// Cuboids by the parts they look at, the smallest unions first, as long as these stay small.
fn grouped(sets: Vec<Vec<usize>>, room: &[u64]) -> Vec<(Vec<usize>, Vec<usize>)> {
    let cells = |parts: &[usize]| parts.iter().map(|part| room[*part].max(1)).fold(1, u64::saturating_mul);
    let union = |a: &[usize], b: &[usize]| {
        let mut union = [a, b].concat();
        union.sort_unstable();
        union.dedup();
        union
    };
    let mut groups: Vec<(Vec<usize>, Vec<usize>)> =
        sets.into_iter().enumerate().map(|(position, parts)| (vec![position], parts)).collect();
    loop {
        let mut best: Option<(u64, usize, usize)> = None;
        for a in 0..groups.len() {
            for b in a + 1..groups.len() {
                let cells = cells(&union(&groups[a].1, &groups[b].1));
                if cells <= MOST_CELLS && best.is_none_or(|(least, ..)| cells < least) {
                    best = Some((cells, a, b));
                }
            }
        }
        let Some((_, a, b)) = best else { return groups };
        let (cuboids, parts) = groups.remove(b);
        groups[a].0.extend(cuboids);
        groups[a].1 = union(&groups[a].1, &parts);
    }
}

impl Group {
    fn new(cuboids: Vec<usize>, parts: &[usize], room: &[u64]) -> Self {
        let mut cells = 1;
        let axes = parts.iter().map(|part| {
            let (stride, room) = (cells, room[*part].max(1));
            cells *= room;
            (*part, u32::try_from(stride).unwrap_or(0), u32::try_from(room).unwrap_or(0))
        });
        let axes = axes.collect();
        Self { cuboids, axes, cells: vec![0; usize::try_from(cells).unwrap_or(0)], numbers: Vec::new() }
    }

    fn add(&mut self, records: &impl Classified) {
        self.numbers.clear();
        self.numbers.resize(records.records(), 0);
        for (part, stride, _) in &self.axes {
            for (number, class) in self.numbers.iter_mut().zip(records.part(*part)) {
                *number += class * stride;
            }
        }
        self.numbers.iter().for_each(|number| self.cells[*number as usize] += 1);
    }

    /// Gives the counts to the cuboids.
    fn give(self, counters: &mut [Counter], budget: u64) {
        let mut classes = vec![0; self.axes.iter().map(|(part, ..)| part + 1).max().unwrap_or(0)];
        for (number, count) in (0_u32..).zip(self.cells).filter(|(_, count)| *count > 0) {
            for (part, stride, room) in &self.axes {
                classes[*part] = (number / stride) % room;
            }
            for cuboid in &self.cuboids {
                counters[*cuboid].add_counted(&classes, u64::from(count), budget);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuboids_of_few_possible_cells_are_counted_together() {
        let room = [10, 10, 1_000_000, 5];
        let groups = grouped(vec![vec![0], vec![0, 2], vec![1, 3], vec![]], &room);
        assert_eq!(groups, [(vec![0, 3, 2], vec![0, 1, 3]), (vec![1], vec![0, 2])]);
    }
}
