//! Real data, which is not part of the repository (found beside the project or at `$MATRICULA_DATA`), and how it is run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use matricula::spec::Catalogue;
use matricula::{Estimate, NoProgress, Run};

use crate::catalogues::batch_of;
use crate::runs::options;

/// The folder; nothing (with a message) where it is not there and may be missing.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn required() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("MATRICULA_DATA").map_or_else(beside, PathBuf::from);
    if folder.join("uis").is_dir() {
        return Some(folder);
    }
    let demanded = std::env::var_os("MATRICULA_DATA_REQUIRED").is_some();
    assert!(!demanded, "no real data at {}", folder.display());
    eprintln!("skipped: no real data at {}", folder.display());
    None
}

/// Runs a batch given as text; the test looks at the findings.
pub(crate) fn compute(catalogue: &Catalogue, text: &str, base: &Path) -> Run {
    matricula::run(catalogue, &batch_of(text, catalogue), &options(base), &NoProgress).expect("it runs")
}

/// Coordinates of a figure: indicator, country, year, then the codes that are neither `_T` nor `_Z`.
pub(crate) type Place = (String, String, String, BTreeMap<String, String>);

fn place_of(catalogue: &Catalogue, run: &Run, row: &Estimate) -> Place {
    let known = catalogue.known();
    let code = |dimension, code| catalogue.dimension(dimension).codes.code(code).id.clone();
    let codes = run.estimates.dimensions().iter().zip(&row.coordinates);
    let named = codes.map(|(d, c)| (catalogue.dimension(*d).id.clone(), code(*d, *c)));
    let by = named.filter(|(_, code)| code != "_T" && code != "_Z").collect();
    (row.indicator.clone(), code(known.ref_area, row.ref_area), code(known.time_period, row.time_period), by)
}

/// The rows of a run by their coordinates.
pub(crate) fn figures(catalogue: &Catalogue, run: &Run) -> BTreeMap<Place, Estimate> {
    run.estimates.rows().iter().map(|row| (place_of(catalogue, run, row), row.clone())).collect()
}
