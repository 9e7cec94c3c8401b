//! One source of a batch: its row pass, and what its rows came to.

mod candidates;
pub mod cells;
pub mod conclude;
pub mod count;
pub mod counted;
pub mod duplicates;
mod fate;
mod findings;
mod identities;
mod pass;
pub mod plan;
mod slices;

pub use cells::{Cells, cells};
pub use conclude::{SourceResult, conclude};
pub use count::count;
pub use counted::Counted;
pub use plan::{GrainPlan, SourcePlan};
