//! The resolved model: every name has become an identifier that points at what it names.

pub mod age_class;
pub mod batch;
pub mod catalogue;
pub mod condition;
pub mod conventions;
pub mod dimension;
pub mod feeding;
pub mod formula;
pub mod given;
pub mod indicator;
pub mod mapping;
pub mod needs;
pub mod pseudonym;
pub mod rule;
pub mod synonyms;
pub mod system;
pub mod text;
pub mod ways;
