//! From a batch to its figures.

use std::path::{Path, PathBuf};

use matricula_spec::{Batch, Catalogue, Place, Problem, ProblemCode, Problems};
use serde::{Deserialize, Serialize};

use matricula_engine::source::source::{SourceResult, aggregate};
use matricula_engine::review::aggregates::{Aggregate, aggregates};
use matricula_engine::cube::{Contested, CubeBuilder};
use crate::results::CubeInput;
use crate::gather::cubes;
use matricula_engine::review::disaggregation::Disaggregation;
use matricula_engine::indicator::estimates::Estimates;
use matricula_engine::indicator::figures::{figures_of, unknown_systems};
use matricula_engine::review::flows::{GradeFlow, flows};
use crate::gather::cache::from_cache;
use matricula_engine::ledger::Ledger;
use matricula_engine::link::Linker;
use matricula_engine::options::Linking;
use matricula_engine::indicator::provenance::Provenance;
use matricula_read::files::find::find_files;
use crate::error::StoreError;
use matricula_engine::spool::Scratch;

/// What a caller decides about a run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Folder to which the paths of the batch are relative.
    pub base: PathBuf,
    /// Whether the other sources are finished when one has errors.
    pub keep_going: bool,
    /// Number of threads; nothing means as many as the machine has.
    pub threads: Option<usize>,
    /// What it takes to follow pupils over the years; nothing means that nobody is followed.
    pub linking: Option<Linking>,
    /// Folder for nameless files in which identifiers, and records to be linked, wait for each other.
    pub scratch: PathBuf,
    /// Most bytes of each of these that are kept in memory before such a file is needed; nothing means 64 MiB.
    pub in_memory: Option<usize>,
}

impl RunOptions {
    /// A run on all threads that follows nobody and stops at errors; `base` and `scratch` as the fields say.
    #[must_use]
    pub fn new(base: PathBuf, scratch: PathBuf) -> Self {
        Self { base, keep_going: false, threads: None, linking: None, scratch, in_memory: None }
    }

    pub(crate) fn scratch(&self) -> Scratch<'_> {
        Scratch { folder: &self.scratch, memory: self.in_memory }
    }
}

/// Where the counts of a batch come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Counts {
    /// The files of its sources.
    #[default]
    Files,
    /// Cube files, or folders of them; no other file is read.
    Cubes(Vec<PathBuf>),
    /// A cache for what has not changed, else the files.
    Cache {
        /// Where it is; made if it is absent.
        folder: PathBuf,
        /// Whether files count as changed until their bytes are hashed anew; else size and time decide.
        rehash: bool,
    },
}

/// How many sources were read, and how many were not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reuse {
    /// Sources whose files were read.
    pub read: usize,
    /// Sources that came from the cache.
    pub from_cache: usize,
}

/// Told how far a run is. The engine itself never prints.
pub trait Progress: Sync {
    /// A source is begun; `bytes` is the size of its files.
    fn source(&self, _id: &str, _bytes: u64) {}
    /// So many more bytes of the source's files have been read.
    fn read(&self, _bytes: u64) {}
    /// Another part of the work is begun; the part before it is done, for now.
    fn phase(&self, _phase: Phase) {}
}

/// The parts of a run, in their order; all but the last come again with every source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Rows are read, harmonized, validated and counted; beside it the files are hashed.
    Rows,
    /// Records that share an identifier are looked at once more.
    Duplicates,
    /// Pupils are followed from year to year.
    Link,
    /// Figures are computed from the cube.
    Figures,
}

/// For callers that do not want to know.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {}

/// One file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFileHash {
    /// Source of the batch.
    pub source: String,
    /// Path as the batch names it.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 of its bytes.
    pub blake3: String,
}

impl InputFileHash {
    /// A relative name says where the file stands beside the batch; of an absolute one only the file's name is kept.
    pub(crate) fn without_folders_above(&self) -> String {
        let path = Path::new(&self.name);
        let last = path.file_name().filter(|_| path.is_absolute());
        last.map_or_else(|| self.name.clone(), |last| last.to_string_lossy().into_owned())
    }
}

/// Everything a run gives.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The figures; empty where errors stopped the run.
    pub estimates: Estimates,
    /// Figures over the countries of the areas that the batch names.
    pub aggregates: Vec<Aggregate>,
    /// Every permitted breakdown of every figure, and what became of it.
    pub disaggregation: Vec<Disaggregation>,
    /// Linked flows beside reconstructed ones, where pupils were followed.
    pub flows: Vec<GradeFlow>,
    /// What stands behind them.
    pub provenance: Provenance,
    /// The account of every row.
    pub ledger: Ledger,
    /// What was found.
    pub problems: Problems,
    /// The files that were read, here or where the cubes were made.
    pub inputs: Vec<InputFileHash>,
    /// The cubes that took their place.
    pub cubes: Vec<CubeInput>,
    /// What came from the cache, where there is one.
    pub reuse: Option<Reuse>,
    /// Hash of every cell of the cube; the same whatever the threads, the order of rows and the split of files.
    pub cube_hash: String,
}

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

/// What is known of the sources, before any figure.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) run: Run,
    pub(crate) cube: CubeBuilder,
    rules: Vec<Vec<String>>,
}

impl Gathered {
    /// Adds a source; they come in the order of the batch.
    pub(crate) fn add(&mut self, source: SourceResult) {
        self.run.problems.extend(source.problems);
        self.run.ledger.accounts.push(source.account);
        self.run.ledger.variables.extend(source.variables);
        self.run.inputs.extend(source.inputs);
        self.rules.push(source.rules);
        self.cube.add(source.slices);
    }
}

fn from_files(catalogue: &Catalogue, batch: &Batch, options: &RunOptions, progress: &dyn Progress) -> Gathered {
    let mut gathered = Gathered::default();
    let mut linker = Linker::new(catalogue, batch, options);
    for position in 0..batch.sources.len() {
        let source = aggregate(catalogue, batch, position, options, linker.source(position), progress);
        progress.phase(Phase::Link);
        if let Some(finished) = linker.finished(position, source.account.refused) {
            gathered.cube.add(linker.slices(&finished.followed));
        }
        gathered.add(source);
    }
    let (found, bridges) = linker.finish();
    gathered.run.problems.extend(found);
    gathered.run.inputs.extend(bridges);
    gathered
}

fn from_cubes(catalogue: &Catalogue, batch: &Batch, paths: &[PathBuf]) -> Gathered {
    let mut gathered = Gathered::default();
    let loaded = load(catalogue, batch, paths);
    loaded.results.into_iter().for_each(|source| gathered.add(source));
    gathered.cube.add(loaded.slices);
    gathered.run.inputs.extend(loaded.bridges);
    gathered.run.problems.extend(loaded.problems);
    gathered.run.cubes = loaded.cubes;
    gathered
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
        run.estimates = figures.estimates;
        run.disaggregation = figures.disaggregation;
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
