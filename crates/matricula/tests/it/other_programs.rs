//! Programs outside the project.

use std::ffi::OsString;

/// What a variable of the environment names; nothing (with a message) where it is not set and may be missing, which it
/// may not where the variable `…_REQUIRED` is set.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn named(variable: &str) -> Option<OsString> {
    let named = std::env::var_os(variable);
    if named.is_none() {
        assert!(std::env::var_os(format!("{variable}_REQUIRED")).is_none(), "${variable} is not set");
        eprintln!("skipped: ${variable} is not set");
    }
    named
}
