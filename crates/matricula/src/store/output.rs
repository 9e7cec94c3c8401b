//! Files of the folder: hashed while they are written, on disk when they are finished.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::error::StoreError;

/// One file of the folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutputFile {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// BLAKE3 of its bytes.
    pub blake3: String,
}

/// Writes the files of a folder, one after the other.
pub(super) struct Outputs {
    folder: PathBuf,
    written: Vec<OutputFile>,
}

impl Outputs {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), written: Vec::new() }
    }

    /// Writes a new file.
    pub(super) fn file(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut Hashed) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let path = self.folder.join(name);
        let file = File::create_new(&path).map_err(StoreError::io("create", Path::new(name)))?;
        let mut hashed = Hashed { file: BufWriter::new(file), hasher: blake3::Hasher::new(), bytes: 0 };
        write(&mut hashed)?;
        let finished = hashed.finish(name).map_err(StoreError::io("write", Path::new(name)))?;
        self.written.push(finished);
        Ok(())
    }

    /// What was written so far, by name.
    pub(super) fn written(&self) -> Vec<OutputFile> {
        let mut written = self.written.clone();
        written.sort();
        written
    }
}

/// A file whose bytes are hashed on their way.
pub(super) struct Hashed {
    file: BufWriter<File>,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Hashed {
    fn finish(self, name: &str) -> io::Result<OutputFile> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(OutputFile { name: name.to_owned(), bytes: self.bytes, blake3: self.hasher.finalize().to_hex().to_string() })
    }
}

impl Write for Hashed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.file.write(buffer)?;
        self.hasher.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes a text as a whole file.
pub(super) fn text(file: &mut Hashed, name: &str, text: &str) -> Result<(), StoreError> {
    file.write_all(text.as_bytes()).map_err(StoreError::io("write", Path::new(name)))
}
