//! Totals that a table gives and that differ from the parts it gives.

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::mapping::{Mapping, RowKind};

use crate::cube::coverage::{Collected, CollectedCodes};
use crate::cube::key::Key;
use crate::cube::slice::Slice;
use crate::cube::table::Table;

/// For each dimension in which given totals differ from their given parts, how many totals do.
pub(crate) fn differing(catalogue: &Catalogue, mapping: &Mapping, slices: &[&Slice]) -> Vec<(DimensionId, u64)> {
    if mapping.amount.rows() != RowKind::Cells {
        return Vec::new();
    }
    let of_dimension = |dimension: DimensionId| {
        let differ: u64 = slices.iter().map(|slice| in_slice(catalogue, slice, dimension)).sum();
        (differ > 0).then_some((dimension, differ))
    };
    catalogue.dimension_ids().filter_map(of_dimension).collect()
}

fn in_slice(catalogue: &Catalogue, slice: &Slice, dimension: DimensionId) -> u64 {
    let Collected::Codes(collected) = slice.coverage().on(dimension) else { return 0 };
    let margins = margins(catalogue, dimension, collected);
    slice.cuboids().iter().map(|table| differing_in(table, dimension, &margins)).sum()
}

/// Margins of a dimension with the parts that make them up: as the mapping declares, else as the code list does.
fn margins(catalogue: &Catalogue, dimension: DimensionId, collected: &CollectedCodes) -> Vec<(CodeId, Vec<CodeId>)> {
    let list = &catalogue.dimension(dimension).codes;
    let declared = |code: &CodeId| collected.parts.iter().any(|(margin, _)| margin == code);
    let listed = list.ids().filter(|code| !declared(code) && !list.code(*code).parts.is_empty());
    let listed = listed.map(|code| (code, list.code(code).parts.clone()));
    collected.parts.iter().cloned().chain(listed).collect()
}

fn differing_in(table: &Table, dimension: DimensionId, margins: &[(CodeId, Vec<CodeId>)]) -> u64 {
    let layout = table.layout();
    let Some(position) = layout.position(dimension) else { return 0 };
    let mut groups: Vec<_> = table
        .cells()
        .map(|(key, cell)| (layout.without(key, position), layout.code(key, position), cell.units))
        .collect();
    groups.sort_unstable();
    groups.chunk_by(|a, b| a.0 == b.0).map(|group| differing_margins(group, margins)).sum()
}

fn differing_margins(group: &[(Key, CodeId, i128)], margins: &[(CodeId, Vec<CodeId>)]) -> u64 {
    let given = |code: &CodeId| group.iter().find(|(_, c, _)| c == code).map(|(.., units)| *units);
    let differs = |(margin, parts): &&(CodeId, Vec<CodeId>)| {
        let sum = parts.iter().map(&given).try_fold(0_i128, |sum, units| Some(sum + units?));
        given(margin).zip(sum).is_some_and(|(whole, sum)| whole != sum)
    };
    margins.iter().filter(differs).count() as u64
}
