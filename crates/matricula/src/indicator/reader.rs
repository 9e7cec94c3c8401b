//! Reads the numbers of a figure: each selection tabulated once for each breakdown, then looked up.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use matricula_spec::model::dimension::{CodeId, DimensionId};

use super::Place;
use super::figure::{Counted, Figure, Sum};
use crate::cube::coverage::Reach;
use crate::cube::slice::{Absence, Question, Slice, Tabulation};
use crate::cube::table::{Cell, Way};
use crate::estimates::{Flag, Flags, Number};

/// An exact number, and how it came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) number: Number,
    pub(super) flags: Flags,
}

/// A number, or why there is none.
pub(super) type Read = Result<Amount, Absence>;

/// Codes on some dimensions, ascending by dimension; every other one is its total.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct At(Vec<(DimensionId, CodeId)>);

impl At {
    pub(super) fn new(dimensions: &[DimensionId], codes: &[CodeId]) -> Self {
        let mut at: Vec<_> = dimensions.iter().copied().zip(codes.iter().copied()).collect();
        at.sort_unstable();
        Self(at)
    }

    /// With the code on a dimension, whatever stood there.
    pub(super) fn with(&self, dimension: DimensionId, code: CodeId) -> Self {
        let mut at = self.without(dimension);
        let position = at.0.partition_point(|(d, _)| *d < dimension);
        at.0.insert(position, (dimension, code));
        at
    }

    pub(super) fn without(&self, dimension: DimensionId) -> Self {
        Self(self.0.iter().copied().filter(|(d, _)| *d != dimension).collect())
    }

    pub(super) fn code(&self, dimension: DimensionId) -> Option<CodeId> {
        self.0.iter().find(|(d, _)| *d == dimension).map(|(_, code)| *code)
    }

    fn dimensions(&self) -> Vec<DimensionId> {
        self.0.iter().map(|(dimension, _)| *dimension).collect()
    }

    fn codes(&self) -> Vec<CodeId> {
        self.0.iter().map(|(_, code)| *code).collect()
    }
}

/// Positions and breakdowns that were tabulated.
type Memo = BTreeMap<(usize, Vec<DimensionId>), Rc<Result<Tabulation, Absence>>>;
/// The same, unit by unit.
type UnitMemo = BTreeMap<(usize, Vec<DimensionId>), Rc<Result<Vec<Tabulation>, Absence>>>;

/// The numbers of one figure at one place.
pub(super) struct Reader<'a> {
    pub(super) place: &'a Place<'a>,
    pub(super) figure: &'a Figure,
    /// The places of the selections: the figure's own, or another year's.
    places: Vec<Place<'a>>,
    memo: RefCell<Memo>,
    units: RefCell<UnitMemo>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(place: &'a Place<'a>, figure: &'a Figure) -> Self {
        let places = figure.selections().iter().map(|counted| place.years_later(counted.selection.year)).collect();
        Self { place, figure, places, memo: RefCell::default(), units: RefCell::default() }
    }

    /// The place of a selection.
    pub(super) fn place_of(&self, selection: usize) -> &Place<'a> {
        &self.places[selection]
    }

    /// The slice a selection is read from.
    pub(super) fn slice(&self, selection: usize) -> Option<&'a Slice> {
        let place = &self.places[selection];
        let measure = self.counted(selection).selection.measure;
        place.cube.slice(measure, place.ref_area, place.time_period)
    }

    fn counted(&self, selection: usize) -> &Counted {
        &self.figure.selections()[selection]
    }

    /// The number of a selection at coordinates.
    pub(super) fn read(&self, selection: usize, at: &At) -> Read {
        let tabulation = self.tabulated(selection, at.dimensions());
        let outside = at.0.iter().filter_map(|(dimension, code)| self.outside(selection, *dimension, *code));
        let refused = tabulation.as_ref().as_ref().err().copied();
        if let Some(first) = refused.into_iter().chain(outside).min() {
            return Err(first);
        }
        let tabulation = tabulation.as_ref().as_ref().map_err(|absence| *absence)?;
        let cell = tabulation.cell(&at.codes()).ok_or(Absence::Missing)?;
        Ok(amount(cell, tabulation.decimals))
    }

    /// The numbers of a selection at coordinates along one more dimension: those that are there.
    pub(super) fn along(
        &self,
        selection: usize,
        at: &At,
        dimension: DimensionId,
    ) -> Result<Vec<(CodeId, Amount)>, Absence> {
        let wide = at.with(dimension, CodeId::UNKNOWN);
        let tabulation = self.tabulated(selection, wide.dimensions());
        let outside = at.0.iter().filter_map(|(dimension, code)| self.outside(selection, *dimension, *code));
        let refused = tabulation.as_ref().as_ref().err().copied();
        if let Some(first) = refused.into_iter().chain(outside).min() {
            return Err(first);
        }
        let tabulation = tabulation.as_ref().as_ref().map_err(|absence| *absence)?;
        let list = &self.place.catalogue.dimension(dimension).codes;
        let held = |code: CodeId| {
            let cell = tabulation.held(&at.with(dimension, code).codes())?;
            Some((code, amount(cell, tabulation.decimals)))
        };
        Ok(list.ids().skip(1).filter_map(held).collect())
    }

    /// The numbers of a selection at coordinates, unit by unit.
    pub(super) fn by_unit(&self, selection: usize, at: &At) -> Result<Vec<Number>, Absence> {
        let tabulated = self.units_tabulated(selection, at.dimensions());
        let outside = at.0.iter().filter_map(|(dimension, code)| self.outside(selection, *dimension, *code));
        let refused = tabulated.as_ref().as_ref().err().copied();
        if let Some(first) = refused.into_iter().chain(outside).min() {
            return Err(first);
        }
        let units = tabulated.as_ref().as_ref().map_err(|absence| *absence)?;
        let codes = at.codes();
        let number =
            |unit: &Tabulation| unit.cell(&codes).map_or(Number::ZERO, |cell| amount(cell, unit.decimals).number);
        Ok(units.iter().map(number).collect())
    }

    /// Selections added and subtracted; nothing less than all of them makes a sum.
    pub(super) fn sum(&self, sum: &Sum, at: &At) -> Read {
        let (terms, derived) = self.terms(sum);
        let mut total = Amount { number: Number::ZERO, flags: Flags::NONE };
        let mut absent: Option<Absence> = None;
        for (selection, minus) in terms {
            match self.read(*selection, at) {
                Ok(amount) => {
                    let units = amount.number.millionths();
                    let units = total.number.millionths() + if *minus { -units } else { units };
                    total = Amount { number: Number::from_millionths(units), flags: total.flags.and(amount.flags) };
                }
                Err(absence) => absent = Some(absent.map_or(absence, |first| first.min(absence))),
            }
        }
        if derived {
            total.flags = total.flags.and(Flags::of(Flag::DerivedMeasure));
        }
        absent.map_or(Ok(total), Err)
    }

    /// The terms in force, and whether they stand in the place of a measure that no source gives.
    fn terms<'s>(&self, sum: &'s Sum) -> (&'s [(usize, bool)], bool) {
        match &sum.otherwise {
            Some(otherwise) if sum.terms.first().is_none_or(|(first, _)| self.slice(*first).is_none()) => {
                (otherwise, true)
            }
            _ => (&sum.terms, false),
        }
    }

    /// Positions of the selections whose cells decide on the rows.
    pub(super) fn row_makers(&self) -> Vec<usize> {
        let replaced: BTreeSet<usize> = self.replaced().collect();
        let all = self.figure.selections().iter().enumerate();
        all.filter(|(position, counted)| counted.makes_rows && !replaced.contains(position)).map(|(p, _)| p).collect()
    }

    /// Selections of sums for which others stand, or that are not needed to stand for them.
    fn replaced(&self) -> impl Iterator<Item = usize> {
        let super::figure::Form::Quotient(quotient) = &self.figure.form else { return Vec::new().into_iter() };
        let sums = std::iter::once(&quotient.numerator).chain(quotient.denominator.iter().map(|(sum, _)| sum));
        let sums: Vec<&Sum> = sums.collect();
        let in_force: BTreeSet<usize> =
            sums.iter().flat_map(|sum| self.terms(sum).0.iter().map(|(position, _)| *position)).collect();
        let all = sums.iter().flat_map(|sum| sum.terms.iter().chain(sum.otherwise.iter().flatten()));
        let replaced: Vec<usize> = all.map(|(position, _)| *position).filter(|p| !in_force.contains(p)).collect();
        replaced.into_iter()
    }

    /// Coordinates of a crossing that a selection holds, or why it cannot be read at all.
    pub(super) fn held(&self, selection: usize, crossing: &[DimensionId]) -> Result<BTreeSet<Vec<CodeId>>, Absence> {
        let groups = self.figure.parity.map(|groups| groups.dimension);
        let mut by: Vec<_> = crossing.iter().copied().chain(groups).collect();
        by.sort_unstable();
        by.dedup();
        let positions: Vec<_> = crossing.iter().filter_map(|d| by.iter().position(|b| b == d)).collect();
        let project = |codes: &Vec<CodeId>| positions.iter().map(|p| codes[*p]).collect::<Vec<_>>();
        if self.counted(selection).grain.is_some() {
            let tabulated = self.units_tabulated(selection, by);
            let units = tabulated.as_ref().as_ref().map_err(|absence| *absence)?;
            return Ok(units.iter().flat_map(|unit| unit.coordinates().map(project)).collect());
        }
        let tabulated = self.tabulated(selection, by);
        let tabulation = tabulated.as_ref().as_ref().map_err(|absence| *absence)?;
        Ok(tabulation.coordinates().map(project).collect())
    }

    fn tabulated(&self, selection: usize, by: Vec<DimensionId>) -> Rc<Result<Tabulation, Absence>> {
        let key = (selection, by);
        if let Some(found) = self.memo.borrow().get(&key) {
            return Rc::clone(found);
        }
        let tabulated = self.ask(selection, &key.1, Slice::tabulate);
        let tabulated = Rc::new(tabulated);
        self.memo.borrow_mut().insert(key, Rc::clone(&tabulated));
        tabulated
    }

    fn units_tabulated(&self, selection: usize, by: Vec<DimensionId>) -> Rc<Result<Vec<Tabulation>, Absence>> {
        let key = (selection, by);
        if let Some(found) = self.units.borrow().get(&key) {
            return Rc::clone(found);
        }
        let grain = self.counted(selection).grain.clone().unwrap_or_default();
        let tabulated = Rc::new(self.ask(selection, &key.1, |slice, asked| slice.tabulate_units(&grain, asked)));
        self.units.borrow_mut().insert(key, Rc::clone(&tabulated));
        tabulated
    }

    fn ask<T>(
        &self,
        selection: usize,
        by: &[DimensionId],
        answer: impl Fn(&'a Slice, &Question<'_>) -> Result<T, Absence>,
    ) -> Result<T, Absence> {
        let place = &self.places[selection];
        let asked = Question {
            catalogue: place.catalogue,
            system: &place.system,
            ref_area: place.ref_area,
            year: place.year(),
            condition: &self.counted(selection).selection.condition,
            by,
        };
        self.slice(selection).map_or(Err(Absence::NotCollected), |slice| answer(slice, &asked))
    }

    /// Why a code cannot be read from the slice of a selection, if it cannot.
    fn outside(&self, selection: usize, dimension: DimensionId, code: CodeId) -> Option<Absence> {
        let list = &self.place.catalogue.dimension(dimension).codes;
        match self.slice(selection)?.coverage().reach(list, dimension, code) {
            Reach::Inside => None,
            Reach::NotCollected => Some(Absence::NotCollected),
            Reach::Impossible => Some(Absence::Impossible),
        }
    }
}

fn amount(cell: Cell, decimals: u8) -> Amount {
    let flags = match cell.way {
        Way::Given => Flags::NONE,
        Way::Summed => Flags::of(Flag::SumOfParts),
        Way::Complement => Flags::of(Flag::Complement),
        Way::Split => Flags::of(Flag::SplitOfBand),
    };
    Amount { number: Number::from_units(cell.units, decimals), flags }
}
