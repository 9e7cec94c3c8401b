//! Reads a published table along one dimension: which codes are needed, and how each comes about.

use matricula_spec::model::dimension::{CodeId, CodeList, DimensionId};
use matricula_spec::model::mapping::Absent;

use super::coverage::{Collected, CollectedCodes, SliceCoverage};
use super::key::Key;
use super::table::{Cell, Table, Way};

/// What is wanted of a dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The total: the dimension is not looked at.
    Total,
    /// The sum over these codes, which do not contain each other.
    Sum(Vec<CodeId>),
    /// Every code collected, and every roll-up that can be made of them.
    Each,
}

/// The table with one dimension brought to what is wanted. Total and sum leave `_T` in its place.
/// Codes of `none` do not exist here: their absence means none.
pub(crate) fn along(
    table: &Table,
    list: &CodeList,
    dimension: DimensionId,
    wanted: &Wanted,
    (coverage, none): (&SliceCoverage, &[CodeId]),
) -> Table {
    let Some(position) = table.layout().position(dimension) else { return table.clone() };
    Step { table, list, dimension, position, coverage, none }.cells(wanted)
}

struct Step<'a> {
    table: &'a Table,
    list: &'a CodeList,
    dimension: DimensionId,
    position: usize,
    coverage: &'a SliceCoverage,
    none: &'a [CodeId],
}

impl Step<'_> {
    /// Cells of a published table: given, then a complete sum of parts, then margin minus siblings.
    fn cells(&self, wanted: &Wanted) -> Table {
        let layout = self.table.layout();
        let mut groups: Vec<(Key, CodeId, Cell)> = self
            .table
            .cells()
            .map(|(key, cell)| (layout.without(key, self.position), layout.code(key, self.position), cell))
            .collect();
        groups.sort_unstable_by_key(|(rest, code, _)| (*rest, *code));
        let mut cells = Vec::with_capacity(groups.len());
        for group in groups.chunk_by(|a, b| a.0 == b.0) {
            let rest = group[0].0;
            let group = Group { cells: group, step: self };
            cells.extend(group.wanted(wanted).map(|(code, cell)| (rest | layout.place(self.position, code), cell)));
        }
        Table::new(layout.clone(), cells)
    }

    fn collected(&self) -> Option<&CollectedCodes> {
        match self.coverage.on(self.dimension) {
            Collected::Codes(codes) => Some(codes),
            Collected::No | Collected::Impossible => None,
        }
    }
}

/// The cells that differ in one dimension only, ascending by code.
struct Group<'a> {
    cells: &'a [(Key, CodeId, Cell)],
    step: &'a Step<'a>,
}

impl Group<'_> {
    fn wanted(&self, wanted: &Wanted) -> impl Iterator<Item = (CodeId, Cell)> + '_ {
        match wanted {
            Wanted::Total => self.read(CodeId::TOTAL).map(|c| vec![(CodeId::TOTAL, c)]).unwrap_or_default(),
            Wanted::Sum(codes) => self.sum(codes).map(|c| vec![(CodeId::TOTAL, c)]).unwrap_or_default(),
            Wanted::Each => {
                let readable = |code: CodeId| self.read(code).map(|cell| (code, cell));
                self.step.list.ids().skip(1).filter_map(readable).collect()
            }
        }
        .into_iter()
    }

    /// Absent codes are zero where the source says so; nothing where all of them are absent.
    fn sum(&self, codes: &[CodeId]) -> Option<Cell> {
        let cells: Vec<_> = codes.iter().map(|code| self.read(*code)).collect();
        let is_there = |(code, cell): (&CodeId, &Option<Cell>)| cell.is_some() || self.step.none.contains(code);
        let complete = self.step.coverage.absent == Absent::Zero || codes.iter().zip(&cells).all(is_there);
        cells.into_iter().flatten().reduce(Cell::plus).filter(|_| complete)
    }

    fn read(&self, code: CodeId) -> Option<Cell> {
        self.given(code).or_else(|| self.sum_of_parts(code)).or_else(|| self.margin_minus_siblings(code))
    }

    fn given(&self, code: CodeId) -> Option<Cell> {
        let found = self.cells.binary_search_by_key(&code, |(_, code, _)| *code).ok()?;
        Some(self.cells[found].2)
    }

    /// Never from a complement: one step of inference is enough.
    fn direct(&self, code: CodeId) -> Option<Cell> {
        self.given(code).filter(|cell| cell.way != Way::Complement)
    }

    fn sum_of_parts(&self, code: CodeId) -> Option<Cell> {
        let collected = self.step.collected()?;
        let declared = collected.parts.iter().find(|(margin, _)| *margin == code).map(|(_, parts)| parts);
        let parts = declared.unwrap_or(&self.step.list.code(code).parts);
        let mut sum: Option<Cell> = None;
        let mut any = false;
        for part in parts {
            let cell = match self.direct(*part) {
                Some(cell) => {
                    any = true;
                    cell
                }
                None if self.absent_is_none(*part, collected) => Cell { units: 0, way: Way::Given },
                None => return None,
            };
            sum = Some(sum.map_or(cell, |sum| sum.plus(cell)));
        }
        sum.filter(|_| any).map(|cell| Cell { way: Way::Summed, ..cell })
    }

    fn absent_is_none(&self, code: CodeId, collected: &CollectedCodes) -> bool {
        self.step.coverage.absent == Absent::Zero
            || self.step.none.contains(&code)
            || collected.may_be_absent.contains(&code)
    }

    fn margin_minus_siblings(&self, code: CodeId) -> Option<Cell> {
        let collected = self.step.collected().filter(|c| c.complement)?;
        let (margin, parts) = collected.parts.iter().find(|(_, parts)| parts.contains(&code))?;
        let whole = self.given(*margin).filter(|cell| cell.way == Way::Given)?;
        let mut units = whole.units;
        for sibling in parts.iter().filter(|part| **part != code) {
            units -= self.given(*sibling).filter(|cell| cell.way == Way::Given)?.units;
        }
        (units >= 0).then_some(Cell { units, way: Way::Complement })
    }
}
