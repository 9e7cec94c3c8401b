//! Identifiers of units, such as schools: hashed once a unit, and numbered.

use hashbrown::HashMap;
use matricula_spec::model::dimension::CodeId;

use super::combination::Combination;
use super::identifier::{IdentifierPlan, OfYear, looks_like_floating_point};
use super::part::Classes;
use super::plan::{HarmonizePlan, Origin};
use super::step::Seen;
use crate::raw::block::RawBlock;
use crate::raw::dictionary::Dictionaries;

/// The number of rows whose unit is not known.
pub(crate) const NO_UNIT: u32 = u32::MAX;

/// The units of one identifier.
#[derive(Debug, Clone)]
pub(crate) struct Units {
    /// Hashes, by number.
    hashes: Vec<u128>,
    numbers: HashMap<u128, u32>,
    combination: Combination,
    /// For each combination of texts, country and year: its unit, and whether a text is a floating-point number.
    unit_of: Vec<u32>,
    floating_of: Vec<bool>,
    /// Parts that tell country and year, where these vary.
    places: Vec<usize>,
}

impl Units {
    /// None yet.
    pub(super) fn new(plan: &HarmonizePlan, identifier: &IdentifierPlan) -> Self {
        let varying = |slot: usize| match plan.origins[slot] {
            Origin::Part(part, _) if part < plan.steps.len() => Some(part),
            Origin::Part(..) | Origin::Fixed(_) => None,
        };
        let (columns, places) = match identifier {
            IdentifierPlan::OfUnit { identifier, lasting } => {
                let [_, ref_area, time_period] = plan.placing;
                let slots = if *lasting { vec![ref_area] } else { vec![ref_area, time_period] };
                let mut places: Vec<usize> = slots.into_iter().filter_map(varying).collect();
                places.sort_unstable();
                places.dedup();
                (distinct(identifier).len(), places)
            }
            IdentifierPlan::OfRecord(_) | IdentifierPlan::Pseudonym(_) => (0, Vec::new()),
        };
        Self {
            hashes: Vec::new(),
            numbers: HashMap::new(),
            combination: Combination::new(columns + places.len()),
            unit_of: Vec::new(),
            floating_of: Vec::new(),
            places,
        }
    }

    /// The hash of a unit.
    pub(crate) fn hash(&self, number: u32) -> Option<u128> {
        self.hashes.get(number as usize).copied()
    }

    /// What was learnt of texts; the numbers of units stay.
    pub(super) fn forget_texts(&mut self) {
        self.combination = self.combination.emptied();
        self.unit_of.clear();
        self.floating_of.clear();
    }

    /// The unit of each row, and whether its identifier is written as a floating-point number.
    pub(super) fn look(
        &mut self,
        plan: &HarmonizePlan,
        (identifier, lasting): (&OfYear, bool),
        block: &RawBlock,
        (dictionaries, classes): (&Dictionaries, &[Classes]),
        parts: &[Vec<u32>],
    ) -> (Vec<u32>, Vec<bool>) {
        let columns = distinct(identifier);
        if columns.is_empty() {
            return (vec![NO_UNIT; block.rows()], vec![false; block.rows()]);
        }
        let mut inputs: Vec<&[u32]> = columns.iter().map(|column| block.numbers(*column)).collect();
        inputs.extend(self.places.iter().map(|part| parts[*part].as_slice()));
        if let [_] = inputs.as_slice() {
            self.combination.reach(dictionaries.of(columns[0]).len());
        }
        let mut numbers = Vec::with_capacity(block.rows());
        self.combination.number_all(&inputs, &mut numbers);
        for number in self.unit_of.len()..self.combination.len() {
            let (texts, places) = self.combination.members(number).split_at(columns.len());
            let seen = Seen { dictionaries, columns: &columns, numbers: texts, year: 0 };
            let code = |slot: usize| match plan.origins[slot] {
                Origin::Fixed(code) => code,
                Origin::Part(part, output) => {
                    let position = self.places.iter().position(|of| *of == part);
                    let class = position.and_then(|position| places.get(position));
                    class.map_or(CodeId::UNKNOWN, |class| classes[part].code(*class as usize, output))
                }
            };
            let text = |column| seen.text(column);
            let hash = match lasting {
                true => identifier.lasting(text, code(plan.placing[1])),
                false => identifier.hash(text, [code(plan.placing[1]), code(plan.placing[2])]),
            };
            let floating = columns.iter().any(|column| looks_like_floating_point(seen.text(*column)));
            let next = u32::try_from(self.hashes.len()).unwrap_or(NO_UNIT);
            let unit = hash.map_or(NO_UNIT, |hash| {
                *self.numbers.entry(hash).or_insert_with(|| {
                    self.hashes.push(hash);
                    next
                })
            });
            self.unit_of.push(unit);
            self.floating_of.push(floating);
        }
        let floating = numbers.iter().map(|number| self.floating_of[*number as usize]).collect();
        numbers.iter_mut().for_each(|number| *number = self.unit_of[*number as usize]);
        (numbers, floating)
    }
}

/// Positions of the columns of an identifier, ascending, none twice.
fn distinct(identifier: &OfYear) -> Vec<usize> {
    let mut columns = identifier.columns.clone();
    columns.sort_unstable();
    columns.dedup();
    columns
}
