//! Parts of a source to the whole: where the cells add up to exactly what all rows together would have given.

use std::collections::BTreeSet;

use matricula_engine::harmonize::refuses_repeats;
use matricula_engine::source::{Counted, SourcePlan};
use matricula_spec::model::mapping::RowKind;

/// Why parts of the source of a plan cannot be put together, and what to do; nothing where they can.
pub(crate) fn refusal(plan: &SourcePlan<'_>, parts: &[Counted], followed: bool) -> Option<(String, String)> {
    let mut seen = BTreeSet::new();
    let mut inputs = parts.iter().flat_map(|part| &part.inputs);
    if inputs.any(|input| !seen.insert(&input.blake3)) {
        return Some((
            "one file in two parts".to_owned(),
            "Take one of them out; its rows would be counted twice.".to_owned(),
        ));
    }
    if followed {
        return Some((
            "parts of a source whose pupils are followed".to_owned(),
            "Make one cube of all its files: a pupil may have records in several.".to_owned(),
        ));
    }
    if plan.mapping.amount.rows() == RowKind::Cells {
        return Some((
            "parts of a table with margins of its own".to_owned(),
            "Make one cube of all its files: its totals are not the sum of those of its parts.".to_owned(),
        ));
    }
    if refuses_repeats(plan.mapping) {
        return Some((
            "parts of a table in which each cell stands in one row".to_owned(),
            "Make one cube of all its files: only all rows together tell that no cell stands twice.".to_owned(),
        ));
    }
    let disjoint = plan.source.disjoint_by.as_deref();
    let rule = plan.validate.unique().iter().find(|unique| Some(unique.role) != disjoint)?;
    Some((
        format!("the rule `{}`, which needs all rows of a `{}`", rule.rule.id, rule.role),
        format!(
            "Make one cube of all files of the source; or, if no `{0}` has rows in two parts, declare `disjoint_by = \"{0}\"` for the source.",
            rule.role
        ),
    ))
}

/// Parts together.
pub(crate) fn together(plan: &SourcePlan<'_>, parts: Vec<Counted>) -> Counted {
    let whole = parts.into_iter().reduce(Counted::plus).unwrap_or_default();
    let over_budget = whole.cuboids.iter().any(|cells| cells.len() as u64 > plan.cell_budget);
    Counted { over_budget, ..whole }
}
