//! The closed formula forms, brought to what has to be counted.

use matricula_spec::Catalogue;
use matricula_spec::model::condition::{Condition, Selection};
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::indicator::{Among, Formula, Indicator, ParityIndex};

use crate::condition::both;

/// What an indicator needs counted, and what becomes of it.
#[derive(Debug, Clone)]
pub(crate) enum Figure {
    /// A count or a quotient of two.
    Plain(Quotient),
    /// Two groups of such a figure, one divided by the other.
    Parity { of: Quotient, dimension: DimensionId, group: CodeId, comparison: CodeId, index: ParityIndex },
}

/// A count, or `scale` times one count over another.
#[derive(Debug, Clone)]
pub(crate) struct Quotient {
    pub(crate) numerator: Selection,
    /// Below the line, with the scale; a count has none.
    pub(crate) denominator: Option<(Selection, u32)>,
}

impl Figure {
    /// The figure of an indicator; nothing for a parity of what is not in the catalogue.
    pub(crate) fn of(catalogue: &Catalogue, indicator: &Indicator) -> Option<Self> {
        match &indicator.formula {
            Formula::Parity { of, dimension, group, comparison, index } => Some(Self::Parity {
                of: Quotient::of(catalogue, &catalogue.indicator(of)?.formula)?,
                dimension: *dimension,
                group: *group,
                comparison: *comparison,
                index: *index,
            }),
            formula => Quotient::of(catalogue, formula).map(Self::Plain),
        }
    }

    /// The counts it is made of.
    pub(crate) fn quotient(&self) -> &Quotient {
        match self {
            Self::Plain(quotient) | Self::Parity { of: quotient, .. } => quotient,
        }
    }

    /// The dimensions its counts are broken down by for a crossing, ascending.
    pub(crate) fn by(&self, crossing: &[DimensionId]) -> Vec<DimensionId> {
        let mut by = crossing.to_vec();
        if let Self::Parity { dimension, .. } = self {
            by.push(*dimension);
        }
        by.sort_unstable();
        by.dedup();
        by
    }
}

impl Quotient {
    fn of(catalogue: &Catalogue, formula: &Formula) -> Option<Self> {
        match formula {
            Formula::Count { of } => Some(Self { numerator: of.clone(), denominator: None }),
            Formula::Ratio { numerator, denominator, scale } => {
                Some(Self { numerator: numerator.clone(), denominator: Some((denominator.clone(), *scale)) })
            }
            Formula::Share { of, group, among, scale } => {
                let whole = match among {
                    Among::All => of.clone(),
                    Among::Known => with(catalogue, of, &known_status(catalogue, group)),
                };
                Some(Self { numerator: with(catalogue, of, group), denominator: Some((whole, *scale)) })
            }
            Formula::Parity { .. } => None,
        }
    }

    /// The selections, numerator first.
    pub(crate) fn selections(&self) -> impl Iterator<Item = &Selection> {
        std::iter::once(&self.numerator).chain(self.denominator.as_ref().map(|(selection, _)| selection))
    }
}

/// Every finest code but `_U` in the dimensions of a group.
fn known_status(catalogue: &Catalogue, group: &Condition) -> Condition {
    let known = |dimension: DimensionId| {
        let leaves = catalogue.dimension(dimension).codes.leaves(CodeId::TOTAL);
        leaves.iter().copied().filter(|code| *code != CodeId::UNKNOWN).collect()
    };
    Condition {
        codes: group.codes.iter().map(|(d, _)| (*d, known(*d))).collect(),
        open: group.codes.iter().map(|(d, _)| *d).collect(),
        years_over_age: None,
    }
}

fn with(catalogue: &Catalogue, selection: &Selection, further: &Condition) -> Selection {
    Selection { measure: selection.measure, condition: both(catalogue, &selection.condition, further) }
}
