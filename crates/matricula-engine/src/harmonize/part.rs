//! One step of a source while its blocks pass: what each combination of texts means, and how often it was met.

use hashbrown::HashMap;
use matricula_spec::model::dimension::CodeId;

use super::combination::Combination;
use super::plan::{HarmonizePlan, YearOf};
use super::step::{Outcome, Seen, Step};
use super::tally::StepTally;
use crate::raw::block::RawBlock;
use crate::raw::dictionary::Dictionaries;

/// The distinct codes that a part gives together, numbered as they are met.
#[derive(Debug, Clone)]
pub(crate) struct Classes {
    width: usize,
    /// The codes of each class, one after the other.
    codes: Vec<CodeId>,
    numbers: HashMap<Vec<CodeId>, u32>,
}

impl Classes {
    /// None yet; each has so many codes.
    pub(crate) fn new(width: usize) -> Self {
        Self { width, codes: Vec::new(), numbers: HashMap::new() }
    }

    /// A class of its own, whether or not another has the same codes.
    pub(super) fn push(&mut self, codes: impl Iterator<Item = CodeId>) {
        self.codes.extend(codes);
    }

    /// The number of the class with these codes.
    pub(crate) fn number(&mut self, codes: &[CodeId]) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        if let Some(number) = self.numbers.get(codes) {
            return *number;
        }
        self.numbers.insert(codes.to_vec(), next);
        self.codes.extend_from_slice(codes);
        next
    }

    /// How many classes there are.
    pub(crate) fn len(&self) -> usize {
        self.codes.len().checked_div(self.width).unwrap_or(self.numbers.len())
    }

    /// The codes of a class.
    pub(crate) fn codes(&self, class: usize) -> &[CodeId] {
        &self.codes[class * self.width..(class + 1) * self.width]
    }

    /// How many codes each class has.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// The code of a class at an output of the part.
    #[inline]
    pub(crate) fn code(&self, class: usize, output: usize) -> CodeId {
        self.codes[class * self.width + output]
    }
}

/// A step while the blocks of a part of the source pass.
pub(super) struct Part {
    /// Positions of the columns that it reads, ascending.
    columns: Vec<usize>,
    /// Whether the year of the record stands beside them.
    by_year: bool,
    combination: Combination,
    /// For each combination: the class of its codes, why it is out of scope (0: it is not), what was found.
    class_of: Vec<u32>,
    reason_of: Vec<u32>,
    outcomes: Vec<Outcome>,
    leaves_out: bool,
    /// Records in scope by combination.
    records: Vec<u64>,
    /// The combination of each row of the block.
    numbers: Vec<u32>,
}

/// What a step needs to know besides the texts.
pub(super) struct Place<'a> {
    pub(super) plan: &'a HarmonizePlan,
    pub(super) step: &'a Step,
    /// Where the year varies and is known already: the classes that tell it, their output, and the class of each row.
    pub(super) year: Option<(&'a Classes, usize, &'a Vec<u32>)>,
    /// Reasons before the first of the step.
    pub(super) first_reason: u32,
}

impl Part {
    pub(super) fn new(plan: &HarmonizePlan, step: &Step) -> Self {
        let columns = step.inputs();
        let by_year = step.depends_on_year() && matches!(plan.year, YearOf::Record(..));
        Self {
            combination: Combination::new(columns.len() + usize::from(by_year)),
            columns,
            by_year,
            class_of: Vec::new(),
            reason_of: Vec::new(),
            outcomes: Vec::new(),
            leaves_out: false,
            records: Vec::new(),
            numbers: Vec::new(),
        }
    }

    /// The class of each row; rows that the step leaves out get its reason, unless they have one.
    pub(super) fn look(
        &mut self,
        place: &Place<'_>,
        block: &RawBlock,
        dictionaries: &Dictionaries,
        classes: &mut Classes,
        reasons: &mut [u32],
    ) -> Vec<u32> {
        match self.single() {
            Some(column) => self.combination.reach(dictionaries.of(column).len()),
            None => {
                let mut inputs: Vec<&[u32]> = self.columns.iter().map(|column| block.numbers(*column)).collect();
                inputs.extend(place.year.filter(|_| self.by_year).map(|(_, _, years)| years.as_slice()));
                self.combination.number_all(&inputs, &mut self.numbers);
            }
        }
        self.learn(place, dictionaries, classes);
        let numbers = self.single().map_or(self.numbers.as_slice(), |column| block.numbers(column));
        if self.leaves_out {
            for (reason, number) in reasons.iter_mut().zip(numbers) {
                if *reason == 0 {
                    *reason = self.reason_of[*number as usize];
                }
            }
        }
        numbers.iter().map(|number| self.class_of[*number as usize]).collect()
    }

    /// The only column that decides, if it is one.
    fn single(&self) -> Option<usize> {
        match self.columns.as_slice() {
            [column] if !self.by_year => Some(*column),
            _ => None,
        }
    }

    /// Finds out what the combinations mean that were not met before.
    fn learn(&mut self, place: &Place<'_>, dictionaries: &Dictionaries, classes: &mut Classes) {
        let slots = place.step.slots();
        let mut key = Vec::new();
        for number in self.outcomes.len()..self.combination.len() {
            let members = self.combination.members(number);
            let (numbers, years) = members.split_at(self.columns.len());
            let year = year(place, years.first().copied());
            let seen = Seen { dictionaries, columns: &self.columns, numbers, year };
            let mut codes = place.plan.start.clone();
            let (outcome, reason) = match place.step.apply(&seen, &mut codes, &mut key) {
                Ok(outcome) => (outcome, 0),
                // Nothing is counted for rows that are out of scope.
                Err(reason) => {
                    let position = place.step.reasons().position(|of_step| of_step == reason).unwrap_or_default();
                    (Outcome::Blank, place.first_reason + 1 + u32::try_from(position).unwrap_or(0))
                }
            };
            let given: Vec<CodeId> = slots.iter().map(|slot| codes[*slot]).collect();
            self.class_of.push(classes.number(&given));
            self.leaves_out |= reason != 0;
            self.reason_of.push(reason);
            self.outcomes.push(outcome);
            self.records.push(0);
        }
    }

    /// Counts the rows of the block that was looked at last, each so often as it says.
    pub(super) fn count(&mut self, block: &RawBlock, weights: &[u32]) {
        let single = self.single();
        let numbers = single.map_or(self.numbers.as_slice(), |column| block.numbers(column));
        for (number, weight) in numbers.iter().zip(weights) {
            self.records[*number as usize] += u64::from(*weight);
        }
    }

    /// Brings the counts to the tally of the step.
    pub(super) fn settle(&mut self, tally: &mut StepTally) {
        for (outcome, records) in self.outcomes.iter().zip(&mut self.records) {
            if *records > 0 {
                outcome.count(std::mem::take(records), tally);
            }
        }
    }
}

/// The year of a combination: the source's, or that of the class of the rows' years.
fn year(place: &Place<'_>, class: Option<u32>) -> i32 {
    match (&place.plan.year, place.year, class) {
        (YearOf::Source(year), ..) => *year,
        (YearOf::Record(_, years), Some((classes, output, _)), Some(class)) => {
            years[classes.code(class as usize, output).index()]
        }
        // Before the year is known it is that of `_U`; rules that depend on it come after.
        (YearOf::Record(slot, years), ..) => years[place.plan.start[*slot].index()],
    }
}
