//! The small catalogue and batch under `fixtures/invalid-specs/base`, for the tests of this crate.

mod feeding;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::model::batch::Batch;
use crate::model::catalogue::Catalogue;

/// Its batch file.
pub(crate) const BATCH: &str = include_str!("../../../../fixtures/invalid-specs/base/batch.toml");

/// The catalogue.
pub(crate) fn small() -> Catalogue {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/invalid-specs/base");
    let mut files = BTreeMap::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder of the base") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(&root).expect("below").to_string_lossy().into_owned();
                files.insert(name, fs::read_to_string(path).expect("text"));
            }
        }
    }
    files.remove("batch.toml");
    Catalogue::read(files).0.expect("the base holds together")
}

/// A batch of it.
pub(crate) fn batch(text: &str, catalogue: &Catalogue) -> Batch {
    let (batch, problems) = Batch::read(text, "batch.toml", catalogue);
    batch.unwrap_or_else(|| panic!("{problems:#?}"))
}
