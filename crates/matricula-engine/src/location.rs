//! Where a finding about data stands.

use matricula_spec::Place;
use matricula_spec::model::batch::Source;

/// A file of a source.
#[must_use]
pub fn of_file(source: &str, file: &str) -> Place {
    Place { file: file.to_owned(), source: Some(source.to_owned()), ..Place::default() }
}

/// All files of a source, or a column of them.
#[must_use]
pub fn of_source(source: &Source, column: Option<String>) -> Place {
    Place { file: source.files.join(", "), field: column, source: Some(source.id.clone()), ..Place::default() }
}
