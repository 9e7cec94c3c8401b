//! One cuboid while blocks pass: records are counted by a small number made of their classes, keys come at the end.

use hashbrown::HashMap;
use matricula_spec::model::dimension::DimensionId;

use super::axis::Axis;
use super::blocks::{Blocks, DIFFERING, MOST_INSIDE, are_worth_it};
use super::keyed_sums::KeyedSums;
use crate::cube::key::{Key, KeyLayout};
use crate::harmonize::{Classified, NO_UNIT, Origin};
use crate::integer_table::IntegerTable;

/// Up to so many possible cells are held as a plain array.
const MOST_DENSE: u64 = 1 << 21;

/// Above this the numbers of cells would not fit their table.
const MOST_POSSIBLE: u64 = 1 << 62;

/// Records after which cells of units are looked at first; where they tell too little, after so many times more.
const FIRST_LOOK: u64 = 1 << 15;
const NEXT_LOOK: u64 = 4;
/// Most cells that are looked at.
const MOST_LOOKED_AT: usize = 1 << 20;
/// With fewer cells for each unit it cannot be told what is the same in all its records.
const TELLING: u64 = 4;

/// Counts of one cuboid in a part of the source.
pub(crate) struct Counter {
    layout: KeyLayout,
    /// What all keys have in common.
    common: Key,
    axes: Vec<Axis>,
    /// Where cells are kept apart for each unit.
    units: Option<UnitAxis>,
    held: Held,
    /// The number of each record of a block, and, with units in blocks, of what is outside of these.
    numbers: Vec<u64>,
    outside: Vec<u64>,
    /// Records after which the cells of units are looked at: whether blocks are better.
    look_after: u64,
    /// Records of units so far.
    counted: u64,
}

/// Cells on their way from one numbering to another.
struct Moving {
    units: Vec<u32>,
    /// The step along each axis, cell by cell.
    steps: Vec<u32>,
    counts: Vec<u64>,
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
    /// The same where the cells of a unit fill most places of a block.
    Blocks(Blocks),
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
        Self {
            layout: layout.clone(),
            common,
            axes,
            units,
            held,
            numbers: Vec::new(),
            outside: Vec::new(),
            look_after: FIRST_LOOK,
            counted: 0,
        }
    }

    /// Counts the records of a block, unless there are more cells than the budget has.
    pub(crate) fn add(&mut self, records: &impl Classified, budget: u64) {
        self.learn(records);
        match &self.held {
            Held::Sparse(table) if table.len() as u64 > budget => return,
            Held::Exact(sums) if sums.len() as u64 > budget => return,
            Held::Dense(_) | Held::Sparse(_) | Held::Blocks(_) | Held::Exact(_) => {}
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
        self.choose(records.records());
        self.number(records);
        let placed = self.numbers.iter().filter(|number| **number != NOWHERE);
        match &mut self.held {
            Held::Dense(cells) => placed.for_each(|number| cells[*number as usize] += 1),
            Held::Sparse(table) => placed.for_each(|number| *table.entry(*number) += 1),
            Held::Blocks(blocks) => blocks.count(self.numbers.iter().copied()),
            Held::Exact(_) => {}
        }
    }

    /// The number of the cell of each record; its position where units are in blocks.
    fn number(&mut self, records: &impl Classified) {
        let in_blocks = matches!(self.held, Held::Blocks(_));
        let (outside, inside): (Vec<&Axis>, Vec<&Axis>) =
            self.axes.iter().partition(|axis| in_blocks && axis.same_in_unit);
        self.numbers.clear();
        self.numbers.resize(records.records(), 0);
        inside.into_iter().for_each(|axis| axis.add_to(&mut self.numbers, records));
        let Some(units) = &self.units else { return };
        let unit_numbers = records.unit_numbers(units.identifier).iter();
        if let Held::Blocks(blocks) = &mut self.held {
            let apart = units.stride / blocks.inside();
            self.outside.clear();
            self.outside.resize(records.records(), 0);
            outside.into_iter().for_each(|axis| axis.add_to(&mut self.outside, records));
            for ((number, outside), unit) in self.numbers.iter_mut().zip(&self.outside).zip(unit_numbers) {
                *number = match *unit {
                    NO_UNIT => NOWHERE,
                    unit => blocks.position(unit, *outside + u64::from(unit) * apart, *number),
                };
            }
            return;
        }
        for (number, unit) in self.numbers.iter_mut().zip(unit_numbers) {
            *number = if *unit == NO_UNIT { NOWHERE } else { *number + u64::from(*unit) * units.stride };
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
            // What is counted together has no units.
            Held::Sparse(_) | Held::Blocks(_) => {}
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
        self.place();
    }

    /// Gives each axis the room it needs, and brings what was counted to its new number.
    fn make_room(&mut self) {
        let moving = self.moving();
        for axis in &mut self.axes {
            let needed = axis.keys.len() as u64;
            if needed > axis.room {
                // Room beyond what is needed keeps this rare; at first there is nothing to move.
                axis.room = needed + if axis.room == 0 { 0 } else { (needed / 8).max(1) };
            }
        }
        if let Some(units) = &mut self.units {
            units.room = units.met.next_power_of_two();
        }
        self.hold(moving);
    }

    /// Numbers cells anew, inside of blocks first, and holds these.
    fn hold(&mut self, moving: Moving) {
        let mut possible: Option<u64> = Some(1);
        let times = |possible: Option<u64>, room| {
            possible.and_then(|all| all.checked_mul(room)).filter(|all| *all < MOST_POSSIBLE)
        };
        let mut inside = None;
        for same_in_unit in [false, true] {
            for axis in self.axes.iter_mut().filter(|axis| axis.same_in_unit == same_in_unit) {
                axis.stride = possible.unwrap_or(0);
                possible = times(possible, axis.room);
                axis.placed.clear();
            }
            inside = inside.or(possible);
        }
        if let Some(units) = &mut self.units {
            units.stride = possible.unwrap_or(0);
            possible = times(possible, units.room);
        }
        let in_blocks = self.axes.iter().any(|axis| axis.same_in_unit);
        self.held = match (possible, inside) {
            (Some(possible), _) if possible <= MOST_DENSE => Held::Dense(vec![0; possible as usize]),
            (Some(_), Some(inside)) if in_blocks && inside <= MOST_INSIDE => Held::Blocks(Blocks::new(inside)),
            (Some(_), _) => Held::Sparse(IntegerTable::default()),
            (None, _) => Held::Exact(HashMap::new()),
        };
        self.place();
        let steps = moving.steps.chunks(self.axes.len().max(1)).chain(std::iter::repeat(&[][..]));
        for ((unit, count), steps) in moving.units.iter().zip(moving.counts).zip(steps) {
            let of_unit = self.units.as_ref().map_or(0, |units| u64::from(*unit) * units.stride);
            let along = self.axes.iter().zip(steps).map(|(axis, step)| axis.stride * u64::from(*step));
            let number = of_unit + along.sum::<u64>();
            match &mut self.held {
                Held::Dense(cells) => cells[number as usize] += count,
                Held::Sparse(table) => *table.entry(number) += count,
                Held::Blocks(blocks) => {
                    let inside = blocks.inside();
                    blocks.add(*unit, number / inside, number % inside, count);
                }
                Held::Exact(sums) => {
                    let keys = self.axes.iter().zip(steps).map(|(axis, step)| axis.keys[*step as usize]);
                    let key = keys.fold(self.common, |key, of_axis| key | of_axis);
                    *sums.entry((*unit, key)).or_default() += i128::from(count);
                }
            }
        }
    }

    /// What is counted, free of any numbering.
    fn moving(&self) -> Moving {
        let mut moving = Moving { units: Vec::new(), steps: Vec::new(), counts: Vec::new() };
        for (number, count) in self.counted() {
            moving.units.push(self.unit(number));
            moving.steps.extend(self.axes.iter().map(|axis| axis.step(number) as u32));
            moving.counts.push(count);
        }
        moving
    }

    /// Holds the cells of units in blocks where that is worth it, and no longer where it is not.
    fn choose(&mut self, records: usize) {
        if self.units.is_none() {
            return;
        }
        self.counted += records as u64;
        let (look, over) = match &mut self.held {
            Held::Blocks(blocks) => (false, blocks.are_done(records)),
            Held::Sparse(table) => (self.counted >= self.look_after && table.len() <= MOST_LOOKED_AT, false),
            Held::Dense(_) | Held::Exact(_) => (false, false),
        };
        if look {
            self.look_after = self.look_after.saturating_mul(NEXT_LOOK);
            if self.tells() {
                let moving = self.moving();
                if self.find_same(&moving) {
                    self.hold(moving);
                }
            }
        } else if over {
            self.look_after = u64::MAX;
            let moving = self.moving();
            self.axes.iter_mut().for_each(|axis| axis.same_in_unit = false);
            self.hold(moving);
        }
    }

    /// Whether there are so many cells for each unit that they tell what is the same in all of them.
    fn tells(&self) -> bool {
        let units = self.units.as_ref().map_or(0, |units| units.met);
        matches!(&self.held, Held::Sparse(table) if table.len() as u64 >= TELLING * units)
    }

    /// Finds the axes along which units have one step; whether blocks are worth it then.
    fn find_same(&mut self, moving: &Moving) -> bool {
        let axes = self.axes.len();
        let distinct = |number: &dyn Fn(usize, &[u32]) -> u64| {
            let mut met = IntegerTable::default();
            for (cell, steps) in moving.steps.chunks(axes.max(1)).enumerate() {
                *met.entry(number(cell, steps)) = 1;
            }
            met.len()
        };
        let unit = |cell: usize| u64::from(moving.units[cell]);
        let units = distinct(&|cell, _| unit(cell));
        let mut outside_room = 1_u64;
        for (position, axis) in self.axes.iter_mut().enumerate() {
            let pairs = distinct(&|cell, steps| unit(cell) * axis.room + u64::from(steps[position]));
            axis.same_in_unit = axis.room > 1 && pairs - units <= units / DIFFERING;
            outside_room = outside_room.saturating_mul(if axis.same_in_unit { axis.room } else { 1 });
        }
        let strides = self.axes.iter().scan(1_u64, |stride, axis| {
            let own = *stride;
            *stride = stride.saturating_mul(if axis.same_in_unit { axis.room } else { 1 });
            Some(if axis.same_in_unit { own } else { 0 })
        });
        let strides: Vec<u64> = strides.collect();
        let outside =
            |steps: &[u32]| -> u64 { steps.iter().zip(&strides).map(|(step, of)| u64::from(*step) * of).sum() };
        let blocks = distinct(&|cell, steps| unit(cell) * outside_room + outside(steps));
        let inside = self.axes.iter().filter(|axis| !axis.same_in_unit).map(|axis| axis.room);
        let places = inside.fold(blocks as u64, u64::saturating_mul);
        let worth_it = usize::try_from(places).is_ok_and(|places| are_worth_it(places, moving.counts.len()));
        if !worth_it {
            self.axes.iter_mut().for_each(|axis| axis.same_in_unit = false);
        }
        worth_it
    }

    /// Tells each axis where the steps of its classes are placed.
    fn place(&mut self) {
        let inside = if let Held::Blocks(blocks) = &self.held { blocks.inside() } else { 1 };
        self.axes.iter_mut().for_each(|axis| axis.place(if axis.same_in_unit { inside } else { 1 }));
    }

    /// Numbers with a count.
    fn counted(&self) -> Box<dyn Iterator<Item = (u64, u64)> + '_> {
        match &self.held {
            Held::Dense(cells) => Box::new((0..).zip(cells.iter().copied()).filter(|(_, count)| *count > 0)),
            Held::Sparse(table) => Box::new(table.iter()),
            Held::Blocks(blocks) => {
                let inside = blocks.inside();
                Box::new(blocks.iter().flat_map(move |(outside, counts)| {
                    let counted = (outside * inside..).zip(counts).filter(|(_, count)| **count > 0);
                    counted.map(|(number, count)| (number, u64::from(*count)))
                }))
            }
            Held::Exact(_) => Box::new(std::iter::empty()),
        }
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
        if let Held::Blocks(blocks) = &self.held {
            return self.cells_of_blocks(blocks, hash);
        }
        let hashed = |((unit, key), units): (UnitKey, i128)| Some(((hash(unit)?, key), units));
        KeyedSums::new(self.into_sums().into_iter().filter_map(hashed).collect())
    }

    /// The same block by block: what is said of a block, or of a place in each of them, is found out once.
    fn cells_of_blocks(&self, blocks: &Blocks, hash: impl Fn(u32) -> Option<u128>) -> KeyedSums<(u128, Key)> {
        let inside = blocks.inside();
        // Nothing for places that no class has come to.
        let key = |number: u64, outside: bool| {
            let mut axes = self.axes.iter().filter(|axis| axis.same_in_unit == outside);
            axes.try_fold(0, |key, axis| Some(key | axis.keys.get(axis.step(number) as usize)?))
        };
        let place = |place: u64| Some((key(place, false)?, place as usize));
        let mut places: Vec<(Key, usize)> = (0..inside).filter_map(place).collect();
        places.sort_unstable();
        let of_block = |(outside, counts)| {
            let number = outside * inside;
            Some((hash(self.unit(number))?, self.common | key(number, true)?, counts))
        };
        let mut of_units: Vec<(u128, Key, &[u32])> = blocks.iter().filter_map(of_block).collect();
        of_units.sort_unstable_by_key(|(unit, ..)| *unit);
        let mut cells = Vec::with_capacity(blocks.taken());
        for of_unit in of_units.chunk_by(|a, b| a.0 == b.0) {
            let first = cells.len();
            for (unit, outside, counts) in of_unit {
                let counted = places.iter().filter(|(_, place)| counts[*place] > 0);
                cells.extend(counted.map(|(key, place)| ((*unit, outside | key), i128::from(counts[*place]))));
            }
            if of_unit.len() > 1 {
                cells[first..].sort_unstable_by_key(|(key, _)| *key);
            }
        }
        KeyedSums::sorted(cells)
    }
}

#[cfg(test)]
mod tests;
