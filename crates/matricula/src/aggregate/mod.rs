//! `Validated` -> `Cube`: a few cuboids of additive counts, one parallel pass over each source.

mod duplicates;
mod findings;
mod fate;
mod margins;
mod pass;
pub(crate) mod planner;
mod slices;
mod source;

pub(crate) use source::{SourceResult, aggregate};
