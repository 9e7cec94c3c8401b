//! One record an identifier: which of several stays, whatever the order of rows.

use std::cmp::{Ordering, Reverse};

use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::mapping::Mapping;
use matricula_spec::model::rule::{Check, Consequence, Preference, Rule};

/// A rule that compares records.
#[derive(Debug, Clone, Copy)]
pub struct UniqueRule<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Role of the identifier that it compares.
    pub role: &'a str,
    prefer: &'a [Preference],
}

/// A record that shares an identifier with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Codes in the order of the source's dimensions.
    pub(crate) codes: Vec<CodeId>,
    pub(crate) amount: i64,
    /// One hash for each unique rule, then one for each grain.
    pub(crate) identifiers: Vec<Option<u128>>,
}

impl<'a> UniqueRule<'a> {
    /// The unique rules whose identifier the mapping has.
    pub(super) fn all(rules: &[&'a Rule], mapping: &Mapping) -> Vec<Self> {
        let unique = rules.iter().filter_map(|rule| match &rule.check {
            Check::Unique { identifier, prefer } => Some(Self { rule, role: identifier, prefer }),
            Check::Range { .. } | Check::YearsOverAge { .. } | Check::Forbidden { .. } => None,
        });
        unique.filter(|unique| mapping.identifiers.contains_key(unique.role)).collect()
    }

    /// Whether what is left over is taken out.
    pub(crate) fn removes(&self) -> bool {
        self.rule.consequence == Consequence::SetAside
    }

    /// Keeps the better of two records with one identifier as `best`, and gives the other one back.
    ///
    /// The better rank stays; among equals the first in the order of all codes, then the largest amount.
    pub(crate) fn keep_better(
        &self,
        dimensions: &[DimensionId],
        best: &mut Candidate,
        mut other: Candidate,
    ) -> Candidate {
        if self.order(dimensions, &other, best) == Ordering::Less {
            std::mem::swap(best, &mut other);
        }
        other
    }

    fn order(&self, dimensions: &[DimensionId], a: &Candidate, b: &Candidate) -> Ordering {
        let by_rank = self.ranks(dimensions, a).cmp(self.ranks(dimensions, b));
        let of = |candidate: &Candidate| Reverse(candidate.amount);
        by_rank.then_with(|| (&a.codes, of(a), &a.identifiers).cmp(&(&b.codes, of(b), &b.identifiers)))
    }

    /// Positions in the preferred orders, smaller is better; a code that no order lists comes last.
    fn ranks(&self, dimensions: &[DimensionId], candidate: &Candidate) -> impl Iterator<Item = usize> {
        self.prefer.iter().map(|preference| {
            let slot = dimensions.binary_search(&preference.variable).ok();
            let rank = slot.and_then(|slot| preference.order.iter().position(|code| *code == candidate.codes[slot]));
            rank.unwrap_or(usize::MAX)
        })
    }
}
