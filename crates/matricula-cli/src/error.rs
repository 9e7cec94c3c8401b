//! Why a command ends without success, and with which exit code.

use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use matricula::store::StoreError;
use matricula::{CubeError, KeyError, LEAST_KEY_BYTES, RunError};

use crate::render::problems::did_you_mean;

const FINDINGS: u8 = 1;
const USAGE: u8 = 2;
const INPUT_OUTPUT: u8 = 3;
/// The exit code for a bug, as `sysexits.h` has it.
pub(crate) const BUG: u8 = 70;

/// Why a command ends without success.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Findings of severity error in the data; they are shown already.
    #[error("findings of severity error")]
    Findings,
    /// Findings of severity error in specifications or batch; they are shown already.
    #[error("a specification does not hold together")]
    Specification,
    /// The batch or the folder of specifications cannot be read; shown already.
    #[error("a file cannot be read")]
    Input,
    /// Something was asked for that does not exist.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do; may be empty.
        help: String,
        /// What was probably meant, or what there is.
        candidates: Vec<String>,
    },
    /// The key of pseudonyms cannot be used.
    #[error("{}: {error}", path.display())]
    Key {
        /// Where it was looked for.
        path: PathBuf,
        /// Why.
        error: KeyError,
    },
    /// The run cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The run cannot be made.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The cubes cannot be made.
    #[error(transparent)]
    Cubes(#[from] CubeError),
    /// Standard output does not take what is written.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// Shows what was not shown yet, and gives the exit code.
    pub(crate) fn report(&self, err: &mut dyn Write) -> ExitCode {
        if self.code() == 0 {
            return ExitCode::SUCCESS;
        }
        let shown_already = matches!(self, Self::Findings | Self::Specification | Self::Input);
        if !shown_already {
            // If standard error does not take it, the exit code still tells.
            let _ = writeln!(err, "error: {self}");
            for line in self.help() {
                let _ = writeln!(err, "  {line}");
            }
        }
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self {
            Self::Findings => FINDINGS,
            Self::Key { error: KeyError::TooShort | KeyError::TooLong | KeyError::Repeated, .. } => USAGE,
            Self::Specification | Self::Usage { .. } => USAGE,
            // Whoever reads from us has seen enough: `matricula codes | head`.
            Self::Output(error) if error.kind() == ErrorKind::BrokenPipe => 0,
            Self::Input | Self::Key { .. } | Self::Store(_) | Self::Run(_) | Self::Cubes(_) | Self::Output(_) => {
                INPUT_OUTPUT
            }
        }
    }

    fn help(&self) -> Vec<String> {
        match self {
            Self::Usage { help, candidates, .. } => {
                let help = (!help.is_empty()).then(|| format!("help: {help}"));
                help.into_iter().chain(did_you_mean(candidates)).collect()
            }
            Self::Key { error, .. } => vec![format!("help: {}", help_with_key(error))],
            Self::Store(error) => vec![format!("help: {}", help(error))],
            Self::Cubes(CubeError::Store(error)) | Self::Run(RunError::Cache(error)) => {
                vec![format!("help: {}", help(error))]
            }
            Self::Run(RunError::Threads(_)) | Self::Cubes(CubeError::Threads(_)) => {
                vec!["help: ask for fewer threads with `--threads`".to_owned()]
            }
            Self::Output(_) => vec!["help: check where the output is led to, and the space there".to_owned()],
            Self::Findings | Self::Specification | Self::Input => Vec::new(),
        }
    }
}

fn help(error: &StoreError) -> &'static str {
    match error {
        StoreError::NotOurs { .. } => {
            "name a folder that is absent, empty, or holds an earlier run; nothing in it was touched"
        }
        StoreError::NotAFolder { .. } | StoreError::NoName { .. } => {
            "name a folder, or a place where nothing stands yet"
        }
        StoreError::NoCache { .. } => "name a folder that is absent, empty, or a cache; nothing in it was touched",
        StoreError::AFolder { .. } => "name a file in it",
        StoreError::NotOurFile { .. } => "name a file that is absent, or an earlier page; it was not touched",
        StoreError::Exists { .. } => "name another file, or replace it with `--force`; nothing was written",
        StoreError::Io { .. } => "check that the folder above it exists, is a folder, and may be written to",
        _ => "what stood in the folder before is unchanged; check the space on the disk",
    }
}

/// What to do about a key that cannot be used.
fn help_with_key(error: &KeyError) -> String {
    match error {
        KeyError::Unreadable(_) => "check the path, or that the descriptor is open for reading".to_owned(),
        KeyError::TooShort | KeyError::TooLong | KeyError::Repeated => format!(
            "make one with `openssl rand -hex {LEAST_KEY_BYTES}`, keep it where nobody else reads it, and use it for all years"
        ),
    }
}
