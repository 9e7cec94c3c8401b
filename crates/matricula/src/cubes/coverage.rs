//! What the slices of a cube file cover, in codes: for its readers, and checked when it is loaded.

use matricula_engine::cube::SliceKey;
use matricula_engine::cube::coverage::{Collected, SliceCoverage};
use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::mapping::{Absent, RowKind};
use serde::{Deserialize, Serialize};

/// Slices with one coverage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Covered {
    /// Measure, country and year of each.
    slices: Vec<[String; 3]>,
    /// What an absent cell means: `zero` or `missing`.
    absent: String,
    /// `pieces`, which add up, or `cells` of a table with margins.
    rows: String,
    dimensions: Vec<CoveredDimension>,
}

/// What was collected along one dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct CoveredDimension {
    dimension: String,
    /// `collected`, `not-collected` or `impossible`.
    state: String,
    /// Nothing means every code of the list.
    codes: Option<Vec<String>>,
    parts: Vec<(String, Vec<String>)>,
    complement: bool,
    may_be_absent: Vec<String>,
}

/// The coverage of slices, neighbours with the same together.
pub(crate) fn covered<'a>(
    catalogue: &Catalogue,
    slices: impl Iterator<Item = (SliceKey, &'a SliceCoverage)>,
) -> Vec<Covered> {
    let known = catalogue.known();
    let code = |dimension: DimensionId, code: CodeId| catalogue.dimension(dimension).codes.code(code).id.clone();
    let mut all: Vec<Covered> = Vec::new();
    for (key, coverage) in slices {
        let slice = [code(known.measure, key.0), code(known.ref_area, key.1), code(known.time_period, key.2)];
        let next = Covered {
            slices: Vec::new(),
            absent: match coverage.absent {
                Absent::Zero => "zero".to_owned(),
                Absent::Missing => "missing".to_owned(),
            },
            rows: match coverage.rows {
                RowKind::Pieces => "pieces".to_owned(),
                RowKind::Cells => "cells".to_owned(),
            },
            dimensions: catalogue.dimension_ids().map(|d| along(catalogue, d, coverage.on(d))).collect(),
        };
        let same = |last: &&mut Covered| {
            (&last.absent, &last.rows, &last.dimensions) == (&next.absent, &next.rows, &next.dimensions)
        };
        match all.last_mut().filter(same) {
            Some(last) => last.slices.push(slice),
            None => all.push(Covered { slices: vec![slice], ..next }),
        }
    }
    all
}

fn along(catalogue: &Catalogue, dimension: DimensionId, collected: &Collected) -> CoveredDimension {
    let names = |codes: &[CodeId]| -> Vec<String> {
        codes.iter().map(|code| catalogue.dimension(dimension).codes.code(*code).id.clone()).collect()
    };
    let state = |state: &str| CoveredDimension {
        dimension: catalogue.dimension(dimension).id.clone(),
        state: state.to_owned(),
        codes: None,
        parts: Vec::new(),
        complement: false,
        may_be_absent: Vec::new(),
    };
    match collected {
        Collected::No => state("not-collected"),
        Collected::Impossible => state("impossible"),
        Collected::Codes(collected) => CoveredDimension {
            codes: collected.codes.as_deref().map(names),
            parts: collected.parts.iter().map(|(code, parts)| (names(&[*code]).concat(), names(parts))).collect(),
            complement: collected.complement,
            may_be_absent: names(&collected.may_be_absent),
            ..state("collected")
        },
    }
}
