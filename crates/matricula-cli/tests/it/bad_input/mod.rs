//! Bad inputs, from outside: one message for one cause, that names the place and says what to do,
//! shows nothing of a record, and leaves nothing half-written.

mod arguments;
mod binary;
mod files;
mod folder;
mod formats;
mod rows;
mod sheets;
mod sources;
mod specs;
mod spss;

use std::fs;

use crate::support::{Said, World};

/// An identifier and a code that stand in bad rows and must never be shown.
const CANARIES: [&str; 2] = ["31415926", "Q77"];

/// What a run leaves that findings stopped: the account of the rows, and no figure.
const ACCOUNT: [&str; 6] = ["README.txt", "account.html", "account.md", "ledger.csv", "manifest.json", "problems.csv"];

/// What is to be said about a bad input.
struct Says<'a> {
    exit: i32,
    /// How the only error begins: its code and place, or what was asked for in vain.
    error: &'a str,
    /// What else stands in the same line: what was expected, and what was found.
    with: &'a [&'a str],
    /// What stands below it and says what to do.
    help: &'a str,
}

/// Asserts what a run of the world said, and that it left the account or nothing.
fn check(world: &World, said: &Said, says: &Says<'_>) {
    check_said(said, says);
    let left = world.names("out");
    if says.exit == 1 {
        assert_eq!(left, ACCOUNT, "{}", said.err);
    } else {
        assert!(!world.path().join("out").exists(), "{left:?}");
    }
    assert_nothing_beside(world);
}

/// Asserts what was said: a single error, with its place, and no value of a record.
fn check_said(said: &Said, says: &Says<'_>) {
    let all = format!("{}\n{}", said.out, said.err);
    assert_eq!(said.code, Some(says.exit), "{all}");
    assert!(!all.contains("panicked") && !all.contains("this is a bug"), "{all}");
    for canary in CANARIES {
        assert!(!all.contains(canary), "a record's value is shown: {all}");
    }
    let lines: Vec<_> = said.err.lines().collect();
    let errors: Vec<_> = (0..lines.len()).filter(|line| lines[*line].starts_with("error")).collect();
    assert_eq!(errors.len(), 1, "one message for one cause: {all}");
    let (error, below) = (lines[errors[0]], &lines[errors[0] + 1..]);
    assert!(error.starts_with(says.error), "{error}");
    for part in says.with {
        assert!(error.contains(part), "`{part}` is not in: {error}");
    }
    let mut below = below.iter().take_while(|line| !line.starts_with("error") && !line.starts_with("warning"));
    assert!(below.any(|line| line.contains(says.help)), "`{}` is not below the error: {all}", says.help);
}

/// Asserts that no run has left a folder or lock beside its place.
fn assert_nothing_beside(world: &World) {
    let leftovers: Vec<_> = world.names(".").into_iter().filter(|name| name.contains("matricula-")).collect();
    assert!(leftovers.is_empty(), "{leftovers:?}");
}

/// Asserts that the same run, its input mended, succeeds into the folder where it had failed.
fn check_mended(world: &World) {
    let said = world.run(&[]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
    assert!(world.names("out").contains(&"estimates.csv".to_owned()), "{:?}", world.names("out"));
    assert_nothing_beside(world);
}

/// Replaces a text of a file of the world that stands there once.
fn change(world: &World, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(world.path().join(file)).expect("a text");
    assert_eq!(text.matches(from).count(), 1, "`{from}` in {text}");
    world.file(file, &text.replace(from, to));
}

/// Writes a file of any bytes.
fn write(world: &World, file: &str, bytes: &[u8]) {
    fs::write(world.path().join(file), bytes).expect("written");
}
