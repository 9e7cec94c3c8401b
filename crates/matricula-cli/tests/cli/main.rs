//! The binary from outside.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot set up its world has failed")]

mod bad_input;
mod beside_the_figures;
mod catalogue;
mod commands;
mod extension;
mod init;
#[cfg(unix)]
mod killed;
mod link;
mod mapping;
mod sql;
mod support;
