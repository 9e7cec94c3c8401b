//! One measure of one source in one country and year, and how a selection is read from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use matricula_spec::Catalogue;
use matricula_spec::model::condition::{Between, Condition};
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::mapping::{RowKind, SplitMethod};
use matricula_spec::model::system::System;

use super::coverage::{Collected, Reach, SliceCoverage};
use super::hashing::Buffered;
use super::key::{Key, KeyLayout, Projection};
use super::memo::Memo;
use super::pieces::{PieceReader, split};
use super::reduce::{Wanted, along};
use super::table::{Cell, Table};
use super::tabulation::Tabulation;
use crate::condition::both;
use crate::official_age::{OfficialAges, grades_before_last};

/// One measure of one source in one country and year.
#[derive(Debug)]
pub struct Slice {
    source: usize,
    /// Other sources whose records decided on its cells.
    linked_with: Vec<usize>,
    pub(super) decimals: u8,
    pub(super) coverage: SliceCoverage,
    cuboids: Vec<Arc<Table>>,
    /// By the role of the units' identifier: their cells, by a number for each in the order of its hash.
    units: BTreeMap<String, Arc<Table>>,
    /// Dimensions whose bands are split where they are looked at.
    splits: BTreeMap<DimensionId, SplitMethod>,
    /// What was tabulated of its records: indicators share many of their selections.
    tabulated: Memo<(Condition, Vec<DimensionId>), Tabulated>,
    /// Its cuboids over fewer dimensions.
    rolled_up: Memo<Vec<DimensionId>, Option<Arc<Table>>>,
    /// The cells of units that meet a condition, with the bands of those dimensions split.
    selected: Memo<(String, Condition, Vec<DimensionId>), Option<Arc<Table>>>,
}

/// A selection, broken down, or why it cannot be read.
pub(crate) type Tabulated = Arc<Result<Tabulation, Absence>>;

/// Why a selection cannot be read at all; where several hold, the first is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Absence {
    /// It cannot exist.
    Impossible,
    /// It exists and was not collected.
    NotCollected,
    /// It was collected and is missing, or what is needed to find it is not known.
    Missing,
}

impl Slice {
    /// A slice of cuboids that hold the same records.
    pub(crate) fn new(
        source: usize,
        decimals: u8,
        coverage: SliceCoverage,
        cuboids: Vec<Table>,
        units: BTreeMap<String, Table>,
    ) -> Self {
        let units = units.into_iter().map(|(role, table)| (role, Arc::new(table))).collect();
        let cuboids = cuboids.into_iter().map(Arc::new).collect();
        Self {
            source,
            linked_with: Vec::new(),
            decimals,
            coverage,
            cuboids,
            units,
            splits: BTreeMap::new(),
            tabulated: Memo::default(),
            rolled_up: Memo::default(),
            selected: Memo::default(),
        }
    }

    /// The slice with the sources whose records its records were linked with.
    pub fn linked_with(self, linked_with: Vec<usize>) -> Self {
        Self { linked_with, ..self }
    }

    /// Positions of other sources whose records decided on its cells.
    pub fn further_sources(&self) -> &[usize] {
        &self.linked_with
    }

    /// The slice with bands that may be split.
    pub fn splitting(self, splits: BTreeMap<DimensionId, SplitMethod>) -> Self {
        Self { splits, ..self }
    }

    /// Position of the source in the batch.
    pub fn source(&self) -> usize {
        self.source
    }

    /// What it holds along its dimensions.
    pub fn coverage(&self) -> &SliceCoverage {
        &self.coverage
    }

    /// The cuboids it is made of.
    pub(crate) fn cuboids(&self) -> &[Arc<Table>] {
        &self.cuboids
    }

    /// Feeds every cell to a hash, as if each unit had a table of its own.
    pub(super) fn hash_into(&self, hasher: &mut Buffered) {
        hasher.update(&[self.decimals]);
        for table in &self.cuboids {
            hash_dimensions(table.layout(), hasher);
            table.cells().for_each(|(key, cell)| hash_cell(key, cell, hasher));
        }
        for table in self.units.values() {
            let layout = table.layout();
            let mut last = None;
            for (key, cell) in table.cells() {
                let unit = Some(layout.unit(key));
                if last != unit {
                    hash_dimensions(layout, hasher);
                    last = unit;
                }
                hash_cell(layout.without_unit(key), cell, hasher);
            }
        }
    }

    /// Forgets what was remembered for the sake of the next question.
    pub fn forget(&self) {
        self.tabulated.forget();
        self.rolled_up.forget();
        self.selected.forget();
    }

    /// The cells that meet a condition, by every code of the breakdown dimensions; remembered.
    pub(crate) fn tabulate(&self, asked: &Question<'_>) -> Tabulated {
        let question = (asked.condition.clone(), asked.by.to_vec());
        self.tabulated.answer(&question, || Arc::new(self.tabulate_anew(asked)))
    }

    fn tabulate_anew(&self, asked: &Question<'_>) -> Result<Tabulation, Absence> {
        let condition = self.resolve(asked)?;
        let needed = self.needed(asked, &condition)?;
        let table = self.over(asked.catalogue, &needed).ok_or(Absence::NotCollected)?;
        let table = self.derived_tests(asked, &condition, self.with_bands_split(asked.catalogue, &needed, table));
        match self.coverage.rows {
            RowKind::Cells => self.read(asked, &condition, Table::clone(&table)),
            RowKind::Pieces => {
                let reader = PieceReader::new(self, asked, &condition, table.layout()).ok_or(Absence::NotCollected)?;
                Ok(reader.read(&table))
            }
        }
    }

    /// The same unit by unit; not collected where the source does not know the units.
    pub(crate) fn tabulate_units(&self, role: &str, asked: &Question<'_>) -> Result<Tabulation, Absence> {
        let condition = self.resolve(asked)?;
        let needed = self.needed(asked, &condition)?;
        let units = self.units.get(role).ok_or(Absence::NotCollected)?;
        if units.len() == 0 {
            let layout = KeyLayout::new(asked.catalogue, asked.by).ok_or(Absence::NotCollected)?;
            return Ok(Tabulation {
                decimals: self.decimals,
                cells: Table::new(layout, []),
                absent: self.coverage.absent,
            });
        }
        if !units.has_all(&needed) {
            return Err(Absence::NotCollected);
        }
        let split: Vec<_> = self.splits.keys().copied().filter(|dimension| needed.contains(dimension)).collect();
        let question = (role.to_owned(), condition, split);
        // Every breakdown of a figure asks for the same cells, few of very many.
        let selected = self.selected.answer(&question, || {
            let table = self.with_bands_split(asked.catalogue, &needed, Arc::clone(units));
            let table = self.derived_tests(asked, &question.1, table);
            Some(Arc::new(PieceReader::new(self, asked, &question.1, table.layout())?.selected(&table)))
        });
        let selected = selected.ok_or(Absence::NotCollected)?;
        let every = Condition::default();
        let reader = PieceReader::new(self, asked, &every, selected.layout()).ok_or(Absence::NotCollected)?;
        Ok(reader.read(&selected))
    }

    /// The table with the bands of those dimensions split that are looked at.
    fn with_bands_split(&self, catalogue: &Catalogue, needed: &[DimensionId], mut table: Arc<Table>) -> Arc<Table> {
        for (dimension, SplitMethod::Uniform) in &self.splits {
            if needed.contains(dimension) {
                table = Arc::new(split(&table, &catalogue.dimension(*dimension).codes, *dimension));
            }
        }
        table
    }

    /// The dimensions that a table must have for a resolved condition and the breakdowns, ascending.
    fn needed(&self, asked: &Question<'_>, condition: &Condition) -> Result<Vec<DimensionId>, Absence> {
        let mut needed: Vec<DimensionId> = condition.dimensions().collect();
        needed.extend(asked.by);
        if condition.years_over_age.is_some() {
            needed.extend(asked.dimensions_of_years_over_age(&self.coverage)?);
        }
        if condition.grades_before_last.is_some() {
            needed.extend(asked.dimensions_of_grades_before_last(&self.coverage)?);
        }
        needed.sort_unstable();
        needed.dedup();
        Ok(needed)
    }

    /// Only the cells that pass the tests that compare dimensions with the education system.
    #[expect(clippy::unused_self, reason = "reads as one of the steps of tabulating")]
    fn derived_tests(&self, asked: &Question<'_>, condition: &Condition, mut table: Arc<Table>) -> Arc<Table> {
        if let Some(between) = condition.years_over_age {
            table = Arc::new(asked.within_years_over_age(&table, between));
        }
        if let Some(between) = condition.grades_before_last {
            table = Arc::new(asked.within_grades_before_last(&table, between));
        }
        table
    }

    /// The condition in dimensions that the slice holds: age classes become ages.
    fn resolve(&self, asked: &Question<'_>) -> Result<Condition, Absence> {
        let by = asked.by.iter().map(|dimension| self.must_reach(asked.catalogue, *dimension, None));
        let mut absences: Vec<Absence> = by.filter_map(Result::err).collect();
        let mut resolved = Condition {
            years_over_age: asked.condition.years_over_age,
            grades_before_last: asked.condition.grades_before_last,
            ..Condition::default()
        };
        for (dimension, codes) in &asked.condition.codes {
            match self.resolve_test(asked, *dimension, codes) {
                Ok(test) => resolved = both(asked.catalogue, &resolved, &test),
                Err(absence) => absences.push(absence),
            }
        }
        if resolved.years_over_age.is_some() {
            absences.extend(asked.dimensions_of_years_over_age(&self.coverage).err());
        }
        if let Some(between) = resolved.grades_before_last {
            absences.extend(asked.dimensions_of_grades_before_last(&self.coverage).err());
            if self.coverage.rows == RowKind::Cells {
                // A published table is asked for grades, by the reference structure.
                resolved.grades_before_last = None;
                match self.grades_within(asked, between) {
                    Ok(test) => resolved = both(asked.catalogue, &resolved, &test),
                    Err(absence) => absences.push(absence),
                }
            }
        }
        absences.into_iter().min().map_or(Ok(resolved), Err)
    }

    fn resolve_test(
        &self,
        asked: &Question<'_>,
        dimension: DimensionId,
        codes: &[CodeId],
    ) -> Result<Condition, Absence> {
        let known = asked.catalogue.known();
        let (dimension, codes) = if dimension == known.age_class && !self.coverage.collects(known.age_class) {
            self.must_reach(asked.catalogue, known.age, None)?;
            (known.age, asked.ages_of(codes)?)
        } else if asked.condition.open.contains(&dimension) {
            (dimension, self.collected(asked.catalogue, dimension, codes.to_vec()))
        } else {
            (dimension, codes.to_vec())
        };
        self.must_reach(asked.catalogue, dimension, Some(&codes))?;
        Ok(Condition { codes: vec![(dimension, codes)], ..Condition::default() })
    }

    /// Of an open list, the codes that were collected; all of them if none was, so that the figure is not collected.
    fn collected(&self, catalogue: &Catalogue, dimension: DimensionId, codes: Vec<CodeId>) -> Vec<CodeId> {
        let list = &catalogue.dimension(dimension).codes;
        let inside = |code: &CodeId| self.coverage.reach(list, dimension, *code) == Reach::Inside;
        // A record may hold a roll-up instead of one of its parts; cells never count both.
        let within = |code: &CodeId| {
            let leaves = list.leaves(*code);
            list.is_margin(*code)
                && leaves.iter().all(|leaf| codes.contains(leaf))
                && (self.coverage.rows == RowKind::Pieces || !leaves.iter().any(inside))
        };
        let reached = list.ids().skip(1).filter(|code| (codes.contains(code) || within(code)) && inside(code));
        let reached: Vec<_> = reached.collect();
        if reached.is_empty() { codes } else { reached }
    }

    fn must_reach(
        &self,
        catalogue: &Catalogue,
        dimension: DimensionId,
        codes: Option<&[CodeId]>,
    ) -> Result<(), Absence> {
        let list = &catalogue.dimension(dimension).codes;
        // Without codes the question is whether the dimension was collected at all; `_U` always belongs to it.
        for code in codes.unwrap_or(&[CodeId::UNKNOWN]) {
            match self.coverage.reach(list, dimension, *code) {
                Reach::Inside => {}
                Reach::NotCollected => return Err(Absence::NotCollected),
                Reach::Impossible => return Err(Absence::Impossible),
            }
        }
        Ok(())
    }

    /// The grades of the level tested, so many before its last in the reference structure: those that exist,
    /// and of these the ones that were collected.
    fn grades_within(&self, asked: &Question<'_>, between: Between) -> Result<Condition, Absence> {
        let grade = asked.catalogue.known().grade;
        let list = &asked.catalogue.dimension(grade).codes;
        let duration = asked.duration().ok_or(Absence::Missing)?;
        let within = |code: &CodeId| {
            let number = list.code(*code).number().filter(|number| *number <= duration);
            number.is_some_and(|number| between.contains(duration - number))
        };
        let codes: Vec<CodeId> = list.leaves(CodeId::TOTAL).iter().copied().filter(within).collect();
        if codes.is_empty() {
            return Err(Absence::Impossible);
        }
        let codes = self.collected(asked.catalogue, grade, codes);
        self.must_reach(asked.catalogue, grade, Some(&codes))?;
        Ok(Condition { codes: vec![(grade, codes)], ..Condition::default() })
    }

    /// A table over at least these dimensions; for pieces exactly these, remembered.
    fn over(&self, catalogue: &Catalogue, needed: &[DimensionId]) -> Option<Arc<Table>> {
        let smallest = |tables: &[Arc<Table>]| {
            tables.iter().filter(|table| table.has_all(needed)).min_by_key(|table| table.len()).cloned()
        };
        if self.coverage.rows == RowKind::Cells {
            return smallest(&self.cuboids);
        }
        self.rolled_up.answer(&needed.to_vec(), || {
            // From whichever table: the sums are the same.
            let rolled_up: Vec<_> = self.rolled_up.answers().into_iter().flatten().collect();
            let table =
                smallest(&[smallest(&self.cuboids), smallest(&rolled_up)].into_iter().flatten().collect::<Vec<_>>())?;
            Some(Arc::new(brought_to(catalogue, &table, needed)?))
        })
    }

    /// Reads a published table: dimension by dimension, the way that the precedence of margins wants it.
    fn read(&self, asked: &Question<'_>, condition: &Condition, mut table: Table) -> Result<Tabulation, Absence> {
        let beyond_last = asked.beyond_last();
        for dimension in self.order_of_reduction(&table) {
            let none = if dimension == asked.catalogue.known().grade { beyond_last.as_slice() } else { &[] };
            let wanted = match condition.on(dimension) {
                _ if asked.by.contains(&dimension) => Wanted::Each,
                Some(codes) => Wanted::Sum(codes.to_vec()),
                None => Wanted::Total,
            };
            let list = &asked.catalogue.dimension(dimension).codes;
            table = along(&table, list, dimension, &wanted, (&self.coverage, none));
            if let Some(codes) = condition.on(dimension).filter(|_| wanted == Wanted::Each) {
                table = keep_codes(asked.catalogue, &table, dimension, codes);
            }
        }
        let cells = brought_to(asked.catalogue, &table, asked.by).ok_or(Absence::NotCollected)?;
        Ok(Tabulation { decimals: self.decimals, cells, absent: self.coverage.absent })
    }

    /// Dimensions in which a complement may be taken come last, so that it is taken from given margins.
    fn order_of_reduction(&self, table: &Table) -> Vec<DimensionId> {
        let takes_complement = |dimension: &DimensionId| match self.coverage.on(*dimension) {
            Collected::Codes(codes) => codes.complement,
            _ => false,
        };
        let (last, first): (Vec<_>, Vec<_>) = table.layout().dimensions().partition(takes_complement);
        first.into_iter().chain(last).collect()
    }
}

fn keep_codes(catalogue: &Catalogue, table: &Table, dimension: DimensionId, codes: &[CodeId]) -> Table {
    let list = &catalogue.dimension(dimension).codes;
    let Some(position) = table.layout().position(dimension) else { return table.clone() };
    table.filtered(|cell| codes.iter().any(|code| list.covers(*code, cell[position])))
}

/// The table over fewer dimensions.
fn brought_to(catalogue: &Catalogue, table: &Table, dimensions: &[DimensionId]) -> Option<Table> {
    let layout = KeyLayout::new(catalogue, dimensions)?;
    let projection = Projection::new(table.layout(), &layout)?;
    Some(table.projected(&layout, &projection, |_| true))
}

fn hash_dimensions(layout: &KeyLayout, hasher: &mut Buffered) {
    layout.dimensions().for_each(|dimension| hasher.update(&dimension.index().to_le_bytes()));
}

fn hash_cell(key: Key, cell: Cell, hasher: &mut Buffered) {
    hasher.update(&key.to_le_bytes());
    hasher.update(&cell.units.to_le_bytes());
}

/// What is asked of a slice.
pub struct Question<'a> {
    pub(crate) catalogue: &'a Catalogue,
    /// The reference system of the slice's country and year, for ages without a structure.
    pub system: &'a System<'a>,
    /// Country and year, for the systems of other structures.
    pub ref_area: CodeId,
    pub(crate) year: i32,
    pub(crate) condition: &'a Condition,
    /// Breakdown dimensions, ascending.
    pub by: &'a [DimensionId],
}

impl Question<'_> {
    /// The single ages of age classes, ascending.
    fn ages_of(&self, classes: &[CodeId]) -> Result<Vec<CodeId>, Absence> {
        let known = self.catalogue.known();
        let edu_levels = &self.catalogue.dimension(known.edu_level).codes;
        let ages = &self.catalogue.dimension(known.age).codes;
        let mut codes = Vec::new();
        for class in classes {
            let class = self.catalogue.age_class(*class).ok_or(Absence::Missing)?;
            let (first, last) = self.system.ages(class, edu_levels).ok_or(Absence::Missing)?;
            codes.extend((first..=last).filter_map(|age| ages.find(&age.to_string())));
        }
        codes.sort_unstable();
        codes.dedup();
        Ok(codes)
    }

    fn dimensions_of_years_over_age(&self, coverage: &SliceCoverage) -> Result<Vec<DimensionId>, Absence> {
        let known = self.catalogue.known();
        let needed = [known.age, known.edu_level, known.grade];
        if needed.iter().any(|d| matches!(coverage.on(*d), Collected::Impossible)) {
            return Err(Absence::Impossible);
        }
        if coverage.rows == RowKind::Cells || !needed.iter().all(|d| coverage.collects(*d)) {
            return Err(Absence::NotCollected);
        }
        if self.system.is_empty() {
            return Err(Absence::Missing);
        }
        let structure = coverage.collects(known.structure).then_some(known.structure);
        Ok(needed.into_iter().chain(structure).collect())
    }

    fn dimensions_of_grades_before_last(&self, coverage: &SliceCoverage) -> Result<Vec<DimensionId>, Absence> {
        let known = self.catalogue.known();
        let needed = [known.edu_level, known.grade];
        if needed.iter().any(|d| matches!(coverage.on(*d), Collected::Impossible)) {
            return Err(Absence::Impossible);
        }
        if !needed.iter().all(|d| coverage.collects(*d)) {
            return Err(Absence::NotCollected);
        }
        if self.system.is_empty() {
            return Err(Absence::Missing);
        }
        let own = coverage.rows == RowKind::Pieces && coverage.collects(known.structure);
        Ok(needed.into_iter().chain(own.then_some(known.structure)).collect())
    }

    /// Years of the only level that is tested, in the reference structure.
    fn duration(&self) -> Option<i32> {
        let [level] = self.condition.on(self.catalogue.known().edu_level)? else { return None };
        self.system.levels().iter().find(|l| l.edu_level == *level).map(|l| l.duration)
    }

    /// Grades after the last of the only level that is tested: they do not exist, so that nobody is missing there.
    fn beyond_last(&self) -> Vec<CodeId> {
        let list = &self.catalogue.dimension(self.catalogue.known().grade).codes;
        let Some(duration) = self.duration() else { return Vec::new() };
        let beyond = |code: &CodeId| list.code(*code).number().is_some_and(|number| number > duration);
        list.ids().filter(beyond).collect()
    }

    fn within_grades_before_last(&self, table: &Table, between: Between) -> Table {
        let dimensions: Vec<_> = table.layout().dimensions().collect();
        table.filtered(|codes| {
            let code = |dimension| dimensions.iter().position(|d| *d == dimension).map(|p| codes[p]);
            let grades = grades_before_last(self.catalogue, self.ref_area, self.year, code);
            grades.is_some_and(|grades| between.contains(grades))
        })
    }

    fn within_years_over_age(&self, table: &Table, between: Between) -> Table {
        let dimensions: Vec<_> = table.layout().dimensions().collect();
        let mut ages = OfficialAges::new(self.catalogue);
        table.filtered(|codes| {
            let code = |dimension| dimensions.iter().position(|d| *d == dimension).map(|p| codes[p]);
            let years = ages.years_over_age(self.ref_area, self.year, code);
            years.is_some_and(|years| between.contains(years))
        })
    }
}
