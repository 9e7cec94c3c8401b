//! Conditions put together.

use matricula_spec::Catalogue;
use matricula_spec::model::condition::{Between, Condition};
use matricula_spec::model::dimension::{CodeId, DimensionId};

/// Both conditions together: of two lists for one dimension, what lies under both;
/// it is open only if both are.
pub(crate) fn both(catalogue: &Catalogue, a: &Condition, b: &Condition) -> Condition {
    let mut codes = a.codes.clone();
    for (dimension, theirs) in &b.codes {
        match codes.iter_mut().find(|(d, _)| d == dimension) {
            Some((_, ours)) => *ours = under_both(catalogue, *dimension, ours, theirs),
            None => codes.push((*dimension, theirs.clone())),
        }
    }
    codes.sort_unstable_by_key(|(d, _)| *d);
    let stays_open = |d: &DimensionId, other: &Condition| other.on(*d).is_none() || other.open.contains(d);
    let mut open: Vec<_> = a.open.iter().filter(|d| stays_open(d, b)).copied().collect();
    open.extend(b.open.iter().filter(|d| stays_open(d, a)));
    open.sort_unstable();
    open.dedup();
    let years_over_age = within_both(a.years_over_age, b.years_over_age);
    let grades_before_last = within_both(a.grades_before_last, b.grades_before_last);
    Condition { codes, open, years_over_age, grades_before_last }
}

fn within_both(a: Option<Between>, b: Option<Between>) -> Option<Between> {
    match (a, b) {
        (Some(a), Some(b)) => Some(Between {
            at_least: a.at_least.max(b.at_least),
            at_most: [a.at_most, b.at_most].into_iter().flatten().min(),
        }),
        (one, other) => one.or(other),
    }
}

fn under_both(catalogue: &Catalogue, dimension: DimensionId, a: &[CodeId], b: &[CodeId]) -> Vec<CodeId> {
    let list = &catalogue.dimension(dimension).codes;
    let under = |code: &&CodeId, others: &[CodeId]| others.iter().any(|other| list.covers(*other, **code));
    let mut codes: Vec<CodeId> = a.iter().filter(|code| under(code, b)).copied().collect();
    codes.extend(b.iter().filter(|code| under(code, a)));
    codes.sort_unstable();
    codes.dedup();
    codes
}
