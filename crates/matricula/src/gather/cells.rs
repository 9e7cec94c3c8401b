//! The counted records of one source by chosen dimensions.

use matricula_engine::options::RunOptions;
use matricula_engine::progress::Progress;
use matricula_engine::source::{self, Cells};
use matricula_read::SourceFiles;
use matricula_spec::model::dimension::DimensionId;
use matricula_spec::{Batch, Catalogue, Problems};

/// Counts the source at this position of a batch by all dimensions of its records that are among `by`.
///
/// # Errors
/// Findings about files that cannot be read, or dimensions whose codes do not fit a key together.
pub fn cells(
    catalogue: &Catalogue,
    batch: &Batch,
    position: usize,
    options: &RunOptions,
    by: &[DimensionId],
    progress: &dyn Progress,
) -> Result<Cells, Problems> {
    let files = SourceFiles::find(&options.base, &batch.sources[position])?;
    source::cells(catalogue, batch, position, (&files, options.scratch()), by, progress)
}
