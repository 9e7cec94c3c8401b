//! One record an identifier: which of several stays, whatever the order of rows.

use std::cmp::Reverse;

use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::mapping::Mapping;
use matricula_spec::model::rule::{Check, Consequence, Preference, Rule};

/// A rule that compares records.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UniqueRule<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) role: &'a str,
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

    /// Positions in the preferred orders, smaller is better; a code that no order lists comes last.
    fn rank(&self, dimensions: &[DimensionId], candidate: &Candidate) -> Vec<usize> {
        let rank = |preference: &Preference| {
            let slot = dimensions.binary_search(&preference.variable).ok()?;
            preference.order.iter().position(|code| *code == candidate.codes[slot])
        };
        self.prefer.iter().map(|preference| rank(preference).unwrap_or(usize::MAX)).collect()
    }
}

/// Positions, ascending, of the candidates that rule number `position` takes out.
/// The best rank stays; among equals the first in the order of all codes, then the largest amount.
pub(crate) fn losers(
    rule: &UniqueRule<'_>,
    position: usize,
    dimensions: &[DimensionId],
    candidates: &[Candidate],
) -> Vec<usize> {
    let mut order: Vec<_> = (0..candidates.len())
        .filter_map(|index| {
            let candidate = &candidates[index];
            let identifier = candidate.identifiers[position]?;
            let rank = rule.rank(dimensions, candidate);
            Some((identifier, rank, &candidate.codes, Reverse(candidate.amount), &candidate.identifiers, index))
        })
        .collect();
    order.sort_unstable();
    let groups = order.chunk_by(|a, b| a.0 == b.0);
    let mut losers: Vec<usize> = groups.flat_map(|group| group.iter().skip(1).map(|entry| entry.5)).collect();
    losers.sort_unstable();
    losers
}
