//! One source of a batch, from its files to its slices of the cube, with its account.

use std::path::Path;

use matricula_spec::model::batch::{Batch, Source};
use matricula_spec::{Catalogue, Problem, Problems, Severity};

use super::counted::Counted;
use super::duplicates;
use super::fate::fates;
use super::findings::Findings;
use crate::aggregate::margins;
use super::pass::SourcePlan;
use crate::aggregate::slices::slices;
use crate::cube::SliceKey;
use crate::cube::slice::Slice;
use crate::ledger::{LedgerRow, RowAccount};
use crate::link::SourceLink;
use matricula_read::;
use matricula_read::files::find::InputFile;
use crate::input::InputFileHash;
use crate::progress::{Phase, Progress};
use crate::options::RunOptions;

/// What one source gives.
#[derive(Debug, Default)]
pub(crate) struct SourceResult {
    pub(crate) account: RowAccount,
    pub(crate) variables: Vec<LedgerRow>,
    /// Nothing where the source is refused.
    pub(crate) slices: Vec<(SliceKey, Slice)>,
    pub(crate) problems: Problems,
    pub(crate) inputs: Vec<InputFileHash>,
    /// Rules that were applied.
    pub(crate) rules: Vec<String>,
}

impl SourceResult {
    pub(crate) fn refused(source: &Source, problems: Problems) -> Self {
        let account = RowAccount { source: source.id.clone(), refused: true, ..RowAccount::default() };
        Self { account, problems, ..Self::default() }
    }
}

/// Reads, harmonizes, validates and counts one source; `position` is its place in the batch.
pub(crate) fn aggregate(
    catalogue: &Catalogue,
    batch: &Batch,
    position: usize,
    options: &RunOptions,
    link: Option<SourceLink>,
    progress: &dyn Progress,
) -> SourceResult {
    let counted = SourcePlan::new(catalogue, batch, &batch.sources[position], options.scratch(), link).map_err(one);
    let counted = counted.and_then(|plan| Ok((count(&plan, &options.base, progress)?, plan)));
    match counted {
        Ok((counted, plan)) => conclude(&plan, position, counted),
        Err(problems) => SourceResult::refused(&batch.sources[position], problems),
    }
}

/// Reads the files of a source and counts their rows.
pub(crate) fn count(plan: &SourcePlan<'_>, base: &Path, progress: &dyn Progress) -> Result<Counted, Problems> {
    let files = read::find_files(base, plan.source)?;
    count_files(plan, files, None, progress)
}

/// The same of files that are found, and may have been hashed before; if not, one thread hashes them while the others
/// read, and then joins these.
pub(crate) fn count_files(
    plan: &SourcePlan<'_>,
    files: Vec<InputFile>,
    inputs: Option<Vec<InputFileHash>>,
    progress: &dyn Progress,
) -> Result<Counted, Problems> {
    progress.source(&plan.source.id, files.iter().map(read::size).sum());
    progress.phase(Phase::Rows);
    let read = plan.read_plan(files);
    let hash = || inputs.map_or_else(|| hashes(plan.source, &read.files), Ok);
    let (inputs, partial) = rayon::join(hash, || plan.pass(&read, progress));
    // Of a file that cannot be read, both tell the same.
    let (inputs, mut partial) = (inputs?, partial?);
    let counted = Counted::before_duplicates(plan, &mut partial);
    progress.phase(Phase::Duplicates);
    let duplicates = duplicates::resolve(plan, &read, &mut partial)?;
    Ok(counted.with_cells(partial, duplicates, inputs))
}

/// What the counts of a source say: its account, findings and slices.
pub(crate) fn conclude(plan: &SourcePlan<'_>, position: usize, counted: Counted) -> SourceResult {
    let mut findings = Findings::new(plan);
    findings.of_pass(&counted);
    counted.duplicates.reported.iter().for_each(|(rule, records)| findings.reported(rule, *records));
    let mut account = account(plan, &counted);
    findings.of_account(&account, &counted.harmonized);
    let variables = fates(plan, &counted.harmonized);
    let slices = slices(plan, position, (counted.cuboids, counted.grains));
    let tables: Vec<&Slice> = slices.iter().map(|(_, slice)| slice).collect();
    for (dimension, totals) in margins::differing(plan.catalogue, plan.mapping, &tables) {
        findings.margin_differs(&plan.catalogue.dimension(dimension).id, totals);
    }
    let problems: Problems = findings.into_problems().into_iter().collect();
    account.refused = problems.has_errors();
    let slices = if account.refused { Vec::new() } else { slices };
    SourceResult { account, variables, slices, problems, inputs: counted.inputs, rules: plan.validate.rule_ids() }
}

pub(crate) fn one(problem: Box<Problem>) -> Problems {
    debug_assert!(problem.severity == Severity::Error);
    [*problem].into_iter().collect()
}

pub(crate) fn hashes(source: &Source, files: &[InputFile]) -> Result<Vec<InputFileHash>, Problems> {
    let hash = |file: &InputFile| {
        let (blake3, bytes) = read::hash_file(&source.id, file).map_err(one)?;
        Ok(InputFileHash { source: source.id.clone(), name: file.name.clone(), bytes, blake3 })
    };
    files.iter().map(hash).collect()
}

pub(super) fn account(plan: &SourcePlan<'_>, counted: &Counted) -> RowAccount {
    let tally = &counted.harmonized;
    RowAccount {
        source: plan.source.id.clone(),
        read: tally.records + tally.ragged,
        kept: counted.kept,
        out_of_scope: tally.out_of_scope.iter().map(|(reason, rows)| (reason.clone(), *rows)).collect(),
        set_aside: plan.validate.counts(&counted.validated, matricula_spec::model::rule::Consequence::SetAside),
        duplicates: counted.duplicates.removed.clone(),
        ragged: tally.ragged,
        refused: false,
    }
}
