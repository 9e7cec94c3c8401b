//! From files to blocks of raw rows. The only code that opens input files.
//!
//! [`SourceFiles`] finds the files of a source; as the engine's [`Reader`](matricula_engine::raw::Reader) it checks the
//! header or schema of every one before a row is read, and gives chunks that are cut one after the other but parsed in
//! any order, on any number of threads.
//!
//! Absent here: memory that grows with a file (but for sheets, which have a last row), a record's
//! value in a message, and the number of a row. A line without a single character is no row, as in
//! every CSV reader; a row with more or fewer fields than the header is left out of its block and
//! counted there as ragged.

pub mod bridge;
pub mod chunk;
pub mod files;
pub mod plan;
pub mod source;
pub mod specs;

mod arrow_ipc;
mod column;
mod encoding;
mod nearest;
mod parquet;
mod sheet;
mod spss;
mod stata;
mod text;
mod value;

#[cfg(test)]
mod tests;

pub use chunk::{Chunk, Chunks, names, open};
pub use files::find::{InputFile, find_files};
pub use plan::ReadPlan;
pub use source::SourceFiles;
