//! What the rows of a source, or of a part of it, came to: all that is needed later, without the rows.

use matricula_spec::Problem;

use super::duplicates::Duplicates;
use super::pass::Partial;
use super::plan::SourcePlan;
use crate::aggregate::keyed_sums::{Cells, KeyedSums, UnitCells, summed};
use crate::harmonize::HarmonizeTally;
use crate::input::InputFileHash;
use crate::validate::ValidateTally;

/// The counts of a source or of a part of it, duplicates taken out, and the tallies from which findings are made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counted {
    /// What became of rows and codes.
    pub harmonized: HarmonizeTally,
    /// How many records fail each rule that looks at one.
    pub validated: ValidateTally,
    /// Records in the cells.
    pub kept: u64,
    /// For each cuboid of the plan.
    pub cuboids: Vec<Cells>,
    /// For each grain of the plan.
    pub grains: Vec<UnitCells>,
    /// Records that share an identifier with another and do not stay.
    pub duplicates: Duplicates,
    /// Cells that stand in several rows although none may.
    pub repeated: u64,
    /// Whether a cuboid has more cells than the batch allows.
    pub over_budget: bool,
    /// What made rows unusable.
    pub problems: Vec<Problem>,
    /// Optional columns that files lack.
    pub lacking: Vec<Problem>,
    /// The files they came from.
    pub inputs: Vec<InputFileHash>,
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
    pub fn plus(mut self, other: Self) -> Self {
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
