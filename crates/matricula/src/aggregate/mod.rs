//! `Validated` -> `Cube`: a few cuboids of additive counts, one parallel pass over each source.

pub(crate) mod counted;
pub(crate) mod duplicates;
mod fate;
mod findings;
mod margins;
pub(crate) mod pass;
pub(crate) mod planner;
pub(crate) mod slices;
mod source;

pub(crate) use source::{SourceResult, aggregate, conclude, count, count_files, one};
