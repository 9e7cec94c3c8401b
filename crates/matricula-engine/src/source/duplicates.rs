//! Duplicates: found by their identifiers in the first pass, looked at and taken out in a second.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use hashbrown::HashMap;
use matricula_spec::Problems;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::{Deserialize, Serialize};

use super::candidates::Candidates;
use super::identities::{Shared, not_kept};
use super::pass::Partial;
use super::plan::SourcePlan;
use crate::aggregate::keyed_sums::KeyedSums;
use crate::cube::key::{Key, KeyLayout};
use crate::harmonize::{Classified, EarlyIdentities, HarmonizedBlock};
use crate::raw::{RawBlock, Reader, Sieve};
use crate::spool::{Gathered, PARTITIONS};
use crate::validate::{Candidate, UniqueRule};

/// Records that share an identifier with another and do not stay, by rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicates {
    /// Taken out of the counts.
    pub removed: Vec<(String, u64)>,
    /// Only to be reported.
    pub reported: Vec<(String, u64)>,
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
pub(super) fn resolve(
    plan: &SourcePlan<'_>,
    reader: &dyn Reader,
    counted: &mut Partial,
) -> Result<Duplicates, Problems> {
    let not_kept = |error| not_kept(plan.source, &error);
    let shared = plan.identities.shared().map_err(not_kept)?;
    if shared.number == 0 {
        return Ok(Duplicates::default());
    }
    let identifiers = plan.harmonize.identifiers();
    let rules = plan.validate.unique();
    let of_rule = |position| Candidates::new(plan.scratch, plan.harmonize.dimensions().len(), identifiers, position);
    let mut candidates = of_rule(0);
    let look = |found: &mut Gathered, block: &HarmonizedBlock<'_>| {
        collect(&candidates, found, block, &shared, rules.len());
    };
    let together = |one, other| {
        candidates.finish(one);
        other
    };
    // Where the columns of identifiers tell already that a row has no match, nothing else of it is looked at.
    let early = plan.harmonize.early_identities();
    let passes = |block: &RawBlock, row: usize| {
        let may_share = |early: &EarlyIdentities<'_>, rule| {
            early.of(block, row, rule).is_some_and(|identity| shared.may_hold(rule, identity))
        };
        early.as_ref().is_none_or(|early| (0..rules.len()).any(|rule| may_share(early, rule)))
    };
    let sieve = early.as_ref().map(|early| Sieve { columns: early.columns(), passes: &passes });
    candidates.finish(plan.again(reader, sieve.as_ref(), look, together)?);
    let mut duplicates = Duplicates::default();
    let counted = Mutex::new(counted);
    for (position, rule) in rules.iter().enumerate() {
        let next = (position + 1 < rules.len()).then(|| of_rule(position + 1));
        let comparison = Comparison { plan, rule, position, next: next.as_ref(), counted: &counted };
        let losers = comparison.compare(&candidates).map_err(not_kept)?;
        let entries = if rule.removes() { &mut duplicates.removed } else { &mut duplicates.reported };
        entries.extend((losers > 0).then(|| (rule.rule.id.clone(), losers)));
        let Some(next) = next else { break };
        candidates = next;
    }
    let counted = counted.into_inner().unwrap_or_else(PoisonError::into_inner);
    if plan.counts_records() && !duplicates.removed.is_empty() {
        counted.cuboids.iter_mut().for_each(KeyedSums::drop_empty);
        counted.grains.iter_mut().for_each(KeyedSums::drop_empty);
    }
    Ok(duplicates)
}

/// Gathers the records that may share an identifier of one of so many rules.
fn collect(candidates: &Candidates, found: &mut Gathered, block: &HarmonizedBlock<'_>, shared: &Shared, rules: usize) {
    for record in 0..block.records() {
        let may_share = |rule| block.identifier(record, rule).is_some_and(|identity| shared.may_hold(rule, identity));
        if (0..rules).any(may_share) {
            let identifiers = (0..block.identifiers()).map(|position| block.identifier(record, position)).collect();
            let candidate = Candidate { codes: block.record(record), amount: block.amount(record), identifiers };
            candidates.add(found, &candidate);
        }
    }
}

/// One rule that looks at the candidates which the rules before it have left.
struct Comparison<'a, 'p, 'c> {
    plan: &'a SourcePlan<'p>,
    rule: &'a UniqueRule<'p>,
    position: usize,
    /// Where those go that stay, if another rule follows.
    next: Option<&'a Candidates>,
    counted: &'a Mutex<&'c mut Partial>,
}

impl Comparison<'_, '_, '_> {
    /// How many records do not stay; these are subtracted where the rule takes out.
    fn compare(&self, candidates: &Candidates) -> io::Result<u64> {
        let losers = (0..PARTITIONS).into_par_iter().map(|partition| self.partition(candidates, partition));
        losers.try_reduce(|| 0, |a, b| Ok(a + b))
    }

    /// One partition, a block at a time: in memory are the best records so far.
    fn partition(&self, candidates: &Candidates, partition: usize) -> io::Result<u64> {
        let mut best: HashMap<u128, Candidate> = HashMap::new();
        let mut stay = Gathered::default();
        let mut count = 0;
        for block in candidates.take(partition)? {
            let losers = self.losers(block?, &mut best, &mut stay);
            count += losers.len() as u64;
            self.leave(&losers, &mut stay);
        }
        best.drain().for_each(|(_, candidate)| self.stays(&candidate, &mut stay));
        if let Some(next) = self.next {
            next.finish(stay);
        }
        Ok(count)
    }

    /// Those of a block that are not the best with their identifier, or are not any more.
    fn losers(
        &self,
        block: Vec<Candidate>,
        best: &mut HashMap<u128, Candidate>,
        stay: &mut Gathered,
    ) -> Vec<Candidate> {
        let mut losers = Vec::new();
        for candidate in block {
            let Some(identifier) = candidate.identifiers[self.position] else {
                self.stays(&candidate, stay);
                continue;
            };
            match best.get_mut(&identifier) {
                Some(best) => losers.push(self.rule.keep_better(self.plan.harmonize.dimensions(), best, candidate)),
                None => {
                    best.insert(identifier, candidate);
                }
            }
        }
        losers
    }

    fn leave(&self, losers: &[Candidate], stay: &mut Gathered) {
        if self.rule.removes() && !losers.is_empty() {
            let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
            subtract(self.plan, &mut counted, losers);
        } else {
            losers.iter().for_each(|loser| self.stays(loser, stay));
        }
    }

    fn stays(&self, candidate: &Candidate, stay: &mut Gathered) {
        if let Some(next) = self.next {
            next.add(stay, candidate);
        }
    }
}

fn subtract(plan: &SourcePlan<'_>, counted: &mut Partial, losers: &[Candidate]) {
    counted.counted -= losers.len() as u64;
    let dimensions = plan.harmonize.dimensions();
    for (layout, cells) in plan.cuboids.iter().zip(&mut counted.cuboids) {
        let taken = losers.iter().map(|loser| (key_of(layout, dimensions, &loser.codes), loser.amount));
        cells.take_out(taken);
    }
    for (grain, cells) in plan.grains.iter().zip(&mut counted.grains) {
        let of_unit = |loser: &Candidate| {
            let unit = loser.identifiers[grain.identifier]?;
            Some(((unit, key_of(&grain.layout, dimensions, &loser.codes)), loser.amount))
        };
        cells.take_out(losers.iter().filter_map(of_unit));
    }
}

/// The key of a record in a cuboid.
fn key_of(layout: &KeyLayout, dimensions: &[DimensionId], codes: &[CodeId]) -> Key {
    let code = |dimension: DimensionId| dimensions.binary_search(&dimension).ok().map(|slot| codes[slot]);
    let places = layout.dimensions().enumerate().filter_map(|(p, d)| code(d).map(|code| layout.place(p, code)));
    places.fold(0, |key, place| key | place)
}
