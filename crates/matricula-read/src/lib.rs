//! Stage `read`: from files to blocks of text. The only code that opens input files.
//!
//! [`find_files`] turns the paths and patterns of a source into files, [`open`] checks the header
//! or schema of every one before a row is read, and the [`Chunks`] it gives are cut one after the
//! other but parsed in any order, on any number of threads.
//!
//! Absent here: memory that grows with a file (but for sheets, which have a last row), a record's
//! value in a message, and the number of a row. A line without a single character is no row, as in
//! every CSV reader; a row with more or fewer fields than the header is left out of its block and
//! counted there as ragged.

pub(crate) mod block;
pub(crate) mod bridge;
pub(crate) mod dictionary;

mod archive;
mod arrow_ipc;
mod boundary;
mod chunk;
mod column;
mod compound;
mod cutter;
mod encoding;
mod file;
mod find;
mod lines;
mod nearest;
mod open_document;
mod parquet;
mod parquet_column;
mod parquet_window;
mod piece;
mod record;
mod scan;
mod specs;
mod spreadsheet;
mod spss;
mod stata;
mod text;
mod value;
mod workbook;

#[cfg(test)]
mod tests;

pub(crate) use chunk::{Chunk, ReadPlan, names, open};
pub(crate) use find::{InputFile, find_files};
pub(crate) use specs::{hash_file, size, spec_folder, text_file};
