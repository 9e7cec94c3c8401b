//! `Validated` -> `Cube`: a few cuboids of additive counts, one parallel pass over each source.

mod cells;
mod duplicates;
mod fate;
mod findings;
mod margins;
pub(crate) mod pass;
pub(crate) mod planner;
pub(crate) mod slices;
mod source;

pub use cells::{Cells, cells};
pub(crate) use source::aggregate;
