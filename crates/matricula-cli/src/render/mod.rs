//! What the library gives, as text. Counts go through `matricula::masking` first.

pub(crate) mod account;
pub(crate) mod aggregates;
pub(crate) mod figure;
pub(crate) mod headline;
pub(crate) mod number;
pub(crate) mod problems;
pub(crate) mod selection;
pub(crate) mod table;
