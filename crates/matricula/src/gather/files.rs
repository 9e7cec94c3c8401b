//! From the files of every source.

use matricula_engine::options::RunOptions;
use matricula_engine::progress::{Phase, Progress};
use matricula_engine::source::{SourceResult, conclude};
use matricula_spec::{Batch, Catalogue};

use super::Gathered;
use crate::counting::{counted, linker};

/// Reads and counts the sources of a batch, in its order.
pub(crate) fn from_files(
    catalogue: &Catalogue,
    batch: &Batch,
    options: &RunOptions,
    progress: &dyn Progress,
) -> Gathered {
    let mut gathered = Gathered::default();
    let mut linker = linker(catalogue, batch, options);
    for position in 0..batch.sources.len() {
        let counted = counted(catalogue, batch, position, options, linker.source(position), progress);
        let source = match counted {
            Ok((plan, counted)) => conclude(&plan, position, counted),
            Err(problems) => SourceResult::refused(&batch.sources[position], problems),
        };
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
