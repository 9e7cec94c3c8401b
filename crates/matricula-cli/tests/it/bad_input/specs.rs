//! Specifications and batches that do not hold together: nothing is read and nothing written.

use std::fs;

use super::{Says, change, check, check_mended};
use crate::support::World;

const GER: &str = include_str!("../../../../../indicator-specs/indicators/ger/GER.1.toml");
const GPI: &str = include_str!("../../../../../indicator-specs/indicators/parity/GER.1.GPI.toml");

/// A batch with one text changed is refused; as it was before, it is not.
fn check_batch(from: &str, to: &str, says: &Says<'_>) {
    let world = World::new(100);
    change(&world, "batch.toml", from, to);
    check(&world, &world.run(&[]), says);
    change(&world, "batch.toml", to, from);
    check_mended(&world);
}

#[test]
fn unknown_indicator() {
    let says = Says {
        exit: 2,
        error: "error[S007] batch.toml:3:15 (at `indicators`)",
        with: &["expected: The catalogue has the indicator", "found: `GER.l`"],
        help: "`GER.1`",
    };
    check_batch("\"GER.1\"", "\"GER.l\"", &says);
}

#[test]
fn unknown_breakdown() {
    let says = Says {
        exit: 2,
        error: "error[S027] batch.toml:4:22 (at `breakdowns`)",
        with: &["expected: A breakdown is a dimension with a column", "found: `movility`"],
        help: "did you mean `mobility`?",
    };
    check_batch("\"mobility\"", "\"movility\"", &says);
}

#[test]
fn crossing_above_the_cell_budget() {
    let says = |with| Says {
        exit: 2,
        error: "error[S028] batch.toml:5:11 (at `crossed`)",
        with,
        help: "Cross fewer dimensions, leave out the one with most codes, or raise `cell_budget`",
    };
    let one = says(&["expected: A crossing has at most 2 cells (`cell_budget`)", "cells for GER.1 by mobility"]);
    check_batch("crossed = 1", "crossed = 1\ncell_budget = 2", &one);
    // However many indicators are too large, one budget is exceeded.
    let world = World::new(100);
    change(&world, "batch.toml", "\"GER.1\", \"SOTM.1\"", "\"all\"");
    change(&world, "batch.toml", "crossed = 1", "crossed = 2\ncell_budget = 2");
    check(&world, &world.run(&[]), &says(&["and too many for", "further indicators"]));
}

#[test]
fn invalid_toml() {
    let says = Says {
        exit: 2,
        error: "error[S001] batch.toml:4:1",
        with: &["expected: The file is TOML with the keys of its kind", "found: missing comma between array elements"],
        help: "`indicator-specs/README.md` lists the keys",
    };
    check_batch("indicators = [\"GER.1\", \"SOTM.1\"]", "indicators = [\"GER.1\", \"SOTM.1\"", &says);
}

#[test]
fn key_with_a_typing_error() {
    let says = Says {
        exit: 2,
        error: "error[S001] batch.toml:3:1",
        with: &["expected: The file is TOML with the keys of its kind", "found: unknown field `indikators`"],
        help: "did you mean `indicators`?",
    };
    check_batch("indicators =", "indikators =", &says);
}

#[test]
fn batch_that_is_not_there() {
    let world = World::new(100);
    fs::remove_file(world.path().join("batch.toml")).expect("removed");
    let says = Says {
        exit: 3,
        error: "error[D001] batch.toml",
        with: &["expected: The path names something that exists", "found: nothing at this path"],
        help: "Check the spelling",
    };
    check(&world, &world.run(&[]), &says);
}

#[test]
fn duplicate_identifier_of_an_indicator() {
    let world = World::new(100);
    // The catalogue of the program has it in another folder.
    world.file("specs/indicators/mine/GER.1.toml", GER);
    let says = Says {
        exit: 2,
        error: "error[S004] indicators/mine/GER.1.toml:1 (at `id`)",
        with: &["expected: Identifiers are unique", "found: `GER.1`, also in indicators/ger/GER.1.toml"],
        help: "Give one of the two another identifier",
    };
    check(&world, &world.run(&[]), &says);
    fs::remove_file(world.path().join("specs/indicators/mine/GER.1.toml")).expect("removed");
    check_mended(&world);
}

#[test]
fn parities_that_compare_each_other() {
    let world = World::new(100);
    let comparing = |of: &str| GPI.replace("of = \"GER.1\"", &format!("of = \"{of}\""));
    world.file("specs/indicators/parity/GER.1.GPI.toml", &comparing("GER.2.GPI"));
    world.file(
        "specs/indicators/parity/GER.2.GPI.toml",
        &comparing("GER.1.GPI").replace("\"GER.1.GPI\"\nstatus", "\"GER.2.GPI\"\nstatus"),
    );
    let says = Says {
        exit: 2,
        error: "error[S010] indicators/parity/GER.1.GPI.toml:",
        with: &[
            "expected: A parity compares an indicator of any other form",
            "found: `GER.2.GPI`, a parity that leads back to `GER.1.GPI`",
        ],
        help: "Name the indicator whose groups are compared",
    };
    check(&world, &world.run(&[]), &says);
    fs::remove_dir_all(world.path().join("specs/indicators")).expect("removed");
    check_mended(&world);
}

#[test]
fn unknown_breakdown_of_an_indicator() {
    let world = World::new(100);
    let path = "specs/indicators/ger/GER.1.toml";
    world.file(path, GER);
    change(&world, path, "breakdowns = [\"sex\"", "breakdowns = [\"sxe\"");
    let says = Says {
        exit: 2,
        error: "error[S005] indicators/ger/GER.1.toml:8:15",
        with: &["expected: A dimension is declared by a file under `dimensions/`", "found: `sxe`"],
        help: "`sex`?",
    };
    check(&world, &world.run(&[]), &says);
}
