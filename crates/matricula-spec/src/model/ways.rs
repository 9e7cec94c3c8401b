//! The ways in which a formula can be fed: with what is measured, or with what takes its place.

use super::catalogue::Catalogue;
use super::condition::Quantity;
use super::formula::{Formula, Ratio};
use super::needs::Need;

impl Catalogue {
    /// The ways in which a formula can be fed, the preferred one first: each is all that must be counted.
    /// None where records cannot give it.
    #[must_use]
    pub fn ways_to_feed(&self, formula: &Formula) -> Vec<Vec<Need>> {
        match formula {
            Formula::NotFromRecords { .. } => Vec::new(),
            Formula::Parity { of, dimension, .. } => {
                let compared = self.indicator(of).map(|indicator| &indicator.formula);
                let compared = compared.filter(|formula| !matches!(formula, Formula::Parity { .. }));
                let mut ways = compared.map(|formula| self.ways_to_feed(formula)).unwrap_or_default();
                ways.iter_mut().flatten().for_each(|need| {
                    need.dimensions.insert(*dimension);
                });
                ways
            }
            Formula::Count { of } => ways(of).into_iter().map(|of| self.needs_of(&Formula::Count { of })).collect(),
            Formula::Ratio(ratio) => of_ratio(ratio).iter().map(|formula| self.needs_of(formula)).collect(),
            _ => vec![self.needs_of(formula)],
        }
    }
}

fn of_ratio(ratio: &Ratio) -> Vec<Formula> {
    let mut all = Vec::new();
    for numerator in ways(&ratio.numerator) {
        for denominator in ways(&ratio.denominator) {
            all.push(Formula::Ratio(Ratio { numerator: numerator.clone(), denominator, ..ratio.clone() }));
        }
    }
    all
}

/// The quantity and what takes its place, each without a substitute of its own.
fn ways(quantity: &Quantity) -> Vec<Quantity> {
    let mut all = Vec::new();
    let mut next = Some(quantity);
    while let Some(quantity) = next {
        all.push(Quantity { terms: quantity.terms.clone(), otherwise: None });
        next = quantity.otherwise.as_deref();
    }
    all
}
