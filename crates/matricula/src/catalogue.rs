//! The embedded catalogue, and whatever a user lays over it.

use std::collections::BTreeMap;
use std::path::Path;

use matricula_read::specs;
use matricula_spec::{Batch, Catalogue, Problems};

/// Paths and texts of `indicator-specs/`.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The texts of the embedded catalogue, by path.
#[must_use]
pub fn embedded_specs() -> BTreeMap<String, String> {
    EMBEDDED.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// The embedded catalogue with the files of a folder laid over it: same path replaces, new path adds.
/// Nothing where there are errors; the problems say which.
pub fn open_catalogue(specs: Option<&Path>) -> (Option<Catalogue>, Problems) {
    let mut files = embedded_specs();
    if let Some(folder) = specs {
        match specs::spec_folder(folder) {
            Ok(overlay) => files.extend(overlay),
            Err(problems) => return (None, problems),
        }
    }
    Catalogue::read(files)
}

/// A batch file, resolved against a catalogue. Nothing where there are errors.
pub fn open_batch(path: &Path, catalogue: &Catalogue) -> (Option<Batch>, Problems) {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    match specs::text_file(path, &path.display().to_string()) {
        Ok(text) => Batch::read(&text, &name, catalogue),
        Err(problem) => (None, [*problem].into_iter().collect()),
    }
}
