//! Planted mutations of the engine: each must make the test fail that watches the file.
//!
//! All of them are in one build of a copy of the sources, each behind a switch; the sources never hold one.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "what became of each mutation is printed")]

mod bake;
mod planted;
mod runs;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use planted::{Mutation, WATCHING, mutations};
use runs::{Ending, Engine, Finished, in_parallel};

/// A run with a mutation is ended after so many times what the same test takes without one, and so much more.
const TIMES: u32 = 3;
const MORE: Duration = Duration::from_secs(20);
/// No test takes so long without a mutation.
const FAR_TOO_LONG: Duration = Duration::from_secs(600);

#[test]
#[ignore = "builds the engine once more and runs it with each mutation: minutes; the continuous integration runs it"]
fn every_planted_mutation_is_caught() {
    // One file at a time while its mutations are written: `MATRICULA_MUTATIONS=indicator/cohort.rs`.
    let only = std::env::var("MATRICULA_MUTATIONS").unwrap_or_default();
    let chosen: Vec<Mutation> = mutations().filter(|mutation| mutation.file.starts_with(&only)).collect();
    let begun = Instant::now();
    let told = |what: &str| println!("{what}: {:.1} s since the beginning", begun.elapsed().as_secs_f64());
    let engine = Engine::built(&bake::baked_copy());
    told("built");
    let watch = |test: &&str| chosen.iter().any(|mutation| mutation.watching == *test);
    let watching: Vec<&str> = WATCHING.into_iter().filter(watch).collect();
    let without: BTreeMap<&str, Duration> =
        in_parallel(&watching, |test| (*test, without_mutation(&engine, test))).into_iter().collect();
    told("the engine without a mutation passes");
    let caught = in_parallel(&chosen, |mutation| is_caught(&engine, mutation, without[mutation.watching]));
    told(&format!("{} mutations", chosen.len()));
    let survived: Vec<_> =
        chosen.iter().zip(caught).filter(|(_, caught)| !caught).map(|(survivor, _)| survivor).collect();
    assert!(survived.is_empty(), "mutations that no test notices: {survived:#?}");
}

/// How long a test takes that passes, as it must.
fn without_mutation(engine: &Engine, test: &str) -> Duration {
    let Finished { ending, took } = engine.run(test, None, FAR_TOO_LONG);
    assert!(matches!(ending, Ending::Passed), "`{test}` without a mutation: {ending:?}");
    println!("passes  {test} without a mutation: {:.1} s", took.as_secs_f64());
    took
}

fn is_caught(engine: &Engine, mutation: &Mutation, without: Duration) -> bool {
    let Finished { ending, took } = engine.run(mutation.watching, Some(mutation.number), TIMES * without + MORE);
    let (caught, how) = match &ending {
        Ending::Passed => (false, "SURVIVED"),
        Ending::Failed(place) if place.contains("/tests/") => (true, "caught by the test"),
        Ending::Failed(_) => (true, "caught by a panic"),
        Ending::Hung => (true, "caught by its time"),
        Ending::Broke(_) => (false, "BROKEN OFF"),
    };
    let (Mutation { number, file, .. }, seconds) = (mutation, took.as_secs_f64());
    println!("{number:3} {how:18} {seconds:5.1} s  {file}: {}", mutation.change());
    if let Ending::Broke(printed) = ending {
        println!("{printed}");
    }
    caught
}
