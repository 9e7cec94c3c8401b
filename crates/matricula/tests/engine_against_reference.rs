//! The engine against a naive reference written from `docs/estimates.md`, on random small worlds;
//! and the engine against itself, where threads, the order of rows and the split of files differ.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod reference;
mod world;

use matricula::spec::Catalogue;
use matricula::{NoProgress, Run, RunOptions};
use proptest::collection::vec;
use proptest::prelude::*;
use world::{Seeds, World};

/// Random numbers for a world of at most 90 pupils in a year.
fn seeds() -> impl Strategy<Value = Seeds> {
    let rows = |most| vec(any::<u64>(), 1..=most);
    (any::<u64>(), rows(90), rows(30), rows(40)).prop_map(|(specs, pupils, people, teachers)| Seeds {
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
        rng_seed: proptest::test_runner::RngSeed::Fixed(4),
        ..ProptestConfig::default()
    }
}

fn run(world: &World, parts: usize, threads: usize) -> (Catalogue, Run, reference::Outcome) {
    let catalogue = world.catalogue();
    let folder = tempfile::tempdir().expect("a folder");
    let batch = world.batch(&world.write(folder.path(), parts), &catalogue);
    let options = RunOptions { base: folder.path().to_owned(), keep_going: false, threads: Some(threads) };
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

proptest! {
    #![proptest_config(config(288))]

    #[test]
    fn engine_and_reference_agree(seeds in seeds()) {
        let world = World::new(&seeds);
        let (catalogue, run, reference) = run(&world, 1, 2);
        if let Some(difference) = reference::compare::difference(&catalogue, &run, &reference) {
            prop_assert!(false, "{difference}\n{world:?}");
        }
    }

    #[test]
    fn neither_threads_nor_order_nor_split_matter(seeds in seeds(), order in any::<u64>()) {
        let world = World::new(&seeds);
        let (_, whole, _) = run(&world, 1, 1);
        assert_same(&world, &whole, &run(&world, 1, 2).1, "threads");
        assert_same(&world, &whole, &run(&world.shuffled(order), 1, 2).1, "the order of rows");
        assert_same(&world, &whole, &run(&world, 3, 2).1, "the split of files");
    }
}

#[test]
fn triage() {
    let seen = std::cell::RefCell::new(std::collections::BTreeMap::<String, usize>::new());
    let forms = std::cell::RefCell::new(std::collections::BTreeMap::<String, usize>::new());
    let mut runner = proptest::test_runner::TestRunner::new(config(200));
    let _ = runner.run(&seeds(), |seeds| {
        let world = World::new(&seeds);
        let (catalogue, run, reference) = run(&world, 1, 2);
        for row in run.estimates.rows().iter().filter(|row| row.value.is_some()) { *forms.borrow_mut().entry(row.indicator.clone()).or_default() += 1; }
        for (key, text) in reference::compare::differences(&catalogue, &run, &reference) {
            let mut s = seen.borrow_mut(); let n = s.entry(key.clone()).or_default();
            *n += 1;
            if *n <= 2 { println!("### {key}\n{text}\n{}", if *n == 1 && std::env::var("WORLD").is_ok_and(|w| key.starts_with(&w)) { format!("{world:?}") } else { String::new() }); }
        }
        Ok(())
    });
    println!("{:#?}\n{:?}", seen.borrow(), forms.borrow());
}
