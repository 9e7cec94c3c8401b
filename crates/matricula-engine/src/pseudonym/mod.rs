//! From the identifier in a record to the keyed pseudonym by which a pupil is followed.
//!
//! Identifiers themselves are kept nowhere.

pub mod bridge;
mod normalise;
mod plan;

use std::sync::Arc;

pub use bridge::Bridge;
pub(crate) use plan::PseudonymPlan;
pub use plan::PseudonymTally;

use crate::key::PseudonymKey;

/// What pseudonyms are made with.
#[derive(Debug, Clone)]
pub struct Pseudonyms {
    /// The secret.
    pub key: PseudonymKey,
    /// Identifiers that stand for others.
    pub bridge: Arc<Bridge>,
}
