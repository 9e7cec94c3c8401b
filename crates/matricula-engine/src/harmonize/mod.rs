//! `Raw` + mapping -> `Harmonized`: columns in UIS and SDMX codes, and what became of every source code.

mod age;
mod amount;
pub(crate) mod block;
pub(crate) mod combination;
mod identifier;
pub(crate) mod identity_hash;
mod keys_as_text;
pub(crate) mod part;
pub(crate) mod plan;
pub(crate) mod recode;
mod rows;
mod scope;
pub(crate) mod step;
pub(crate) mod tally;
mod unit;

pub(crate) use block::{Classified, HarmonizedBlock};
pub(crate) use identifier::EarlyIdentities;
pub(crate) use part::Classes;
pub(crate) use plan::Origin;
pub use plan::{HarmonizePlan, dimensions_of, refuses_repeats};
pub(crate) use rows::HarmonizeState;
pub use rows::NOWHERE;
pub use tally::HarmonizeTally;
pub(crate) use unit::NO_UNIT;
