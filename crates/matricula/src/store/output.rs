//! Files of the folder: hashed while they are written, on disk when they are finished.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::error::StoreError;

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

/// What writes the content of a file.
type Content<'a> = Box<dyn FnOnce(&mut Hashed) -> Result<(), StoreError> + Send + 'a>;

/// The files of a folder, which all threads write together.
#[derive(Default)]
pub(super) struct Outputs<'a>(Vec<(String, Content<'a>)>);

impl<'a> Outputs<'a> {
    /// Adds a new file.
    pub(super) fn file(&mut self, name: &str, content: impl FnOnce(&mut Hashed) -> Result<(), StoreError> + Send + 'a) {
        self.0.push((name.to_owned(), Box::new(content)));
    }

    /// Writes them; what was written, by name.
    pub(super) fn write(self, folder: &Path) -> Result<Vec<OutputFile>, StoreError> {
        let written: Vec<_> = self.0.into_par_iter().map(|(name, content)| file(folder, &name, content)).collect();
        // Of several failures the first in the order of the files is told, whichever came first.
        let mut written = written.into_iter().collect::<Result<Vec<_>, _>>()?;
        written.sort();
        Ok(written)
    }
}

/// Writes a new file of a folder.
pub(super) fn file(
    folder: &Path,
    name: &str,
    content: impl FnOnce(&mut Hashed) -> Result<(), StoreError>,
) -> Result<OutputFile, StoreError> {
    let file = File::create_new(folder.join(name)).map_err(StoreError::io("create", Path::new(name)))?;
    let mut hashed = Hashed { file: BufWriter::new(file), hasher: blake3::Hasher::new(), bytes: 0 };
    content(&mut hashed)?;
    hashed.finish(name).map_err(StoreError::io("write", Path::new(name)))
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
