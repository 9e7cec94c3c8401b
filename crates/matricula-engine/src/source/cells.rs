//! The counted records of one source by chosen dimensions, exact, and what became of the others.

use matricula_spec::model::batch::Batch;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::rule::Consequence;
use matricula_spec::{Catalogue, Problems};

use super::conclude::account;
use super::count::count;
use super::fate::fates;
use super::findings::Findings;
use super::plan::{SourcePlan, too_wide};
use crate::cube::key::{Key, KeyLayout};
use crate::ledger::{LedgerRow, RowAccount};
use crate::progress::Progress;
use crate::raw::Reader;
use crate::spool::Scratch;

/// The counted records of one source. It holds counts of single children: it is personal data.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    /// The dimensions, ascending; measure, country and year are among them.
    pub dimensions: Vec<DimensionId>,
    /// Codes in the order of the dimensions, and how many units of the source's decimals; sorted.
    pub cells: Vec<(Vec<CodeId>, i128)>,
    /// The account of its rows.
    pub account: RowAccount,
    /// Records that stay and fail a rule, by rule.
    pub reported: Vec<(String, u64)>,
    /// What became of each national code.
    pub variables: Vec<LedgerRow>,
    /// What was found; the cells are there even where a run would refuse the source.
    pub problems: Problems,
}

/// Counts the source at this position of a batch by all dimensions of its records that are among `by`.
///
/// # Errors
/// Findings about files that cannot be read, or dimensions whose codes do not fit a key together.
pub fn cells(
    catalogue: &Catalogue,
    batch: &Batch,
    position: usize,
    (reader, scratch): (&dyn Reader, Scratch<'_>),
    by: &[DimensionId],
    progress: &dyn Progress,
) -> Result<Cells, Problems> {
    let source = &batch.sources[position];
    // Only the cuboid asked for is counted.
    let only = Batch { indicators: Vec::new(), cell_budget: u64::MAX, ..batch.clone() };
    let mut plan = SourcePlan::new(catalogue, &only, source, scratch, None)?;
    let known = catalogue.known();
    let always = [known.measure, known.ref_area, known.time_period];
    let wanted = |dimension: &DimensionId| always.contains(dimension) || by.contains(dimension);
    let dimensions: Vec<_> = plan.harmonize.dimensions().iter().copied().filter(wanted).collect();
    let layout = KeyLayout::new(catalogue, &dimensions).ok_or_else(|| Box::new(too_wide(source)))?;
    plan.cuboids = vec![layout.clone()];
    let counted = count(&plan, reader, None, progress)?;
    let mut findings = Findings::new(&plan);
    findings.of_pass(&counted);
    let mut reported = plan.validate.counts(&counted.validated, Consequence::Report);
    reported.extend(counted.duplicates.reported.iter().cloned());
    let account = account(&plan, &counted);
    findings.of_account(&account, &counted.harmonized);
    let spelled = |(key, units): &(Key, i128)| (layout.codes(*key), *units);
    let mut cells: Vec<_> = counted.cuboids.iter().flatten().map(spelled).collect();
    cells.sort_unstable();
    Ok(Cells {
        dimensions,
        cells,
        account,
        reported,
        variables: fates(&plan, &counted.harmonized),
        problems: findings.into_problems().into_iter().collect(),
    })
}
