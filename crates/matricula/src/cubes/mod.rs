//! Partial cubes: what the rows of one source came to, kept in a file, so that figures need no rows.
//!
//! A file holds cells and tallies, not findings: accounts and findings are made where it is used, by the same code
//! as from rows, so that parts of a source that are put together say what the whole would have said.
//! Cells are personal data, and so is the file; `docs/cubes.md` is its format.

mod coverage;
pub(crate) mod file;
pub(crate) mod fingerprint;
pub(crate) mod linked;
mod make;
pub(crate) mod merge;
pub(crate) mod meta;
mod seal;
pub(crate) mod table;

pub(crate) use file::{decode, encode, key_of_source, read_meta};
pub(crate) use fingerprint::{Fingerprint, Fingerprints};
pub(crate) use linked::{decode_linked, encode_linked, key_of_linked, wanted};
pub use make::{CubeError, CubeFile, Cubes, cubes};
pub(crate) use merge::together;
pub(crate) use meta::{LinkedMeta, LinkedSource, Meta};

use matricula_engine::cube::key::{Key, KeyLayout};

/// So many letters at the beginning of a key say what was counted, the others over which cuboids.
pub(crate) const KEY_OF_COUNTED: usize = 32;

/// One cuboid on its way to a file.
pub(crate) struct Section<'a> {
    pub(crate) layout: &'a KeyLayout,
    /// Role of the identifier of its units.
    pub(crate) grain: Option<&'a str>,
    pub(crate) cells: SectionCells<'a>,
}

/// Its cells, sorted.
#[derive(Clone, Copy)]
pub(crate) enum SectionCells<'a> {
    Plain(&'a [(Key, i128)]),
    Units(&'a [((u128, Key), i128)]),
}
