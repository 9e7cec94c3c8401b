//! Why a run could not be written.

use std::io;
use std::path::{Path, PathBuf};

use arrow_schema::ArrowError;
use polars::error::PolarsError;

/// Why a run could not be written. Paths are shown as they were given.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The threads that write could not be started.
    #[error("the threads that write could not be started")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// A file, or something else that is no folder, stands there.
    #[error("`{}` is not a folder", .folder.display())]
    NotAFolder {
        /// The place.
        folder: PathBuf,
    },
    /// The folder holds something that no run wrote.
    #[error("the folder `{}` is not empty and holds no earlier run", .folder.display())]
    NotOurs {
        /// The place.
        folder: PathBuf,
    },
    /// The folder holds something else than a cache.
    #[error("the folder `{}` is not empty and is no cache", .folder.display())]
    NoCache {
        /// The place.
        folder: PathBuf,
    },
    /// A folder stands where a file is to be.
    #[error("`{}` is a folder", .file.display())]
    AFolder {
        /// The place.
        file: PathBuf,
    },
    /// A file stands there that is no earlier page.
    #[error("the file `{}` is no earlier page of this kind", .file.display())]
    NotOurFile {
        /// The place.
        file: PathBuf,
    },
    /// A file stands there that only a person may replace.
    #[error("the file `{}` exists already", .file.display())]
    Exists {
        /// The place.
        file: PathBuf,
    },
    /// The path ends in nothing that a folder could be called.
    #[error("`{}` is no name for a folder", .folder.display())]
    NoName {
        /// The path.
        folder: PathBuf,
    },
    /// The file system refused.
    #[error("cannot {step} `{}`: {source}", .path.display())]
    Io {
        /// What was tried.
        step: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// A table could not be written as CSV.
    #[error("cannot write a table: {0}")]
    Csv(#[from] csv::Error),
    /// A table could not be written as Parquet.
    #[error("cannot write a table as Parquet: {0}")]
    Parquet(#[from] PolarsError),
    /// The estimates could not be written as Arrow.
    #[error("cannot write estimates.arrow: {0}")]
    Arrow(#[from] ArrowError),
    /// A workbook could not be written.
    #[error("cannot write a workbook: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// What is written as JSON could not be.
    #[error("cannot write JSON: {0}")]
    Manifest(#[from] serde_json::Error),
}

impl StoreError {
    /// For `map_err`: what was tried with which file or folder.
    pub(super) fn io(step: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { step, path: path.to_owned(), source }
    }
}
