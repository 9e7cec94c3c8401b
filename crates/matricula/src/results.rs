//! Everything a run gives.

use matricula_engine::indicator::estimates::Estimates;
use matricula_engine::indicator::provenance::Provenance;
use matricula_engine::input::InputFileHash;
use matricula_engine::ledger::Ledger;
use matricula_engine::review::aggregates::Aggregate;
use matricula_engine::review::disaggregation::Disaggregation;
use matricula_engine::review::flows::GradeFlow;
use matricula_spec::Problems;

/// Everything a run gives.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The figures; empty where errors stopped the run.
    pub estimates: Estimates,
    /// Figures over the countries of the areas that the batch names.
    pub aggregates: Vec<Aggregate>,
    /// Every permitted breakdown of every figure, and what became of it.
    pub disaggregation: Vec<Disaggregation>,
    /// Linked flows beside reconstructed ones, where pupils were followed.
    pub flows: Vec<GradeFlow>,
    /// What stands behind them.
    pub provenance: Provenance,
    /// The account of every row.
    pub ledger: Ledger,
    /// What was found.
    pub problems: Problems,
    /// The files that were read, here or where the cubes were made.
    pub inputs: Vec<InputFileHash>,
    /// The cubes that took their place.
    pub cubes: Vec<CubeInput>,
    /// What came from the cache, where there is one.
    pub reuse: Option<Reuse>,
    /// Hash of every cell of the cube; the same whatever the threads, the order of rows and the split of files.
    pub cube_hash: String,
}

/// How many sources were read, and how many were not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reuse {
    /// Sources whose files were read.
    pub read: usize,
    /// Sources that came from the cache.
    pub from_cache: usize,
}

/// A cube file that a run was computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CubeInput {
    /// Source of the batch; nothing for linked pupils.
    pub source: String,
    /// Name of the file, without folders.
    pub file: String,
    /// The hash that it carries.
    pub blake3: String,
}
