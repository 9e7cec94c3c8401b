//! Population and teachers: disjoint pieces, wide tables, and tables with margins of their own.

use std::collections::BTreeMap;

use super::catalogue::{LABEL, SOURCE};
use super::dice::Dice;
use super::{Table, World};

pub(super) const PLACE: &str =
    "ref_area = { column = { name = \"iso3\" } }\ntime_period = { column = { name = \"year\" } }\n";

pub(super) fn head(name: &str, unit: &str) -> String {
    format!("format = 1\nid = \"{name}\"\nstatus = \"provisional\"\nunits = [\"{unit}\"]\n")
}

/// A country and year, the first one in most cases.
fn place(dice: &mut Dice) -> (&'static str, &'static str) {
    let country = dice.one(&["AAA", "AAA", "AAA", "BBB", "CCC"]);
    (country, dice.one(&["2021", "2022", "2022", "2023"]))
}

/// The amount of a cell: the sum of invented amounts of the finest cells under it, so that margins agree.
pub(super) fn agreed(country: &str, year: &str, codes: &[Vec<&str>]) -> usize {
    let mut cells = vec![format!("{country}{year}")];
    for finest in codes {
        cells = cells.iter().flat_map(|cell| finest.iter().map(move |code| format!("{cell}/{code}"))).collect();
    }
    let of = |cell: &String| {
        let seed = cell.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
        Dice::new(seed).below(12)
    };
    cells.iter().map(of).sum()
}

pub(super) fn number(dice: &mut Dice, amount: usize) -> String {
    match dice.below(20) {
        0 => String::new(),
        1 => "..".to_owned(),
        2 => format!("{amount}.5"),
        _ => amount.to_string(),
    }
}

/// Adds the population; in `whole` worlds mostly of every age.
pub(crate) fn people(world: &mut World, dice: &mut Dice, rows: &[u64], whole: bool) {
    let kind = if whole && dice.chance(60) { 5 } else { dice.below(6) };
    let (mapping, table) = match kind {
        5 => every_age(dice, whole),
        0 | 1 => long(dice, rows, kind == 1),
        2 => margins(dice, rows),
        3 => wide(dice, rows),
        _ => classes(dice, rows),
    };
    if !table.rows.is_empty() {
        world.add_source("people", "population", "vintage = \"invented\"\n", mapping, table);
    }
}

const AGES: [&str; 21] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
];

/// Pieces by single age and sex; each row gives three ages of one sex.
fn long(dice: &mut Dice, rows: &[u64], summed: bool) -> (String, Table) {
    let repeats = if summed { "repeats = \"sum\"\n" } else { "" };
    let absent = dice.one(&["", "[coverage]\nabsent = \"missing\"\n"]);
    let sex = dice.one(&["sex = { column = { name = \"sex\" } }\n", "sex = { column = { name = \"sex\" } }\n", ""]);
    let mapping = format!(
        "{}[amount.column]\nname = \"n\"\ndecimals = 1\nmissing = [\"..\"]\nrows = \"pieces\"\n{repeats}\
         [variable]\nmeasure = {{ fixed = \"population\" }}\n{PLACE}age = {{ column = {{ name = \"age\" }} }}\n{sex}\
         {absent}{LABEL}{SOURCE}",
        head("people", "person")
    );
    let mut lines = BTreeMap::new();
    for (position, seed) in rows.iter().enumerate() {
        let dice = &mut Dice::new(*seed);
        let (country, year) = place(dice);
        let (first, of_sex) = (dice.below(19), if sex.is_empty() { "F" } else { dice.one(&["F", "M"]) });
        for age in &AGES[first..first + 3] {
            let amount = agreed(country, year, &[vec![*age], vec![of_sex]]);
            let line = format!("{country},{year},{age},{of_sex},{}", number(dice, amount));
            let key = if summed { position } else { 0 };
            lines.insert((country, year, *age, of_sex, key), line);
        }
    }
    (mapping, Table { header: "iso3,year,age,sex,n".to_owned(), rows: lines.into_values().collect() })
}

/// Pieces by age and sex, of every age in every year; in some tables from ten on in a band that is split.
fn every_age(dice: &mut Dice, whole: bool) -> (String, Table) {
    let (first, last) = if whole { (0, 20) } else { (5, 14) };
    let ages: Vec<&str> = AGES[first..=last].to_vec();
    let band = dice.chance(50);
    let ages = if band { [&ages[..10 - first], &["10-14"]].concat() } else { ages };
    let listed: Vec<String> = ages.iter().map(|age| format!("\"{age}\"")).collect();
    let split = if band { "[split.age]\nmethod = \"uniform\"\n" } else { "" };
    let mapping = format!(
        "{}[amount.column]\nname = \"n\"\ndecimals = 1\nmissing = [\"..\"]\nrows = \"pieces\"\n\
         [variable]\nmeasure = {{ fixed = \"population\" }}\n{PLACE}age = {{ column = {{ name = \"age\" }} }}\n\
         sex = {{ column = {{ name = \"sex\" }} }}\n[coverage.dimension.age]\ncodes = [{}]\n{split}{LABEL}{SOURCE}",
        head("people", "person"),
        listed.join(", ")
    );
    let mut rows = Vec::new();
    let few = dice.chance(40);
    for (country, year) in ["AAA", "BBB"].iter().flat_map(|c| ["2021", "2022", "2023"].iter().map(move |y| (*c, *y))) {
        for (age, sex) in ages.iter().flat_map(|age| ["F", "M"].map(|sex| (*age, sex))) {
            let amount = agreed(country, year, &[vec![age], vec![sex]]) / if few { 4 } else { 1 };
            let amount = if whole { (amount + 1).to_string() } else { number(dice, amount) };
            rows.push(format!("{country},{year},{age},{sex},{amount}"));
        }
    }
    (mapping, Table { header: "iso3,year,age,sex,n".to_owned(), rows })
}

/// Cells by age and sex, with totals and a band.
fn margins(dice: &mut Dice, rows: &[u64]) -> (String, Table) {
    let absent = dice.one(&["zero", "missing", "missing"]);
    let complement = dice.chance(60);
    let band =
        dice.one(&["", "[coverage.dimension.age]\nparts = { _T = [\"5-11\", \"12\", \"13\"] }\ncomplement = true\n"]);
    let mapping = format!(
        "{}[amount.column]\nname = \"n\"\ndecimals = 1\nmissing = [\"..\"]\nrows = \"cells\"\n\
         [variable]\nmeasure = {{ fixed = \"population\" }}\n{PLACE}age = {{ column = {{ name = \"age\" }} }}\n\
         sex = {{ column = {{ name = \"sex\" }} }}\n[coverage]\nabsent = \"{absent}\"\n\
         [coverage.dimension.sex]\nparts = {{ _T = [\"F\", \"M\"] }}\ncomplement = {complement}\n{band}{LABEL}{SOURCE}",
        head("people", "person")
    );
    let mut lines = BTreeMap::new();
    for seed in rows {
        let dice = &mut Dice::new(*seed);
        let (country, year) = place(dice);
        let sex = dice.one(&["F", "M", "_T", "_T"]);
        let sexes = if sex == "_T" { vec!["F", "M"] } else { vec![sex] };
        let first = 5 + dice.below(7);
        for age in [AGES[first], AGES[first + 1], AGES[first + 2], dice.one(&["5-11", "_T", "13"])] {
            let ages = match age {
                "_T" => AGES[5..14].to_vec(),
                "5-11" => AGES[5..12].to_vec(),
                _ => vec![age],
            };
            let amount = agreed(country, year, &[ages, sexes.clone()]);
            lines.insert((country, year, age, sex), format!("{country},{year},{age},{sex},{}", number(dice, amount)));
        }
    }
    (mapping, Table { header: "iso3,year,age,sex,n".to_owned(), rows: lines.into_values().collect() })
}

/// A wide table of pieces: a column for each sex and band of ages.
fn wide(dice: &mut Dice, rows: &[u64]) -> (String, Table) {
    let names =
        [("f6", "F", "6"), ("m6", "M", "6"), ("f7", "F", "7"), ("m8", "M", "8"), ("fb", "F", "9"), ("mx", "M", "10")];
    let kind = dice.one(&["pieces", "cells"]);
    let columns: Vec<String> = names
        .iter()
        .map(|(name, sex, age)| {
            format!("[[unpivot]]\nname = \"{name}\"\ncodes = {{ sex = \"{sex}\", age = \"{age}\" }}\n")
        })
        .collect();
    let declared = dice.one(&["", "[coverage.dimension.sex]\nparts = { _T = [\"F\", \"M\"] }\n"]);
    let mapping = format!(
        "{}[amount.unpivoted]\ndecimals = 1\nmissing = [\"..\"]\nrows = \"{kind}\"\n\
         [variable]\nmeasure = {{ fixed = \"population\" }}\n{PLACE}\
         [[out_of_scope]]\nreason = \"world\"\nwhere = {{ note = {{ in = [\"skip\"] }} }}\n{declared}{}{LABEL}{SOURCE}",
        head("people", "person"),
        columns.concat()
    );
    let mut lines = BTreeMap::new();
    for seed in rows {
        let dice = &mut Dice::new(*seed);
        let (country, year) = place(dice);
        let amounts: Vec<String> =
            names.iter().map(|(_, sex, age)| number(dice, agreed(country, year, &[vec![age], vec![sex]]))).collect();
        let note = dice.one(&["", "", "skip"]);
        lines.insert((country, year), format!("{country},{year},{note},{}", amounts.join(",")));
    }
    (mapping, Table { header: "iso3,year,note,f6,m6,f7,m8,fb,mx".to_owned(), rows: lines.into_values().collect() })
}

/// Cells that are given by age class.
fn classes(dice: &mut Dice, rows: &[u64]) -> (String, Table) {
    let absent = dice.one(&["zero", "missing"]);
    let mapping = format!(
        "{}[amount.column]\nname = \"n\"\ndecimals = 1\nmissing = [\"..\"]\nrows = \"cells\"\n\
         [variable]\nmeasure = {{ fixed = \"population\" }}\n{PLACE}age_class = {{ column = {{ name = \"class\" }} }}\n\
         sex = {{ column = {{ name = \"sex\" }} }}\n[coverage]\nabsent = \"{absent}\"\n\
         [coverage.dimension.sex]\nparts = {{ _T = [\"F\", \"M\"] }}\ncomplement = true\n{LABEL}{SOURCE}",
        head("people", "person")
    );
    let mut lines = BTreeMap::new();
    for seed in rows {
        let dice = &mut Dice::new(*seed);
        let (country, year) = place(dice);
        let (class, sex) =
            (dice.one(&["official:L1", "official:L2", "entry:L1", "official:L2T3"]), dice.one(&["F", "M", "_T", "_T"]));
        let sexes = if sex == "_T" { vec!["F", "M"] } else { vec![sex] };
        let amount = agreed(country, year, &[vec![class], sexes]);
        lines.insert((country, year, class, sex), format!("{country},{year},{class},{sex},{}", number(dice, amount)));
    }
    (mapping, Table { header: "iso3,year,class,sex,n".to_owned(), rows: lines.into_values().collect() })
}

/// Adds the teachers: cells by level, sex and sector, with margins.
pub(crate) fn teachers(world: &mut World, dice: &mut Dice, rows: &[u64]) {
    let absent = dice.one(&["zero", "missing", "missing", "missing"]);
    let (complement, agree) = (dice.chance(60), dice.chance(70));
    let sector =
        dice.one(&["", "[coverage.dimension.sector]\nparts = { _T = [\"PUB\", \"PRIV\"] }\ncomplement = true\n"]);
    let mapping = format!(
        "{}[amount.column]\nname = \"n\"\ndecimals = 1\nmissing = [\"..\"]\nrows = \"cells\"\n\
         [variable]\nmeasure = {{ fixed = \"teachers\" }}\n{PLACE}edu_level = {{ recode = \"level\" }}\n\
         sex = {{ column = {{ name = \"sex\" }} }}\nsector = {{ column = {{ name = \"sector\" }} }}\n\
         [recode.level]\ncolumns = [\"level\"]\ngives = [\"edu_level\"]\n\
         codes = {{ \"1\" = \"L1\", \"2\" = \"L2\", \"3\" = \"L3\", \"23\" = \"L2T3\", \"t\" = \"_T\" }}\n\
         [coverage]\nabsent = \"{absent}\"\n[coverage.dimension.sex]\nparts = {{ _T = [\"F\", \"M\"] }}\n\
         complement = {complement}\n{sector}{LABEL}{SOURCE}",
        head("teachers", "teacher")
    );
    let mut lines = BTreeMap::new();
    for seed in rows {
        let dice = &mut Dice::new(*seed);
        let (country, year) = place(dice);
        let levels =
            [("1", vec!["1"]), ("2", vec!["2"]), ("3", vec!["3"]), ("23", vec!["2", "3"]), ("t", vec!["1", "2", "3"])];
        let (level, finest) = &levels[dice.below(5)];
        let both =
            |code: &'static str, parts: [&'static str; 2]| if code == "_T" { parts.to_vec() } else { vec![code] };
        let (sex, sector) = (dice.one(&["F", "M", "_T", "_T"]), dice.one(&["PUB", "PRIV", "_T", "_T", "_T"]));
        let codes = [finest.clone(), both(sex, ["F", "M"]), both(sector, ["PUB", "PRIV"])];
        let amount = if agree { agreed(country, year, &codes) } else { dice.below(30) };
        let line = format!("{country},{year},{level},{sex},{sector},{}", number(dice, amount));
        lines.insert((country, year, *level, sex, sector), line);
    }
    if !lines.is_empty() {
        let table = Table { header: "iso3,year,level,sex,sector,n".to_owned(), rows: lines.into_values().collect() };
        world.add_source("teachers", "source", "", mapping, table);
    }
}
