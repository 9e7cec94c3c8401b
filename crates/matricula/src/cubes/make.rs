//! From the sources of a batch to their cube files.

use matricula_spec::{Batch, Catalogue, ProblemCode, Problems, Severity};

use super::file::encode;
use super::fingerprint::Fingerprints;
use crate::aggregate::pass::SourcePlan;
use crate::aggregate::{SourceResult, conclude, count, one};
use crate::ledger::Ledger;
use crate::run::{Progress, RunOptions};
use crate::store::StoreError;

/// Why cubes could not be made. Findings about the data are no failure: they are in [`Cubes::problems`].
#[derive(Debug, thiserror::Error)]
pub enum CubeError {
    /// The threads could not be started.
    #[error("the threads for the row pass could not be started")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// A cube could not be written as a table.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The cube file of one source, not yet on a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CubeFile {
    /// The source.
    pub source: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) blake3: String,
}

/// What the sources of a batch gave.
#[derive(Debug, Clone, Default)]
pub struct Cubes {
    /// One for each source whose rows could be counted.
    pub files: Vec<CubeFile>,
    /// The account of every row.
    pub ledger: Ledger,
    /// What was found.
    pub problems: Problems,
}

/// Findings that only all parts of a source together can tell: a part that has them may be one of a whole without.
const OF_THE_WHOLE: [ProblemCode; 2] = [ProblemCode::NothingKept, ProblemCode::DateInvalid];

/// Counts every source of a batch into a cube file of its own.
///
/// # Errors
/// Where the threads cannot be started, or a count does not fit the format.
pub fn cubes(
    catalogue: &Catalogue,
    batch: &Batch,
    options: &RunOptions,
    progress: &dyn Progress,
) -> Result<Cubes, CubeError> {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(options.threads.unwrap_or(0)).build()?;
    threads.install(|| cubes_here(catalogue, batch, options, progress))
}

fn cubes_here(
    catalogue: &Catalogue,
    batch: &Batch,
    options: &RunOptions,
    progress: &dyn Progress,
) -> Result<Cubes, CubeError> {
    let fingerprints = Fingerprints::new(catalogue);
    let mut cubes = Cubes::default();
    for (position, source) in batch.sources.iter().enumerate() {
        let counted = SourcePlan::new(catalogue, batch, source, None).map_err(one);
        let counted = counted.and_then(|plan| Ok((count(&plan, &options.base, progress)?, plan)));
        let result = match counted {
            Err(problems) => SourceResult::refused(source, problems),
            Ok((counted, plan)) => {
                let encoded = encode(&plan, fingerprints.of(&plan, false), &counted)?;
                let result = conclude(&plan, position, counted);
                if result.problems.iter().all(|p| p.severity == Severity::Warning || OF_THE_WHOLE.contains(&p.code)) {
                    let (bytes, blake3) = encoded;
                    cubes.files.push(CubeFile { source: source.id.clone(), bytes, blake3 });
                }
                result
            }
        };
        cubes.problems.extend(result.problems);
        cubes.ledger.accounts.push(result.account);
        cubes.ledger.variables.extend(result.variables);
    }
    cubes.problems = cubes.problems.sorted();
    Ok(cubes)
}
