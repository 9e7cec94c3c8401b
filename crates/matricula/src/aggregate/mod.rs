//! `Validated` -> `Cube`: a few cuboids of additive counts, one parallel pass over each source.

mod candidates;
mod duplicates;
mod fate;
mod findings;
mod identities;
mod margins;
pub(crate) mod pass;
pub(crate) mod planner;
pub(crate) mod slices;
mod source;

pub(crate) use source::aggregate;
