//! What the rows of a source, or of a part of it, came to: all that is needed later, without the rows.

use matricula_spec::Problem;

use super::duplicates::Duplicates;
use crate::aggregate::keyed_sums::KeyedSums;
use super::pass::{Partial, SourcePlan};
use crate::cube::key::Key;
use crate::harmonize::HarmonizeTally;
use crate::input::InputFileHash;
use crate::validate::ValidateTally;

/// Exact sums, sorted by key.
pub(crate) type Cells = Vec<(Key, i128)>;
/// The same by unit and key.
pub(crate) type UnitCells = Vec<((u128, Key), i128)>;

/// The counts of a source or of a part of it, duplicates taken out, and the tallies from which findings are made.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Counted {
    pub(crate) harmonized: HarmonizeTally,
    pub(crate) validated: ValidateTally,
    /// Records in the cells.
    pub(crate) kept: u64,
    /// For each cuboid of the plan.
    pub(crate) cuboids: Vec<Cells>,
    /// For each grain of the plan.
    pub(crate) grains: Vec<UnitCells>,
    pub(crate) duplicates: Duplicates,
    /// Cells that stand in several rows although none may.
    pub(crate) repeated: u64,
    /// Whether a cuboid has more cells than the batch allows.
    pub(crate) over_budget: bool,
    /// What made rows unusable.
    pub(crate) problems: Vec<Problem>,
    /// Optional columns that files lack.
    pub(crate) lacking: Vec<Problem>,
    pub(crate) inputs: Vec<InputFileHash>,
}

impl Counted {
    /// What a pass came to, before duplicates are taken out of its cells.
    pub(super) fn before_duplicates(plan: &SourcePlan<'_>, partial: &mut Partial) -> Self {
        Self {
            repeated: partial.cells_twice,
            over_budget: partial.cuboids.iter().any(|sums| sums.len() as u64 > plan.cell_budget),
            problems: std::mem::take(&mut partial.problems),
            lacking: std::mem::take(&mut partial.lacking),
            ..Self::default()
        }
    }

    /// The same with the cells that are left.
    pub(super) fn with_cells(self, partial: Partial, duplicates: Duplicates, inputs: Vec<InputFileHash>) -> Self {
        Self {
            harmonized: partial.harmonized,
            validated: partial.validated,
            kept: partial.counted,
            cuboids: partial.cuboids.into_iter().map(KeyedSums::into_list).collect(),
            grains: partial.grains.into_iter().map(KeyedSums::into_list).collect(),
            duplicates,
            inputs,
            ..self
        }
    }

    /// Two parts of a source together; both were counted by the same plan.
    pub(crate) fn plus(mut self, other: Self) -> Self {
        self.harmonized.add(other.harmonized);
        self.validated.add(&other.validated);
        self.kept += other.kept;
        let together = |ours: &mut Vec<Cells>, theirs: Vec<Cells>| {
            ours.iter_mut().zip(theirs).for_each(|(ours, theirs)| add(ours, theirs));
        };
        together(&mut self.cuboids, other.cuboids);
        self.grains.iter_mut().zip(other.grains).for_each(|(ours, theirs)| add(ours, theirs));
        self.duplicates.add(other.duplicates);
        self.repeated += other.repeated;
        self.over_budget |= other.over_budget;
        self.problems.extend(other.problems);
        self.lacking.extend(other.lacking);
        self.inputs.extend(other.inputs);
        self.inputs.sort_by(|a, b| (&a.name, &a.blake3).cmp(&(&b.name, &b.blake3)));
        self
    }
}

fn add<K: Ord + Copy>(ours: &mut Vec<(K, i128)>, theirs: Vec<(K, i128)>) {
    ours.extend(theirs);
    *ours = summed(std::mem::take(ours));
}

/// Cells in any order, sorted; those with the same key are added.
pub(crate) fn summed<K: Ord + Copy>(mut cells: Vec<(K, i128)>) -> Vec<(K, i128)> {
    cells.sort_by_key(|(key, _)| *key);
    cells.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    cells
}
