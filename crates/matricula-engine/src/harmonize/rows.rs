//! The rows of a block on their way to records: what texts say is found out once, and looked up for each row.

use std::ops::Range;

use matricula_spec::model::dimension::CodeId;

use super::amount;
use super::block::{Amounts, HarmonizedBlock, IdentifierColumn};
use super::identifier::{IdentifierPlan, looks_like_floating_point};
use super::part::{Classes, Part, Place};
use super::plan::{AmountPlan, HarmonizePlan, Origin};
use super::tally::HarmonizeTally;
use super::unit::Units;
use crate::raw::block::RawBlock;
use crate::raw::dictionary::Dictionaries;

/// Records whose measure, country or year is not known have no place in the cube.
pub const NOWHERE: &str = "measure-country-or-year-unknown";
/// Rows of an aggregated source that hold no count.
const NO_COUNT: &str = "count-missing";
/// Rows whose count is reported as an error.
const BAD_COUNT: &str = "count-not-usable";

/// A row in scope.
const IN_SCOPE: u32 = 0;

/// What is known after the blocks so far of a part of the source.
pub(crate) struct HarmonizeState {
    /// The texts of the columns that are recoded.
    pub(crate) dictionaries: Dictionaries,
    /// For each reason to leave rows out and each of its tests, whether a text of the column passes.
    scope: Vec<Vec<(usize, Vec<bool>)>>,
    parts: Vec<Part>,
    /// What the parts say: of the steps, then of the columns of a wide table.
    classes: Vec<Classes>,
    /// One for each identifier; those of records hold nothing.
    units: Vec<Units>,
    /// Reasons to leave rows out; the place of a reason is its number less one.
    reasons: Vec<String>,
    tally: HarmonizeTally,
}

/// The rows of a block that are in scope, and what they add.
struct Taken {
    /// Rows that become records, in order; of a wide table a row may become several. Nothing: all rows, once.
    rows: Option<Vec<u32>>,
    amounts: Amounts,
    /// Of a wide table: the column of each record.
    columns: Vec<u32>,
    /// How often each row is counted by the tallies of the steps.
    weights: Vec<u32>,
}

impl HarmonizeState {
    pub(super) fn new(plan: &HarmonizePlan) -> Self {
        let tests = |scope: &super::scope::ScopeTest| scope.columns().map(|column| (column, Vec::new())).collect();
        let mut state = Self {
            dictionaries: Dictionaries::new(plan.columns().len()),
            scope: plan.scope.iter().map(tests).collect(),
            parts: plan.steps.iter().map(|step| Part::new(plan, step)).collect(),
            classes: plan.steps.iter().map(|step| Classes::new(step.slots().len())).collect(),
            units: plan.identifiers.iter().map(|identifier| Units::new(plan, identifier)).collect(),
            reasons: plan.scope.iter().map(|scope| scope.reason.clone()).collect(),
            tally: HarmonizeTally::new(plan.steps.len()),
        };
        state.reasons.extend(plan.steps.iter().flat_map(super::step::Step::reasons));
        if let AmountPlan::Unpivoted { columns, .. } = &plan.amount {
            let mut classes = Classes::new(columns.first().map_or(0, |(_, codes)| codes.len()));
            for (_, codes) in columns {
                classes.push(codes.iter().map(|(_, code)| *code));
            }
            state.classes.push(classes);
        }
        state
    }

    /// Before a block: forgets the texts met so far where they have become many.
    pub(crate) fn make_room(&mut self, plan: &HarmonizePlan) {
        if self.dictionaries.are_crowded() {
            self.settle();
            self.dictionaries = Dictionaries::new(plan.columns().len());
            self.scope.iter_mut().flatten().for_each(|(_, passes)| passes.clear());
            self.parts = plan.steps.iter().map(|step| Part::new(plan, step)).collect();
            self.units.iter_mut().for_each(Units::forget_texts);
        }
    }

    /// Brings what was counted by combinations of texts to the tally.
    fn settle(&mut self) {
        for (part, tally) in self.parts.iter_mut().zip(&mut self.tally.steps) {
            part.settle(tally);
        }
    }

    /// The hash of a unit, by the position of its identifier and its number.
    pub(crate) fn unit(&self, identifier: usize, number: u32) -> Option<u128> {
        self.units[identifier].hash(number)
    }

    /// What became of all rows and codes.
    pub(crate) fn into_tally(mut self) -> HarmonizeTally {
        self.settle();
        self.tally
    }
}

impl HarmonizePlan {
    /// The records of a block, and what became of every row.
    pub(crate) fn harmonize<'s>(&'s self, block: &RawBlock, state: &'s mut HarmonizeState) -> HarmonizedBlock<'s> {
        let of_row = self.records_of_row();
        state.tally.rows += block.rows() as u64 + block.ragged();
        state.tally.ragged += block.ragged();
        state.tally.records += of_row * block.rows() as u64;
        let mut reasons = self.out_of_scope(block, state);
        let parts = self.parts(block, state, &mut reasons);
        for (number, reason) in (1..).zip(&state.reasons) {
            let rows = reasons.iter().filter(|found| **found == number).count() as u64;
            state.tally.leave_out(reason, rows * of_row);
        }
        let identifiers = self.identify(block, state, &parts, &reasons);
        let taken = self.take(block, state, &parts, &reasons);
        state.parts.iter_mut().for_each(|part| part.count(block, &taken.weights));
        self.records(state, parts, identifiers, taken)
    }

    fn records_of_row(&self) -> u64 {
        match &self.amount {
            AmountPlan::Rows | AmountPlan::Column { .. } => 1,
            AmountPlan::Unpivoted { columns, .. } => columns.len() as u64,
        }
    }

    /// For each row, the number of the reason why it is left out before any step.
    fn out_of_scope(&self, block: &RawBlock, state: &mut HarmonizeState) -> Vec<u32> {
        let mut reasons = vec![IN_SCOPE; block.rows()];
        for ((number, scope), tests) in (1..).zip(&self.scope).zip(&mut state.scope) {
            for (position, (column, passes)) in tests.iter_mut().enumerate() {
                let dictionary = state.dictionaries.of(*column);
                let known = passes.len();
                let texts = (known..dictionary.len()).map(|text| u32::try_from(text).unwrap_or(u32::MAX));
                passes.extend(texts.map(|text| scope.passes(position, dictionary.text(text))));
            }
            let columns: Vec<(&[u32], &Vec<bool>)> =
                tests.iter().map(|(column, passes)| (block.numbers(*column), passes)).collect();
            for (row, reason) in reasons.iter_mut().enumerate() {
                if *reason == IN_SCOPE && columns.iter().all(|(numbers, passes)| passes[numbers[row] as usize]) {
                    *reason = number;
                }
            }
        }
        reasons
    }

    /// For each part the class of each row; rows that a step leaves out get its reason.
    fn parts(&self, block: &RawBlock, state: &mut HarmonizeState, reasons: &mut [u32]) -> Vec<Vec<u32>> {
        let mut numbered: Vec<Vec<u32>> = Vec::with_capacity(self.steps.len() + 1);
        let mut number = u32::try_from(self.scope.len()).unwrap_or(u32::MAX);
        let years = self.origins[self.placing[2]];
        for (position, step) in self.steps.iter().enumerate() {
            let (before, here) = state.classes.split_at_mut(position);
            let year = match years {
                Origin::Part(part, output) if part < position => Some((&before[part], output, &numbered[part])),
                Origin::Part(..) | Origin::Fixed(_) => None,
            };
            let place = Place { plan: self, step, year, first_reason: number };
            numbered.push(state.parts[position].look(&place, block, &state.dictionaries, &mut here[0], reasons));
            number += u32::try_from(step.reasons().count()).unwrap_or(0);
        }
        numbered
    }

    /// What stands for the identifiers of each row in scope.
    fn identify(
        &self,
        block: &RawBlock,
        state: &mut HarmonizeState,
        parts: &[Vec<u32>],
        reasons: &[u32],
    ) -> Vec<IdentifierColumn> {
        let mut floating = vec![false; if self.identifiers.is_empty() { 0 } else { block.rows() }];
        let rows = || (0..block.rows()).filter(|row| reasons[*row] == IN_SCOPE);
        let mut columns = Vec::with_capacity(self.identifiers.len());
        for (identifier, units) in self.identifiers.iter().zip(&mut state.units) {
            let texts = |row: usize| move |column: usize| block.column(column).get(row);
            let place = |row: usize| [1, 2].map(|which| code_of(self, &state.classes, parts, self.placing[which], row));
            columns.push(match identifier {
                IdentifierPlan::OfRecord(identifier) => {
                    let mut hashes = vec![None; block.rows()];
                    for row in rows() {
                        hashes[row] = identifier.hash(texts(row), place(row));
                        floating[row] |= identifier.columns.iter().any(|c| looks_like_floating_point(texts(row)(*c)));
                    }
                    IdentifierColumn::Each(hashes)
                }
                IdentifierPlan::Pseudonym(pseudonym) => {
                    let (mut hashes, mut normal) = (vec![None; block.rows()], Vec::new());
                    for row in rows() {
                        let room = (&mut state.tally.pseudonyms, &mut normal);
                        hashes[row] = pseudonym.of(block, row, place(row)[0], room);
                        floating[row] |= pseudonym.columns().any(|c| looks_like_floating_point(texts(row)(c)));
                    }
                    IdentifierColumn::Each(hashes)
                }
                IdentifierPlan::OfUnit { identifier, lasting } => {
                    let known = (&state.dictionaries, state.classes.as_slice());
                    let (numbers, written) = units.look(self, (identifier, *lasting), block, known, parts);
                    floating.iter_mut().zip(written).for_each(|(floating, here)| *floating |= here);
                    IdentifierColumn::Unit(numbers)
                }
            });
        }
        let written = rows().filter(|row| floating.get(*row).copied().unwrap_or(false)).count();
        state.tally.floating_identifiers += written as u64;
        columns
    }

    /// Which rows become records, and what they add.
    fn take(&self, block: &RawBlock, state: &mut HarmonizeState, parts: &[Vec<u32>], reasons: &[u32]) -> Taken {
        let classes = &state.classes;
        let placed = |row: usize, column: usize| {
            self.placing.iter().all(|slot| match self.origins[*slot] {
                Origin::Part(part, output) if part == self.steps.len() => {
                    classes[part].code(column, output) != CodeId::UNKNOWN
                }
                _ => code_of(self, classes, parts, *slot, row) != CodeId::UNKNOWN,
            })
        };
        let wrong = &mut state.tally.amounts;
        let (taken, left) = match &self.amount {
            AmountPlan::Rows => self.take_rows(reasons, |row| placed(row, 0)),
            AmountPlan::Column { column, format } => {
                let amount = |row: usize, _| amount::parse(block.column(*column).get(row), format, wrong);
                take_counts(reasons, 1, amount, placed)
            }
            AmountPlan::Unpivoted { columns, format } => {
                let amount = |row: usize, at: usize| amount::parse(block.column(columns[at].0).get(row), format, wrong);
                take_counts(reasons, columns.len(), amount, placed)
            }
        };
        for (reason, rows) in [BAD_COUNT, NO_COUNT, NOWHERE].into_iter().zip(left) {
            state.tally.leave_out(reason, rows);
        }
        taken
    }

    /// The same where each row counts one.
    fn take_rows(&self, reasons: &[u32], placed: impl Fn(usize) -> bool) -> (Taken, [u64; 3]) {
        let weights: Vec<u32> = reasons.iter().map(|reason| u32::from(*reason == IN_SCOPE)).collect();
        let in_scope = weights.iter().map(|weight| *weight as usize).sum();
        let known = |slot: &usize| matches!(self.origins[*slot], Origin::Fixed(code) if code != CodeId::UNKNOWN);
        let all_placed = self.placing.iter().all(known);
        let (rows, records) = if all_placed && in_scope == reasons.len() {
            (None, in_scope)
        } else {
            let taken = (0_u32..).zip(reasons).filter(|(_, reason)| **reason == IN_SCOPE).map(|(row, _)| row);
            let rows: Vec<u32> = taken.filter(|row| all_placed || placed(*row as usize)).collect();
            let records = rows.len();
            (Some(rows), records)
        };
        let taken = Taken { rows, amounts: Amounts::Ones(records), columns: Vec::new(), weights };
        (taken, [0, 0, (in_scope - records) as u64])
    }

    fn records<'s>(
        &'s self,
        state: &'s HarmonizeState,
        mut parts: Vec<Vec<u32>>,
        mut identifiers: Vec<IdentifierColumn>,
        taken: Taken,
    ) -> HarmonizedBlock<'s> {
        if let Some(rows) = &taken.rows {
            let kept = Kept::new(rows, taken.weights.len());
            parts.iter_mut().for_each(|numbers| kept.keep(numbers));
            identifiers.iter_mut().for_each(|column| column.keep(&kept));
        }
        if matches!(self.amount, AmountPlan::Unpivoted { .. }) {
            parts.push(taken.columns);
        }
        HarmonizedBlock::new(self, &state.classes, &state.units, (parts, identifiers), taken.amounts)
    }
}

/// Which rows become records where they bring counts, one for each of so many columns; and how many do not:
/// their count is wrong, missing, or they have no place.
fn take_counts(
    reasons: &[u32],
    columns: usize,
    mut amount: impl FnMut(usize, usize) -> Result<Option<i64>, ()>,
    placed: impl Fn(usize, usize) -> bool,
) -> (Taken, [u64; 3]) {
    let (mut rows, mut amounts, mut of_column) = (Vec::new(), Vec::new(), Vec::new());
    let mut weights = vec![0; reasons.len()];
    let mut left = [0; 3];
    for (row, weight) in weights.iter_mut().enumerate().filter(|(row, _)| reasons[*row] == IN_SCOPE) {
        for column in 0..columns {
            match amount(row, column) {
                Err(()) => left[0] += 1,
                Ok(None) => left[1] += 1,
                Ok(Some(units)) => {
                    *weight += 1;
                    if placed(row, column) {
                        rows.push(u32::try_from(row).unwrap_or(u32::MAX));
                        amounts.push(units);
                        of_column.push(u32::try_from(column).unwrap_or(u32::MAX));
                    } else {
                        left[2] += 1;
                    }
                }
            }
        }
    }
    (Taken { rows: Some(rows), amounts: Amounts::Each(amounts), columns: of_column, weights }, left)
}

/// The code of a row on a slot.
pub(super) fn code_of(
    plan: &HarmonizePlan,
    classes: &[Classes],
    parts: &[Vec<u32>],
    slot: usize,
    row: usize,
) -> CodeId {
    match plan.origins[slot] {
        Origin::Fixed(code) => code,
        Origin::Part(part, output) => {
            parts.get(part).map_or(CodeId::UNKNOWN, |numbers| classes[part].code(numbers[row] as usize, output))
        }
    }
}

/// Some rows, ascending, of which each may come again, and how columns are brought to them.
#[derive(Debug)]
pub(crate) struct Kept<'r> {
    rows: &'r [u32],
    /// Where few are left out, the runs of those that are kept.
    runs: Option<Vec<Range<usize>>>,
}

/// Rows of a run, on average, from which on runs are copied whole.
const LONG_RUN: usize = 16;

/// The runs of rows beside each other, where they are long and none comes again.
fn runs(rows: &[u32], all: usize) -> Option<Vec<Range<usize>>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut end = 0;
    for row in rows.iter().map(|row| *row as usize) {
        match runs.last_mut() {
            Some(_) if row < end => return None,
            Some(run) if row == end => run.end += 1,
            Some(_) | None => runs.push(row..row + 1),
        }
        end = row + 1;
        if runs.len() * LONG_RUN > all {
            return None;
        }
    }
    Some(runs)
}

impl<'r> Kept<'r> {
    /// Of so many rows, these.
    pub(crate) fn new(rows: &'r [u32], all: usize) -> Self {
        Self { rows, runs: runs(rows, all) }
    }

    /// Brings a column down to them.
    pub(super) fn keep<T: Copy>(&self, column: &mut Vec<T>) {
        let Some(runs) = &self.runs else {
            *column = self.rows.iter().map(|row| column[*row as usize]).collect();
            return;
        };
        let mut end = 0;
        for run in runs {
            column.copy_within(run.clone(), end);
            end += run.len();
        }
        column.truncate(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_brought_down_to_few_and_to_nearly_all_rows() {
        for every in [1, 2, 3, 40, 1000] {
            for keep in [true, false] {
                let rows: Vec<u32> = (0..997).filter(|row| (row % every == 0) == keep).collect();
                let mut column: Vec<u32> = (0..997).map(|row| row * 7).collect();
                Kept::new(&rows, column.len()).keep(&mut column);
                assert_eq!(column, rows.iter().map(|row| row * 7).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn rows_that_come_again_are_copied_again() {
        let mut column = vec![10, 11, 12, 13];
        Kept::new(&[0, 0, 1, 3, 3, 3], column.len()).keep(&mut column);
        assert_eq!(column, [10, 10, 11, 13, 13, 13]);
    }
}
