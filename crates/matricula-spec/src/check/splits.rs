//! S035: bands are split exactly, and only where rows add up.

use crate::lower::mappings::MappingPlaces;
use crate::model::catalogue::Catalogue;
use crate::model::dimension::{CodeId, DimensionId};
use crate::model::mapping::{Mapping, RowKind};
use crate::problem::{Problem, ProblemCode, Problems};

pub(super) fn check(catalogue: &Catalogue, mapping: &Mapping, places: &MappingPlaces, problems: &mut Problems) {
    for dimension in mapping.splits.keys() {
        let Some((found, help)) = wrong(catalogue, mapping, *dimension) else { continue };
        let place = places.splits.get(dimension).unwrap_or(&places.amount).clone();
        let expected = "Only pieces are split, by a dimension with bands, and the equal parts are exact in `decimals`.";
        problems.push(Problem::error(ProblemCode::SplitInvalid, place, expected, found).help(help));
    }
}

fn wrong(catalogue: &Catalogue, mapping: &Mapping, dimension: DimensionId) -> Option<(String, &'static str)> {
    if mapping.amount.rows() != RowKind::Pieces {
        let help = "Declare `rows = \"pieces\"` where rows are disjoint, or take the split out.";
        return Some(("a table of cells".to_owned(), help));
    }
    let list = &catalogue.dimension(dimension).codes;
    let given = mapping.can_give(dimension, list);
    let bands: Vec<CodeId> = given.into_iter().filter(|code| !list.code(*code).parts.is_empty()).collect();
    if bands.is_empty() {
        let name = &catalogue.dimension(dimension).id;
        return Some((format!("no code of `{name}` that has parts"), "Take the split out."));
    }
    let smallest = 10_usize.pow(u32::from(mapping.amount.decimals().min(6)));
    let inexact = bands.into_iter().find(|band| smallest % list.leaves(*band).len() != 0)?;
    let parts = list.leaves(inexact).len();
    let found = format!("`{}` of {parts} parts, with {} decimals", list.code(inexact).id, mapping.amount.decimals());
    let help = "Declare more `decimals`; where no number of them makes the parts exact, list the codes that the \
                file holds under `[coverage.dimension]`, or take the split out.";
    Some((found, help))
}
