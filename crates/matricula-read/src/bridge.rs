//! Tables from provisional to definitive identifiers.

use std::io::Read as _;
use std::path::Path;

use matricula_engine::input::InputFileHash;
use matricula_engine::raw::BridgeRows;
use matricula_spec::model::pseudonym::Bridge;
use matricula_spec::{Place, Problem, ProblemCode};

use crate::files::file::{open_file, unreadable};

/// Reads a bridge.
///
/// # Errors
/// A file that cannot be read (D001, D002), a column that is missing (D003), rows of another length (D005).
pub fn rows(base: &Path, bridge: &Bridge) -> Result<BridgeRows, Box<Problem>> {
    let place = Place { file: bridge.file.clone(), ..Place::default() };
    let mut bytes = Vec::new();
    let opened = open_file(&base.join(&bridge.file)).and_then(|mut file| file.read_to_end(&mut bytes));
    opened.map_err(|error| unreadable(place.clone(), &error))?;
    let input = InputFileHash {
        source: "link".to_owned(),
        name: bridge.file.clone(),
        bytes: bytes.len() as u64,
        blake3: blake3::hash(&bytes).to_hex().to_string(),
    };
    let mut reader = csv::ReaderBuilder::new().delimiter(bridge.separator).from_reader(bytes.as_slice());
    let header = reader.byte_headers().map_err(|error| not_a_table(&place, &error))?.clone();
    let without_mark = |name: &[u8]| name.strip_prefix(b"\xef\xbb\xbf").unwrap_or(name).trim_ascii().to_vec();
    let names: Vec<_> = header.iter().map(without_mark).collect();
    let position = |column: &str| {
        let found = names.iter().position(|name| name == column.as_bytes());
        found.ok_or_else(|| Box::new(missing(&place, column)))
    };
    let positions = [position(&bridge.from.column)?, position(&bridge.to.column)?];
    let mut rows = Vec::new();
    for record in reader.byte_records() {
        let record = record.map_err(|error| not_a_table(&place, &error))?;
        rows.push(positions.map(|position| record.get(position).unwrap_or_default().to_vec()));
    }
    Ok(BridgeRows { rows, input })
}

fn missing(place: &Place, column: &str) -> Problem {
    let place = Place { field: Some(column.to_owned()), ..place.clone() };
    let expected = "The header of a bridge has the two columns that the batch names.";
    Problem::error(ProblemCode::ColumnMissing, place, expected, "no such column")
        .help("Correct the name under `from` or `to`; if the header seems to be one column, declare `separator`.")
}

/// What the reader says names fields of the file and is not passed on.
fn not_a_table(place: &Place, error: &csv::Error) -> Box<Problem> {
    let (code, found) = match error.kind() {
        csv::ErrorKind::Io(error) => return unreadable(place.clone(), error),
        csv::ErrorKind::UnequalLengths { .. } => (ProblemCode::RowsRagged, "a row of another length"),
        _ => (ProblemCode::FileUnreadable, "something that is no table"),
    };
    let expected = "A bridge is a CSV file in which every row has as many fields as the header.";
    Box::new(Problem::error(code, place.clone(), expected, found).help("Export the table again."))
}
