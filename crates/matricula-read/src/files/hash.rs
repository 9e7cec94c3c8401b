//! What tells a file apart from any other: its size and hash.

use std::fs;

use matricula_engine::location;
use matricula_spec::Problem;

use super::file::{open_file, unreadable};
use super::find::InputFile;

/// The BLAKE3 hash of a source's file, in hexadecimal, and its size in bytes.
///
/// # Errors
/// The file cannot be opened or read (D001, D002).
pub fn hash_file(source: &str, file: &InputFile) -> Result<(String, u64), Box<Problem>> {
    let mut hasher = blake3::Hasher::new();
    let hashed = open_file(&file.path).and_then(|file| hasher.update_reader(file).map(|_| ()));
    hashed.map_err(|error| unreadable(location::of_file(source, &file.name), &error))?;
    Ok((hasher.finalize().to_hex().to_string(), hasher.count()))
}

/// The size of a source's file in bytes; nothing where it cannot be told.
pub fn size(file: &InputFile) -> u64 {
    fs::metadata(&file.path).map_or(0, |metadata| metadata.len())
}
