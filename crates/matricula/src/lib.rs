//! From a ministry's enrolment records to comparable SDG 4 figures.
//!
//! A run goes through stages, each with a type of its own, so that none can be left out.
//! `matricula-read` turns files to blocks of text columns; `matricula-engine` harmonizes, validates, links and counts
//! them into a cube of additive counts, computes figures with every breakdown derived, and reviews what these say
//! together. This crate joins both, keeps counts in cube files and a cache, and writes what comes of a run.
//!
//! The library never prints and never reads the environment, the clock or the current directory.
//! What a run gives is restricted: it holds counts of single children.
//!
//! ```no_run
//! use std::path::{Path, PathBuf};
//! use matricula::{Interchange, NoProgress, RunOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (catalogue, problems) = matricula::open_catalogue(None);
//! let catalogue = catalogue.ok_or_else(|| format!("{} problems in the catalogue", problems.len()))?;
//! let (batch, problems) = matricula::open_batch(Path::new("fixtures/demo/batch.toml"), &catalogue);
//! let batch = batch.ok_or_else(|| format!("{} problems in the batch", problems.len()))?;
//!
//! let options = RunOptions::new(PathBuf::from("fixtures/demo"), std::env::temp_dir());
//! let run = matricula::run(&catalogue, &batch, &options, &NoProgress)?;
//!
//! for account in run.ledger.accounts() {
//!     assert!(account.adds_up(), "rows read = kept + out of scope + set aside + duplicates");
//! }
//! let frame = run.estimates.to_polars(&catalogue)?;
//! let batch = run.estimates.to_arrow(&catalogue)?;
//! assert_eq!(frame.height(), batch.num_rows());
//! # Ok(())
//! # }
//! ```

mod account;
mod catalogue;
mod counting;
mod counts;
mod cubes;
mod error;
mod gather;
mod init;
mod interchange;
pub mod masking;
mod results;
mod run;
pub mod sql;
pub mod store;

pub use matricula_engine::indicator::formulas;
pub use matricula_engine::review::compare;
pub use matricula_spec as spec;

pub use catalogue::{embedded_specs, open_batch, open_catalogue};
pub use counts::Counts;
pub use cubes::{CubeError, CubeFile, Cubes, cubes};
pub use gather::cells::cells;
pub use init::{InitOptions, Initiated, Proposal, init};
pub use interchange::Interchange;
pub use matricula_engine::indicator::estimates::{Estimate, Estimates, Flag, Number, ObsStatus};
pub use matricula_engine::indicator::provenance::{Input, InputSource, Provenance, ProvenanceRow};
pub use matricula_engine::input::InputFileHash;
pub use matricula_engine::key::{KeyError, LEAST_KEY_BYTES, PseudonymKey};
pub use matricula_engine::ledger::{Fate, Ledger, LedgerRow, RowAccount};
pub use matricula_engine::options::{Linking, RunOptions};
pub use matricula_engine::progress::{NoProgress, Phase, Progress};
pub use matricula_engine::review::aggregates::{Aggregate, AggregateStatus};
pub use matricula_engine::review::disaggregation::{Disaggregation, DisaggregationState};
pub use matricula_engine::review::flows::GradeFlow;
pub use matricula_engine::source::Cells;
pub use results::{CubeInput, Reuse, Run};
pub use run::{RunError, check_files, run, run_asking, run_from};
