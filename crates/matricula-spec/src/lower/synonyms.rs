//! `synonyms.csv`, and further files `synonyms.ANYTHING.csv`.

use std::collections::BTreeMap;

use super::dimensions::files_of;
use super::names::{Names, Reader, nearest};
use super::table::{Table, TableRow};
use crate::model::synonyms::{Role, Synonym, Synonyms, Tells, folded, words_of};
use crate::problem::{Place, Problem, ProblemCode, Problems};

const USES: [&str; 6] = ["column", "role", "flag", "code", "yes", "no"];

/// Reads the words by which national files call things.
pub(super) fn synonyms(files: &BTreeMap<String, String>, names: Names<'_>, problems: &mut Problems) -> Synonyms {
    let mut words = Vec::new();
    for text in files_of(files, "synonyms", ".csv") {
        let required = ["use", "target", "code", "language", "word", "beside", "weight"];
        let Some(table) = Table::read(text, &required, problems) else { continue };
        for row in &table.rows {
            let mut reader = Reader { names, text, problems };
            words.extend(synonym(&table, row, &mut reader));
        }
    }
    Synonyms { words }
}

fn synonym(table: &Table<'_>, row: &TableRow, reader: &mut Reader<'_>) -> Option<Synonym> {
    let tells = tells(table, row, reader);
    let number = table.number(row, "weight", reader.problems);
    let weight = number.filter(|weight| (-100..=100).contains(weight) && *weight != 0);
    if weight.is_none() {
        let expected = "A weight is a whole number from -100 to 100, and not 0.";
        invalid(table, row, "weight", expected, reader.problems);
    }
    let words = words_of(table.field(row, "word"));
    if words.is_empty() {
        invalid(table, row, "word", "A word has letters or digits.", reader.problems);
    }
    let alone = table.field(row, "word").starts_with('=');
    let beside = Some(folded(table.field(row, "beside"))).filter(|beside| !beside.is_empty());
    (!words.is_empty()).then_some(Synonym { tells: tells?, words, alone, beside, weight: weight? })
}

fn tells(table: &Table<'_>, row: &TableRow, reader: &mut Reader<'_>) -> Option<Tells> {
    let field = |name| table.field(row, name);
    let place = |_: &_| table.at(row);
    Some(match field("use") {
        "yes" => Tells::Yes,
        "no" => Tells::No,
        "role" => match Role::ALL.iter().find(|role| role.id() == field("target")) {
            Some(role) => Tells::Role(*role),
            None => {
                let known = Role::ALL.iter().map(|role| role.id()).collect();
                let expected =
                    format!("A role is one of {}.", Role::ALL.iter().map(|r| r.id()).collect::<Vec<_>>().join(", "));
                let problem = problem(table, row, "target", &expected);
                reader.problems.push(problem.candidates(nearest(field("target"), known)));
                return None;
            }
        },
        "column" => Tells::Column(reader.dimension(field("target"), place)?),
        "code" => {
            let dimension = reader.dimension(field("target"), place)?;
            Tells::Code(dimension, reader.code(dimension, field("code"), place)?)
        }
        "flag" => {
            let dimension = reader.dimension(field("target"), place)?;
            let Some((yes, no)) = field("code").split_once(' ') else {
                let expected = "A flag has two codes with a blank between them: what yes means, and what no means.";
                invalid(table, row, "code", expected, reader.problems);
                return None;
            };
            let yes = reader.code(dimension, yes, place)?;
            Tells::Flag { dimension, yes, no: reader.code(dimension, no.trim(), place)? }
        }
        other => {
            let expected = format!("The use of a word is one of {}.", USES.join(", "));
            let problem = problem(table, row, "use", &expected).candidates(nearest(other, USES.to_vec()));
            reader.problems.push(problem);
            return None;
        }
    })
}

fn invalid(table: &Table<'_>, row: &TableRow, field: &str, expected: &str, problems: &mut Problems) {
    problems.push(problem(table, row, field, expected));
}

fn problem(table: &Table<'_>, row: &TableRow, field: &str, expected: &str) -> Problem {
    let place = Place { field: Some(field.to_owned()), ..table.at(row) };
    let found = format!("`{}`", table.field(row, field));
    Problem::error(ProblemCode::SynonymInvalid, place, expected, found)
        .help("See `indicator-specs/README.md`, section Synonyms.")
}
