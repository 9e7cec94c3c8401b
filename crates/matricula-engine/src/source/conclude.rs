//! What the counts of a source say: its account, findings and slices of the cube.

use matricula_spec::Problems;
use matricula_spec::model::batch::Source;
use matricula_spec::model::rule::Consequence;

use super::counted::Counted;
use super::fate::fates;
use super::findings::Findings;
use super::plan::SourcePlan;
use super::slices::slices;
use crate::aggregate::margins;
use crate::cube::SliceKey;
use crate::cube::slice::Slice;
use crate::input::InputFileHash;
use crate::ledger::{LedgerRow, RowAccount};

/// What one source gives.
#[derive(Debug, Default)]
pub struct SourceResult {
    /// What became of its rows.
    pub account: RowAccount,
    /// What became of its codes.
    pub variables: Vec<LedgerRow>,
    /// Nothing where the source is refused.
    pub slices: Vec<(SliceKey, Slice)>,
    /// What was found.
    pub problems: Problems,
    /// The files that were read.
    pub inputs: Vec<InputFileHash>,
    /// Rules that were applied.
    pub rules: Vec<String>,
}

impl SourceResult {
    /// What a source gives that cannot be used.
    pub fn refused(source: &Source, problems: Problems) -> Self {
        let account = RowAccount { source: source.id.clone(), refused: true, ..RowAccount::default() };
        Self { account, problems, ..Self::default() }
    }
}

/// What the counts of a source say: its account, findings and slices.
pub fn conclude(plan: &SourcePlan<'_>, position: usize, counted: Counted) -> SourceResult {
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

pub(super) fn account(plan: &SourcePlan<'_>, counted: &Counted) -> RowAccount {
    let tally = &counted.harmonized;
    RowAccount {
        source: plan.source.id.clone(),
        read: tally.records + tally.ragged,
        kept: counted.kept,
        out_of_scope: tally.out_of_scope.iter().map(|(reason, rows)| (reason.clone(), *rows)).collect(),
        set_aside: plan.validate.counts(&counted.validated, Consequence::SetAside),
        duplicates: counted.duplicates.removed.clone(),
        ragged: tally.ragged,
        refused: false,
    }
}
