//! The catalogue of the project, and every error that a specification can have.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod catalogue;
mod invalid_specs;
