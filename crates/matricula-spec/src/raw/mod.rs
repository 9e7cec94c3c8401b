//! The files as they are written; nothing is resolved here.

pub(crate) mod batch;
pub(crate) mod common;
pub(crate) mod dimension;
pub(crate) mod formula;
pub(crate) mod indicator;
pub(crate) mod mapping;
pub(crate) mod pseudonym;
pub(crate) mod rule;
