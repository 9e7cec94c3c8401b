//! How far a run is.

/// Told how far a run is. The engine itself never prints.
pub trait Progress: Sync {
    /// A source is begun; `bytes` is the size of its files.
    fn source(&self, _id: &str, _bytes: u64) {}
    /// So many more bytes of the source's files have been read.
    fn read(&self, _bytes: u64) {}
    /// Another part of the work is begun; the part before it is done, for now.
    fn phase(&self, _phase: Phase) {}
}

/// The parts of a run, in their order; all but the last come again with every source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Rows are read, harmonized, validated and counted; beside it the files are hashed.
    Rows,
    /// Records that share an identifier are looked at once more.
    Duplicates,
    /// Pupils are followed from year to year.
    Link,
    /// Figures are computed from the cube.
    Figures,
}

/// For callers that do not want to know.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {}
