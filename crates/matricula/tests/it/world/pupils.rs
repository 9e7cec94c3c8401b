//! Pupils: a mapping with random kinds of variables, and records that suit it more or less.

use super::dice::Dice;
use super::{Table, World};
use crate::invented::{LABEL, SOURCE};

const HEADER: &str =
    "id;id2;level;grado;sex;nat;birth;y;m;d;age;state;comuna;comuna2;size;rep;prog;struct;n;school;res";

/// The texts that the rows are drawn from; they depend on what the mapping allows.
struct Columns {
    birth: &'static str,
    counted: bool,
    /// Whether some dates are no dates; too many of them would refuse the source.
    messy: bool,
    sexes: &'static [&'static str],
    nations: &'static [&'static str],
    communes: &'static [&'static str],
    /// Whether most are in the first grades of primary education, each with an identifier of their own.
    whole: bool,
}

/// Adds the source `pupils`, and in most worlds the same country a year later.
/// `whole` worlds have pupils in every grade.
pub(crate) fn add(world: &mut World, dice: &mut Dice, rows: &[u64], whole: bool) {
    let country = dice.one(&["AAA", "AAA", "AAA", "AAA", "BBB", "BBB", "CCC"]);
    let year = if whole { dice.one(&[2021, 2022]) } else { dice.one(&[2021, 2022, 2023]) };
    let (mapping, columns) = mapping(dice, world, whole);
    let scope = |year: i32| {
        format!(
            "country = \"{country}\"\nschool_year = {{ start = {year}-03-01, end = {year}-12-16 }}\n\
             age_reference_date = {year}-06-15\nseparator = \";\"\n"
        )
    };
    let table = |rows: Vec<String>| Table { header: HEADER.to_owned(), rows };
    let now = rows.iter().map(|seed| row(&mut Dice::new(*seed), &columns)).collect();
    world.add_source("pupils", "source", &scope(year), mapping, table(now));
    if year < 2023 && dice.chance(90) {
        let later = rows.iter().filter(|seed| **seed % 8 > 0);
        let later: Vec<String> = later.map(|seed| row(&mut Dice::new(!*seed), &columns)).collect();
        if !later.is_empty() {
            world.add_source_of("pupils", "pupils-later", "source", &scope(year + 1), table(later));
        }
    }
}

fn mapping(dice: &mut Dice, world: &mut World, whole: bool) -> (String, Columns) {
    let counted = dice.chance(15);
    let mut text = "format = 1\nid = \"pupils\"\nstatus = \"provisional\"\nunits = [\"student\"]\n".to_owned();
    text += if counted {
        "[amount.column]\nname = \"n\"\ndecimals = 2\ndecimal_separator = \",\"\nthousands_separator = \".\"\n\
         percent = true\nmissing = [\"-1\"]\nrows = \"pieces\"\nrepeats = \"sum\"\n"
    } else {
        "[amount.rows]\n"
    };
    let mut recodes = String::new();
    text += "[variable]\nmeasure = { fixed = \"students\" }\n";
    text += &levels(dice, world, &mut recodes, whole);
    let birth = dice.one(&["YYYYMMDD", "DD/MM/YYYY", "YYYYMM", "parts", "month", "reported", "none"]);
    text += &age(birth);
    let (sex, sexes) = sexes(dice, &mut recodes);
    let (mobility, nations) = nations(dice, &mut recodes);
    text += &(sex + &mobility);
    let (commune, communes) = communes(dice);
    text += commune;
    text += &further(dice, whole);
    text += &recodes;
    text += mostly(
        dice,
        whole,
        &[
            "",
            "[[out_of_scope]]\nreason = \"closed\"\nwhere = { state = { not_in = [\"1\"] } }\n",
            "[[out_of_scope]]\nreason = \"second\"\nwhere = { state = { in = [\"2\", \"\"] }, rep = { in = [\"Y\"] } }\n\
         [[out_of_scope]]\nreason = \"closed\"\nwhere = { state = { in = [\"2\"] } }\n",
        ],
    );
    let identifier = dice.one(&[
        "[identifier]\nstudent = { columns = [\"id\"] }\n",
        "[identifier]\nstudent = { columns = [\"id\", \"id2\"] }\n",
        "[identifier]\nstudent = { first_non_empty = [\"id\", \"id2\"] }\n",
    ]);
    let school = dice.one(&["", "school = { columns = [\"school\"] }\n", "school = { columns = [\"school\"] }\n"]);
    // What is counted is a pupil only where one row is one record.
    text += &if counted { String::new() } else { format!("{identifier}{school}") };
    text += mostly(
        dice,
        whole,
        &[
            "",
            "",
            "[coverage]\nabsent = \"missing\"\n",
            "[coverage.dimension.grade]\ncodes = [\"G1\", \"G2\", \"G3\"]\n",
        ],
    );
    text += "[mobility]\nproxy = \"nationality\"\n[mobility.weakness]\nen = \"x\"\nes = \"x\"\npt = \"x\"\n";
    text += &format!("[age]\nbasis = \"reported\"\n{LABEL}{SOURCE}");
    let messy = dice.chance(40);
    (text, Columns { birth, counted, messy, sexes, nations, communes, whole })
}

/// What else a mapping may tell, and in which years.
fn further(dice: &mut Dice, whole: bool) -> String {
    let mut text = String::new();
    text += dice.one(&[
        "",
        "sector = { derived = { band = { column = \"size\", bounds = [10, 20], codes = [\"PUB\", \"PRIV\", \"_U\"] } } }\n",
        "sector = { derived = { band = { column = \"size\", bounds = [5], codes = [\"PRIV\", \"PUB\"] } } }\n",
    ]);
    text += mostly(
        dice,
        whole,
        &[
            "repeater = { column = { name = \"rep\", unlisted = \"unmapped\" } }\n",
            "repeater = { fixed = \"N\" }\n",
            "",
        ],
    );
    text += dice.one(&[
        "programme = { column = { name = \"prog\", unlisted = \"unmapped\" } }\n",
        "programme = { fixed = \"INITIAL\" }\n",
        "programme = { impossible = \"x\" }\n",
    ]);
    text += mostly(
        dice,
        whole,
        &[
            "result = { column = { name = \"res\", unlisted = \"unmapped\" } }\n",
            "result = { column = { name = \"res\", unlisted = \"unmapped\" } }\n",
            "",
        ],
    );
    text += dice.one(&["", "structure = { column = { name = \"struct\", unlisted = \"unmapped\" } }\n"]);
    text += dice.one(&[
        "",
        "[available]\nmobility = { from = 2022 }\n",
        "[available]\nage = { to = 2022 }\nsex = { from = 2021, to = 2022 }\n",
    ]);
    text
}

/// The first, in most of the `whole` worlds; otherwise any.
fn mostly<T: Copy>(dice: &mut Dice, whole: bool, of: &[T]) -> T {
    if whole && dice.chance(75) { of[0] } else { dice.one(of) }
}

fn levels(dice: &mut Dice, world: &mut World, recodes: &mut String, whole: bool) -> String {
    let years = mostly(dice, whole, &[("", "", "", ""), ("", "2021", "2022", ""), ("2021", "2022", "2023", "")]);
    if dice.chance(60) {
        let later = if years.2.is_empty() { String::new() } else { format!("P,3,L2,G1,,{},{}\n", years.2, years.3) };
        let blank = if dice.chance(30) { ",,L1,_U,,,\n" } else { "" };
        let table = format!(
            "level,grado,edu_level,grade,out_of_scope,valid_from,valid_to\nP,1,L1,G1,,,\nP,2,L1,G2,,,\n\
             P,3,L1,G3,,{},{}\n{later}P,4,L1,G4,,,\nS,1,L2,G1,,,\nS,2,L2,G2,,,\nT,1,L3,G1,,,\nP,,L1,_U,,,\n\
             K,1,,,not-primary,,\n{blank}",
            years.0, years.1
        );
        let further = "P,5,L1,G5,,,\n";
        let table = format!("{table}{further}");
        world.specs.insert("mappings/levels.csv".to_owned(), table);
        *recodes += "[recode.level]\ncolumns = [\"level\", \"grado\"]\ngives = [\"edu_level\", \"grade\"]\n\
                     table = \"levels.csv\"\nunlisted = \"unmapped\"\n";
        return "edu_level = { recode = \"level\" }\ngrade = { recode = \"level\" }\n".to_owned();
    }
    let third = if dice.chance(50) { ", \"T\" = \"L3\"" } else { ", \"T\" = \"_Z\"" };
    *recodes += &format!(
        "[recode.level]\ncolumns = [\"level\"]\ngives = [\"edu_level\"]\ncodes = {{ \"P\" = \"L1\", \"S\" = \"L2\"{third} }}\n\
         unlisted = \"unmapped\"\n"
    );
    let offset = mostly(dice, whole, &[0, 1, -1]);
    format!(
        "edu_level = {{ recode = \"level\" }}\ngrade = {{ derived = {{ numbered_code = {{ column = \"grado\", \
         prefix = \"G\", offset = {offset}, unlisted = \"unmapped\" }} }} }}\n"
    )
}

fn age(birth: &str) -> String {
    match birth {
        "parts" => {
            "age = { derived = { age_at_reference = { year = \"y\", month = \"m\", day = \"d\" } } }\n".to_owned()
        }
        "month" => "age = { derived = { age_at_reference = { year = \"y\", month = \"m\" } } }\n".to_owned(),
        "reported" => "age = { column = { name = \"age\", unlisted = \"unmapped\" } }\n".to_owned(),
        "none" => String::new(),
        format => {
            format!("age = {{ derived = {{ age_at_reference = {{ column = \"birth\", format = \"{format}\" }} }} }}\n")
        }
    }
}

fn sexes(dice: &mut Dice, recodes: &mut String) -> (String, &'static [&'static str]) {
    match dice.below(8) {
        0 => ("sex = { not_collected = \"x\" }\n".to_owned(), &["F"]),
        1 => ("sex = { impossible = \"x\" }\n".to_owned(), &["F"]),
        2 | 3 => (
            "sex = { column = { name = \"sex\", unlisted = \"unmapped\" } }\n".to_owned(),
            &["F", "M", "F", "M", " F ", "", "_U", "x"],
        ),
        _ => {
            let blank = dice.one(&["", ", \"\" = \"F\"", ", \"9\" = \"_Z\""]);
            *recodes += &format!(
                "[recode.sex]\ncolumns = [\"sex\"]\ngives = [\"sex\"]\ncodes = {{ \"1\" = \"M\", \"2\" = \"F\"{blank} }}\n\
                 unlisted = \"unmapped\"\n"
            );
            ("sex = { recode = \"sex\" }\n".to_owned(), &["1", "2", "1", "2", "1", "2", "", "9", " 1"])
        }
    }
}

fn nations(dice: &mut Dice, recodes: &mut String) -> (String, &'static [&'static str]) {
    let codes = match dice.below(7) {
        0 => return ("mobility = { not_collected = \"x\" }\n".to_owned(), &["N"]),
        1 => return ("mobility = { impossible = \"x\" }\n".to_owned(), &["N"]),
        2 => "\"N\" = \"non-migrant\", \"E\" = \"migrant\", \"R\" = \"refugee\"",
        3 => "\"N\" = \"non-migrant\", \"E\" = \"on-the-move\"",
        _ => "\"N\" = \"non-migrant\", \"E\" = \"migrant\"",
    };
    *recodes += &format!(
        "[recode.nation]\ncolumns = [\"nat\"]\ngives = [\"mobility\"]\ncodes = {{ {codes} }}\nunlisted = \"unmapped\"\n"
    );
    ("mobility = { recode = \"nation\" }\n".to_owned(), &["N", "N", "E", "R", "", "E"])
}

fn communes(dice: &mut Dice) -> (&'static str, &'static [&'static str]) {
    match dice.below(4) {
        0 => ("", &["c1"]),
        1 => (
            "commune = { column = { name = \"comuna\", unlisted = \"unmapped\" } }\n",
            &["c1", "c2", "c3", "c5", "r1", "", "q"],
        ),
        _ => (
            "commune = { derived = { first_non_empty = { columns = [\"comuna\", \"comuna2\"], unlisted = \"unmapped\" } } }\n",
            &["c1", "c2", "c4", "", "", "q"],
        ),
    }
}

fn row(dice: &mut Dice, columns: &Columns) -> String {
    let ids = if columns.whole { 1000 } else { 25 };
    let id = if dice.chance(85) { dice.below(ids).to_string() } else { String::new() };
    let second = dice.one(&["", "", "1", "2", "7"]);
    let (level, grade) =
        (dice.one(&["P", "P", "P", "S", "T", "K", ""]), dice.one(&["1", "2", "3", "4", "5", "", "x", "01"]));
    let in_primary = ("P", dice.one(&["1", "1", "1", "2", "2", "2", "3", "3", "3", "4", "4", "5"]));
    let (level, grade) = if columns.whole && dice.chance(85) { in_primary } else { (level, grade) };
    let (first, span) = if columns.whole { (2008, 10) } else { (2003, 17) };
    let (year, month, day) = (first + dice.below(span), 1 + dice.below(12), 1 + dice.below(28));
    let wrong = columns.messy && dice.chance(3);
    let birth = match columns.birth {
        _ if wrong => dice.one(&["20110231", "20119999", "never", "2011"]).to_owned(),
        _ if dice.chance(5) => String::new(),
        "DD/MM/YYYY" => format!("{day:02}/{month:02}/{year}"),
        "YYYYMM" => format!("{year}{month:02}"),
        _ => format!("{year}{month:02}{day:02}"),
    };
    let month = if wrong { 13 } else { month };
    let age = dice.one(&["5", "6", "7", "8", "9", "11", "13", "17", "2", "", "5-11", "99"]);
    let sex = dice.one(columns.sexes);
    let nation = dice.one(columns.nations);
    let state = dice.one(&["1", "1", "1", "1", "1", "2", ""]);
    let (commune, other) = (dice.one(columns.communes), dice.one(columns.communes));
    let size = dice.one(&["3", "10", "19", "20", "44", "", "-2"]);
    let (repeater, programme) = (dice.one(&["Y", "N", "N", "", "?"]), dice.one(&["INITIAL", "INITIAL", "ADULT", ""]));
    let (known, result) = (dice.one(&["a", "b", "c", "d", ""]), dice.one(&["GRADUATED", "PASSED", "GRADUATED", ""]));
    let school = if known.is_empty() { "" } else { school_of(&id, second) };
    let structure = dice.one(&["national", "other", ""]);
    let amount = if columns.counted { dice.one(&["1", "2,5", "1.000,25", "", "-1", "7%", "0"]) } else { "x" };
    format!(
        "{id};{second};{level};{grade};{sex};{nation};{birth};{year};{month};{day};{age};{state};{commune};{other};\
         {size};{repeater};{programme};{structure};{amount};{school};{result}"
    )
}

/// The school of whoever has these identifiers. Of two records of a pupil that agree in every code the engine keeps
/// the one whose school has the smaller hash, which no reference can know: so a pupil has one school, or none.
fn school_of(id: &str, second: &str) -> &'static str {
    let known = if id.is_empty() { second } else { id };
    ["a", "b", "c", "d"][known.bytes().map(usize::from).sum::<usize>() % 4]
}
