//! Real data, and how it is run.

pub(crate) mod files;

use std::collections::BTreeMap;
use std::path::Path;

use matricula::spec::{Batch, Catalogue};
use matricula::{Estimate, NoProgress, Run, RunOptions};

/// A batch from its text.
pub(crate) fn batch(catalogue: &Catalogue, text: &str) -> Batch {
    let (batch, problems) = Batch::read(text, "batch.toml", catalogue);
    assert!(!problems.has_errors(), "{problems:#?}");
    batch.expect("a batch")
}

pub(crate) fn run_options(base: &Path, threads: usize) -> RunOptions {
    RunOptions { threads: Some(threads), ..RunOptions::new(base.to_owned(), std::env::temp_dir()) }
}

/// Runs a batch given as text.
pub(crate) fn compute(catalogue: &Catalogue, text: &str, base: &Path) -> Run {
    matricula::run(catalogue, &batch(catalogue, text), &run_options(base, 2), &NoProgress).expect("it runs")
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
