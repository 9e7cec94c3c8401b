//! Runs of batches, in which pupils are followed with a key of the tests.

use std::path::Path;

use matricula::spec::model::dimension::DimensionId;
use matricula::spec::{Batch, Catalogue};
use matricula::{Estimate, Linking, NoProgress, PseudonymKey, Run, RunOptions};

use crate::catalogues::batch_at;

pub(crate) const KEY: &[u8] = b"the key of a public test, which serves nowhere else";

/// Following pupils; no figure depends on the key.
pub(crate) fn linking() -> Linking {
    Linking { key: PseudonymKey::read(KEY).expect("a key") }
}

/// Two threads, and nothing written beside the files of the batch.
pub(crate) fn options(base: &Path) -> RunOptions {
    RunOptions { threads: Some(2), ..RunOptions::new(base.to_owned(), std::env::temp_dir()) }
}

/// Runs a batch whose files stand in `base`; nothing is wrong with it.
pub(crate) fn run(catalogue: &Catalogue, batch: &Batch, base: &Path) -> Run {
    let linking = batch.link.is_some().then(linking);
    let options = RunOptions { linking, ..options(base) };
    let run = matricula::run(catalogue, batch, &options, &NoProgress).expect("it runs");
    assert!(!run.problems.has_errors(), "{:#?}", run.problems);
    run
}

/// Runs the batch of a file, whose other files stand beside it.
pub(crate) fn run_file(catalogue: &Catalogue, batch: &Path) -> Run {
    run(catalogue, &batch_at(batch, catalogue), batch.parent().expect("a folder"))
}

/// The code of a figure in a dimension, for which the estimates have a column.
pub(crate) fn code_of<'c>(catalogue: &'c Catalogue, run: &Run, row: &Estimate, dimension: DimensionId) -> &'c str {
    let position = run.estimates.dimensions().iter().position(|column| *column == dimension).expect("a column");
    &catalogue.dimension(dimension).codes.code(row.coordinates[position]).id
}
