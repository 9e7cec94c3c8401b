//! The engine against a naive reference written from `docs/estimates.md`, on random small worlds;
//! and the engine against itself, where threads, the order of rows and the split of files differ,
//! and where counts come from cubes of sources, of their parts, or from a cache.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::Path;

use matricula::spec::model::batch::Source;
use matricula::spec::model::rule::Check;
use matricula::spec::{Batch, Catalogue, ProblemCode, Severity};
use matricula::{Counts, NoProgress, Reuse, Run, RunOptions};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::reference;
use crate::world::{self, Seeds, World};

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

fn options(base: &Path) -> RunOptions {
    RunOptions { threads: Some(2), ..RunOptions::new(base.to_owned(), base.to_owned()) }
}

/// A run from the cubes of several batches, each in a folder of its own.
fn from_cubes(catalogue: &Catalogue, batch: &Batch, base: &Path, counted: &[Batch]) -> Run {
    let folders: Vec<_> = (0..counted.len()).map(|part| base.join(format!("cubes-{part}"))).collect();
    for (folder, counted) in folders.iter().zip(counted) {
        let cubes = matricula::cubes(catalogue, counted, &options(base), &NoProgress).expect("cubes");
        matricula::store::write_cubes(folder, &cubes).expect("written");
    }
    // Nothing else is read.
    let elsewhere = options(&base.join("elsewhere"));
    matricula::run_from(catalogue, batch, &elsewhere, &Counts::Cubes(folders), &NoProgress).expect("it runs")
}

/// The batch with one file of each source; sources that are to stay whole are in the first part with all their files.
fn only_part(batch: &Batch, part: usize, whole: &[String]) -> Batch {
    let mut batch = batch.clone();
    let stays = |source: &Source| whole.contains(&source.id);
    batch.sources.retain(|source| if stays(source) { part == 0 } else { source.files.len() > part });
    for source in batch.sources.iter_mut().filter(|source| !stays(source)) {
        source.files = vec![source.files[part].clone()];
    }
    batch
}

/// A run from cubes of parts, and how many sources were put together; those that are refused are counted whole then.
fn from_parts(catalogue: &Catalogue, batch: &Batch, base: &Path) -> (Run, [usize; 2]) {
    let parts = |whole: &[String]| (0..3).map(|part| only_part(batch, part, whole)).collect::<Vec<_>>();
    let run = from_cubes(catalogue, batch, base, &parts(&[]));
    let refused = run.problems.iter().filter(|problem| problem.code == ProblemCode::PartsNotMerged);
    let refused: Vec<String> = refused.filter_map(|problem| problem.place.source.clone()).collect();
    let merged = batch.sources.iter().filter(|s| s.files.len() > 1 && !refused.contains(&s.id)).count();
    (from_cubes(catalogue, batch, base, &parts(&refused)), [merged, refused.len()])
}

/// Whether the cubes of a batch, which are written and in the cache, hold the cuboids of one that asks for less, which
/// then has its figures and reads nothing; it has them in any case where it is known to ask for less.
fn serves_less(world: &World, catalogue: &Catalogue, batch: &Batch, base: &Path, cache: &Counts) -> bool {
    let mut less = batch.clone();
    less.breakdowns.truncate(1);
    less.crossed = less.crossed.min(1);
    let direct = matricula::run(catalogue, &less, &options(base), &NoProgress).expect("it runs");
    let cubes = Counts::Cubes(vec![base.join("cubes-0")]);
    for counts in [&cubes, cache] {
        let asked = matricula::run_asking(catalogue, (batch, &less), &options(base), counts, &NoProgress);
        let asked = asked.expect("it runs");
        assert!(asked.estimates == direct.estimates, "figures of less depend on {counts:?}\n{world:?}");
        assert!(asked.provenance == direct.provenance, "provenance of less depends on {counts:?}\n{world:?}");
        assert!(asked.ledger == direct.ledger, "the ledger of less depends on {counts:?}\n{world:?}");
        assert!(asked.reuse.is_none_or(|reuse| reuse.read == 0), "less is read again\n{world:?}");
    }
    let served = |counts| matricula::run_from(catalogue, &less, &options(base), counts, &NoProgress).expect("it runs");
    let cached = served(cache);
    assert_as_told(world, &direct, &cached, "a cache for a batch that asked for more");
    let served = served(&cubes);
    if served.problems.iter().any(|problem| problem.code == ProblemCode::CubeLacks) {
        return false;
    }
    assert_as_told(world, &direct, &served, "cubes of a batch that asked for more");
    assert!(cached.reuse.is_some_and(|reuse| reuse.read == 0), "what the cache holds is read\n{world:?}");
    true
}

fn assert_as_told(world: &World, one: &Run, other: &Run, what: &str) {
    let errors: Vec<_> = other.problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
    assert!(errors.is_empty() || one.problems.has_errors(), "{errors:?} with {what}\n{world:?}");
    assert_same(world, one, other, what);
    assert!(one.problems == other.problems, "findings depend on {what}\n{world:?}");
    assert!(one.inputs == other.inputs, "inputs depend on {what}\n{world:?}");
    assert!(one.provenance == other.provenance, "provenance depends on {what}\n{world:?}");
}

#[test]
fn cubes_and_cache_say_what_the_files_say() {
    let counts = Cell::new([0; 4]);
    let agree = |seeds: Seeds| {
        let world = World::new(&seeds);
        let catalogue = world.catalogue();
        let folder = tempfile::tempdir().expect("a folder");
        let base = folder.path();
        let mut batch = world.batch(&world.write(base, 3), &catalogue);
        // Without rules that compare records, more can be put together.
        let compares = |rule: &usize| matches!(catalogue.rules()[*rule].check, Check::Unique { .. });
        batch.rules.retain(|rule| seeds.specs.is_multiple_of(2) || !compares(rule));
        let direct = matricula::run(&catalogue, &batch, &options(base), &NoProgress).expect("it runs");
        let cache = Counts::Cache { folder: base.join("cache"), rehash: false };
        let cached = || matricula::run_from(&catalogue, &batch, &options(base), &cache, &NoProgress).expect("it runs");
        assert_as_told(&world, &direct, &cached(), "an empty cache");
        let again = cached();
        assert_as_told(&world, &direct, &again, "a cache");
        let read = direct.ledger.accounts().iter().filter(|account| account.refused).count();
        assert_eq!(again.reuse, Some(Reuse { read, from_cache: batch.sources.len() - read }));
        if direct.problems.has_errors() {
            return Ok(());
        }
        let whole = from_cubes(&catalogue, &batch, base, std::slice::from_ref(&batch));
        assert_as_told(&world, &direct, &whole, "cubes");
        let served = usize::from(serves_less(&world, &catalogue, &batch, base, &cache));
        let (of_parts, [merged, refused]) = from_parts(&catalogue, &batch, base);
        assert_as_told(&world, &direct, &of_parts, "cubes of parts");
        let [wholes, all_served, all_merged, all_refused] = counts.get();
        counts.set([wholes + 1, all_served + served, all_merged + merged, all_refused + refused]);
        Ok(())
    };
    if let Err(failure) = TestRunner::new(config(150)).run(&seeds(), agree) {
        panic!("{failure}");
    }
    let counts = counts.into_inner();
    assert!(counts.iter().all(|count| *count >= 20), "batches, served for less, sources merged, refused: {counts:?}");
}
