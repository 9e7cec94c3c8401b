//! The library from outside, in one binary: figures worked by hand, published ones, and a reference of its own.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod chile;
mod data;
mod demo;
mod engine_against_reference;
mod form_properties;
mod init;
mod link;
mod mapping_columns;
mod real_data;
mod reference;
mod relations;
mod spine;
mod sql;
mod uis;
mod worked;
mod world;
mod world_formats;
mod world_links;
mod world_truth;
