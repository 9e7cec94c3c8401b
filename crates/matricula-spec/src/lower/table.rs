//! CSV files of the catalogue.

use super::text::Text;
use crate::problem::{Place, Problem, ProblemCode, Problems};

/// A CSV file: its header and its rows with their line numbers.
pub(crate) struct Table<'a> {
    pub(crate) text: Text<'a>,
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<TableRow>,
}

/// One row.
pub(crate) struct TableRow {
    pub(crate) line: u32,
    pub(crate) fields: Vec<String>,
}

impl<'a> Table<'a> {
    /// Reads a table whose header must have these columns; findings for what is missing.
    pub(crate) fn read(text: Text<'a>, required: &[&str], problems: &mut Problems) -> Option<Self> {
        let mut reader =
            csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(text.text.as_bytes());
        let header: Vec<String> = match reader.headers() {
            Ok(header) => header.iter().map(str::to_owned).collect(),
            Err(error) => {
                problems.push(not_readable(text.whole(), error.to_string()));
                return None;
            }
        };
        let mut rows = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(1, csv::Position::line);
                    let fields = record.iter().map(str::to_owned).collect();
                    rows.push(TableRow { line: u32::try_from(line).unwrap_or(u32::MAX), fields });
                }
                Err(error) => {
                    problems.push(not_readable(at_error(&text, &error), "a row of another length".to_owned()));
                }
            }
        }
        let missing: Vec<_> = required.iter().filter(|name| !header.iter().any(|column| column == *name)).collect();
        for name in &missing {
            problems.push(not_readable(text.whole(), format!("no column `{name}`")));
        }
        missing.is_empty().then_some(Self { text, header, rows })
    }

    /// Position of a column.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// A field; blank where the table has no such column.
    pub(crate) fn field<'r>(&self, row: &'r TableRow, name: &str) -> &'r str {
        self.column(name).and_then(|position| row.fields.get(position)).map_or("", String::as_str)
    }

    /// The place of a row.
    pub(crate) fn at(&self, row: &TableRow) -> Place {
        self.text.line(row.line)
    }

    /// A whole number in a field; nothing where it is blank, a finding where it is something else.
    pub(crate) fn number(&self, row: &TableRow, name: &str, problems: &mut Problems) -> Option<i32> {
        let field = self.field(row, name);
        if field.is_empty() {
            return None;
        }
        let number = field.parse().ok();
        if number.is_none() {
            let place = Place { field: Some(name.to_owned()), ..self.at(row) };
            problems.push(
                Problem::error(
                    ProblemCode::NotReadable,
                    place,
                    "The column holds whole numbers.",
                    format!("`{field}`"),
                )
                .help("Write a whole number, or leave the field empty."),
            );
        }
        number
    }
}

fn at_error(text: &Text<'_>, error: &csv::Error) -> Place {
    let line = error.position().map_or(1, csv::Position::line);
    text.line(u32::try_from(line).unwrap_or(u32::MAX))
}

fn not_readable(place: Place, found: String) -> Problem {
    let expected = "The file is comma-separated UTF-8 with the columns of its kind.";
    Problem::error(ProblemCode::NotReadable, place, expected, found)
        .help("`indicator-specs/README.md` lists the columns of every kind of table.")
}
