//! What is known of the sources of a batch before any figure: counted from files, from cube files, or out of a cache.

pub(crate) mod cache;
pub(crate) mod cells;
pub(crate) mod cubes;
pub(crate) mod files;

use std::path::PathBuf;

use matricula_engine::cube::CubeBuilder;
use matricula_engine::source::SourceResult;

use crate::results::Run;

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

/// What is known of the sources, before any figure.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) run: Run,
    pub(crate) cube: CubeBuilder,
    pub(crate) rules: Vec<Vec<String>>,
}

impl Gathered {
    /// Adds a source; they come in the order of the batch.
    pub(crate) fn add(&mut self, source: SourceResult) {
        self.run.problems.extend(source.problems);
        self.run.ledger.accounts.push(source.account);
        self.run.ledger.variables.extend(source.variables);
        self.run.inputs.extend(source.inputs);
        self.rules.push(source.rules);
        self.cube.add(source.slices);
    }
}
