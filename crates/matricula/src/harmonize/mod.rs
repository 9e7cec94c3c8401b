//! `Raw` + mapping -> `Harmonized`: columns in UIS and SDMX codes, and what became of every source code.

mod age;
mod amount;
pub(crate) mod block;
mod identifier;
pub(crate) mod identity_hash;
pub(crate) mod plan;
mod pseudonym;
pub(crate) mod recode;
mod scope;
pub(crate) mod step;
pub(crate) mod tally;

pub(crate) use block::HarmonizedBlock;
pub(crate) use plan::HarmonizePlan;
pub(crate) use tally::HarmonizeTally;
