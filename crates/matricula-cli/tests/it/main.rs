//! The binary from outside, and what can be read off the sources of the whole project.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot set up its world has failed")]

mod architecture;
mod bad_input;
mod beside_the_figures;
mod cache;
mod catalogue;
mod commands;
mod cubes;
mod extension;
mod init;
#[cfg(unix)]
mod killed;
mod link;
mod mapping;
mod parts;
mod sql;
mod support;
