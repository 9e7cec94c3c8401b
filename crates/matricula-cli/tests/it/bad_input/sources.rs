//! One bad source among three.

use std::fs;

use super::{CANARIES, Says, change, check, check_mended, check_said};
use crate::support::{World, pupils};

/// A world with a third country, whose file is bad.
fn three_countries() -> World {
    let world = World::new(200);
    let batch = fs::read_to_string(world.path().join("batch.toml")).expect("a batch");
    let (before, population) = batch.split_once("\n[[population]]").expect("a population");
    let (_, brazil) = before.rsplit_once("\n[[source]]").expect("a source");
    let peru = brazil.replace("\"bra\"", "\"per\"").replace("BRA", "PER").replace("bra.csv", "per.csv");
    world.file("batch.toml", &format!("{before}\n[[source]]{peru}\n[[population]]{population}"));
    let people = fs::read_to_string(world.path().join("population.csv")).expect("a file");
    let of_peru: String =
        people.lines().filter(|line| line.starts_with("BRA")).map(|line| line.replace("BRA", "PER") + "\n").collect();
    world.file("population.csv", &(people + &of_peru));
    world.file("per.csv", &pupils(200, "31415926;Q77;1;1;6;N\n"));
    world
}

const SAYS: Says<'_> = Says {
    exit: 1,
    error: "error[D008] per.csv (source `per`, at `level`)",
    with: &["found: one code that is not listed (<10 rows)"],
    help: "add them to the table of the mapping",
};

#[test]
fn without_keep_going_no_figure_is_computed() {
    let world = three_countries();
    let said = world.run(&[]);
    check(&world, &said, &SAYS);
    assert!(said.out.contains("No figure was computed."), "{}", said.out);
    assert!(said.out.contains("chl: records read 200 = kept 200\n"), "{}", said.out);
    assert!(said.out.contains("[not used: it has errors]"), "{}", said.out);
    world.file("per.csv", &pupils(200, ""));
    check_mended(&world);
}

#[test]
fn with_keep_going_the_other_two_are_finished() {
    let world = three_countries();
    let said = world.run(&["--keep-going"]);
    check_said(&said, &SAYS);
    let estimates = fs::read_to_string(world.path().join("out/estimates.csv")).expect("a table");
    let has = |country: &str| estimates.contains(&format!("GER.1,{country},2018"));
    assert_eq!(["CHL", "BRA", "PER"].map(has), [true, true, false]);
    assert!(CANARIES.iter().all(|canary| !estimates.contains(canary)));
    change(&world, "per.csv", "Q77", "P");
    check_mended(&world);
}
