//! From the files of a source to what its rows came to.

use matricula_spec::Problems;

use super::counted::Counted;
use super::duplicates;
use super::plan::SourcePlan;
use crate::input::InputFileHash;
use crate::progress::{Phase, Progress};
use crate::raw::Reader;

/// Reads the files of a source and counts their rows.
/// The files may have been hashed before; if not, one thread hashes them while the others read, and then joins these.
///
/// # Errors
/// Findings about files that cannot be read, and identifiers that cannot be kept while they are compared (D029).
pub fn count(
    plan: &SourcePlan<'_>,
    reader: &dyn Reader,
    inputs: Option<Vec<InputFileHash>>,
    progress: &dyn Progress,
) -> Result<Counted, Problems> {
    progress.source(&plan.source.id, reader.bytes());
    progress.phase(Phase::Rows);
    let hash = || inputs.map_or_else(|| reader.hashes(), Ok);
    let (inputs, partial) = rayon::join(hash, || plan.pass(reader, progress));
    // Of a file that cannot be read, both tell the same.
    let (inputs, mut partial) = (inputs?, partial?);
    let counted = Counted::before_duplicates(plan, &mut partial);
    progress.phase(Phase::Duplicates);
    let duplicates = duplicates::resolve(plan, reader, &mut partial)?;
    Ok(counted.with_cells(partial, duplicates, inputs))
}
