//! The files of a source: found, opened, decompressed, hashed.

pub mod archive;
pub(crate) mod file;
pub mod find;
pub mod hash;
