//! From a ministry's enrolment records to comparable SDG 4 figures.
//!
//! A run goes through stages, each with a type of its own, so that none can be left out:
//! `read` (files to text columns), `harmonize` (our codes, and what became of every source code),
//! `validate` (rules; records set aside are counted), `aggregate` (a cube of additive counts),
//! `indicator` (figures, every breakdown derived).
//!
//! The library never prints and never reads the environment, the clock or the current directory.
//! What a run gives is restricted: it holds counts of single children.
//!
//! ```no_run
//! use std::path::{Path, PathBuf};
//! use matricula::{NoProgress, RunOptions};
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
mod aggregate;
mod aggregates;
mod catalogue;
pub mod compare;
mod condition;
mod cube;
mod cubes;
mod disaggregation;
mod estimates;
mod figures;
mod flows;
pub mod formulas;
mod harmonize;
mod incremental;
mod indicator;
mod init;
mod integer_table;
mod interchange;
mod ledger;
mod link;
pub mod masking;
mod official_age;
mod provenance;
mod provenance_of;
mod read;
mod run;
pub mod sql;
pub mod store;
mod validate;

pub use matricula_spec as spec;

pub use aggregate::{Cells, cells};
pub use aggregates::{Aggregate, AggregateStatus};
pub use catalogue::{embedded_specs, open_batch, open_catalogue};
pub use cubes::{CubeError, CubeFile, CubeInput, Cubes, cubes};
pub use disaggregation::{Disaggregation, DisaggregationState};
pub use estimates::{Estimate, Estimates, Flag, Number, ObsStatus};
pub use flows::GradeFlow;
pub use init::{InitOptions, Initiated, Proposal, init};
pub use ledger::{Fate, Ledger, LedgerRow, RowAccount};
pub use link::{KeyError, LEAST_KEY_BYTES, Linking, PseudonymKey};
pub use provenance::{Input, InputSource, Provenance, ProvenanceRow};
pub use run::{
    Counts, InputFileHash, NoProgress, Phase, Progress, Reuse, Run, RunError, RunOptions, check_files, run, run_asking,
    run_from,
};
