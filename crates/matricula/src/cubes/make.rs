//! From the sources of a batch to their cube files.

use std::collections::BTreeMap;

use matricula_engine::ledger::Ledger;
use matricula_engine::link::{Finished, Linker};
use matricula_engine::options::RunOptions;
use matricula_engine::progress::Progress;
use matricula_engine::source::{Counted, SourcePlan, SourceResult, conclude};
use matricula_spec::{Batch, Catalogue, ProblemCode, Problems, Severity};

use super::file::encode;
use super::fingerprint::Fingerprints;
use super::linked::{encode_linked, wanted};
use super::meta::LinkedSource;
use crate::counting::{counted, linker};
use crate::error::StoreError;

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

/// One cube file, not yet on a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CubeFile {
    /// The source; of linked pupils the country, or nothing where the files name it.
    pub name: String,
    /// Whether it holds the pupils of a country, followed over the years.
    pub linked: bool,
    pub(crate) bytes: Vec<u8>,
    pub(crate) blake3: String,
}

/// What the sources of a batch gave.
#[derive(Debug, Clone, Default)]
pub struct Cubes {
    /// One for each source whose rows could be counted, and for each country whose pupils were followed.
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
    let mut linker = linker(catalogue, batch, options);
    let mut maker = Maker { catalogue, batch, fingerprints: Fingerprints::new(catalogue), made: BTreeMap::new() };
    let mut cubes = Cubes::default();
    for (position, source) in batch.sources.iter().enumerate() {
        let together = linker.together_with(position);
        let counted = counted(catalogue, batch, position, options, linker.source(position), progress);
        let result = match counted {
            Err(problems) => SourceResult::refused(source, problems),
            Ok((plan, counted)) => maker.source(&plan, position, counted, !together.is_empty(), &mut cubes)?,
        };
        if let Some(finished) = linker.finished(position, result.account.refused) {
            cubes.problems.extend(finished.followed.problem().into_iter().collect());
            if finished.complete {
                cubes.files.extend(maker.linked(&linker, &together, &finished)?);
            }
        }
        cubes.problems.extend(result.problems);
        cubes.ledger.accounts.push(result.account);
        cubes.ledger.variables.extend(result.variables);
    }
    cubes.problems.extend(linker.finish().0);
    cubes.problems = cubes.problems.sorted();
    Ok(cubes)
}

struct Maker<'a> {
    catalogue: &'a Catalogue,
    batch: &'a Batch,
    fingerprints: Fingerprints<'a>,
    /// What decided on the sources so far, by position.
    made: BTreeMap<usize, LinkedSource>,
}

impl Maker<'_> {
    fn source(
        &mut self,
        plan: &SourcePlan<'_>,
        position: usize,
        counted: Counted,
        followed: bool,
        cubes: &mut Cubes,
    ) -> Result<SourceResult, StoreError> {
        let fingerprint = self.fingerprints.of(plan, followed);
        let source = plan.source.id.clone();
        let inputs = counted.inputs.clone();
        self.made.insert(position, LinkedSource { source: source.clone(), fingerprint: fingerprint.clone(), inputs });
        let (bytes, blake3) = encode(plan, fingerprint, &counted)?;
        let result = conclude(plan, position, counted);
        if result.problems.iter().all(|p| p.severity == Severity::Warning || OF_THE_WHOLE.contains(&p.code)) {
            cubes.files.push(CubeFile { name: source, linked: false, bytes, blake3 });
        }
        Ok(result)
    }

    fn linked(
        &self,
        linker: &Linker<'_>,
        group: &[usize],
        finished: &Finished,
    ) -> Result<Option<CubeFile>, StoreError> {
        let Some(sources) = linker.sources() else { return Ok(None) };
        let made = group.iter().filter_map(|position| self.made.get(position).cloned()).collect();
        let wanted = wanted(self.catalogue, self.batch, group, made, linker.bridges());
        let name = wanted.ref_area.clone().unwrap_or_default();
        let (bytes, blake3) = encode_linked(self.catalogue, self.batch, sources, wanted, &finished.followed)?;
        Ok(Some(CubeFile { name, linked: true, bytes, blake3 }))
    }
}
