//! The library from outside, in one binary: figures worked by hand, published ones, and a reference of its own.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod catalogues;
mod chile;
mod data;
mod demo;
mod engine_against_reference;
mod form_properties;
mod generated;
mod init;
mod invented;
mod link;
mod mapping_columns;
mod other_programs;
mod real_data;
mod reference;
mod relations;
mod runs;
mod spine;
mod sql;
mod tables;
mod uis;
mod worked;
mod world;
mod world_formats;
mod world_links;
mod world_truth;
mod worlds;
