//! From a batch to its figures.

use std::path::Path;

use matricula_engine::cube::Contested;
use matricula_engine::indicator::figures::{figures_of, unknown_systems};
use matricula_engine::options::RunOptions;
use matricula_engine::progress::{Phase, Progress};
use matricula_engine::review::aggregates::aggregates;
use matricula_engine::review::disaggregation::disaggregation;
use matricula_engine::review::flows::flows;
use matricula_read::find_files;
use matricula_spec::{Batch, Catalogue, Place, Problem, ProblemCode, Problems};

use crate::error::StoreError;
use crate::gather::cache::from_cache;
use crate::gather::cubes::from_cubes;
use crate::gather::files::from_files;
use crate::gather::{Counts, Gathered};
use crate::results::Run;

/// Why a run could not be made. Findings about the data are no failure: they are in [`Run::problems`].
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The threads could not be started.
    #[error("the threads for the row pass could not be started")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The cache cannot be used.
    #[error(transparent)]
    Cache(#[from] StoreError),
}

/// Findings about the files of a batch: a path or pattern that finds none, an ending that tells no format.
/// No file is opened.
#[must_use]
pub fn check_files(batch: &Batch, base: &Path) -> Problems {
    let mut problems = Problems::default();
    for found in batch.sources.iter().filter_map(|source| find_files(base, source).err()) {
        problems.extend(found);
    }
    problems.sorted()
}

/// Computes a batch: reads, harmonizes, validates and aggregates each source, then computes every figure.
///
/// Findings of severity error refuse the source concerned; unless `keep_going`, no figure is computed then.
///
/// # Errors
/// Where the threads cannot be started.
pub fn run(
    catalogue: &Catalogue,
    batch: &Batch,
    options: &RunOptions,
    progress: &dyn Progress,
) -> Result<Run, RunError> {
    run_from(catalogue, batch, options, &Counts::Files, progress)
}

/// The same from counts that were made before: the figures are those that [`run`] gives.
///
/// # Errors
/// Where the threads cannot be started, or the folder of the cache cannot be used.
pub fn run_from(
    catalogue: &Catalogue,
    batch: &Batch,
    options: &RunOptions,
    counts: &Counts,
    progress: &dyn Progress,
) -> Result<Run, RunError> {
    run_asking(catalogue, (batch, batch), options, counts, progress)
}

/// The figures of `asked` from cubes or the cache of `batch`, where it is the same batch with fewer indicators,
/// breakdowns or crossings: who asks for less than was counted before waits for no file.
/// Anything else, and files, are counted for what is asked only.
///
/// # Errors
/// As those of [`run_from`].
pub fn run_asking(
    catalogue: &Catalogue,
    (batch, asked): (&Batch, &Batch),
    options: &RunOptions,
    counts: &Counts,
    progress: &dyn Progress,
) -> Result<Run, RunError> {
    let asks_for_less = batch != asked && asks_no_more(asked, batch);
    let threads = rayon::ThreadPoolBuilder::new().num_threads(options.threads.unwrap_or(0)).build()?;
    threads.install(|| {
        let cached = |batch: &Batch, folder: &Path, rehash: bool, only_held: bool| {
            from_cache(catalogue, batch, options, (folder, rehash, only_held), progress)
        };
        let gathered = match counts {
            Counts::Files => from_files(catalogue, asked, options, progress),
            Counts::Cubes(paths) => from_cubes(catalogue, if asks_for_less { batch } else { asked }, paths),
            Counts::Cache { folder, rehash } => {
                let of_more = if asks_for_less { cached(batch, folder, *rehash, true)? } else { None };
                match of_more {
                    Some(gathered) => gathered,
                    // What is to be hashed anew was so for the first look.
                    None => cached(asked, folder, *rehash && !asks_for_less, false)?.unwrap_or_default(),
                }
            }
        };
        Ok(figures(catalogue, asked, options, gathered, progress))
    })
}

/// Whether every crossing of every indicator that one batch asks for is one of the other's, and they are the same
/// in everything else.
fn asks_no_more(asked: &Batch, batch: &Batch) -> bool {
    let (indicators, breakdowns) = (batch.indicators.clone(), batch.breakdowns.clone());
    let as_much = Batch { indicators, breakdowns, crossed: batch.crossed, ..asked.clone() };
    as_much == *batch
        && asked.crossed <= batch.crossed
        && asked.indicators.iter().all(|indicator| batch.indicators.contains(indicator))
        && asked.breakdowns.iter().all(|breakdown| batch.breakdowns.contains(breakdown))
}

fn figures(
    catalogue: &Catalogue,
    batch: &Batch,
    options: &RunOptions,
    gathered: Gathered,
    progress: &dyn Progress,
) -> Run {
    let Gathered { mut run, cube, rules } = gathered;
    let (cube, contested) = cube.finish();
    run.problems.extend(contested.iter().map(|contested| measured_twice(catalogue, batch, contested)).collect());
    run.cube_hash = cube.canonical_hash();
    progress.phase(Phase::Figures);
    if options.keep_going || !run.problems.has_errors() {
        let figures = figures_of(catalogue, batch, &cube, &rules);
        run.problems.extend(unknown_systems(catalogue, &figures));
        run.flows = flows(catalogue, &cube);
        run.aggregates = aggregates(catalogue, batch, &figures.estimates);
        run.disaggregation = disaggregation(catalogue, batch, &cube, &figures.estimates);
        run.estimates = figures.estimates;
        run.provenance = figures.provenance;
    }
    run.problems = run.problems.sorted();
    run
}

/// Two sources of the batch count the same measure in the same country and year: neither is used.
fn measured_twice(catalogue: &Catalogue, batch: &Batch, contested: &Contested) -> Problem {
    let known = catalogue.known();
    let code = |dimension, code| catalogue.dimension(dimension).codes.code(code).id.clone();
    let (measure, ref_area, time_period) = contested.key;
    let names: Vec<_> = contested.sources.iter().map(|source| batch.sources[*source].id.clone()).collect();
    let place = Place { source: names.first().cloned(), ..Place::default() };
    let found = format!(
        "{} for {} {} in the sources {}",
        code(known.measure, measure),
        code(known.ref_area, ref_area),
        code(known.time_period, time_period),
        names.join(" and "),
    );
    Problem::error(ProblemCode::MeasureTwice, place, "One source gives a measure of a country and year.", found)
        .help("Take one of them out of the batch; with two, the figures would depend on which one is taken.")
}
