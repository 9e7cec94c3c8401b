//! Catalogue and batch, with what was found in them shown.

use std::io::Write;
use std::path::{Path, PathBuf};

use matricula::spec::model::formula::Formula;
use matricula::spec::model::indicator::Indicator;
use matricula::spec::{Batch, Catalogue, ProblemCode, Problems};
use matricula::{RunOptions, open_batch, open_catalogue};

use crate::arguments::Key;
use crate::error::Failure;
use crate::key;
use crate::nearest::nearest;
use crate::render::problems;

/// The catalogue, with `specs` laid over it.
pub(crate) fn catalogue(specs: Option<&Path>, err: &mut dyn Write) -> Result<Catalogue, Failure> {
    let (catalogue, found) = open_catalogue(specs);
    problems::show(&found, err)?;
    catalogue.ok_or_else(|| unreadable(&found))
}

/// A batch file.
pub(crate) fn batch(path: &Path, catalogue: &Catalogue, err: &mut dyn Write) -> Result<Batch, Failure> {
    let (batch, found) = open_batch(path, catalogue);
    problems::show(&found, err)?;
    batch.ok_or_else(|| unreadable(&found))
}

/// Whether a file could not be read, or what it says does not hold together.
fn unreadable(found: &Problems) -> Failure {
    let of_file = |code| [ProblemCode::FileMissing, ProblemCode::FileUnreadable].contains(&code);
    if found.iter().any(|problem| of_file(problem.code)) { Failure::Input } else { Failure::Specification }
}

/// The folder to which the paths of a batch are relative.
pub(crate) fn base(batch: &Path) -> PathBuf {
    batch.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

/// How a command that only wants to know runs a batch: whatever can be finished.
pub(crate) fn to_the_end(path: &Path, batch: &Batch, key: &Key) -> Result<RunOptions, Failure> {
    let linking = key::linking(key, batch)?;
    Ok(RunOptions { keep_going: true, linking, ..RunOptions::new(base(path), std::env::temp_dir()) })
}

/// Position of an indicator in the catalogue.
pub(crate) fn indicator(catalogue: &Catalogue, id: &str) -> Result<usize, Failure> {
    let ids = || catalogue.indicators().iter().map(|indicator| indicator.id.as_str());
    ids().position(|known| known == id).ok_or_else(|| Failure::Usage {
        message: format!("the catalogue has no indicator `{id}`"),
        help: "each file below `indicator-specs/indicators/`, or that folder of `--specs`, is named like its indicator"
            .to_owned(),
        candidates: nearest(id, ids()),
    })
}

/// The same, of an indicator that can be computed from records.
pub(crate) fn computable(catalogue: &Catalogue, id: &str) -> Result<usize, Failure> {
    let position = indicator(catalogue, id)?;
    match &catalogue.indicators()[position].formula {
        Formula::NotFromRecords { reason } => Err(Failure::Usage {
            message: format!("`{id}` cannot come from enrolment, teacher and school records: {}", reason.en),
            help: "`matricula catalogue` lists what records can give".to_owned(),
            candidates: Vec::new(),
        }),
        _ => Ok(position),
    }
}

/// The indicators that a parity compares come along: the parity may be shown only if its counts may.
pub(crate) fn with_compared(catalogue: &Catalogue, position: usize) -> Vec<usize> {
    let mut positions = vec![position];
    positions.extend(compared(catalogue, &catalogue.indicators()[position]));
    positions.sort_unstable();
    positions
}

/// Position of the indicator that a parity compares.
fn compared(catalogue: &Catalogue, indicator: &Indicator) -> Option<usize> {
    match &indicator.formula {
        Formula::Parity { of, .. } => catalogue.indicators().iter().position(|indicator| indicator.id == *of),
        _ => None,
    }
}
