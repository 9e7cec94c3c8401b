//! Columns in bounded memory: how many values, of which shapes, and the few codes of columns that have few.

use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};
use matricula_engine::raw::block::RawBlock;
use matricula_read::chunk::Chunk;
use matricula_read::plan::ReadPlan;
use matricula_spec::{Problem, Problems};
use rayon::prelude::*;

use super::shapes::Shapes;

/// A column with more different values is no column of codes.
pub(super) const MOST_VALUES: usize = 5_000;
/// No code is longer; a longer text is only counted.
const LONGEST_CODE: usize = 80;

/// One column.
#[derive(Debug, Clone)]
pub(super) struct ColumnProfile {
    /// As the header has it.
    pub(super) name: String,
    /// Rows in which it is blank.
    pub(super) blank: u64,
    pub(super) shapes: Shapes,
    pub(super) values: Values,
}

/// The values of a column.
#[derive(Debug, Clone)]
pub(super) enum Values {
    /// How often each occurs.
    Codes(HashMap<Vec<u8>, u64>),
    /// They may belong to one person: only hashes, to tell how many there are.
    Hashes(HashSet<u64>),
    /// More than [`MOST_VALUES`], or texts.
    Many,
}

impl ColumnProfile {
    fn new(name: &str, personal: bool) -> Self {
        let values = if personal { Values::Hashes(HashSet::new()) } else { Values::Codes(HashMap::new()) };
        Self { name: name.to_owned(), blank: 0, shapes: Shapes::default(), values }
    }

    fn see(&mut self, value: &[u8]) {
        if value.is_empty() {
            self.blank += 1;
            return;
        }
        match &mut self.values {
            // What codes look like is told from the list of them, once.
            Values::Codes(codes) if value.len() <= LONGEST_CODE => {
                match codes.get_mut(value) {
                    Some(count) => *count += 1,
                    None => drop(codes.insert(value.to_owned(), 1)),
                }
                if codes.len() > MOST_VALUES {
                    self.give_up();
                }
                return;
            }
            Values::Codes(_) => self.give_up(),
            Values::Hashes(hashes) => {
                hashes.insert(hash(value));
                if hashes.len() > MOST_VALUES {
                    self.give_up();
                }
            }
            Values::Many => {}
        }
        self.shapes.see(value, 1);
    }

    /// Stops keeping values; what they looked like stays.
    fn give_up(&mut self) {
        if let Values::Codes(codes) = std::mem::replace(&mut self.values, Values::Many) {
            codes.into_iter().for_each(|(code, count)| self.shapes.see(&code, count));
        }
    }

    fn add(&mut self, mut other: Self) {
        self.blank += other.blank;
        let kept = match (&mut self.values, &mut other.values) {
            (Values::Codes(ours), Values::Codes(theirs)) => {
                theirs.drain().for_each(|(code, count)| *ours.entry(code).or_default() += count);
                ours.len()
            }
            (Values::Hashes(ours), Values::Hashes(theirs)) => {
                ours.extend(theirs.drain());
                ours.len()
            }
            _ => usize::MAX,
        };
        if kept > MOST_VALUES {
            self.give_up();
            other.give_up();
        }
        self.shapes.add(&other.shapes);
    }

    /// Once all rows were seen.
    fn finish(&mut self) {
        if let Values::Codes(codes) = &self.values {
            codes.iter().for_each(|(code, count)| self.shapes.see(code, *count));
        }
    }

    /// How many different values; nothing where they are many.
    pub(super) fn distinct(&self) -> Option<usize> {
        match &self.values {
            Values::Codes(codes) => Some(codes.len()),
            Values::Hashes(hashes) => Some(hashes.len()),
            Values::Many => None,
        }
    }

    /// Whether no row has a value.
    pub(super) fn is_blank(&self) -> bool {
        self.shapes.values() == 0
    }

    /// The codes that occur at least so often, with how often, the most frequent first.
    pub(super) fn codes(&self, minimum: u64) -> Vec<(String, u64)> {
        let Values::Codes(codes) = &self.values else { return Vec::new() };
        let frequent = codes.iter().filter(|(_, count)| **count >= minimum);
        let mut frequent: Vec<(String, u64)> =
            frequent.map(|(code, count)| (String::from_utf8_lossy(code).into_owned(), *count)).collect();
        frequent.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        frequent
    }

    /// How many codes occur less often, and in how many records.
    pub(super) fn rarer(&self, minimum: u64) -> (u64, u64) {
        let Values::Codes(codes) = &self.values else { return (0, 0) };
        let rare = codes.values().filter(|count| **count < minimum);
        rare.fold((0, 0), |(codes, records), count| (codes + 1, records + count))
    }
}

fn hash(value: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&blake3::hash(value).as_bytes()[..8]);
    u64::from_le_bytes(bytes)
}

/// All columns of a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Profile {
    pub(super) rows: u64,
    /// Rows with a wrong number of fields.
    pub(super) ragged: u64,
    pub(super) columns: Vec<ColumnProfile>,
}

/// Looks at every row once. `personal` tells the columns whose values may belong to one person.
pub(super) fn profile(plan: &ReadPlan, personal: &[bool]) -> Result<Profile, Problems> {
    let columns = || plan.columns.iter().zip(personal).map(|(name, personal)| ColumnProfile::new(name, *personal));
    let start = || Profile { columns: columns().collect(), ..Profile::default() };
    let seen = blocks(plan, start, |profile, block| {
        profile.rows += block.rows() as u64;
        profile.ragged += block.ragged();
        for (position, column) in profile.columns.iter_mut().enumerate() {
            (0..block.rows()).for_each(|row| column.see(block.column(position).get(row)));
        }
    })?;
    let whole = seen.into_iter().reduce(|mut ours, theirs| {
        ours.rows += theirs.rows;
        ours.ragged += theirs.ragged;
        ours.columns.iter_mut().zip(theirs.columns).for_each(|(ours, theirs)| ours.add(theirs));
        ours
    });
    let mut profile = whole.unwrap_or_else(start);
    profile.columns.iter_mut().for_each(ColumnProfile::finish);
    Ok(profile)
}

/// How often the values of some columns occur together, and how old the pupils are; nothing where there are more than
/// [`MOST_VALUES`] combinations.
pub(super) fn combinations(plan: &ReadPlan, keys: usize, age: &AgeOf) -> Result<Option<Combinations>, Problems> {
    let seen = blocks(
        plan,
        || Some(HashMap::<Vec<u8>, Combination>::new()),
        |seen, block| {
            let mut key = Vec::new();
            for row in 0..block.rows() {
                let Some(combinations) = seen else { return };
                write_key(&mut key, (0..keys).map(|column| block.column(column).get(row)));
                let combination = combinations.entry_ref(key.as_slice()).or_default();
                combination.records += 1;
                if let Some(age) = age.of(block, row, keys) {
                    *combination.ages.entry(age).or_default() += 1;
                }
                if combinations.len() > MOST_VALUES {
                    *seen = None;
                }
            }
        },
    )?;
    let mut together = Combinations::new();
    for part in seen {
        let Some(part) = part else { return Ok(None) };
        part.into_iter().for_each(|(key, combination)| {
            let ours: &mut Combination = together.entry(read_key(&key)).or_default();
            ours.records += combination.records;
            combination.ages.into_iter().for_each(|(age, count)| *ours.ages.entry(age).or_default() += count);
        });
    }
    Ok((together.len() <= MOST_VALUES).then_some(together))
}

/// The values of a key in one text, each after its length.
fn write_key<'v>(key: &mut Vec<u8>, values: impl Iterator<Item = &'v [u8]>) {
    key.clear();
    for value in values {
        key.extend_from_slice(&value.len().to_le_bytes());
        key.extend_from_slice(value);
    }
}

fn read_key(mut key: &[u8]) -> Vec<String> {
    let mut values = Vec::new();
    while let Some((length, rest)) = key.split_first_chunk() {
        let (value, rest) = rest.split_at(usize::from_le_bytes(*length).min(rest.len()));
        values.push(String::from_utf8_lossy(value).into_owned());
        key = rest;
    }
    values
}

/// Combinations of values, with what is known of them.
pub(super) type Combinations = BTreeMap<Vec<String>, Combination>;

/// The records with the same values in some columns.
#[derive(Debug, Clone, Default)]
pub(super) struct Combination {
    pub(super) records: u64,
    ages: BTreeMap<i32, u64>,
}

impl Combination {
    /// The most frequent age, where at least so many have it; of two, the lower one.
    ///
    /// Pupils who are late pull a mean or a median up, and not this.
    pub(super) fn most_frequent_age(&self, minimum: u64) -> Option<i32> {
        let most = self.ages.values().copied().max().filter(|most| *most >= minimum)?;
        self.ages.iter().find(|(_, count)| **count == most).map(|(age, _)| *age)
    }
}

/// How the age of a pupil is told from the columns that follow the keys.
#[derive(Debug, Clone)]
pub(super) enum AgeOf {
    /// It is not.
    Nothing,
    /// A column of ages.
    Reported,
    /// A column of days of birth in a format; the age in the middle of a year.
    Born(&'static str, i32),
    /// A column of years and one of months; the same.
    BornIn(i32),
}

impl AgeOf {
    fn of(&self, block: &RawBlock, row: usize, keys: usize) -> Option<i32> {
        let number = |column| std::str::from_utf8(block.column(column).get(row)).ok()?.parse::<i32>().ok();
        let at_midyear = |year: i32, born: (i32, u32)| year - born.0 - i32::from(born.1 > 6);
        let age = match self {
            Self::Nothing => return None,
            Self::Reported => number(keys)?,
            Self::Born(format, year) => at_midyear(*year, super::shapes::day(block.column(keys).get(row), format)?),
            Self::BornIn(year) => at_midyear(*year, (number(keys)?, u32::try_from(number(keys + 1)?).ok()?)),
        };
        (0..=120).contains(&age).then_some(age)
    }
}

/// Looks at the blocks of a file on all cores.
fn blocks<T: Send>(
    plan: &ReadPlan,
    start: impl Fn() -> T + Sync + Send,
    look: impl Fn(&mut T, &RawBlock) + Sync + Send,
) -> Result<Vec<T>, Problems> {
    let seen = |mut partial: (T, Vec<Problem>), chunk: Result<Chunk, Box<Problem>>| {
        match chunk.and_then(|chunk| chunk.parse()) {
            Ok(block) => look(&mut partial.0, &block),
            Err(problem) => partial.1.push(*problem),
        }
        partial
    };
    let parts: Vec<_> = matricula_read::open(plan)?.par_bridge().fold(|| (start(), Vec::new()), seen).collect();
    let mut all = Vec::new();
    let mut problems = Problems::default();
    for (part, found) in parts {
        all.push(part);
        found.into_iter().for_each(|problem| problems.push(problem));
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: &[&str]) -> ColumnProfile {
        let mut column = ColumnProfile::new("x", false);
        values.iter().for_each(|value| column.see(value.as_bytes()));
        column
    }

    #[test]
    fn parts_of_a_column_add_up_to_the_whole() {
        let many: Vec<String> = (0..MOST_VALUES + 1).map(|number| number.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let parts: [&[&str]; 4] = [&["7", "7", ""], &["8", "7"], &many[..3000], &many[3000..]];
        let together = |order: &[usize]| {
            let mut all = order.iter().map(|part| column(parts[*part]));
            let mut whole = all.next().expect("a part");
            all.for_each(|part| whole.add(part));
            whole.finish();
            whole
        };
        let few = together(&[0, 1]);
        assert_eq!((few.blank, few.codes(2), few.rarer(2)), (1, vec![("7".to_owned(), 3)], (1, 1)));
        assert_eq!(few.shapes.values(), 4);
        for order in [[0, 1, 2, 3], [3, 0, 2, 1], [2, 3, 1, 0]] {
            let whole = together(&order);
            assert_eq!((whole.distinct(), whole.shapes.values()), (None, 5 + MOST_VALUES as u64));
            assert!(whole.shapes.are_whole() && whole.codes(1).is_empty());
        }
    }

    #[test]
    fn values_of_persons_are_not_kept() {
        let mut personal = ColumnProfile::new("mrun", true);
        (0..50).for_each(|_| personal.see(b"31415926"));
        personal.see(b"27182818");
        personal.finish();
        assert_eq!((personal.distinct(), personal.codes(1)), (Some(2), Vec::new()));
        assert!(!format!("{personal:?}").contains("31415926"));
    }

    #[test]
    fn keys_are_written_and_read() {
        let mut key = Vec::new();
        write_key(&mut key, [&b"110"[..], b"", b"1"].into_iter());
        assert_eq!(read_key(&key), ["110", "", "1"]);
    }
}
