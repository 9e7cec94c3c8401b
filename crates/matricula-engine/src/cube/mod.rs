//! The cube: additive counts by source, measure, country and year, and how any figure is read from it.
//!
//! It holds cells of one child: it is personal data and stays in memory.

mod cells;
pub mod coverage;
mod hashing;
pub mod key;
mod memo;
mod pieces;
pub(crate) mod reduce;
pub mod slice;
mod sums;
pub(crate) mod table;
pub(crate) mod tabulation;

use std::collections::BTreeMap;

use matricula_spec::model::dimension::CodeId;

use hashing::Buffered;
use slice::Slice;

/// What a slice is about: measure, country, year.
pub type SliceKey = (CodeId, CodeId, CodeId);

/// All slices of a batch.
#[derive(Debug, Default)]
pub struct Cube {
    slices: BTreeMap<SliceKey, Slice>,
}

/// Several sources that speak of the same slice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contested {
    /// Measure, country and year.
    pub key: SliceKey,
    /// Positions of the sources in the batch, ascending.
    pub sources: Vec<usize>,
}

/// Collects the slices of all sources.
#[derive(Debug, Default)]
pub struct CubeBuilder {
    slices: BTreeMap<SliceKey, Vec<Slice>>,
}

impl CubeBuilder {
    /// Adds the slices of a source.
    pub fn add(&mut self, slices: Vec<(SliceKey, Slice)>) {
        for (key, slice) in slices {
            self.slices.entry(key).or_default().push(slice);
        }
    }

    /// The cube, without slices that several sources speak of: which one is right is not for us to say.
    pub fn finish(self) -> (Cube, Vec<Contested>) {
        let mut cube = Cube::default();
        let mut contested = Vec::new();
        for (key, mut slices) in self.slices {
            match slices.pop() {
                Some(slice) if slices.is_empty() => {
                    cube.slices.insert(key, slice);
                }
                last => {
                    let mut sources: Vec<_> = slices.iter().chain(&last).map(Slice::source).collect();
                    sources.sort_unstable();
                    contested.push(Contested { key, sources });
                }
            }
        }
        (cube, contested)
    }
}

impl Cube {
    /// The slice of a measure in a country and year.
    pub fn slice(&self, measure: CodeId, ref_area: CodeId, time_period: CodeId) -> Option<&Slice> {
        self.slices.get(&(measure, ref_area, time_period))
    }

    /// The slices of a country and year.
    pub fn of_place(&self, ref_area: CodeId, time_period: CodeId) -> impl Iterator<Item = &Slice> {
        let here = move |key: &SliceKey| (key.1, key.2) == (ref_area, time_period);
        self.slices.iter().filter(move |(key, _)| here(key)).map(|(_, slice)| slice)
    }

    /// All slices in the order of measure, country and year.
    pub fn iter(&self) -> impl Iterator<Item = (&SliceKey, &Slice)> {
        self.slices.iter()
    }

    /// A hash of every cell: equal whatever threads, row order or split of the files.
    pub fn canonical_hash(&self) -> String {
        let mut hasher = Buffered::new();
        for ((measure, ref_area, time_period), slice) in &self.slices {
            for code in [measure, ref_area, time_period] {
                hasher.update(&code.0.to_le_bytes());
            }
            slice.hash_into(&mut hasher);
        }
        hasher.finish().to_hex().to_string()
    }
}
