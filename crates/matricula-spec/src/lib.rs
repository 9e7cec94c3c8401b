//! What a specification says: indicators, mappings, code lists, education systems, rules, batches.
//!
//! Pure: this crate never sees a record, opens no file and knows no data frame.
//! [`Catalogue::read`] takes the texts of the files under `indicator-specs/`,
//! [`Batch::read`] the text of a `batch.toml`; both give a resolved model and every [`Problem`] found.

pub mod docs;
pub mod model;
pub mod nearest;
pub mod problem;

mod check;
mod lower;
mod problem_codes;
mod raw;
mod read;
#[cfg(test)]
mod tests;

pub use model::batch::Batch;
pub use model::catalogue::Catalogue;
pub use problem::{Place, Problem, ProblemCode, Problems, Severity};
