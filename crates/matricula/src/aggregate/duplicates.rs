//! Duplicates: found by their identifiers in the first pass, looked at and taken out in a second.

use std::collections::BTreeMap;

use hashbrown::HashSet;
use matricula_spec::Problems;
use serde::{Deserialize, Serialize};

use super::pass::{Partial, SourcePlan, key_of};
use crate::harmonize::HarmonizedBlock;
use crate::read::ReadPlan;
use crate::validate::{Candidate, losers};

/// Records that share an identifier with another and do not stay, by rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Duplicates {
    /// Taken out of the counts.
    pub(crate) removed: Vec<(String, u64)>,
    /// Only to be reported.
    pub(crate) reported: Vec<(String, u64)>,
}

impl Duplicates {
    /// Adds those of another part, in the order of the rules.
    pub(super) fn add(&mut self, other: Self) {
        for (ours, theirs) in [(&mut self.removed, other.removed), (&mut self.reported, other.reported)] {
            let mut by_rule: BTreeMap<String, u64> = std::mem::take(ours).into_iter().collect();
            theirs.into_iter().for_each(|(rule, records)| *by_rule.entry(rule).or_default() += records);
            ours.extend(by_rule);
        }
    }
}

/// Finds duplicates and subtracts those that do not stay from the counts.
pub(super) fn resolve(plan: &SourcePlan<'_>, read: &ReadPlan, counted: &mut Partial) -> Result<Duplicates, Problems> {
    let identifiers = std::mem::take(&mut counted.identifiers);
    let shared: Vec<HashSet<u128>> = identifiers.into_iter().map(shared).collect();
    if shared.iter().all(HashSet::is_empty) {
        return Ok(Duplicates::default());
    }
    let together = |mut a: Vec<Candidate>, b| {
        a.extend(b);
        a
    };
    let look = |found: &mut Vec<Candidate>, block: &HarmonizedBlock<'_>| collect(found, block, &shared);
    let mut candidates = plan.again(read, look, together)?;
    let mut duplicates = Duplicates::default();
    for (position, rule) in plan.validate.unique().iter().enumerate() {
        let losers = losers(rule, position, plan.harmonize.dimensions(), &candidates);
        if losers.is_empty() {
            continue;
        }
        let entry = (rule.rule.id.clone(), losers.len() as u64);
        if !rule.removes() {
            duplicates.reported.push(entry);
            continue;
        }
        duplicates.removed.push(entry);
        let losers: Vec<Candidate> = losers.into_iter().rev().map(|loser| candidates.swap_remove(loser)).collect();
        subtract(plan, counted, &losers);
    }
    Ok(duplicates)
}

/// The identifiers that occur more than once.
fn shared(mut identifiers: Vec<u128>) -> HashSet<u128> {
    identifiers.sort_unstable();
    identifiers.chunk_by(PartialEq::eq).filter(|group| group.len() > 1).map(|group| group[0]).collect()
}

fn collect(found: &mut Vec<Candidate>, block: &HarmonizedBlock<'_>, shared: &[HashSet<u128>]) {
    for record in 0..block.records() {
        let identifiers: Vec<_> = (0..block.identifiers()).map(|p| block.identifier(record, p)).collect();
        let is_shared = identifiers.iter().zip(shared).any(|(id, shared)| id.is_some_and(|id| shared.contains(&id)));
        if is_shared {
            found.push(Candidate { codes: block.record(record), amount: block.amount(record), identifiers });
        }
    }
}

fn subtract(plan: &SourcePlan<'_>, counted: &mut Partial, losers: &[Candidate]) {
    counted.counted -= losers.len() as u64;
    let dimensions = plan.harmonize.dimensions();
    for (layout, cells) in plan.cuboids.iter().zip(&mut counted.cuboids) {
        let taken = losers.iter().map(|loser| (key_of(layout, dimensions, &loser.codes), loser.amount));
        cells.take_out(taken, plan.counts_records());
    }
    for (grain, cells) in plan.grains.iter().zip(&mut counted.grains) {
        let of_unit = |loser: &Candidate| {
            let unit = loser.identifiers[grain.identifier]?;
            Some(((unit, key_of(&grain.layout, dimensions, &loser.codes)), loser.amount))
        };
        cells.take_out(losers.iter().filter_map(of_unit), plan.counts_records());
    }
}
