//! Parquet and Arrow files of a wrong type, and text under their names.

use std::fs;

use super::{Says, change, check, check_mended};
use crate::support::{World, pupils};

#[test]
fn text_that_is_called_parquet_or_arrow() {
    let cases = [
        ("bra.parquet", "expected: A file that is named or declared as Parquet is one", "does not begin as Parquet"),
        ("bra.arrow", "expected: A file that is named or declared as Arrow is one", "cannot be read as Arrow"),
    ];
    for (file, expected, found) in cases {
        let world = World::new(100);
        change(&world, "batch.toml", "\"bra.csv\"", &format!("\"{file}\""));
        world.file(file, &pupils(100, "31415926;Q77;1;1;6;N\n"));
        let says = Says {
            exit: 1,
            error: &format!("error[D002] {file} (source `bra`)"),
            with: &[expected, found],
            help: "If it is text, declare `format = \"csv\"`",
        };
        check(&world, &world.run(&[]), &says);
        change(
            &world,
            "batch.toml",
            "separator = \";\"\n\n[[population]]",
            "format = \"csv\"\nseparator = \";\"\n\n[[population]]",
        );
        world.file(file, &pupils(100, ""));
        check_mended(&world);
    }
}

/// A world whose Brazil reads the figures of an earlier run, the only binary tables at hand:
/// their values are floating-point numbers. `wrong` is what the mapping reads from such a column.
fn world_of_figures(file: &str, wrong: &str) -> World {
    let world = World::new(500);
    let made = world.run(&[]);
    assert_eq!(made.code, Some(0), "{}", made.err);
    fs::copy(world.path().join("out").join(file), world.path().join(file)).expect("copied");
    fs::remove_dir_all(world.path().join("out")).expect("removed");
    let mut mapping = fs::read_to_string(world.path().join("specs/mappings/tiny.toml")).expect("a mapping");
    let columns = [("\"id\"", "\"indicator\""), ("\"level\"", "\"edu_level\""), ("\"nationality\"", "\"mobility\"")];
    for (ours, theirs) in columns {
        let theirs = if ours == wrong { "\"value\"" } else { theirs };
        mapping = mapping.replace(&format!("columns = [{ours}]"), &format!("columns = [{theirs}]"));
    }
    world.file("specs/mappings/figures.toml", &mapping.replacen("id = \"tiny\"", "id = \"figures\"", 1));
    let batch = fs::read_to_string(world.path().join("batch.toml")).expect("a batch");
    let (chile, brazil) = batch.split_once("id = \"bra\"").expect("two sources");
    let brazil = brazil.replacen("\"tiny\"", "\"figures\"", 1).replacen("bra.csv", file, 1);
    world.file("batch.toml", &format!("{chile}id = \"bra\"{brazil}"));
    world
}

#[test]
fn identifier_or_code_of_a_floating_point_type() {
    for file in ["estimates.parquet", "estimates.arrow"] {
        for wrong in ["\"id\"", "\"level\""] {
            let world = world_of_figures(file, wrong);
            let says = Says {
                exit: 1,
                error: &format!("error[D014] {file} (source `bra`, at `value`)"),
                with: &[
                    "expected: A column holds text, integers, booleans, dates or decimals",
                    "found: a floating-point",
                ],
                help: "Write the column as text",
            };
            check(&world, &world.run(&[]), &says);
        }
    }
}
