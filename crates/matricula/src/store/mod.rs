//! The restricted folder that a run is written to.
//!
//! It is written beside its place and moved there by renaming, so that what stands there is
//! either absent or complete, also when the program is killed.

mod account_html;
mod account_markdown;
#[cfg(test)]
mod account_tests;
pub(crate) mod cubes;
mod flows;
mod folder;
mod further_tables;
mod manifest;
mod output;
mod pages;
mod tables;
#[cfg(test)]
mod tests;
mod workbook;

use std::path::{Path, PathBuf};

use matricula_spec::docs::Language;
use matricula_spec::{Batch, Catalogue};

pub use crate::error::StoreError;
pub use cubes::folder::{check_cube_target, write_cubes};
pub use output::OutputFile;
pub use pages::{write_page, write_pages, write_together};
pub use workbook::write_workbook;

use crate::account::account;
use crate::results::Run;
use folder::{Kind, Target};
use output::Outputs;

/// What the library must not find out itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Version of the program, for the manifest.
    pub version: String,
    /// What was asked for, as far as it decides the content: no folders, no number of threads.
    pub arguments: Vec<String>,
    /// The batch file; its bytes are hashed and its name, without folders, is written down.
    pub batch_file: PathBuf,
    /// Language of the account for people.
    pub language: Language,
    /// Number of threads that write; nothing means as many as the machine has. No content depends on it.
    pub threads: Option<usize>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The folder, as it was named.
    pub folder: PathBuf,
    /// Its files, in the order of their names, the manifest left out.
    pub files: Vec<OutputFile>,
}

/// Checks, before the long work, that a run can be written to a folder.
///
/// The folder must be absent, empty, or an earlier run; missing folders above it are made.
/// Leftovers of a run that was killed are cleaned up; an earlier run that it had moved aside is put back.
///
/// # Errors
/// Where the folder is something else, or cannot be written.
pub fn check_target(dir: &Path) -> Result<(), StoreError> {
    Target::of(dir, Kind::Run)?.check()
}

/// Writes a run to a folder, which is replaced whole.
///
/// A run that errors stopped leaves ledger, account, problems and manifest, and no estimates.
///
/// # Errors
/// Where the folder holds something else than an earlier run, or cannot be written;
/// what stood there before stands there still.
pub fn write(
    dir: &Path,
    catalogue: &Catalogue,
    batch: &Batch,
    run: &Run,
    facts: &Facts,
) -> Result<Written, StoreError> {
    let target = Target::of(dir, Kind::Run)?;
    target.recover()?;
    target.check_ours()?;
    let stage = target.stage()?;
    let threads = rayon::ThreadPoolBuilder::new().num_threads(facts.threads.unwrap_or(0)).build()?;
    let account = account(catalogue, batch, run, facts.language);
    let mut outputs = Outputs::default();
    if !run.estimates.rows().is_empty() || !run.problems.has_errors() {
        outputs.file("estimates.csv", |file| tables::estimates_csv(file, catalogue, &run.estimates));
        outputs.file("estimates.parquet", |file| tables::estimates_parquet(file, catalogue, &run.estimates));
        outputs.file("estimates.arrow", |file| tables::estimates_arrow(file, catalogue, &run.estimates));
        outputs.file("disaggregation.csv", |file| further_tables::disaggregation_csv(file, catalogue, run));
        if batch.aggregates.is_some() {
            outputs.file("aggregates.csv", |file| further_tables::aggregates_csv(file, catalogue, run));
        }
        if !run.flows.is_empty() {
            outputs.file("flows.csv", |file| flows::flows_csv(file, catalogue, &run.flows));
        }
        outputs.file("provenance.csv", |file| tables::provenance_csv(file, catalogue, &run.provenance));
    }
    outputs.file("ledger.csv", |file| tables::ledger_csv(file, &run.ledger));
    outputs.file("account.md", |file| output::text(file, "account.md", &account_markdown::markdown(&account)));
    outputs.file("account.html", |file| output::text(file, "account.html", &account_html::html(&account)));
    outputs.file("problems.csv", |file| tables::problems_csv(file, &run.problems));
    outputs.file("README.txt", tables::readme);
    let files = threads.install(|| outputs.write(stage.folder()))?;
    let manifest = manifest::manifest(catalogue, batch, run, facts, &files)?;
    output::file(stage.folder(), "manifest.json", |file| manifest::write(file, &manifest))?;
    stage.commit()?;
    Ok(Written { folder: dir.to_owned(), files })
}
