//! What a formula has to have counted, and by what.

use std::collections::BTreeSet;

use super::catalogue::Catalogue;
use super::condition::{Condition, Selection};
use super::dimension::{CodeId, DimensionId};
use super::formula::{Formula, Survival};

/// One measure that a formula counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// What is counted.
    pub measure: CodeId,
    /// The dimensions by which it must be known.
    pub dimensions: BTreeSet<DimensionId>,
    /// Distances from the figure's year for which it is needed.
    pub years: BTreeSet<i32>,
    /// Whether another need can take its place, or it that of another; `Catalogue::ways_to_feed` tells them apart.
    pub otherwise: bool,
}

impl Catalogue {
    /// What a formula has to have counted; one entry for each measure.
    #[must_use]
    pub fn needs_of(&self, formula: &Formula) -> Vec<Need> {
        let mut needs = Needs { catalogue: self, all: Vec::new() };
        needs.formula(formula);
        needs.all
    }
}

struct Needs<'a> {
    catalogue: &'a Catalogue,
    all: Vec<Need>,
}

impl Needs<'_> {
    fn formula(&mut self, formula: &Formula) {
        let known = self.catalogue.known();
        let nothing = Condition::default();
        match formula {
            Formula::Count { of } => self.quantities([of]),
            Formula::Ratio(ratio) => self.quantities([&ratio.numerator, &ratio.denominator]),
            Formula::Share { of, group, .. } => self.selection(of, group, &[], 0, false),
            Formula::Mean { of, number } => self.selection(of, &nothing, &[*number], 0, false),
            Formula::LifeExpectancy { students, population, .. } => {
                self.selection(students, &nothing, &[known.age], 0, false);
                self.selection(population, &nothing, &[known.age], 0, false);
            }
            Formula::Segregation { pupils, group, comparison, .. } => {
                self.selection(pupils, group, &[], 0, false);
                self.selection(pupils, comparison, &[], 0, false);
            }
            Formula::Flow { cohort, .. } | Formula::Survival(Survival { cohort, .. }) => {
                self.selection(&cohort.pupils, &nothing, &[known.grade], 0, false);
                self.selection(&cohort.pupils, &cohort.repeaters, &[known.grade], 1, false);
                if let Formula::Survival(Survival { graduates: Some(graduates), .. }) = formula {
                    self.selection(&cohort.pupils, graduates, &[known.grade], 0, false);
                }
            }
            Formula::LinkedSurvival(survival) => {
                self.selection(&survival.pupils, &survival.promoted, &[known.grade], 0, false);
                self.selection(&survival.pupils, &survival.repeated, &[known.grade], 0, false);
            }
            Formula::Parity { of, dimension, .. } => {
                let compared = self.catalogue.indicator(of).map(|indicator| &indicator.formula);
                if let Some(compared) = compared.filter(|formula| !matches!(formula, Formula::Parity { .. })) {
                    self.formula(compared);
                    self.all.iter_mut().for_each(|need| {
                        need.dimensions.insert(*dimension);
                    });
                }
            }
            Formula::NotFromRecords { .. } => {}
        }
    }

    fn quantities<'q>(&mut self, quantities: impl IntoIterator<Item = &'q super::condition::Quantity>) {
        let nothing = Condition::default();
        for quantity in quantities {
            for term in &quantity.terms {
                self.selection(&term.selection, &nothing, &[], 0, quantity.otherwise.is_some());
            }
            for term in quantity.otherwise.iter().flat_map(|other| &other.terms) {
                self.selection(&term.selection, &nothing, &[], 0, true);
            }
        }
    }

    fn selection(
        &mut self,
        selection: &Selection,
        further: &Condition,
        by: &[DimensionId],
        later: i32,
        otherwise: bool,
    ) {
        let known = self.catalogue.known();
        let mut dimensions: BTreeSet<DimensionId> =
            selection.condition.dimensions().chain(further.dimensions()).collect();
        dimensions.extend(by);
        if selection.condition.years_over_age.or(further.years_over_age).is_some() {
            dimensions.extend([known.age, known.edu_level, known.grade]);
        }
        if selection.condition.grades_before_last.or(further.grades_before_last).is_some() {
            dimensions.extend([known.edu_level, known.grade]);
        }
        let year = selection.year + later;
        match self.all.iter_mut().find(|need| need.measure == selection.measure && need.otherwise == otherwise) {
            Some(need) => {
                need.dimensions.extend(dimensions);
                need.years.insert(year);
            }
            None => {
                self.all.push(Need {
                    measure: selection.measure,
                    dimensions,
                    years: BTreeSet::from([year]),
                    otherwise,
                });
            }
        }
    }
}
