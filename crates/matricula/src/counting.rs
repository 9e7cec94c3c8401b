//! What the rows of one source come to, and who follows the pupils of all: with the readers of files passed in.

use matricula_engine::link::{Linker, SourceLink};
use matricula_engine::options::RunOptions;
use matricula_engine::progress::Progress;
use matricula_engine::source::{Counted, SourcePlan, count};
use matricula_read::{SourceFiles, bridge};
use matricula_spec::{Batch, Catalogue, Problems};

/// Follows the pupils of a batch, where it asks for that and a key is given.
pub(crate) fn linker<'a>(catalogue: &'a Catalogue, batch: &'a Batch, options: &'a RunOptions) -> Linker<'a> {
    Linker::new(catalogue, batch, options, &|bridge| bridge::rows(&options.base, bridge))
}

/// Plans, reads and counts the source at a position of a batch.
///
/// # Errors
/// Findings about its files, and codes that do not fit a key.
pub(crate) fn counted<'a>(
    catalogue: &'a Catalogue,
    batch: &'a Batch,
    position: usize,
    options: &'a RunOptions,
    link: Option<SourceLink>,
    progress: &dyn Progress,
) -> Result<(SourcePlan<'a>, Counted), Problems> {
    let source = &batch.sources[position];
    let plan = SourcePlan::new(catalogue, batch, source, options.scratch(), link)?;
    let files = SourceFiles::find(&options.base, source)?;
    let counted = count(&plan, &files, None, progress)?;
    Ok((plan, counted))
}
