//! `conventions.csv` and `releases.csv`.

use std::collections::BTreeMap;

use super::dimensions::files_of;
use super::names::{Names, Reader, nearest};
use super::table::{Table, TableRow};
use crate::model::catalogue::KnownDimensions;
use crate::model::conventions::{Convention, ConventionValue, Conventions, Release, Releases};
use crate::model::mapping::Validity;
use crate::problem::{Problem, ProblemCode, Problems};

/// Reads the dated parameters of the method.
pub(super) fn conventions(files: &BTreeMap<String, String>, problems: &mut Problems) -> Conventions {
    let mut values = Vec::new();
    for text in files_of(files, "conventions", ".csv") {
        let Some(table) = Table::read(text, &["convention", "value", "source"], problems) else { continue };
        values.extend(table.rows.iter().filter_map(|row| convention(&table, row, problems)));
    }
    Conventions { values }
}

fn convention(table: &Table<'_>, row: &TableRow, problems: &mut Problems) -> Option<ConventionValue> {
    let name = table.field(row, "convention");
    let known = Convention::ALL.map(Convention::id);
    let Some(convention) = Convention::ALL.into_iter().find(|convention| convention.id() == name) else {
        let expected = "A convention is one of the closed list.";
        let problem = Problem::error(ProblemCode::ConventionInvalid, table.at(row), expected, format!("`{name}`"));
        let problem = problem.help("`indicator-specs/README.md`, section Conventions and releases, has the list.");
        problems.push(problem.candidates(nearest(name, known.to_vec())));
        return None;
    };
    let field = table.field(row, "value");
    let value = field.parse::<f64>().ok().filter(|value| value.is_finite());
    if value.is_none() && !field.is_empty() {
        let expected = "The value of a convention is a number, or empty where it is switched off.";
        let problem = Problem::error(ProblemCode::ConventionInvalid, table.at(row), expected, format!("`{field}`"));
        problems.push(problem.help("Write a number with a point, such as `5` or `0.97`."));
    }
    let validity = validity(table, row, problems);
    Some(ConventionValue { convention, value, validity, source: table.field(row, "source").to_owned() })
}

/// Reads which codes of protected dimensions may have rows.
pub(super) fn releases(
    files: &BTreeMap<String, String>,
    names: Names<'_>,
    known: KnownDimensions,
    problems: &mut Problems,
) -> Releases {
    let mut codes = Vec::new();
    for text in files_of(files, "releases", ".csv") {
        let Some(table) = Table::read(text, &["dimension", "ref_area", "code", "source"], problems) else { continue };
        for row in &table.rows {
            let mut reader = Reader { names, text, problems };
            let Some(dimension) = reader.dimension(table.field(row, "dimension"), |_| table.at(row)) else { continue };
            let area = Some(table.field(row, "ref_area")).filter(|area| !area.is_empty());
            let ref_area = area.and_then(|area| reader.code(known.ref_area, area, |_| table.at(row)));
            let Some(code) = reader.code(dimension, table.field(row, "code"), |_| table.at(row)) else { continue };
            let validity = validity(&table, row, reader.problems);
            codes.push(Release { dimension, ref_area, code, validity, source: table.field(row, "source").to_owned() });
        }
    }
    Releases { codes }
}

fn validity(table: &Table<'_>, row: &TableRow, problems: &mut Problems) -> Validity {
    Validity { from: table.number(row, "valid_from", problems), to: table.number(row, "valid_to", problems) }
}
