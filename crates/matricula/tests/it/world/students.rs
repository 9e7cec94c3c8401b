//! Students from a published table with margins of its own, over several years.

use super::catalogue::{LABEL, SOURCE};
use super::dice::Dice;
use super::tables::{PLACE, agreed, head, number};
use super::{Table, World};

/// Adds the source `pupils` as a table by level, grade, sex and repeaters.
pub(crate) fn add(world: &mut World, dice: &mut Dice) {
    let absent = dice.one(&["zero", "missing", "missing", "missing"]);
    let complement = dice.chance(60);
    let grades = dice.one(&[
        "",
        "[coverage.dimension.grade]\nparts = { _T = [\"G1\", \"G2\", \"G3\", \"G4\", \"G5\", \"G6\"] }\n",
        "[coverage.dimension.grade]\nparts = { _T = [\"G1\", \"G2\", \"G3\", \"G4\", \"G5\", \"G6\", \"_U\"] }\n\
         may_be_absent = [\"_U\", \"G3\"]\n",
        "[coverage.dimension.grade]\ncodes = [\"_T\", \"G1\", \"G2\", \"G3\", \"G4\"]\n\
         parts = { _T = [\"G1\", \"G2\", \"G3\", \"G4\"] }\n",
    ]);
    let mapping = format!(
        "{}[amount.column]\nname = \"n\"\ndecimals = 1\nmissing = [\"..\"]\nrows = \"cells\"\n\
         [variable]\nmeasure = {{ fixed = \"students\" }}\n{PLACE}edu_level = {{ recode = \"level\" }}\n\
         grade = {{ column = {{ name = \"grade\" }} }}\nsex = {{ column = {{ name = \"sex\" }} }}\n\
         repeater = {{ column = {{ name = \"rep\" }} }}\n\
         [recode.level]\ncolumns = [\"level\"]\ngives = [\"edu_level\"]\ncodes = {{ \"1\" = \"L1\", \"2\" = \"L2\" }}\n\
         [coverage]\nabsent = \"{absent}\"\n[coverage.dimension.sex]\nparts = {{ _T = [\"F\", \"M\"] }}\n\
         complement = {complement}\n[coverage.dimension.repeater]\nparts = {{ _T = [\"Y\", \"N\"] }}\n\
         {grades}{LABEL}{SOURCE}",
        head("pupils", "student")
    );
    let table = Table { header: "iso3,year,level,grade,sex,rep,n".to_owned(), rows: rows(dice) };
    world.add_source("pupils", "source", "", mapping, table);
}

/// Most cells of a level of two to five grades, margins among them.
fn rows(dice: &mut Dice) -> Vec<String> {
    const GRADES: [&str; 5] = ["G1", "G2", "G3", "G4", "G5"];
    let country = dice.one(&["AAA", "AAA", "BBB", "CCC"]);
    let last = 2 + dice.below(4);
    let (given, total) = (60 + dice.below(40), dice.below(60));
    let parts = |code: &'static str, parts: &[&'static str]| match code {
        "_T" => parts.to_vec(),
        code => vec![code],
    };
    let mut rows = Vec::new();
    for (year, level) in ["2021", "2022", "2023"].iter().flat_map(|year| ["1", "2"].map(|level| (*year, level))) {
        for grade in GRADES[..last].iter().chain(&["_T"]) {
            for (sex, repeater) in ["F", "M", "_T"].iter().flat_map(|sex| ["Y", "N", "_T"].map(|rep| (*sex, rep))) {
                let margins = [*grade, sex, repeater].iter().filter(|code| **code == "_T").count();
                let chance = if margins == 0 { given } else { total };
                let cells = [parts(grade, &GRADES[..last]), parts(sex, &["F", "M"]), parts(repeater, &["Y", "N"])];
                let amount =
                    agreed(country, year, &[vec![level], cells[0].clone(), cells[1].clone(), cells[2].clone()]);
                let line = format!("{country},{year},{level},{grade},{sex},{repeater}");
                if dice.chance(chance) {
                    rows.push(format!("{line},{}", number(dice, amount)));
                }
            }
        }
    }
    rows
}
