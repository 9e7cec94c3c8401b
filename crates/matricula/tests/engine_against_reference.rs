//! The engine against a naive reference written from `docs/estimates.md`, on random small worlds;
//! and the engine against itself, where threads, the order of rows and the split of files differ.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod reference;
mod world;

use std::cell::RefCell;
use std::collections::BTreeMap;

use matricula::spec::Catalogue;
use matricula::{NoProgress, Run, RunOptions};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use world::{Seeds, World};

/// Random numbers for a world of at most 140 pupils in a year.
fn seeds() -> impl Strategy<Value = Seeds> {
    let rows = |most| vec(any::<u64>(), 1..=most);
    (any::<u64>(), rows(140), rows(30), rows(40)).prop_map(|(specs, pupils, people, teachers)| Seeds {
        specs,
        pupils,
        people,
        teachers,
    })
}

/// The same worlds in every run.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        // A failing world is small enough soon; mutations fail on purpose, and nobody looks at their worlds.
        max_shrink_iters: if std::env::var_os("MATRICULA_MUTATION").is_some() { 0 } else { 300 },
        rng_seed: proptest::test_runner::RngSeed::Fixed(4),
        ..ProptestConfig::default()
    }
}

fn run(
    world: &World,
    parts: usize,
    (threads, in_memory): (usize, Option<usize>),
) -> (Catalogue, Run, reference::Outcome) {
    let catalogue = world.catalogue();
    let folder = tempfile::tempdir().expect("a folder");
    let batch = world.batch(&world.write(folder.path(), parts), &catalogue);
    let options = RunOptions {
        threads: Some(threads),
        in_memory,
        ..RunOptions::new(folder.path().to_owned(), folder.path().to_owned())
    };
    let run = matricula::run(&catalogue, &batch, &options, &NoProgress).expect("it runs");
    let reference = reference::compute(&catalogue, &batch, folder.path());
    (catalogue, run, reference)
}

/// Everything that must not depend on how the rows came in.
fn assert_same(world: &World, one: &Run, other: &Run, what: &str) {
    assert!(one.cube_hash == other.cube_hash, "the cube depends on {what}\n{world:?}");
    assert!(one.estimates == other.estimates, "figures depend on {what}\n{world:?}");
    assert!(one.ledger == other.ledger, "the ledger depends on {what}\n{world:?}");
}

/// Figures that a pool of indicators must have at least in all worlds together, for the comparison to mean anything.
const ENOUGH: usize = 5;

#[test]
fn engine_and_reference_agree() {
    let figures: RefCell<BTreeMap<String, usize>> = RefCell::default();
    let agree = |seeds: Seeds| {
        let world = World::new(&seeds);
        let (catalogue, run, reference) = run(&world, 1, (2, Some(100)));
        for row in run.estimates.rows().iter().filter(|row| row.value.is_some()) {
            *figures.borrow_mut().entry(row.indicator.clone()).or_default() += 1;
        }
        match reference::compare::difference(&catalogue, &run, &reference) {
            None => Ok(()),
            Some(difference) => Err(TestCaseError::fail(format!("{difference}\n{world:?}"))),
        }
    };
    if let Err(failure) = TestRunner::new(config(400)).run(&seeds(), agree) {
        panic!("{failure}");
    }
    let figures = figures.into_inner();
    let few: Vec<String> =
        world::indicators().into_iter().filter(|id| figures.get(id).is_none_or(|figures| *figures < ENOUGH)).collect();
    assert!(few.is_empty(), "hardly ever a figure of {few:?}: {figures:?}");
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn neither_threads_nor_order_nor_split_matter(seeds in seeds(), order in any::<u64>()) {
        let world = World::new(&seeds);
        let (_, whole, _) = run(&world, 1, (1, None));
        assert_same(&world, &whole, &run(&world, 1, (2, None)).1, "threads");
        assert_same(&world, &whole, &run(&world.shuffled(order), 1, (2, None)).1, "the order of rows");
        assert_same(&world, &whole, &run(&world, 3, (2, None)).1, "the split of files");
        assert_same(&world, &whole, &run(&world, 1, (2, Some(300))).1, "what is kept in memory");
    }
}
