//! Numbers from a published table with margins of its own, where nothing may be counted twice.

use std::collections::BTreeMap;

use matricula::spec::model::dimension::{CodeId, DimensionId};

use super::tables::{Number, Test, Way};
use super::{Codes, Slice};

/// The numbers of a crossing for which the table has a way to a number.
pub(crate) fn numbers(slice: &Slice<'_>, tests: &[Test], crossing: &[DimensionId]) -> BTreeMap<Vec<CodeId>, Number> {
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
            && let Some(number) = after(slice, &steps, &cut, &Codes::new())
        {
            numbers.insert(place, number);
        }
    }
    numbers
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

/// The number after these steps, where the dimensions of later steps have `fixed` codes.
fn after(slice: &Slice<'_>, steps: &[Step], cut: &Codes, fixed: &Codes) -> Option<Number> {
    let Some((Step { dimension, sum }, before)) = steps.split_last() else {
        return slice.cells.get(fixed).copied().map(Number::given);
    };
    let at = |code: CodeId| {
        let mut fixed = fixed.clone();
        fixed.insert(*dimension, code);
        after(slice, before, cut, &fixed)
    };
    let read = |code: CodeId| {
        at(code)
            .or_else(|| sum_of_parts(slice, *dimension, code, &at))
            .or_else(|| complement(slice, *dimension, code, &at))
    };
    match sum {
        None => read(cut.get(dimension).copied().unwrap_or(CodeId::TOTAL)),
        Some(codes) => total(slice, codes.iter().map(|code| read(*code)).collect()),
    }
}

/// A sum in which absent numbers are zero where the mapping says so; nothing where all are absent.
fn total(slice: &Slice<'_>, numbers: Vec<Option<Number>>) -> Option<Number> {
    let complete = slice.absent_is_zero() || numbers.iter().all(Option::is_some);
    numbers.into_iter().flatten().reduce(Number::plus).filter(|_| complete)
}

/// Never from a complement: one step of inference is enough.
fn sum_of_parts(
    slice: &Slice<'_>,
    dimension: DimensionId,
    code: CodeId,
    at: &impl Fn(CodeId) -> Option<Number>,
) -> Option<Number> {
    let declared = slice.coverage().dimensions.get(&dimension).map_or(&[][..], |declared| &declared.parts);
    let declared = declared.iter().find(|(margin, _)| *margin == code).map(|(_, parts)| parts);
    let parts = declared.unwrap_or(&slice.list(dimension).code(code).parts);
    let direct = |part: &CodeId| at(*part).filter(|number| number.way != Way::Complement);
    let sum = total(slice, parts.iter().map(direct).collect())?;
    Some(Number { way: Way::SumOfParts, ..sum })
}

/// From given numbers only, and never below zero.
fn complement(
    slice: &Slice<'_>,
    dimension: DimensionId,
    code: CodeId,
    at: &impl Fn(CodeId) -> Option<Number>,
) -> Option<Number> {
    if !complement_allowed(slice, dimension) {
        return None;
    }
    let declared = &slice.coverage().dimensions[&dimension].parts;
    let (margin, parts) = declared.iter().find(|(_, parts)| parts.contains(&code))?;
    let given = |code: &CodeId| at(*code).filter(|number| number.way == Way::Given).map(|number| number.millionths);
    let siblings = parts.iter().filter(|part| **part != code).map(given);
    let rest = given(margin)? - siblings.sum::<Option<i128>>()?;
    (rest >= 0).then_some(Number { millionths: rest, way: Way::Complement })
}
