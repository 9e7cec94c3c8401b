//! `Validated` -> `Cube`: a few cuboids of additive counts, one parallel pass over each source.

mod cells;
mod counter;
mod cuboids;
mod duplicates;
mod fate;
mod findings;
mod margins;
pub(crate) mod pass;
pub(crate) mod planner;
pub(crate) mod slices;
mod source;

pub(crate) use source::aggregate;
