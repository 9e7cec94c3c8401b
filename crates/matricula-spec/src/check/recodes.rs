//! S014: among the rows of a recode table that have the same keys, at most one is valid in a year.

use std::collections::BTreeMap;

use crate::lower::mappings::{MappingPlaces, RecodePlaces};
use crate::model::dimension::CodeId;
use crate::model::mapping::{Mapping, Recode, RowKind};
use crate::problem::{Problem, ProblemCode, Problems};

pub(super) fn check(mapping: &Mapping, places: &MappingPlaces, problems: &mut Problems) {
    for (recode, places) in mapping.recodes.iter().zip(&places.recodes) {
        same_keys(recode, places, problems);
        if mapping.amount.rows() == RowKind::Pieces {
            totals(recode, places, problems);
        }
        if recode.columns.is_empty() || recode.gives.is_empty() || recode.rows.is_empty() {
            let expected = "A recode table has columns, outputs and rows.";
            let problem =
                Problem::error(ProblemCode::RecodeInvalid, places.table.clone(), expected, "none of one of them");
            problems.push(problem.help("Fill in the table, or take the recode out."));
        }
    }
}

fn same_keys(recode: &Recode, places: &RecodePlaces, problems: &mut Problems) {
    let mut rows: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
    for (position, row) in recode.rows.iter().enumerate() {
        let same = rows.entry(&row.keys).or_default();
        if same.iter().any(|other| recode.rows[*other].validity.overlaps(row.validity)) {
            let place = places.rows.get(position).unwrap_or(&places.table).clone();
            let expected = "Among rows with the same keys at most one is valid in a year.";
            let found = format!("a second row for `{}`", row.keys.join(" | "));
            let problem = Problem::error(ProblemCode::RecodeInvalid, place, expected, found);
            problems.push(
                problem.help("Take one out, or give them years in `valid_from` and `valid_to` that do not overlap."),
            );
        }
        same.push(position);
    }
}

fn totals(recode: &Recode, places: &RecodePlaces, problems: &mut Problems) {
    let total = recode.rows.iter().position(|row| row.out_of_scope.is_none() && row.codes.contains(&CodeId::TOTAL));
    if let Some(position) = total {
        let place = places.rows.get(position).unwrap_or(&places.table).clone();
        let expected = "Records and pieces add up: none of them has the code `_T`.";
        let problem = Problem::error(ProblemCode::RecodeInvalid, place, expected, "`_T`");
        problems.push(
            problem.help("Use `_U` where it is not known, or declare `rows = \"cells\"` for a table with totals."),
        );
    }
}
