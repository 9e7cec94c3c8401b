//! The naive follower: every pair of years, every pupil, one after the other. It shares no code with the engine.

use std::collections::{BTreeMap, BTreeSet};

use matricula::spec::Catalogue;

/// A record, and whose it is.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// Nothing where the record has no usable identifier.
    pub(crate) pupil: Option<u32>,
    pub(crate) provisional: bool,
    pub(crate) id: String,
    pub(crate) id_type: &'static str,
    pub(crate) area: &'static str,
    pub(crate) year: i32,
    pub(crate) level: &'static str,
    pub(crate) edu_cat: &'static str,
    pub(crate) programme: &'static str,
    pub(crate) grade: String,
    pub(crate) structure: &'static str,
    pub(crate) sex: &'static str,
    pub(crate) mobility: &'static str,
    pub(crate) school: &'static str,
    pub(crate) graduate: &'static str,
}

/// Indicator, country, year, level, sex.
type Key = (String, String, i32, String, String);

/// What the records of a world say.
pub(crate) struct Counts {
    pub(crate) counts: BTreeMap<Key, i128>,
    years: BTreeSet<(String, i32)>,
}

impl Counts {
    /// Whether a code can be told of a country and year.
    pub(crate) fn is_collected(&self, (dimension, area, year): &(String, String, i32), code: &str) -> bool {
        let has = |year: i32| self.years.contains(&(area.clone(), year));
        let reaches_back = self.years.iter().any(|(of, earlier)| of == area && *earlier <= year - 2);
        match (dimension.as_str(), code) {
            ("came_from", "RETURNED" | "FIRST_RECORD") => has(year - 1) && reaches_back,
            ("came_from", "ABSENT_BEFORE") => has(year - 1) && !reaches_back,
            ("came_from", _) => has(year - 1),
            _ => has(year + 1),
        }
    }
}

/// Follows everybody.
pub(crate) fn follow(catalogue: &Catalogue, records: &[Record]) -> Counts {
    let known = records.iter().filter(|record| record.pupil.is_some());
    let years: BTreeSet<_> = known.map(|record| (record.area.to_owned(), record.year)).collect();
    let mut counts = Counts { counts: BTreeMap::new(), years };
    for record in records {
        let Some(pupil) = record.pupil else {
            add(&mut counts, record, "outcome", "NO_IDENTIFIER");
            add(&mut counts, record, "came_from", "NO_IDENTIFIER");
            continue;
        };
        let in_year = |year: i32| followed(records, pupil, record.area, year);
        if !std::ptr::eq(in_year(record.year).expect("itself at least"), record) {
            continue;
        }
        let after = in_year(record.year + 1);
        let outcome = match after {
            Some(after) => step(catalogue, record, after),
            None if record.graduate == "Y" => "GRADUATED",
            None => "NO_RECORD",
        };
        add(&mut counts, record, "outcome", outcome);
        let before = in_year(record.year - 1);
        let origin = match before {
            Some(before) => step(catalogue, before, record),
            None if (2000..record.year - 1).any(|year| in_year(year).is_some()) => "RETURNED",
            None if (2000..record.year - 1).any(|y| counts.years.contains(&(record.area.to_owned(), y))) => {
                "FIRST_RECORD"
            }
            None => "ABSENT_BEFORE",
        };
        add(&mut counts, record, "came_from", origin);
        if let Some(after) = after.filter(|after| !record.school.is_empty() && !after.school.is_empty()) {
            add(&mut counts, record, "changed_school", if record.school == after.school { "N" } else { "Y" });
        }
    }
    let Counts { counts: all, years } = counts;
    let mut kept = Counts { counts: BTreeMap::new(), years };
    for (key, count) in all {
        let (dimension, code) = key.0.split_once('.').expect("both");
        if kept.is_collected(&(dimension.to_owned(), key.1.clone(), key.2), code) {
            kept.counts.insert(key, count);
        }
    }
    kept
}

/// The one record of a pupil in a year: not the special programme, if there is another.
fn followed<'a>(records: &'a [Record], pupil: u32, area: &str, year: i32) -> Option<&'a Record> {
    let own = |record: &&Record| record.pupil == Some(pupil) && record.area == area && record.year == year;
    let mut own: Vec<&Record> = records.iter().filter(own).collect();
    own.sort_by_key(|record| record.programme == "SPECIAL");
    own.first().copied()
}

fn add(counts: &mut Counts, record: &Record, dimension: &str, code: &str) {
    for level in ["_T", record.level] {
        for sex in ["_T", record.sex] {
            let indicator = format!("{dimension}.{code}");
            let key = (indicator, record.area.to_owned(), record.year, level.to_owned(), sex.to_owned());
            *counts.counts.entry(key).or_default() += 1;
        }
    }
}

fn told(code: &str) -> Option<&str> {
    (!["_U", "_Z"].contains(&code)).then_some(code)
}

/// Age at which the level is entered, and official age of the grade.
fn ages(catalogue: &Catalogue, record: &Record) -> Option<(i32, i32)> {
    let known = catalogue.known();
    let code = |dimension, id: &str| catalogue.dimension(dimension).codes.find(id).expect("a code");
    let grade: i32 = told(&record.grade)?.trim_start_matches('G').parse().expect("a number");
    let level = code(known.edu_level, told(record.level)?);
    let structure = told(record.structure).map(|id| code(known.structure, id));
    let system = catalogue.systems().of(code(known.ref_area, record.area), structure, record.year);
    let entry = system.levels().iter().find(|listed| listed.edu_level == level)?.entry_age;
    Some((entry, entry + grade - 1))
}

fn step(catalogue: &Catalogue, before: &Record, after: &Record) -> &'static str {
    match (told(before.programme), told(after.programme)) {
        (Some(a), Some(b)) if a != b => return "OTHER_PROGRAMME",
        (Some(_), None) | (None, Some(_)) => return "FOUND",
        _ => {}
    }
    let number = |record: &Record| told(&record.grade).map(|grade| grade[1..].parse::<i32>().expect("a number"));
    let (Some(from), Some(to)) = (number(before), number(after)) else {
        let starts = before.level == "L02" && after.level == "L1" && after.grade == "G1";
        return if starts { "TRANSITION" } else { "FOUND" };
    };
    if told(before.level).is_some() && before.level == after.level {
        let other_track = told(before.edu_cat).zip(told(after.edu_cat)).is_some_and(|(a, b)| a != b);
        let structures = told(before.structure).zip(told(after.structure));
        let years = match (structures, ages(catalogue, before), ages(catalogue, after)) {
            (Some((a, b)), Some((_, from)), Some((_, to))) if a != b => to - from,
            _ => to - from,
        };
        return match years {
            0 if other_track => "OTHER_PROGRAMME",
            0 => "REPEATED",
            1 => "PROMOTED",
            2.. => "SKIPPED",
            _ => "PLACED_LOWER",
        };
    }
    match (ages(catalogue, before), ages(catalogue, after)) {
        (Some((_, from)), Some((_, to))) if to > from + 1 => "SKIPPED",
        (Some((low, from)), Some((high, to))) if to == from + 1 && high > low => "TRANSITION",
        (Some(_), Some(_)) => "PLACED_LOWER",
        _ => "FOUND",
    }
}
