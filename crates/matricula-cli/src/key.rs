//! The key of pseudonyms: read from a file or descriptor, never from the command line or the environment.

use std::fs::File;
use std::path::{Path, PathBuf};

use matricula::spec::Batch;
use matricula::{KeyError, Linking, PseudonymKey};

use crate::arguments::Key;
use crate::error::Failure;

/// What it takes to follow pupils; nothing where no key is given.
pub(crate) fn linking(key: &Key, batch: &Batch) -> Result<Option<Linking>, Failure> {
    let Some(path) = path(key) else { return Ok(None) };
    if batch.link.is_none() {
        return Err(Failure::Usage {
            message: "a key is given, and the batch does not ask to follow pupils".to_owned(),
            help: "add a table `[link]` to the batch, or leave the key out".to_owned(),
            candidates: Vec::new(),
        });
    }
    let read = File::open(&path).map_err(KeyError::from).and_then(PseudonymKey::read);
    let key = read.map_err(|error| Failure::Key { path, error })?;
    Ok(Some(Linking { key }))
}

fn path(key: &Key) -> Option<PathBuf> {
    let of_descriptor = || key.key_descriptor.map(|number| Path::new("/dev/fd").join(number.to_string()));
    key.key_file.clone().or_else(of_descriptor)
}
