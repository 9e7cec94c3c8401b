//! Numbers from a published table with margins of its own, where nothing may be counted twice.

use std::collections::BTreeMap;

use matricula::spec::model::dimension::{CodeId, DimensionId};

use super::tables::{Number, Test, Way};
use super::{Codes, Slice};

/// A published table, as it is asked.
struct Published<'a> {
    slice: &'a Slice<'a>,
    /// Grades that the level which is asked for does not have.
    beyond_last: Vec<CodeId>,
}

/// The numbers of a crossing for which the table has a way to a number.
pub(crate) fn numbers(slice: &Slice<'_>, tests: &[Test], crossing: &[DimensionId]) -> BTreeMap<Vec<CodeId>, Number> {
    let table = Published { slice, beyond_last: beyond_last(slice, tests) };
    let mut places: Vec<Vec<CodeId>> = vec![Vec::new()];
    for dimension in crossing {
        let codes: Vec<CodeId> = slice.list(*dimension).ids().skip(1).collect();
        places = places.iter().flat_map(|place| codes.iter().map(|code| [&place[..], &[*code]].concat())).collect();
    }
    let steps = steps(slice, tests, crossing);
    let mut numbers = BTreeMap::new();
    for place in places {
        let cut: Codes = crossing.iter().copied().zip(place.iter().copied()).collect();
        let passes = |test: &Test| {
            let list = slice.list(test.dimension);
            cut.get(&test.dimension).is_none_or(|code| test.codes.iter().any(|outer| list.covers(*outer, *code)))
        };
        if tests.iter().all(passes)
            && let Some(number) = table.after(&steps, &cut, &Codes::new())
        {
            numbers.insert(place, number);
        }
    }
    numbers
}

/// The grades after the last of the level, where one level is asked for and the country's system has it.
fn beyond_last(slice: &Slice<'_>, tests: &[Test]) -> Vec<CodeId> {
    let known = slice.catalogue.known();
    let level = tests.iter().find(|test| test.dimension == known.edu_level);
    let duration = level.and_then(|level| slice.duration(&level.codes));
    let grades = slice.list(known.grade);
    let beyond = |grade: &CodeId| grades.code(*grade).number().zip(duration).is_some_and(|(grade, last)| grade > last);
    grades.ids().filter(beyond).collect()
}

/// What is wanted of one dimension of the table.
struct Step {
    dimension: DimensionId,
    /// The sum over these codes; nothing for the code of the place, or the total.
    sum: Option<Vec<CodeId>>,
}

/// The dimensions one after the other; those in which a complement may be taken come last.
fn steps(slice: &Slice<'_>, tests: &[Test], crossing: &[DimensionId]) -> Vec<Step> {
    let known = slice.catalogue.known();
    let is_cut = |dimension: &DimensionId| {
        ![known.measure, known.ref_area, known.time_period].contains(dimension) && slice.has(*dimension).is_ok()
    };
    let mut dimensions: Vec<DimensionId> = slice.catalogue.dimension_ids().filter(is_cut).collect();
    dimensions.sort_by_key(|dimension| complement_allowed(slice, *dimension));
    let step = |dimension: DimensionId| {
        let test = tests.iter().find(|test| test.dimension == dimension && !crossing.contains(&dimension));
        Step { dimension, sum: test.map(|test| test.codes.clone()) }
    };
    dimensions.into_iter().map(step).collect()
}

fn complement_allowed(slice: &Slice<'_>, dimension: DimensionId) -> bool {
    slice.coverage().dimensions.get(&dimension).is_some_and(|declared| declared.complement)
}

impl Published<'_> {
    /// The number after these steps, where the dimensions of later steps have `fixed` codes.
    fn after(&self, steps: &[Step], cut: &Codes, fixed: &Codes) -> Option<Number> {
        let Some((Step { dimension, sum }, before)) = steps.split_last() else {
            return self.slice.cells.get(fixed).copied();
        };
        let at = |code: CodeId| {
            let mut fixed = fixed.clone();
            fixed.insert(*dimension, code);
            self.after(before, cut, &fixed)
        };
        let read = |code: CodeId| {
            at(code)
                .or_else(|| self.sum_of_parts(*dimension, code, &at))
                .or_else(|| self.complement(*dimension, code, &at))
        };
        match sum {
            None => read(cut.get(dimension).copied().unwrap_or(CodeId::TOTAL)),
            Some(codes) => {
                let complete = codes.iter().all(|code| read(*code).is_some() || self.is_none(*dimension, *code));
                codes.iter().filter_map(|code| read(*code)).reduce(Number::plus).filter(|_| complete)
            }
        }
    }

    /// Whether an absent code means none: all do in this table, or the grade does not exist.
    fn is_none(&self, dimension: DimensionId, code: CodeId) -> bool {
        let beyond = dimension == self.slice.catalogue.known().grade && self.beyond_last.contains(&code);
        self.slice.absent_is_zero() || beyond
    }

    /// Never from a complement: one step of inference is enough. Where all parts are absent there is nothing to add.
    fn sum_of_parts(
        &self,
        dimension: DimensionId,
        code: CodeId,
        at: &impl Fn(CodeId) -> Option<Number>,
    ) -> Option<Number> {
        let coverage = self.slice.coverage().dimensions.get(&dimension);
        let declared = coverage.map_or(&[][..], |declared| &declared.parts);
        let declared = declared.iter().find(|(margin, _)| *margin == code).map(|(_, parts)| parts);
        let parts = declared.unwrap_or(&self.slice.list(dimension).code(code).parts);
        let direct = |part: CodeId| at(part).filter(|number| number.way != Way::Complement);
        let may_be_absent = |part: &CodeId| coverage.is_some_and(|declared| declared.may_be_absent.contains(part));
        let complete =
            parts.iter().all(|part| direct(*part).is_some() || self.is_none(dimension, *part) || may_be_absent(part));
        let sum = parts.iter().filter_map(|part| direct(*part)).reduce(Number::plus).filter(|_| complete)?;
        Some(Number { way: Way::SumOfParts, ..sum })
    }

    /// From given numbers only, and never below zero.
    fn complement(
        &self,
        dimension: DimensionId,
        code: CodeId,
        at: &impl Fn(CodeId) -> Option<Number>,
    ) -> Option<Number> {
        if !complement_allowed(self.slice, dimension) {
            return None;
        }
        let declared = &self.slice.coverage().dimensions[&dimension].parts;
        let (margin, parts) = declared.iter().find(|(_, parts)| parts.contains(&code))?;
        let given = |code: &CodeId| at(*code).filter(|number| number.way == Way::Given).map(|number| number.millionths);
        let siblings = parts.iter().filter(|part| **part != code).map(given);
        let rest = given(margin)? - siblings.sum::<Option<i128>>()?;
        (rest >= 0).then_some(Number { millionths: rest, way: Way::Complement })
    }
}
