//! The cube: additive counts by source, measure, country and year, and how any figure is read from it.
//!
//! It holds cells of one child: it is personal data and stays inside the restricted folder.

pub(crate) mod coverage;
pub(crate) mod key;
pub(crate) mod reduce;
pub(crate) mod slice;
pub(crate) mod table;

use std::collections::BTreeMap;

use matricula_spec::model::dimension::CodeId;

use slice::Slice;

/// What a slice is about: measure, country, year.
pub(crate) type SliceKey = (CodeId, CodeId, CodeId);

/// All slices of a batch.
#[derive(Debug, Default)]
pub(crate) struct Cube {
    slices: BTreeMap<SliceKey, Slice>,
}

impl Cube {
    /// Adds a slice; gives back the one that was there if two sources speak of the same thing.
    pub(crate) fn insert(&mut self, key: SliceKey, slice: Slice) -> Result<(), usize> {
        match self.slices.get(&key) {
            Some(present) => Err(present.source()),
            None => {
                self.slices.insert(key, slice);
                Ok(())
            }
        }
    }

    /// The slice of a measure in a country and year.
    pub(crate) fn slice(&self, measure: CodeId, ref_area: CodeId, time_period: CodeId) -> Option<&Slice> {
        self.slices.get(&(measure, ref_area, time_period))
    }

    /// All slices in the order of measure, country and year.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&SliceKey, &Slice)> {
        self.slices.iter()
    }

    /// A hash of every cell: equal whatever threads, row order or split of the files.
    pub(crate) fn canonical_hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for ((measure, ref_area, time_period), slice) in &self.slices {
            for code in [measure, ref_area, time_period] {
                hasher.update(&code.0.to_le_bytes());
            }
            slice.hash_into(&mut hasher);
        }
        hasher.finalize().to_hex().to_string()
    }
}
