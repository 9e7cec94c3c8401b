//! Reads tables of disjoint pieces: those that pass are projected to the breakdown and added up, in one look.

use matricula_spec::model::condition::Condition;
use matricula_spec::model::dimension::{CodeId, CodeList, DimensionId};

use super::coverage::{Reach, SliceCoverage};
use super::key::{Key, KeyLayout, Projection};
use super::slice::{Question, Slice};
use super::table::{Cell, Table, Way};
use super::tabulation::Tabulation;

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
    /// The breakdown, with the units of the table after it, and how keys are brought to it.
    projected: KeyLayout,
    projection: Projection,
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
        let projected = KeyLayout::new(asked.catalogue, asked.by)?.before_units_of(layout)?;
        Some(Self {
            slice,
            asked,
            layout: layout.clone(),
            tests: condition.codes.iter().map(test).collect::<Option<_>>()?,
            projection: Projection::new(layout, &projected)?,
            projected,
        })
    }

    /// The pieces that pass, in the same layout.
    pub(super) fn selected(&self, table: &Table) -> Table {
        table.of_keys(|key| self.passes(key))
    }

    fn passes(&self, key: Key) -> bool {
        self.tests.iter().all(|test| test.passing[self.layout.code(key, test.position).index()])
    }

    /// The pieces that pass, by every code of the breakdown and every roll-up that can be made of them.
    pub(super) fn read(&self, table: &Table) -> Tabulation {
        let mut table = table.projected(&self.projected, &self.projection, |key| self.passes(key));
        for (position, dimension) in self.asked.by.iter().enumerate() {
            let list = &self.asked.catalogue.dimension(*dimension).codes;
            let rollups = rollups(list, *dimension, &self.slice.coverage);
            if !rollups.is_empty() {
                table = with_rollups(&table, list, position, &rollups);
            }
        }
        Tabulation { decimals: self.slice.decimals, cells: table, absent: self.slice.coverage.absent }
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
    let mut computable = vec![false; list.len()];
    rollups.iter().for_each(|rollup| computable[rollup.index()] = true);
    let above = |(key, cell): (Key, Cell)| {
        let rest = layout.without(key, position);
        let above = list.above(layout.code(key, position)).iter().filter(|rollup| computable[rollup.index()]);
        above.map(move |rollup| (rest | layout.place(position, *rollup), cell))
    };
    Table::summing(layout.clone(), table.cells().chain(table.cells().flat_map(above)))
}

/// The table with the bands of a dimension replaced by the codes under them, in equal parts;
/// the check of specifications sees to it that these are exact.
pub(super) fn split(table: &Table, list: &CodeList, dimension: DimensionId) -> Table {
    let layout = table.layout();
    let Some(position) = layout.position(dimension) else { return table.clone() };
    let mut cells = Vec::with_capacity(table.len());
    for (key, cell) in table.cells() {
        let code = layout.code(key, position);
        if !list.is_margin(code) {
            cells.push((key, cell));
            continue;
        }
        let leaves = list.leaves(code);
        let rest = layout.without(key, position);
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
