//! The rules of a source while its blocks pass: each combination of codes that they look at is judged once.

use crate::harmonize::combination::Combination;
use crate::harmonize::{Classified, HarmonizedBlock, Origin};

/// What the rules say of records with the same codes.
#[derive(Debug, Clone, Default)]
pub(super) struct Verdict {
    /// Positions of the rules that they fail, up to the first that sets them aside.
    pub(super) failed: Vec<usize>,
    pub(super) is_set_aside: bool,
}

/// The verdicts so far, and how often each was given.
#[derive(Debug, Clone, Default)]
pub(crate) struct ValidateState {
    /// Parts of the records that the rules look at; nothing before the first block.
    parts: Option<Vec<usize>>,
    combination: Option<Combination>,
    verdicts: Vec<Option<Verdict>>,
    records: Vec<u64>,
    numbers: Vec<u32>,
}

impl ValidateState {
    /// The records that are not set aside, ascending; nothing where that is all of them.
    /// `judge` says what the rules say of a record, whose codes on `slots` decide.
    pub(super) fn keep(
        &mut self,
        block: &HarmonizedBlock<'_>,
        slots: &[usize],
        mut judge: impl FnMut(usize) -> Verdict,
    ) -> Option<Vec<u32>> {
        self.number(block, slots);
        let mut any_set_aside = false;
        for (record, number) in self.numbers.iter().enumerate() {
            let number = *number as usize;
            let verdict = self.verdicts[number].get_or_insert_with(|| judge(record));
            any_set_aside |= verdict.is_set_aside;
            self.records[number] += 1;
        }
        let is_kept =
            |number: u32| self.verdicts[number as usize].as_ref().is_some_and(|verdict| !verdict.is_set_aside);
        let kept = || (0_u32..).zip(&self.numbers).filter(|(_, number)| is_kept(**number)).map(|(record, _)| record);
        any_set_aside.then(|| kept().collect())
    }

    /// Numbers the records by what the rules look at.
    fn number(&mut self, block: &HarmonizedBlock<'_>, slots: &[usize]) {
        let parts = self.parts.get_or_insert_with(|| parts(block, slots));
        let combination = self.combination.get_or_insert_with(|| Combination::new(parts.len()));
        match parts.as_slice() {
            [] => {
                self.numbers.clear();
                self.numbers.resize(block.records(), 0);
            }
            [part] => {
                combination.reach(block.classes(*part).len());
                combination.number_all(&[block.part(*part)], &mut self.numbers);
            }
            parts => {
                let columns: Vec<&[u32]> = parts.iter().map(|part| block.part(*part)).collect();
                combination.number_all(&columns, &mut self.numbers);
            }
        }
        let known = combination.len().max(1);
        self.verdicts.resize(known, None);
        self.records.resize(known, 0);
    }

    /// How many records failed each of so many rules.
    pub(super) fn failed(&self, rules: usize) -> Vec<u64> {
        let mut failed = vec![0; rules];
        for (verdict, records) in self.verdicts.iter().zip(&self.records) {
            verdict.iter().flat_map(|verdict| &verdict.failed).for_each(|rule| failed[*rule] += records);
        }
        failed
    }
}

/// The parts that give the codes on some slots, none twice.
fn parts(block: &HarmonizedBlock<'_>, slots: &[usize]) -> Vec<usize> {
    let part = |slot: &usize| match block.origin(*slot) {
        Origin::Part(part, _) => Some(part),
        Origin::Fixed(_) => None,
    };
    let mut parts: Vec<usize> = slots.iter().filter_map(part).collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}
