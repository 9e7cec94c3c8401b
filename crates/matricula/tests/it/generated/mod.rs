//! Worlds of the generator.

pub(crate) mod truth;

use matricula_fixtures::world::{WorldOptions, write_world};
use tempfile::TempDir;

/// Writes a world to a folder of its own.
pub(crate) fn world(options: &WorldOptions) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write_world(options, folder.path()).expect("a world");
    folder
}
