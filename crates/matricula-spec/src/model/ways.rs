//! The ways in which a formula can be fed: with what is measured, or with what takes its place.

use super::catalogue::Catalogue;
use super::condition::{Condition, Quantity, Selection};
use super::dimension::CodeId;
use super::formula::{Formula, Ratio, Survival};
use super::needs::Need;

/// All that must be counted for a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// What must be counted, and by what.
    pub needs: Vec<Need>,
    /// What is asked of the codes.
    pub tests: Vec<Test>,
}

/// A condition that is put on a measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// A code of `measure`.
    pub measure: CodeId,
    /// Distance from the figure's year.
    pub year: i32,
    /// The condition.
    pub condition: Condition,
}

impl Catalogue {
    /// The ways in which a formula can be fed, the preferred one first. None where records cannot give it.
    #[must_use]
    pub fn ways_to_feed(&self, formula: &Formula) -> Vec<Way> {
        let way = |formula: Formula| Way { needs: self.needs_of(&formula), tests: tests(&formula) };
        match formula {
            Formula::NotFromRecords { .. } => Vec::new(),
            Formula::Parity { of, dimension, group, comparison, .. } => {
                let compared = self.indicator(of).map(|indicator| &indicator.formula);
                let compared = compared.filter(|formula| !matches!(formula, Formula::Parity { .. }));
                let mut ways = compared.map(|formula| self.ways_to_feed(formula)).unwrap_or_default();
                let codes = vec![(*dimension, vec![*group, *comparison])];
                let groups = Condition { codes, ..Condition::default() };
                for Way { needs, tests } in &mut ways {
                    for need in needs {
                        need.dimensions.insert(*dimension);
                        let test = |year: &i32| Test { measure: need.measure, year: *year, condition: groups.clone() };
                        tests.extend(need.years.iter().map(test));
                    }
                }
                ways
            }
            Formula::Count { of } => alternatives(of).into_iter().map(|of| way(Formula::Count { of })).collect(),
            Formula::Ratio(ratio) => of_ratio(ratio).into_iter().map(way).collect(),
            _ => vec![way(formula.clone())],
        }
    }
}

fn of_ratio(ratio: &Ratio) -> Vec<Formula> {
    let mut all = Vec::new();
    for numerator in alternatives(&ratio.numerator) {
        for denominator in alternatives(&ratio.denominator) {
            all.push(Formula::Ratio(Ratio { numerator: numerator.clone(), denominator, ..ratio.clone() }));
        }
    }
    all
}

/// The quantity and what takes its place, each without a substitute of its own.
fn alternatives(quantity: &Quantity) -> Vec<Quantity> {
    let mut all = Vec::new();
    let mut next = Some(quantity);
    while let Some(quantity) = next {
        all.push(Quantity { terms: quantity.terms.clone(), otherwise: None });
        next = quantity.otherwise.as_deref();
    }
    all
}

fn tests(formula: &Formula) -> Vec<Test> {
    let of = |selection: &Selection, further: &[&Condition]| -> Vec<Test> {
        let conditions = std::iter::once(&selection.condition).chain(further.iter().copied());
        let test = |condition: &Condition| Test {
            measure: selection.measure,
            year: selection.year,
            condition: condition.clone(),
        };
        conditions.map(test).collect()
    };
    let quantity = |quantity: &Quantity| quantity.selections().flat_map(|s| of(s, &[])).collect::<Vec<_>>();
    match formula {
        Formula::Count { of } => quantity(of),
        Formula::Ratio(ratio) => [quantity(&ratio.numerator), quantity(&ratio.denominator)].concat(),
        Formula::Share { of: whole, group, .. } => of(whole, &[group]),
        Formula::Mean { of: whole, .. } => of(whole, &[]),
        Formula::Flow { cohort, .. } | Formula::Survival(Survival { cohort, .. }) => {
            let later = Selection { year: cohort.pupils.year + 1, ..cohort.pupils.clone() };
            let graduates = match formula {
                Formula::Survival(Survival { graduates: Some(graduates), .. }) => vec![graduates],
                _ => Vec::new(),
            };
            [of(&cohort.pupils, &graduates), of(&later, &[&cohort.repeaters])].concat()
        }
        Formula::LinkedSurvival(survival) => of(&survival.pupils, &[&survival.promoted, &survival.repeated]),
        Formula::LifeExpectancy { students, population, .. } => [of(students, &[]), of(population, &[])].concat(),
        Formula::Segregation { pupils, group, comparison, .. } => of(pupils, &[group, comparison]),
        Formula::Parity { .. } | Formula::NotFromRecords { .. } => Vec::new(),
    }
}
