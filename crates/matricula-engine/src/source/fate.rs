//! What became of every source code: kept, recoded, collapsed, missing, unmapped.

use std::collections::BTreeMap;

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};

use super::plan::SourcePlan;
use crate::harmonize::HarmonizeTally;
use crate::harmonize::recode::{KEY_SEPARATOR, RecodeStep};
use crate::harmonize::step::Step;
use crate::harmonize::tally::StepTally;
use crate::ledger::{Fate, LedgerRow, NOT_LISTED, NOT_READABLE};

/// The ledger's rows on the variables of a source, sorted.
pub(super) fn fates(plan: &SourcePlan<'_>, tally: &HarmonizeTally) -> Vec<LedgerRow> {
    let mut rows = Vec::new();
    for (step, tally) in plan.harmonize.steps().iter().zip(&tally.steps) {
        for (output, dimension) in step.gives().into_iter().enumerate() {
            if plan.harmonize.dimensions().binary_search(&dimension).is_ok() {
                let of = OfVariable { catalogue: plan.catalogue, source: &plan.source.id, dimension };
                rows.extend(of.rows(step, output, tally));
            }
        }
    }
    rows.sort_unstable();
    rows
}

struct OfVariable<'a> {
    catalogue: &'a Catalogue,
    source: &'a str,
    dimension: DimensionId,
}

impl OfVariable<'_> {
    fn rows(&self, step: &Step, output: usize, tally: &StepTally) -> Vec<LedgerRow> {
        let mut rows = match step {
            Step::Recode { recode, .. } => self.recoded(recode, output, tally),
            Step::Age(_) | Step::Band(_) => self.derived(tally),
        };
        let unknown =
            [(Fate::Missing, String::new(), tally.blank), (Fate::Unmapped, NOT_READABLE.to_owned(), tally.invalid)];
        rows.extend(unknown.into_iter().map(|(fate, code, records)| self.row(fate, code, CodeId::UNKNOWN, records)));
        let unlisted = &tally.unlisted;
        let spelled = unlisted.keys.iter().map(|(key, records)| (spelled(key), *records));
        rows.extend(spelled.map(|(code, records)| self.row(Fate::Unmapped, code, CodeId::UNKNOWN, records)));
        if unlisted.keys.is_empty() {
            rows.push(self.row(Fate::Unmapped, NOT_LISTED.to_owned(), CodeId::UNKNOWN, unlisted.records));
        }
        rows.retain(|row| row.rows > 0);
        rows
    }

    fn recoded(&self, recode: &RecodeStep, output: usize, tally: &StepTally) -> Vec<LedgerRow> {
        let mut sharing: BTreeMap<CodeId, std::collections::BTreeSet<&[u8]>> = BTreeMap::new();
        for (entry, _) in listed(recode, tally) {
            sharing.entry(entry.codes[output]).or_default().insert(&entry.key);
        }
        let row = |(entry, records): (&crate::harmonize::recode::Entry, u64)| {
            let target = entry.codes[output];
            let fate = match sharing.get(&target) {
                Some(keys) if keys.len() > 1 => Fate::Collapsed,
                _ if recode.own_codes => Fate::Kept,
                _ => Fate::Recoded,
            };
            self.row(fate, spelled(&entry.key), target, records)
        };
        listed(recode, tally).map(row).collect()
    }

    fn derived(&self, tally: &StepTally) -> Vec<LedgerRow> {
        let code = |index: usize| CodeId(u16::try_from(index).unwrap_or(u16::MAX));
        let given = tally.listed.iter().enumerate();
        given.map(|(index, records)| self.row(Fate::Recoded, String::new(), code(index), *records)).collect()
    }

    fn row(&self, fate: Fate, code: String, target: CodeId, rows: u64) -> LedgerRow {
        let dimension = self.catalogue.dimension(self.dimension);
        LedgerRow {
            source: self.source.to_owned(),
            section: "variable".to_owned(),
            name: dimension.id.clone(),
            code,
            detail: fate.code().to_owned(),
            target: dimension.codes.code(target).id.clone(),
            rows,
        }
    }
}

fn listed<'a>(
    recode: &'a RecodeStep,
    tally: &'a StepTally,
) -> impl Iterator<Item = (&'a crate::harmonize::recode::Entry, u64)> {
    let counted = recode.entries.iter().zip(tally.listed.iter().copied());
    counted.filter(|(entry, records)| *records > 0 && entry.out_of_scope.is_none())
}

fn spelled(key: &[u8]) -> String {
    String::from_utf8_lossy(key).replace(char::from(KEY_SEPARATOR), " | ")
}
