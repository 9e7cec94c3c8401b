//! One source of a batch, from its files to its slices of the cube, with its account.

use matricula_spec::model::batch::{Batch, Source};
use matricula_spec::{Catalogue, Problem, Problems, Severity};

use super::duplicates::{self, Duplicates};
use super::fate::fates;
use super::findings::Findings;
use super::margins;
use super::pass::{Partial, SourcePlan};
use super::slices::slices;
use crate::cube::SliceKey;
use crate::cube::slice::Slice;
use crate::ledger::{LedgerRow, RowAccount};
use crate::link::SourceLink;
use crate::read::{self, InputFile};
use crate::run::{InputFileHash, Progress, RunOptions};

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
    fn refused(source: &Source, problems: Problems) -> Self {
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
    let source = &batch.sources[position];
    let files = match read::find_files(&options.base, source) {
        Ok(files) => files,
        Err(problems) => return SourceResult::refused(source, problems),
    };
    match counted(catalogue, batch, position, options, &files, link, progress) {
        Ok(result) => result,
        Err(problems) => SourceResult::refused(source, problems),
    }
}

fn counted(
    catalogue: &Catalogue,
    batch: &Batch,
    position: usize,
    options: &RunOptions,
    files: &[InputFile],
    link: Option<SourceLink>,
    progress: &dyn Progress,
) -> Result<SourceResult, Problems> {
    let source = &batch.sources[position];
    let inputs = hashes(source, files)?;
    progress.source(&source.id, inputs.iter().map(|input| input.bytes).sum());
    let plan = SourcePlan::new(catalogue, batch, source, options, link).map_err(one)?;
    let read = plan.read_plan(files.to_vec());
    let mut partial = plan.pass(&read, progress)?;
    let mut findings = Findings::new(&plan);
    findings.of_pass(&partial);
    let duplicates = duplicates::resolve(&plan, &read, &mut partial)?;
    duplicates.reported.iter().for_each(|(rule, records)| findings.reported(rule, *records));
    let mut account = account(&plan, &partial, &duplicates);
    findings.of_account(&account, &partial.harmonized);
    let variables = fates(&plan, &partial.harmonized);
    let counted = (std::mem::take(&mut partial.cuboids), std::mem::take(&mut partial.grains));
    let slices = slices(&plan, position, counted);
    let tables: Vec<&Slice> = slices.iter().map(|(_, slice)| slice).collect();
    for (dimension, totals) in margins::differing(catalogue, plan.mapping, &tables) {
        findings.margin_differs(&catalogue.dimension(dimension).id, totals);
    }
    let problems: Problems = findings.into_problems().into_iter().collect();
    account.refused = problems.has_errors();
    let slices = if account.refused { Vec::new() } else { slices };
    Ok(SourceResult { account, variables, slices, problems, inputs, rules: plan.validate.rule_ids() })
}

fn one(problem: Box<Problem>) -> Problems {
    debug_assert!(problem.severity == Severity::Error);
    [*problem].into_iter().collect()
}

fn hashes(source: &Source, files: &[InputFile]) -> Result<Vec<InputFileHash>, Problems> {
    let hash = |file: &InputFile| {
        let (blake3, bytes) = read::hash_file(&source.id, file).map_err(one)?;
        Ok(InputFileHash { source: source.id.clone(), name: file.name.clone(), bytes, blake3 })
    };
    files.iter().map(hash).collect()
}

fn account(plan: &SourcePlan<'_>, partial: &Partial, duplicates: &Duplicates) -> RowAccount {
    let tally = &partial.harmonized;
    RowAccount {
        source: plan.source.id.clone(),
        read: tally.records + tally.ragged,
        kept: partial.counted,
        out_of_scope: tally.out_of_scope.iter().map(|(reason, rows)| (reason.clone(), *rows)).collect(),
        set_aside: plan.validate.counts(&partial.validated, matricula_spec::model::rule::Consequence::SetAside),
        duplicates: duplicates.removed.clone(),
        ragged: tally.ragged,
        refused: false,
    }
}
