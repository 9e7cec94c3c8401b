//! Records on their way from one pass to the next: in memory while they are few, then in a file without a name.
//!
//! The file is gone as soon as the program is, however that ends.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Number of parts that are read back one by one.
pub const PARTITIONS: usize = 256;

/// Most bytes that a spool keeps in memory, where the caller of a run does not say.
const IN_MEMORY: usize = 64 << 20;

/// Most bytes that all threads together gather before they are written.
const GATHERED: usize = 32 << 20;

/// Fewest and most bytes of a partition that one thread gathers before they are written.
const BLOCK: [usize; 2] = [4 << 10, 64 << 10];

/// Where spools keep what does not fit their memory.
#[derive(Debug, Clone, Copy)]
pub struct Scratch<'a> {
    pub(crate) folder: &'a Path,
    /// Most bytes that one spool keeps in memory; nothing means 64 MiB.
    pub memory: Option<usize>,
}

impl Scratch<'_> {
    /// For a plan by which no row is read.
    pub fn unused() -> Self {
        Self { folder: Path::new(""), memory: None }
    }
}

/// Bytes in partitions.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    memory: usize,
    block: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    file: Option<Arc<File>>,
    end: u64,
    kept: usize,
    partitions: Vec<Vec<Piece>>,
    failed: Option<io::Error>,
}

/// Some bytes of a partition.
#[derive(Debug)]
enum Piece {
    Kept(Box<[u8]>),
    InFile { start: u64, length: usize },
}

/// What one thread has gathered and not yet written.
#[derive(Debug, Default)]
pub struct Gathered(Vec<Vec<u8>>);

impl Spool {
    /// An empty spool; there is no file before it needs one.
    pub fn new(scratch: Scratch<'_>) -> Self {
        let partitions = (0..PARTITIONS).map(|_| Vec::new()).collect();
        Self {
            folder: scratch.folder.to_owned(),
            memory: scratch.memory.unwrap_or(IN_MEMORY),
            block: (GATHERED / PARTITIONS / rayon::current_num_threads()).clamp(BLOCK[0], BLOCK[1]),
            inner: Mutex::new(Inner { file: None, end: 0, kept: 0, partitions, failed: None }),
        }
    }

    /// Adds a record to a partition.
    pub fn push(&self, gathered: &mut Gathered, partition: usize, record: &[u8]) {
        if gathered.0.is_empty() {
            gathered.0.resize_with(PARTITIONS, Vec::new);
        }
        let block = &mut gathered.0[partition];
        block.extend_from_slice(record);
        if block.len() >= self.block {
            self.write(partition, block);
            block.clear();
        }
    }

    /// Writes what a thread has gathered.
    pub fn finish(&self, gathered: Gathered) {
        for (partition, block) in gathered.0.into_iter().enumerate().filter(|(_, block)| !block.is_empty()) {
            self.write(partition, &block);
        }
    }

    /// Number of bytes in all partitions.
    pub fn bytes(&self) -> u64 {
        let inner = self.locked();
        inner.end + inner.kept as u64
    }

    /// Takes the records of a partition out, one after the other; every thread is finished.
    pub fn take(&self, partition: usize) -> io::Result<Vec<u8>> {
        let (pieces, file) = self.pieces(partition)?;
        let mut records = vec![0; pieces.iter().map(Piece::length).sum()];
        let mut rest = records.as_mut_slice();
        for piece in pieces {
            let (bytes, after) = rest.split_at_mut(piece.length());
            piece.read(file.as_deref(), bytes)?;
            rest = after;
        }
        Ok(records)
    }

    /// The same, some whole records at a time.
    pub fn blocks(&self, partition: usize) -> io::Result<impl Iterator<Item = io::Result<Vec<u8>>> + use<>> {
        let (pieces, file) = self.pieces(partition)?;
        Ok(pieces.into_iter().map(move |piece| {
            let mut block = vec![0; piece.length()];
            piece.read(file.as_deref(), &mut block).map(|()| block)
        }))
    }

    fn pieces(&self, partition: usize) -> io::Result<(Vec<Piece>, Option<Arc<File>>)> {
        let mut inner = self.locked();
        if let Some(error) = &inner.failed {
            return Err(io::Error::new(error.kind(), error.to_string()));
        }
        Ok((std::mem::take(&mut inner.partitions[partition]), inner.file.clone()))
    }

    /// Keeps a block, or writes it to the file while others write theirs.
    fn write(&self, partition: usize, block: &[u8]) {
        let mut inner = self.locked();
        if inner.failed.is_some() {
            return;
        }
        if inner.kept + block.len() <= self.memory {
            inner.kept += block.len();
            return inner.partitions[partition].push(Piece::Kept(block.into()));
        }
        let file = match inner.file(&self.folder) {
            Ok(file) => file,
            Err(error) => return inner.failed = Some(error),
        };
        let start = inner.end;
        inner.end += block.len() as u64;
        inner.partitions[partition].push(Piece::InFile { start, length: block.len() });
        drop(inner);
        if let Err(error) = write_at(&file, block, start) {
            self.locked().failed = Some(error);
        }
    }

    /// A thread that panicked while it held the lock has taken the run with it; what is here is whole.
    fn locked(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn file(&mut self, folder: &Path) -> io::Result<Arc<File>> {
        if let Some(file) = &self.file {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(tempfile::tempfile_in(folder)?);
        self.file = Some(Arc::clone(&file));
        Ok(file)
    }
}

impl Piece {
    fn length(&self) -> usize {
        match self {
            Self::Kept(bytes) => bytes.len(),
            Self::InFile { length, .. } => *length,
        }
    }

    fn read(self, file: Option<&File>, bytes: &mut [u8]) -> io::Result<()> {
        match (self, file) {
            (Self::Kept(kept), _) => bytes.copy_from_slice(&kept),
            (Self::InFile { start, .. }, Some(file)) => read_at(file, bytes, start)?,
            (Self::InFile { .. }, None) => return Err(io::ErrorKind::NotFound.into()),
        }
        Ok(())
    }
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], start: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, start)
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], start: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, start)
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut start: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_write(file, bytes, start)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            written => (bytes, start) = (&bytes[written..], start + written as u64),
        }
    }
    Ok(())
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut start: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, start)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => (bytes, start) = (&mut bytes[read..], start + read as u64),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDS: u32 = 60_000;

    fn check(memory: Option<usize>) {
        let folder = tempfile::tempdir().expect("a folder");
        let spool = Spool::new(Scratch { folder: folder.path(), memory });
        std::thread::scope(|scope| {
            for thread in 0..4_u8 {
                let spool = &spool;
                scope.spawn(move || {
                    let mut gathered = Gathered::default();
                    for number in 0..RECORDS {
                        let record = [&[thread], &number.to_be_bytes()[..]].concat();
                        spool.push(&mut gathered, number as usize % 3, &record);
                    }
                    spool.finish(gathered);
                });
            }
        });
        let kept = spool.locked().kept as u64;
        assert_eq!(spool.locked().end == 0, memory.is_none(), "whether something is in the file");
        assert!(memory.is_none_or(|memory| kept <= memory as u64));
        assert_eq!(spool.bytes(), 4 * 5 * u64::from(RECORDS));
        for partition in 0..3 {
            let bytes = spool.take(partition).expect("readable");
            let mut records: Vec<&[u8]> = bytes.chunks_exact(5).collect();
            records.sort_unstable();
            let expected = (0..4_u8).flat_map(|thread| {
                (0..RECORDS)
                    .filter(|number| *number as usize % 3 == partition)
                    .map(move |number| [&[thread], &number.to_be_bytes()[..]].concat())
            });
            assert!(records.into_iter().eq(expected));
        }
        assert!(spool.take(3).expect("readable").is_empty());
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "the file has no name");
    }

    #[test]
    fn what_several_threads_pushed_comes_back_by_partition() {
        check(None);
        check(Some(150_000));
        check(Some(0));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error_where_it_is_needed() {
        let folder = tempfile::tempdir().expect("a folder").path().join("gone");
        let filled = |memory| {
            let spool = Spool::new(Scratch { folder: &folder, memory: Some(memory) });
            let mut gathered = Gathered::default();
            spool.push(&mut gathered, 7, b"record");
            spool.finish(gathered);
            spool.take(7)
        };
        assert_eq!(filled(6).expect("in memory"), b"record");
        assert_eq!(filled(5).expect_err("no folder").kind(), io::ErrorKind::NotFound);
    }
}
