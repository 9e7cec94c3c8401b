//! From the files of every source.

use matricula_engine::link::{Linker, SourceLink};
use matricula_engine::options::RunOptions;
use matricula_engine::progress::{Phase, Progress};
use matricula_engine::source::{SourcePlan, SourceResult, conclude, count};
use matricula_read::{SourceFiles, bridge};
use matricula_spec::{Batch, Catalogue, Problems};

use super::Gathered;

/// Reads and counts the sources of a batch, in its order.
pub(crate) fn from_files(
    catalogue: &Catalogue,
    batch: &Batch,
    options: &RunOptions,
    progress: &dyn Progress,
) -> Gathered {
    let mut gathered = Gathered::default();
    let mut linker = Linker::new(catalogue, batch, options, &|bridge| bridge::rows(&options.base, bridge));
    for position in 0..batch.sources.len() {
        let source = one_source(catalogue, batch, position, options, linker.source(position), progress);
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

/// Plans, reads and counts a source, and concludes from its counts.
fn one_source(
    catalogue: &Catalogue,
    batch: &Batch,
    position: usize,
    options: &RunOptions,
    link: Option<SourceLink>,
    progress: &dyn Progress,
) -> SourceResult {
    let source = &batch.sources[position];
    let concluded = || -> Result<SourceResult, Problems> {
        let plan = SourcePlan::new(catalogue, batch, source, options.scratch(), link)?;
        let files = SourceFiles::find(&options.base, source)?;
        let counted = count(&plan, &files, None, progress)?;
        Ok(conclude(&plan, position, counted))
    };
    concluded().unwrap_or_else(|problems| SourceResult::refused(source, problems))
}
