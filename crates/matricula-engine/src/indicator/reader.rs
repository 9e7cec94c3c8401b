//! Reads the numbers of a figure: each selection tabulated once for each breakdown, then looked up.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use matricula_spec::model::condition::{Condition, Selection};
use matricula_spec::model::dimension::{CodeId, DimensionId};

use super::Place;
use super::estimates::{Flag, Flags, Number};
use crate::cube::coverage::Reach;
use crate::cube::key::{Key, KeyLayout, Projection};
use crate::cube::slice::{Absence, Question, Slice, Tabulated};
use crate::cube::table::{Cell, Way};
use crate::cube::tabulation::Tabulation;
use crate::plan::figure::{Counted, Figure, Sum};

/// An exact number, and how it came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) number: Number,
    pub(super) flags: Flags,
}

/// A number, or why there is none.
pub(super) type Read = Result<Amount, Absence>;

/// Codes on some dimensions, ascending by dimension; every other one is its total.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct At {
    dimensions: Vec<DimensionId>,
    codes: Vec<CodeId>,
}

impl At {
    /// Coordinates of a crossing, whose dimensions ascend.
    pub(super) fn new(dimensions: &[DimensionId], codes: &[CodeId]) -> Self {
        Self { dimensions: dimensions.to_vec(), codes: codes.to_vec() }
    }

    /// With the code on a dimension, whatever stood there.
    pub(super) fn with(&self, dimension: DimensionId, code: CodeId) -> Self {
        let mut at = self.clone();
        match at.dimensions.binary_search(&dimension) {
            Ok(position) => at.codes[position] = code,
            Err(position) => {
                at.dimensions.insert(position, dimension);
                at.codes.insert(position, code);
            }
        }
        at
    }

    pub(super) fn without(&self, dimension: DimensionId) -> Self {
        let mut at = self.clone();
        if let Ok(position) = at.dimensions.binary_search(&dimension) {
            at.dimensions.remove(position);
            at.codes.remove(position);
        }
        at
    }

    pub(super) fn code(&self, dimension: DimensionId) -> Option<CodeId> {
        self.dimensions.binary_search(&dimension).ok().map(|position| self.codes[position])
    }
}

/// What was tabulated of a selection, by breakdown.
type Memo = BTreeMap<Vec<DimensionId>, Tabulated>;

/// What was tabulated unit by unit at one place: by the year of its selection, measure, role of the units, condition
/// and breakdown.
///
/// Such tables are many and large, so that they are held only as long as indicators that share them are computed.
#[derive(Debug, Default)]
pub(crate) struct ByUnit(RefCell<BTreeMap<OfUnits, Tabulated>>);

/// A question for units.
type OfUnits = (i32, CodeId, String, Condition, Vec<DimensionId>);

/// The numbers of one figure at one place.
pub(super) struct Reader<'a> {
    pub(super) place: &'a Place<'a>,
    pub(super) figure: &'a Figure,
    /// The places of the selections: the figure's own, or another year's.
    places: Vec<Place<'a>>,
    /// One for each selection; those with a grain are tabulated unit by unit.
    memos: Vec<RefCell<Memo>>,
    by_unit: &'a ByUnit,
}

impl<'a> Reader<'a> {
    pub(super) fn new(place: &'a Place<'a>, figure: &'a Figure, by_unit: &'a ByUnit) -> Self {
        let places: Vec<_> =
            figure.selections().iter().map(|counted| place.years_later(counted.selection.year)).collect();
        let memos = places.iter().map(|_| RefCell::default()).collect();
        Self { place, figure, places, memos, by_unit }
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
        let tabulation = self.tabulated(selection, &at.dimensions);
        let tabulation = self.within(selection, at, &tabulation)?;
        let cell = tabulation.cell(&at.codes).ok_or(Absence::Missing)?;
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
        let tabulation = self.tabulated(selection, &wide.dimensions);
        let tabulation = self.within(selection, at, &tabulation)?;
        let list = &self.place.catalogue.dimension(dimension).codes;
        let At { dimensions, mut codes } = wide;
        let position = dimensions.partition_point(|before| *before < dimension);
        let held = |code: CodeId| {
            codes[position] = code;
            Some((code, amount(tabulation.held(&codes)?, tabulation.decimals)))
        };
        Ok(list.ids().skip(1).filter_map(held).collect())
    }

    /// The numbers of a selection at coordinates in those units that have any, with the units ascending.
    pub(super) fn by_unit(&self, selection: usize, at: &At) -> Result<Vec<(Key, Number)>, Absence> {
        let tabulation = self.tabulated(selection, &at.dimensions);
        let tabulation = self.within(selection, at, &tabulation)?;
        let units = tabulation.units(&at.codes);
        Ok(units.map(|(unit, cell)| (unit, amount(cell, tabulation.decimals).number)).collect())
    }

    /// A tabulation in which the codes of the coordinates can be read, or the gravest reason why not.
    fn within<'t>(
        &self,
        selection: usize,
        at: &At,
        tabulation: &'t Result<Tabulation, Absence>,
    ) -> Result<&'t Tabulation, Absence> {
        let codes = at.dimensions.iter().zip(&at.codes);
        let outside = codes.filter_map(|(dimension, code)| self.outside(selection, *dimension, *code)).min();
        match (tabulation, outside) {
            (Ok(tabulation), None) => Ok(tabulation),
            (Ok(_), Some(outside)) => Err(outside),
            (Err(refused), outside) => Err(outside.map_or(*refused, |outside| outside.min(*refused))),
        }
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
        let crate::plan::figure::Form::Quotient(quotient) = &self.figure.form else { return Vec::new().into_iter() };
        let sums = std::iter::once(&quotient.numerator).chain(quotient.denominator.iter().map(|(sum, _)| sum));
        let sums: Vec<&Sum> = sums.collect();
        let in_force: BTreeSet<usize> =
            sums.iter().flat_map(|sum| self.terms(sum).0.iter().map(|(position, _)| *position)).collect();
        let all = sums.iter().flat_map(|sum| sum.terms.iter().chain(sum.otherwise.iter().flatten()));
        let replaced: Vec<usize> = all.map(|(position, _)| *position).filter(|p| !in_force.contains(p)).collect();
        replaced.into_iter()
    }

    /// Coordinates of a crossing that a selection holds, as keys of its layout, or why it cannot be read at all.
    pub(super) fn held(
        &self,
        selection: usize,
        crossing: &[DimensionId],
        layout: &KeyLayout,
    ) -> Result<Vec<Key>, Absence> {
        let groups = self.figure.parity.map(|groups| groups.dimension);
        let mut by: Vec<_> = crossing.iter().copied().chain(groups).collect();
        by.sort_unstable();
        by.dedup();
        let tabulated = self.tabulated(selection, &by);
        let tabulation = tabulated.as_ref().as_ref().map_err(|absence| *absence)?;
        let projection = Projection::new(tabulation.layout(), layout).ok_or(Absence::NotCollected)?;
        let mut keys: Vec<Key> = tabulation.keys().map(|key| projection.of(key)).collect();
        keys.dedup();
        Ok(keys)
    }

    fn tabulated(&self, selection: usize, by: &[DimensionId]) -> Tabulated {
        let memo = &self.memos[selection];
        if let Some(found) = memo.borrow().get(by) {
            return Arc::clone(found);
        }
        let tabulated = self.ask(selection, by);
        memo.borrow_mut().insert(by.to_vec(), Arc::clone(&tabulated));
        tabulated
    }

    fn ask(&self, selection: usize, by: &[DimensionId]) -> Tabulated {
        let place = &self.places[selection];
        let Some(slice) = self.slice(selection) else { return Arc::new(Err(Absence::NotCollected)) };
        let Counted { selection: Selection { condition, year, measure, .. }, grain, .. } = self.counted(selection);
        let asked = Question {
            catalogue: place.catalogue,
            system: &place.system,
            ref_area: place.ref_area,
            year: place.year(),
            condition,
            by,
        };
        let Some(role) = grain else { return slice.tabulate(&asked) };
        let question = (*year, *measure, role.clone(), condition.clone(), by.to_vec());
        let mut known = self.by_unit.0.borrow_mut();
        Arc::clone(known.entry(question).or_insert_with(|| Arc::new(slice.tabulate_units(role, &asked))))
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
