//! What became of rows and codes while harmonizing; tallies of blocks add up in any order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::plan::HarmonizePlan;
use super::rows::NOWHERE;
use crate::pseudonym::PseudonymTally;

/// Most distinct unlisted codes that are spelled out for one table; above it only their number of rows is kept.
pub(crate) const MOST_UNLISTED: usize = 10_000;

/// Counts of one source, or of a part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HarmonizeTally {
    /// Rows read, ragged ones among them.
    pub rows: u64,
    /// Rows with a wrong number of fields.
    pub ragged: u64,
    /// Records made of the rows (more than rows where a wide table is unpivoted).
    pub records: u64,
    /// Records out of scope, by reason.
    pub out_of_scope: BTreeMap<String, u64>,
    /// One tally for each step of the plan.
    pub steps: Vec<StepTally>,
    /// What is wrong with counts.
    pub amounts: AmountTally,
    /// What is wrong with identifiers by which pupils are followed.
    pub pseudonyms: PseudonymTally,
    /// Rows with an identifier that was written as a floating-point number.
    pub floating_identifiers: u64,
}

/// What one step did with the records in scope.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTally {
    /// Records by row of the recode table, or by code given for a derivation.
    pub listed: Vec<u64>,
    /// Records whose key columns are blank.
    pub blank: u64,
    /// Records whose value cannot be read (dates, numbers).
    pub invalid: u64,
    /// Records with keys that the table does not list.
    pub unlisted: UnlistedTally,
}

/// Keys that a table does not list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnlistedTally {
    /// Records, all together.
    pub records: u64,
    /// Records by key, unless there are too many keys.
    #[serde(with = "super::keys_as_text")]
    pub keys: BTreeMap<Vec<u8>, u64>,
    /// There were more than [`MOST_UNLISTED`] keys; none is spelled out.
    pub too_many: bool,
}

/// What is wrong with counts, in rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmountTally {
    pub negative: u64,
    pub not_a_number: u64,
    pub too_many_decimals: u64,
    pub too_large: u64,
}

impl HarmonizeTally {
    /// Whether it has a tally for each step of a plan.
    #[must_use]
    pub fn is_of(&self, plan: &HarmonizePlan) -> bool {
        self.steps.len() == plan.steps().len()
    }

    /// An empty tally of a plan with so many steps.
    pub fn new(steps: usize) -> Self {
        Self { steps: vec![StepTally::default(); steps], ..Self::default() }
    }

    /// Counts records out of scope.
    pub fn leave_out(&mut self, reason: &str, records: u64) {
        if records > 0 {
            *self.out_of_scope.entry(reason.to_owned()).or_default() += records;
        }
    }

    /// Whether every step says of each record in scope what became of it, once.
    /// Of records without a place they say it too: it is why they have none.
    pub fn adds_up(&self) -> bool {
        let told = |reason: &str| reason == NOWHERE;
        let untold: u64 =
            self.out_of_scope.iter().filter(|(reason, _)| !told(reason)).map(|(_, records)| records).sum();
        self.steps.iter().all(|step| step.records() + untold == self.records)
    }

    /// Adds the counts of another part of the same source.
    pub fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.ragged += other.ragged;
        self.records += other.records;
        for (reason, count) in other.out_of_scope {
            *self.out_of_scope.entry(reason).or_default() += count;
        }
        for (ours, theirs) in self.steps.iter_mut().zip(other.steps) {
            ours.add(theirs);
        }
        self.pseudonyms.unusable += other.pseudonyms.unusable;
        self.floating_identifiers += other.floating_identifiers;
        self.amounts.negative += other.amounts.negative;
        self.amounts.not_a_number += other.amounts.not_a_number;
        self.amounts.too_many_decimals += other.amounts.too_many_decimals;
        self.amounts.too_large += other.amounts.too_large;
    }
}

impl StepTally {
    /// Counts records under a position of the table.
    pub fn count(&mut self, position: usize, records: u64) {
        if self.listed.len() <= position {
            self.listed.resize(position + 1, 0);
        }
        self.listed[position] += records;
    }

    fn records(&self) -> u64 {
        self.listed.iter().sum::<u64>() + self.blank + self.invalid + self.unlisted.records
    }

    fn add(&mut self, other: Self) {
        if self.listed.len() < other.listed.len() {
            self.listed.resize(other.listed.len(), 0);
        }
        for (ours, theirs) in self.listed.iter_mut().zip(&other.listed) {
            *ours += theirs;
        }
        self.blank += other.blank;
        self.invalid += other.invalid;
        self.unlisted.add(other.unlisted);
    }
}

impl UnlistedTally {
    /// Counts records with this key.
    pub fn count(&mut self, key: &[u8], records: u64) {
        self.records += records;
        self.count_key(key, records);
    }

    fn count_key(&mut self, key: &[u8], records: u64) {
        if self.too_many {
            return;
        }
        match self.keys.get_mut(key) {
            Some(count) => *count += records,
            None => {
                self.keys.insert(key.to_vec(), records);
            }
        }
        if self.keys.len() > MOST_UNLISTED {
            self.too_many = true;
            self.keys.clear();
        }
    }

    fn add(&mut self, other: Self) {
        self.records += other.records;
        if other.too_many {
            self.too_many = true;
            self.keys.clear();
        }
        for (key, records) in other.keys {
            self.count_key(&key, records);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(keys: std::ops::Range<usize>) -> UnlistedTally {
        let mut tally = UnlistedTally::default();
        keys.for_each(|key| tally.count(key.to_string().as_bytes(), 1));
        tally
    }

    #[test]
    fn records_without_a_place_say_why_and_the_account_adds_up() {
        let mut tally = HarmonizeTally { records: 3, ..HarmonizeTally::new(1) };
        tally.leave_out("school-closed", 1);
        tally.leave_out(NOWHERE, 1);
        tally.steps[0].blank = 1;
        tally.steps[0].count(0, 1);
        assert!(tally.adds_up());
        tally.steps[0].count(0, 1);
        assert!(!tally.adds_up());
    }

    #[test]
    fn too_many_unlisted_codes_are_pooled_however_the_file_was_split() {
        let mut whole = part(0..MOST_UNLISTED + 2);
        let mut halves = part(0..MOST_UNLISTED / 2);
        halves.add(part(MOST_UNLISTED / 2..MOST_UNLISTED + 2));
        assert_eq!(whole, halves);
        assert!(whole.too_many && whole.keys.is_empty());
        whole.add(part(0..3));
        assert_eq!(whole.records, MOST_UNLISTED as u64 + 5);
    }
}
