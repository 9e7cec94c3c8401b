//! From a batch to its figures.

use std::path::Path;

use matricula_engine::cube::{Contested, Cube, CubeBuilder};
use matricula_engine::indicator::figures::{Figures, figures_of, unknown_systems};
use matricula_engine::options::RunOptions;
use matricula_engine::progress::{Phase, Progress};
use matricula_engine::review::aggregates::aggregates;
use matricula_engine::review::disaggregation::disaggregation;
use matricula_engine::review::flows::flows;
use matricula_read::find_files;
use matricula_spec::{Batch, Catalogue, Place, Problem, ProblemCode, Problems};

use crate::counts::Counts;
use crate::error::StoreError;
use crate::gather::{Gathered, gather};
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
    let threads = rayon::ThreadPoolBuilder::new().num_threads(options.threads.unwrap_or(0)).build()?;
    threads.install(|| {
        let Gathered { mut run, cube, rules } = gather(catalogue, (batch, asked), options, counts, progress)?;
        let cube = of_sources(catalogue, asked, cube, &mut run);
        progress.phase(Phase::Figures);
        if options.keep_going || !run.problems.has_errors() {
            let figures = figures_of(catalogue, asked, &cube, &rules);
            review(catalogue, asked, &cube, &figures, &mut run);
            run.problems.extend(unknown_systems(catalogue, &figures));
            run.estimates = figures.estimates;
            run.provenance = figures.provenance;
        }
        run.problems = run.problems.sorted();
        Ok(run)
    })
}

/// The slices of all sources together; what several of them speak of is not used.
fn of_sources(catalogue: &Catalogue, batch: &Batch, cube: CubeBuilder, run: &mut Run) -> Cube {
    let (cube, contested) = cube.finish();
    run.problems.extend(contested.iter().map(|contested| measured_twice(catalogue, batch, contested)).collect());
    run.cube_hash = cube.canonical_hash();
    cube
}

/// What the figures say together.
fn review(catalogue: &Catalogue, batch: &Batch, cube: &Cube, figures: &Figures<'_>, run: &mut Run) {
    run.flows = flows(catalogue, cube);
    run.aggregates = aggregates(catalogue, batch, &figures.estimates);
    run.disaggregation = disaggregation(catalogue, batch, cube, figures);
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
