//! One cuboid while blocks pass: records are counted by a small number made of their classes, keys come at the end.

use hashbrown::HashMap;
use matricula_spec::model::dimension::DimensionId;

use super::keyed_sums::KeyedSums;
use crate::cube::key::{Key, KeyLayout};
use crate::harmonize::{Classified, NO_UNIT, Origin};
use crate::integer_table::IntegerTable;

/// Up to so many possible cells are held as a plain array.
const MOST_DENSE: u64 = 1 << 21;

/// Above this the numbers of cells would not fit their table.
const MOST_POSSIBLE: u64 = 1 << 62;

/// Counts of one cuboid in a part of the source.
pub(crate) struct Counter {
    layout: KeyLayout,
    /// What all keys have in common.
    common: Key,
    axes: Vec<Axis>,
    /// Where cells are kept apart for each unit.
    units: Option<UnitAxis>,
    held: Held,
    /// The number of each record of a block.
    numbers: Vec<u64>,
}

/// A part of the records that the cuboid looks at.
struct Axis {
    part: usize,
    /// Outputs of the part, and where their codes stand in a key.
    outputs: Vec<(usize, usize)>,
    /// The codes of each step along the axis, as part of a key.
    keys: Vec<Key>,
    steps: HashMap<Key, u32>,
    /// The step of each class.
    step_of: Vec<u32>,
    /// How far numbers lie apart for one step, and how many steps there is room for.
    stride: u64,
    room: u64,
    /// The step of each class times the stride.
    placed: Vec<u64>,
}

/// The units for each of which cells are kept apart; their numbers lie farther apart than all cells of one unit.
struct UnitAxis {
    identifier: usize,
    stride: u64,
    room: u64,
    /// One more than the largest number met.
    met: u64,
}

/// Unit (0 where none is kept apart) and key.
type UnitKey = (u32, Key);

/// The number of a record that is in no cell.
const NOWHERE: u64 = u64::MAX;

enum Held {
    /// By number.
    Dense(Vec<u64>),
    /// The same where most numbers do not occur.
    Sparse(IntegerTable),
    /// By key, where records add amounts or numbers would be too large.
    Exact(HashMap<UnitKey, i128>),
}

impl Counter {
    /// Nothing counted yet; `counts` tells that records add one each.
    /// With the position of an identifier of units, cells are kept apart for each.
    /// `origin` tells where the code of a dimension comes from; nothing where the source does not have it.
    pub(crate) fn new(
        origin: impl Fn(DimensionId) -> Option<Origin>,
        layout: &KeyLayout,
        unit: Option<usize>,
        counts: bool,
    ) -> Self {
        let mut common = 0;
        let mut axes: Vec<Axis> = Vec::new();
        for (position, dimension) in layout.dimensions().enumerate() {
            let Some(origin) = origin(dimension) else { continue };
            match origin {
                Origin::Fixed(code) => common |= layout.place(position, code),
                Origin::Part(part, output) => match axes.iter_mut().find(|axis| axis.part == part) {
                    Some(axis) => axis.outputs.push((output, position)),
                    None => axes.push(Axis::new(part, (output, position))),
                },
            }
        }
        let held = if counts { Held::Dense(vec![0]) } else { Held::Exact(HashMap::new()) };
        let units = unit.map(|identifier| UnitAxis { identifier, stride: 1, room: 0, met: 0 });
        Self { layout: layout.clone(), common, axes, units, held, numbers: Vec::new() }
    }

    /// Counts the records of a block, unless there are more cells than the budget has.
    pub(crate) fn add(&mut self, records: &impl Classified, budget: u64) {
        self.learn(records);
        match &self.held {
            Held::Sparse(table) if table.len() as u64 > budget => return,
            Held::Exact(sums) if sums.len() as u64 > budget => return,
            Held::Dense(_) | Held::Sparse(_) | Held::Exact(_) => {}
        }
        if let Held::Exact(sums) = &mut self.held {
            let units = self.units.as_ref().map(|units| records.unit_numbers(units.identifier));
            for record in 0..records.records() {
                let unit = units.map_or(0, |units| units[record]);
                if unit != NO_UNIT {
                    let step = |axis: &Axis| axis.step_of[records.part(axis.part)[record] as usize];
                    let key = self.axes.iter().fold(self.common, |key, axis| key | axis.keys[step(axis) as usize]);
                    *sums.entry((unit, key)).or_default() += i128::from(records.amount(record));
                }
            }
            return;
        }
        self.number(records);
        let placed = self.numbers.iter().filter(|number| **number != NOWHERE);
        match &mut self.held {
            Held::Dense(cells) => placed.for_each(|number| cells[*number as usize] += 1),
            Held::Sparse(table) => placed.for_each(|number| *table.entry(*number) += 1),
            Held::Exact(_) => {}
        }
    }

    /// The number of the cell of each record.
    fn number(&mut self, records: &impl Classified) {
        self.numbers.clear();
        self.numbers.resize(records.records(), 0);
        for axis in &self.axes {
            for (number, class) in self.numbers.iter_mut().zip(records.part(axis.part)) {
                *number += axis.placed[*class as usize];
            }
        }
        if let Some(units) = &self.units {
            for (number, unit) in self.numbers.iter_mut().zip(records.unit_numbers(units.identifier)) {
                *number = if *unit == NO_UNIT { NOWHERE } else { *number + u64::from(*unit) * units.stride };
            }
        }
    }

    /// The parts of the records that it looks at.
    pub(crate) fn parts(&self) -> Vec<usize> {
        self.axes.iter().map(|axis| axis.part).collect()
    }

    /// Adds so many records whose classes are given by part; all classes were learnt before.
    pub(crate) fn add_counted(&mut self, classes: &[u32], count: u64, budget: u64) {
        let step = |axis: &Axis| axis.placed[classes[axis.part] as usize];
        let number: u64 = self.axes.iter().map(step).sum();
        match &mut self.held {
            Held::Dense(cells) => cells[number as usize] += count,
            Held::Sparse(table) if table.len() as u64 <= budget => *table.entry(number) += count,
            Held::Sparse(_) => {}
            Held::Exact(sums) => {
                let keys = self.axes.iter().map(|axis| axis.keys[axis.step_of[classes[axis.part] as usize] as usize]);
                let key = keys.fold(self.common, |key, of_axis| key | of_axis);
                *sums.entry((0, key)).or_default() += i128::from(count);
            }
        }
    }

    /// Makes room for classes that were not met before.
    pub(crate) fn learn(&mut self, records: &impl Classified) {
        let mut fits = true;
        for axis in &mut self.axes {
            axis.learn(&self.layout, records);
            fits &= axis.keys.len() as u64 <= axis.room;
        }
        if let Some(units) = &mut self.units {
            let met = records.unit_numbers(units.identifier).iter().filter(|unit| **unit != NO_UNIT).max();
            units.met = units.met.max(met.map_or(0, |unit| u64::from(*unit) + 1));
            fits &= units.met <= units.room;
        }
        if !fits && !matches!(self.held, Held::Exact(_)) {
            self.make_room();
        }
        self.axes.iter_mut().for_each(Axis::place);
    }

    /// Gives each axis the room it needs, and brings what was counted to its new number.
    fn make_room(&mut self) {
        let counted: Vec<_> =
            self.counted().map(|(number, count)| (self.unit(number), self.steps(number), count)).collect();
        let mut possible: Option<u64> = Some(1);
        for axis in &mut self.axes {
            let needed = axis.keys.len() as u64;
            if needed > axis.room {
                // Room beyond what is needed keeps this rare; at first there is nothing to move.
                axis.room = needed + if axis.room == 0 { 0 } else { (needed / 8).max(1) };
            }
            axis.stride = possible.unwrap_or(0);
            possible = possible.and_then(|all| all.checked_mul(axis.room)).filter(|all| *all < MOST_POSSIBLE);
            axis.placed.clear();
        }
        if let Some(units) = &mut self.units {
            units.stride = possible.unwrap_or(0);
            units.room = units.met.next_power_of_two();
            possible = possible.and_then(|all| all.checked_mul(units.room)).filter(|all| *all < MOST_POSSIBLE);
        }
        self.held = match possible {
            Some(possible) if possible <= MOST_DENSE => Held::Dense(vec![0; possible as usize]),
            Some(_) => Held::Sparse(IntegerTable::default()),
            None => Held::Exact(HashMap::new()),
        };
        for (unit, steps, count) in counted {
            let of_unit = self.units.as_ref().map_or(0, |units| u64::from(unit) * units.stride);
            let number: u64 = self.axes.iter().zip(&steps).map(|(axis, step)| axis.stride * step).sum();
            match &mut self.held {
                Held::Dense(cells) => cells[(number + of_unit) as usize] += count,
                Held::Sparse(table) => *table.entry(number + of_unit) += count,
                Held::Exact(sums) => {
                    let keys = self.axes.iter().zip(&steps).map(|(axis, step)| axis.keys[*step as usize]);
                    let key = keys.fold(self.common, |key, of_axis| key | of_axis);
                    *sums.entry((unit, key)).or_default() += i128::from(count);
                }
            }
        }
    }

    /// Numbers with a count.
    fn counted(&self) -> Box<dyn Iterator<Item = (u64, u64)> + '_> {
        match &self.held {
            Held::Dense(cells) => Box::new((0..).zip(cells.iter().copied()).filter(|(_, count)| *count > 0)),
            Held::Sparse(table) => Box::new(table.iter()),
            Held::Exact(_) => Box::new(std::iter::empty()),
        }
    }

    /// The step along each axis of a number.
    fn steps(&self, number: u64) -> Vec<u64> {
        self.axes.iter().map(|axis| axis.step(number)).collect()
    }

    /// The unit of a number.
    fn unit(&self, number: u64) -> u32 {
        let unit = self.units.as_ref().map_or(0, |units| number / units.stride.max(1));
        u32::try_from(unit).unwrap_or(NO_UNIT)
    }

    fn key(&self, number: u64) -> Key {
        self.axes.iter().fold(self.common, |key, axis| key | axis.keys[axis.step(number) as usize])
    }

    /// The cells by unit and key, in no particular order.
    fn into_sums(self) -> Vec<(UnitKey, i128)> {
        if let Held::Exact(sums) = self.held {
            return sums.into_iter().collect();
        }
        self.counted().map(|(number, count)| ((self.unit(number), self.key(number)), i128::from(count))).collect()
    }

    /// The cells by key.
    pub(crate) fn into_cells(self) -> KeyedSums<Key> {
        KeyedSums::new(self.into_sums().into_iter().map(|((_, key), units)| (key, units)).collect())
    }

    /// The cells by the hash of their unit and key; `hash` tells it of a unit's number.
    pub(crate) fn into_unit_cells(self, hash: impl Fn(u32) -> Option<u128>) -> KeyedSums<(u128, Key)> {
        let of_unit = |((unit, key), units): (UnitKey, i128)| Some(((hash(unit)?, key), units));
        KeyedSums::new(self.into_sums().into_iter().filter_map(of_unit).collect())
    }
}

impl Axis {
    fn new(part: usize, output: (usize, usize)) -> Self {
        Self {
            part,
            outputs: vec![output],
            keys: Vec::new(),
            steps: HashMap::new(),
            step_of: Vec::new(),
            stride: 0,
            room: 0,
            placed: Vec::new(),
        }
    }

    /// Looks at classes that were not met before.
    fn learn(&mut self, layout: &KeyLayout, records: &impl Classified) {
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

    fn place(&mut self) {
        let known = self.placed.len();
        self.placed.extend(self.step_of[known..].iter().map(|step| u64::from(*step) * self.stride));
    }

    fn step(&self, number: u64) -> u64 {
        (number / self.stride.max(1)) % self.room.max(1)
    }
}
