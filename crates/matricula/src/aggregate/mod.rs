//! `Validated` -> `Cube`: a few cuboids of additive counts, one parallel pass over each source.

mod duplicates;
mod fate;
mod findings;
mod margins;
mod pass;
pub(crate) mod planner;
mod slices;
mod source;

pub(crate) use source::aggregate;
