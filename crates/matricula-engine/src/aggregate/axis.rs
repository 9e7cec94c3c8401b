//! A part of the records that a cuboid looks at: which of its classes are told apart, and where they stand in numbers.

use hashbrown::HashMap;

use crate::cube::key::{Key, KeyLayout};
use crate::harmonize::Classified;

/// A part of the records that the cuboid looks at.
pub(crate) struct Axis {
    pub(crate) part: usize,
    /// Outputs of the part, and where their codes stand in a key.
    pub(crate) outputs: Vec<(usize, usize)>,
    /// The codes of each step along the axis, as part of a key.
    pub(crate) keys: Vec<Key>,
    steps: HashMap<Key, u32>,
    /// The step of each class.
    pub(crate) step_of: Vec<u32>,
    /// How far numbers lie apart for one step, and how many steps there is room for.
    pub(crate) stride: u64,
    pub(crate) room: u64,
    /// The step of each class times how far numbers lie apart.
    pub(crate) placed: Vec<u64>,
    /// Whether nearly all records of a unit have the same step.
    pub(crate) same_in_unit: bool,
}

impl Axis {
    pub(crate) fn new(part: usize, output: (usize, usize)) -> Self {
        Self {
            part,
            outputs: vec![output],
            keys: Vec::new(),
            steps: HashMap::new(),
            step_of: Vec::new(),
            stride: 0,
            room: 0,
            placed: Vec::new(),
            same_in_unit: false,
        }
    }

    /// Adds the part of the axis to the number of each record.
    pub(crate) fn add_to(&self, numbers: &mut [u64], records: &impl Classified) {
        for (number, class) in numbers.iter_mut().zip(records.part(self.part)) {
            *number += self.placed[*class as usize];
        }
    }

    /// Looks at classes that were not met before.
    pub(crate) fn learn(&mut self, layout: &KeyLayout, records: &impl Classified) {
        let classes = records.classes(self.part);
        for class in self.step_of.len()..classes.len() {
            let placed = self.outputs.iter().map(|(output, at)| layout.place(*at, classes.code(class, *output)));
            let key = placed.fold(0, |key, code| key | code);
            let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
            let step = *self.steps.entry(key).or_insert(next);
            if step == next {
                self.keys.push(key);
            }
            self.step_of.push(step);
        }
    }

    /// Numbers lie apart by the stride, or by a part of it outside of blocks with so many places.
    pub(crate) fn place(&mut self, inside: u64) {
        let (known, apart) = (self.placed.len(), self.stride / inside);
        self.placed.extend(self.step_of[known..].iter().map(|step| u64::from(*step) * apart));
    }

    pub(crate) fn step(&self, number: u64) -> u64 {
        (number / self.stride.max(1)) % self.room.max(1)
    }
}
