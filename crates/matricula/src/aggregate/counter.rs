//! One cuboid while blocks pass: records are counted by a small number made of their classes, keys come at the end.

use hashbrown::HashMap;
use matricula_spec::model::dimension::DimensionId;

use super::blocks::{Blocks, DIFFERING, MOST_INSIDE, are_worth_it};
use super::keyed_sums::KeyedSums;
use crate::cube::key::{Key, KeyLayout};
use crate::harmonize::{Classified, NO_UNIT, Origin};
use crate::integer_table::IntegerTable;

/// Up to so many possible cells are held as a plain array.
const MOST_DENSE: u64 = 1 << 21;

/// Above this the numbers of cells would not fit their table.
const MOST_POSSIBLE: u64 = 1 << 62;

/// Records after which cells of units are looked at first; where they tell too little, so many times more.
const FIRST_LOOK: u64 = 1 << 17;
const NEXT_LOOK: u64 = 16;

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
    looked: bool,
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
    /// The step of each class times how far numbers lie apart.
    placed: Vec<u64>,
    /// Whether nearly all records of a unit have the same step.
    same_in_unit: bool,
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
            looked: false,
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
        let is_time = self.look_after < records as u64;
        self.look_after = self.look_after.saturating_sub(records as u64);
        let (look, over) = match &mut self.held {
            Held::Blocks(blocks) => (false, blocks.are_done(records)),
            Held::Sparse(_) => (is_time, false),
            Held::Dense(_) | Held::Exact(_) => (false, false),
        };
        if look || over {
            // Two looks are enough: a table of very many cells is not gone through again and again.
            self.look_after = if over || self.looked { u64::MAX } else { FIRST_LOOK * NEXT_LOOK };
            self.looked = true;
            let moving = self.moving();
            if over {
                self.axes.iter_mut().for_each(|axis| axis.same_in_unit = false);
            }
            if over || self.find_same(&moving) {
                self.hold(moving);
            }
        }
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
                Box::new(blocks.iter().map(move |(outside, place, count)| (outside * inside + place, count)))
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
        let mut cells = self.into_sums();
        // Numbers are sorted in a fraction of the time of hashes, of which there is one for many cells.
        cells.sort_unstable_by_key(|(of, _)| *of);
        let of_units = cells.chunk_by(|(a, _), (b, _)| a.0 == b.0);
        let mut of_units: Vec<_> = of_units.filter_map(|of_unit| Some((hash(of_unit[0].0.0)?, of_unit))).collect();
        of_units.sort_unstable_by_key(|(unit, _)| *unit);
        let with_hash = |(unit, of_unit): (u128, &[(UnitKey, i128)])| {
            let cell = |((_, key), units): &(UnitKey, i128)| ((unit, *key), *units);
            of_unit.iter().map(cell).collect::<Vec<_>>()
        };
        KeyedSums::sorted(of_units.into_iter().flat_map(with_hash).collect())
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
            same_in_unit: false,
        }
    }

    /// Adds the part of the axis to the number of each record.
    fn add_to(&self, numbers: &mut [u64], records: &impl Classified) {
        for (number, class) in numbers.iter_mut().zip(records.part(self.part)) {
            *number += self.placed[*class as usize];
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

    /// Numbers lie apart by the stride, or by a part of it outside of blocks with so many places.
    fn place(&mut self, inside: u64) {
        let (known, apart) = (self.placed.len(), self.stride / inside);
        self.placed.extend(self.step_of[known..].iter().map(|step| u64::from(*step) * apart));
    }

    fn step(&self, number: u64) -> u64 {
        (number / self.stride.max(1)) % self.room.max(1)
    }
}
