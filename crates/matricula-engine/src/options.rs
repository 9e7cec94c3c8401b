//! What a caller decides about a run.

use std::path::PathBuf;

use crate::key::PseudonymKey;
use crate::spool::Scratch;

/// What a caller decides about a run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Folder to which the paths of the batch are relative.
    pub base: PathBuf,
    /// Whether the other sources are finished when one has errors.
    pub keep_going: bool,
    /// Number of threads; nothing means as many as the machine has.
    pub threads: Option<usize>,
    /// What it takes to follow pupils over the years; nothing means that nobody is followed.
    pub linking: Option<Linking>,
    /// Folder for nameless files in which identifiers, and records to be linked, wait for each other.
    pub scratch: PathBuf,
    /// Most bytes of each of these that are kept in memory before such a file is needed; nothing means 64 MiB.
    pub in_memory: Option<usize>,
}

impl RunOptions {
    /// A run on all threads that follows nobody and stops at errors; `base` and `scratch` as the fields say.
    #[must_use]
    pub fn new(base: PathBuf, scratch: PathBuf) -> Self {
        Self { base, keep_going: false, threads: None, linking: None, scratch, in_memory: None }
    }

    /// Where spools of the run go.
    #[must_use]
    pub fn scratch(&self) -> Scratch<'_> {
        Scratch { folder: &self.scratch, memory: self.in_memory }
    }
}

/// What a caller brings so that pupils can be followed.
#[derive(Debug, Clone)]
pub struct Linking {
    /// The secret behind the pseudonyms.
    pub key: PseudonymKey,
}
