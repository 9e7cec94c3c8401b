//! Programme and grade: one row for each combination, with the level that the ages of its pupils speak for.
//!
//! A guess, and told as one: ISCED levels are assigned by the country together with UIS.

use matricula_read::plan::ReadPlan;
use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::synonyms::folded;
use matricula_spec::model::system::System;
use matricula_spec::problem::Problems;

use super::draft::{Choice, Doubt, How, Material};
use super::guess::Meanings;
use super::profile::{AgeOf, Values, combinations};
use crate::masking;

/// The dimensions that the table gives, in the order of its columns.
pub(super) const GIVES: [&str; 4] = ["edu_level", "edu_cat", "programme", "grade"];

/// From so many years after the last official age on, pupils are adults.
const ADULT: i32 = 2;

/// Where the year is not known, the education system holds that has no end.
const LAST_KNOWN: i32 = 9999;

/// The table of levels.
pub(super) struct Levels {
    /// Columns that are its keys.
    pub(super) keys: Vec<String>,
    /// Other columns that might be.
    pub(super) alternatives: Vec<String>,
    pub(super) rows: Vec<LevelRow>,
    /// Whether ages were of help.
    pub(super) by_age: bool,
    /// Records without any of the keys.
    pub(super) blank: u64,
    /// Combinations that are too rare to be shown.
    pub(super) rarer: u64,
}

/// One combination.
pub(super) struct LevelRow {
    pub(super) keys: Vec<String>,
    /// A code for each of [`GIVES`]; nothing where it is not known.
    pub(super) codes: [Option<String>; GIVES.len()],
    /// The most frequent age, if it was of help.
    pub(super) age: Option<i32>,
    /// The level that a label of the file names, where the ages speak for another one.
    pub(super) labelled: Option<String>,
}

/// The dimensions that the table gives.
pub(super) fn dimensions(catalogue: &Catalogue) -> Vec<DimensionId> {
    GIVES.iter().filter_map(|name| catalogue.find_dimension(name)).collect()
}

/// How these dimensions come about; what is unsure is told of the first of them.
pub(super) fn choice(levels: Option<&Levels>, first: bool) -> Choice {
    match levels {
        Some(_) if !first => Choice { how: How::Levels, doubts: Vec::new() },
        None => Choice { how: How::NotCollected, doubts: vec![Doubt::NoColumn] },
        Some(levels) => {
            let mut doubts = vec![if levels.by_age { Doubt::Ages } else { Doubt::NoLevels }];
            if levels.blank > 0 {
                doubts.push(Doubt::BlankKeys(masking::count(levels.blank)));
            }
            if !levels.alternatives.is_empty() {
                doubts.push(Doubt::Alternatives(levels.alternatives.clone()));
            }
            Choice { how: How::Levels, doubts }
        }
    }
}

/// Drafts the table from the columns of level and grade, if there is one of them.
pub(super) fn levels(
    material: &Material<'_>,
    (age, of): &(AgeOf, Vec<String>),
    year: Option<i32>,
) -> Result<Option<Levels>, Problems> {
    let known = material.catalogue.known();
    let [level, grade] = [known.edu_level, known.grade].map(|dimension| usable(material, dimension));
    let keys: Vec<usize> = [&level, &grade].into_iter().filter_map(|columns| columns.first().copied()).collect();
    let others = level.iter().skip(1).chain(grade.iter().skip(1));
    let alternatives: Vec<String> = others.map(|column| material.name(*column)).collect();
    if keys.is_empty() {
        return Ok(None);
    }
    let names: Vec<String> = keys.iter().map(|column| material.name(*column)).collect();
    let plan = ReadPlan { columns: [names.clone(), of.clone()].concat(), ..material.opened.plan.clone() };
    let numeric = |name: &String| {
        let all = &material.opened.plan;
        all.columns.iter().position(|column| column == name).is_some_and(|position| all.numeric[position])
    };
    let plan = ReadPlan { numeric: plan.columns.iter().map(numeric).collect(), ..plan };
    let Some(found) = combinations(&plan, keys.len(), age)? else { return Ok(None) };
    let system = material.catalogue.systems().of(material.country, None, year.unwrap_or(LAST_KNOWN));
    let mut levels = Levels { keys: names, alternatives, rows: Vec::new(), by_age: false, blank: 0, rarer: 0 };
    for (values, combination) in found {
        if values.iter().all(String::is_empty) {
            levels.blank = combination.records;
            continue;
        }
        if combination.records < material.minimum {
            levels.rarer += 1;
            continue;
        }
        let labelled = level.first().and_then(|column| labelled(material, *column, &values[0]));
        let frequent = combination.most_frequent_age(material.minimum);
        let by_age = frequent.and_then(|age| by_age(material.catalogue, &system, age));
        let row = row(material, values, !grade.is_empty(), labelled, by_age.zip(frequent));
        levels.by_age |= row.age.is_some();
        levels.rows.push(row);
    }
    if levels.rows.is_empty() {
        return Ok(None);
    }
    levels.rows.sort_by(|a, b| in_order(&a.keys).cmp(&in_order(&b.keys)));
    Ok(Some(levels))
}

/// Numbers in their order, before texts.
fn in_order(keys: &[String]) -> Vec<(u64, &str)> {
    keys.iter().map(|key| (key.parse().unwrap_or(u64::MAX), key.as_str())).collect()
}

/// The columns that may feed a dimension and have several codes.
fn usable(material: &Material<'_>, dimension: DimensionId) -> Vec<usize> {
    let columns = material.columns.of_dimension(dimension).into_iter().map(|(_, column)| column);
    let several = |column: &usize| {
        let profile = material.profile(*column);
        matches!(profile.values, Values::Codes(_)) && profile.distinct().unwrap_or_default() > 1
    };
    columns.filter(several).collect()
}

/// The level that a label of the file names.
fn labelled(material: &Material<'_>, column: usize, value: &str) -> Option<String> {
    let dimension = material.catalogue.known().edu_level;
    let name = material.name(column);
    let meanings = Meanings {
        catalogue: material.catalogue,
        dimension,
        column: &name,
        country: material.country,
        others: vec![folded(value)],
    };
    let guess = meanings.of(value)?;
    Some(material.catalogue.dimension(dimension).codes.code(guess.code).id.clone())
}

/// What the official ages say of an age.
enum ByAge {
    /// A level, and the grade in it where the level has grades.
    Level(String, Option<i32>),
    /// Older than any.
    Adult,
}

fn by_age(catalogue: &Catalogue, system: &System<'_>, age: i32) -> Option<ByAge> {
    let codes = &catalogue.dimension(catalogue.known().edu_level).codes;
    let of_school = |code: CodeId| ["L1", "L2", "L3"].contains(&codes.code(code).id.as_str());
    let level = system.levels().iter().find(|l| l.entry_age <= age && age < l.entry_age + l.duration);
    if let Some(level) = level {
        let grade = of_school(level.edu_level).then_some(age - level.entry_age + 1);
        return Some(ByAge::Level(codes.code(level.edu_level).id.clone(), grade));
    }
    let end = system.levels().iter().filter(|l| of_school(l.edu_level)).map(|l| l.entry_age + l.duration).max()?;
    (age >= end + ADULT).then_some(ByAge::Adult)
}

fn row(
    material: &Material<'_>,
    keys: Vec<String>,
    has_grade: bool,
    labelled: Option<String>,
    by_age: Option<(ByAge, i32)>,
) -> LevelRow {
    let code = |code: &str| Some(code.to_owned());
    let (codes, age) = match by_age {
        Some((ByAge::Level(level, Some(grade)), age)) => {
            ([Some(level), code("GPV"), code("INITIAL"), Some(format!("G{grade}"))], Some(age))
        }
        Some((ByAge::Level(level, None), age)) => ([Some(level), code("_Z"), code("INITIAL"), code("_Z")], Some(age)),
        Some((ByAge::Adult, age)) => ([labelled.clone(), None, code("ADULT"), code("_Z")], Some(age)),
        None => {
            let last = keys.last().and_then(|key| key.parse::<i32>().ok()).filter(|_| has_grade);
            // Only primary education counts its grades from 1 everywhere.
            let grade = last.filter(|number| labelled.as_deref() == Some("L1") && (1..=6).contains(number));
            ([labelled.clone(), None, None, grade.map(|number| format!("G{number}"))], None)
        }
    };
    let known = |dimension: &str, code: &String| {
        let dimension = material.catalogue.find_dimension(dimension);
        dimension.is_some_and(|dimension| material.catalogue.dimension(dimension).codes.find(code).is_some())
    };
    let mut codes = codes;
    for (code, dimension) in codes.iter_mut().zip(GIVES) {
        *code = code.take().filter(|code| known(dimension, code));
    }
    let labelled = labelled.filter(|label| codes[0].as_ref() != Some(label));
    LevelRow { keys, codes, age, labelled }
}
