//! Where the counts of a batch come from.

use std::path::PathBuf;

/// Where the counts of a batch come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Counts {
    /// The files of its sources.
    #[default]
    Files,
    /// Cube files, or folders of them; no other file is read.
    Cubes(Vec<PathBuf>),
    /// A cache for what has not changed, else the files.
    Cache {
        /// Where it is; made if it is absent.
        folder: PathBuf,
        /// Whether files count as changed until their bytes are hashed anew; else size and time decide.
        rehash: bool,
    },
}
