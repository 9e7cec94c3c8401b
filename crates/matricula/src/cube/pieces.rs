//! Reads tables of disjoint pieces: those that pass are projected to the breakdown and added up, in one look.

use matricula_spec::model::condition::Condition;
use matricula_spec::model::dimension::{CodeId, CodeList, DimensionId};

use super::coverage::{Reach, SliceCoverage};
use super::key::{Key, KeyLayout};
use super::slice::{Question, Slice, Tabulation};
use super::table::{Cell, Table, Way};

/// Where a tested dimension stands in the keys, and for each of its codes whether it passes.
struct Test {
    position: usize,
    passing: Vec<bool>,
}

/// A question brought to positions in the keys of tables of one layout.
pub(super) struct PieceReader<'a> {
    slice: &'a Slice,
    asked: &'a Question<'a>,
    layout: KeyLayout,
    tests: Vec<Test>,
    /// The breakdown, and where each of its dimensions stands in the table.
    projected: KeyLayout,
    positions: Vec<usize>,
}

impl<'a> PieceReader<'a> {
    /// Nothing where a dimension is not in the layout.
    pub(super) fn new(
        slice: &'a Slice,
        asked: &'a Question<'a>,
        condition: &Condition,
        layout: &KeyLayout,
    ) -> Option<Self> {
        let list = |dimension: DimensionId| &asked.catalogue.dimension(dimension).codes;
        let test = |(dimension, codes): &(DimensionId, Vec<CodeId>)| {
            Some(Test { position: layout.position(*dimension)?, passing: passing(list(*dimension), codes) })
        };
        Some(Self {
            slice,
            asked,
            layout: layout.clone(),
            tests: condition.codes.iter().map(test).collect::<Option<_>>()?,
            projected: KeyLayout::new(asked.catalogue, asked.by)?,
            positions: asked.by.iter().map(|dimension| layout.position(*dimension)).collect::<Option<_>>()?,
        })
    }

    /// The pieces that pass, by every code of the breakdown and every roll-up that can be made of them.
    pub(super) fn read(&self, table: &Table) -> Tabulation {
        let passes = |(key, _): &&(Key, Cell)| {
            self.tests.iter().all(|test| test.passing[self.layout.code(*key, test.position).index()])
        };
        let project = |(key, cell): &(Key, Cell)| {
            let codes = self.positions.iter().map(|position| self.layout.code(*key, *position)).enumerate();
            (codes.fold(0, |sum, (position, code)| sum | self.projected.place(position, code)), *cell)
        };
        let cells = table.cells().iter().filter(passes).map(project).collect();
        let mut table = Table::summing(self.projected.clone(), cells);
        for (position, dimension) in self.asked.by.iter().enumerate() {
            let list = &self.asked.catalogue.dimension(*dimension).codes;
            let rollups = rollups(list, *dimension, &self.slice.coverage);
            if !rollups.is_empty() {
                table = with_rollups(&table, list, position, &rollups);
            }
        }
        let cells = table.cells().iter().map(|(key, cell)| (self.projected.codes(*key), *cell)).collect();
        Tabulation { decimals: self.slice.decimals, cells, absent: self.slice.coverage.absent }
    }
}

/// The roll-ups of a dimension that can be made of what was collected.
fn rollups(list: &CodeList, dimension: DimensionId, coverage: &SliceCoverage) -> Vec<CodeId> {
    let computable = |code: &CodeId| {
        *code != CodeId::TOTAL && list.is_margin(*code) && coverage.reach(list, dimension, *code) == Reach::Inside
    };
    list.ids().filter(computable).collect()
}

/// The table with whatever lies under a roll-up added up to it.
fn with_rollups(table: &Table, list: &CodeList, position: usize, rollups: &[CodeId]) -> Table {
    let layout = table.layout();
    let above: Vec<Vec<CodeId>> = list
        .ids()
        .map(|code| rollups.iter().copied().filter(|rollup| *rollup != code && list.covers(*rollup, code)).collect())
        .collect();
    let mut cells = table.cells().to_vec();
    for (key, cell) in table.cells() {
        let rest = layout.without(*key, position);
        let above = above.get(layout.code(*key, position).index()).map_or(&[][..], Vec::as_slice);
        cells.extend(above.iter().map(|rollup| (rest | layout.place(position, *rollup), *cell)));
    }
    Table::summing(layout.clone(), cells)
}

/// The table with the bands of a dimension replaced by the codes under them, in equal parts;
/// the check of specifications sees to it that these are exact.
pub(super) fn split(table: &Table, list: &CodeList, dimension: DimensionId) -> Table {
    let layout = table.layout();
    let Some(position) = layout.position(dimension) else { return table.clone() };
    let mut cells = Vec::with_capacity(table.cells().len());
    for (key, cell) in table.cells() {
        let code = layout.code(*key, position);
        if !list.is_margin(code) {
            cells.push((*key, *cell));
            continue;
        }
        let leaves = list.leaves(code);
        let rest = layout.without(*key, position);
        let part = Cell { units: cell.units / leaves.len() as i128, way: Way::Split };
        cells.extend(leaves.iter().map(|leaf| (rest | layout.place(position, *leaf), part)));
    }
    Table::summing(layout.clone(), cells)
}

/// For each code of a list, whether it lies under one of these.
fn passing(list: &CodeList, codes: &[CodeId]) -> Vec<bool> {
    let mut under = vec![0; list.len()];
    let mut overlap = false;
    for (number, code) in (1_u32..).zip(codes) {
        for leaf in list.leaves(*code) {
            overlap |= under[leaf.index()] != 0;
            under[leaf.index()] = number;
        }
    }
    let lies = |code: CodeId| match list.leaves(code) {
        _ if overlap || code == CodeId::TOTAL => codes.iter().any(|outer| list.covers(*outer, code)),
        [first, rest @ ..] => {
            let number = under[first.index()];
            number != 0 && rest.iter().all(|leaf| under[leaf.index()] == number)
        }
        [] => false,
    };
    list.ids().map(lies).collect()
}
