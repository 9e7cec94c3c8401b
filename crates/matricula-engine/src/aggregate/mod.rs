//! `Validated` -> `Cube`: a few cuboids of additive counts, one parallel pass over each source.

mod axis;
mod blocks;
mod candidates;
mod cells;
pub(crate) mod counted;
pub(crate) mod counter;
pub(crate) mod cuboids;
pub(crate) mod duplicates;
mod fate;
mod findings;
mod identities;
pub(crate) mod keyed_sums;
mod margins;
pub(crate) mod pass;
pub(crate) mod planner;
pub(crate) mod slices;
mod source;

pub use cells::{Cells, cells};
pub(crate) use source::{SourceResult, aggregate, conclude, count, count_files, one};
