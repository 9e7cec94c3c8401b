//! Catalogues and batches, opened or made from texts; whatever is wrong with one fails the test.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use matricula::spec::{Batch, Catalogue};

/// The embedded catalogue, opened once.
pub(crate) fn embedded() -> &'static Catalogue {
    static EMBEDDED: OnceLock<Catalogue> = OnceLock::new();
    EMBEDDED.get_or_init(|| opened(None))
}

/// The embedded catalogue with a folder of specifications laid over it.
pub(crate) fn overlaid(specs: &Path) -> Catalogue {
    opened(Some(specs))
}

fn opened(specs: Option<&Path>) -> Catalogue {
    let (catalogue, problems) = matricula::open_catalogue(specs);
    catalogue.unwrap_or_else(|| panic!("{problems:#?}"))
}

/// A catalogue from the texts of its files, by path.
pub(crate) fn catalogue_of(files: BTreeMap<String, String>) -> Catalogue {
    let (catalogue, problems) = Catalogue::read(files);
    assert!(!problems.has_errors(), "{problems:#?}");
    catalogue.expect("no problems")
}

/// A batch from its file.
pub(crate) fn batch_at(path: &Path, catalogue: &Catalogue) -> Batch {
    let (batch, problems) = matricula::open_batch(path, catalogue);
    batch.unwrap_or_else(|| panic!("{problems:#?}"))
}

/// A batch from its text.
pub(crate) fn batch_of(text: &str, catalogue: &Catalogue) -> Batch {
    let (batch, problems) = Batch::read(text, "batch.toml", catalogue);
    assert!(!problems.has_errors(), "{problems:#?}");
    batch.expect("no problems")
}
