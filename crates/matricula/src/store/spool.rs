//! Records on their way from one pass to the next: in memory while they are few, then in a file without a name.
//!
//! The file is gone as soon as the program is, however that ends.

use std::collections::BTreeSet;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tempfile::SpooledTempFile;

/// Number of parts that are read back one by one.
pub(crate) const PARTITIONS: usize = 256;

/// Most bytes that are kept in memory.
const IN_MEMORY: usize = 64 << 20;

/// Bytes of a partition that are gathered before they are written.
const BLOCK: usize = 16 << 10;

/// Records in partitions, and which sources gave some for which country and year.
pub(crate) struct Spool {
    inner: Mutex<Inner>,
}

struct Inner {
    file: SpooledTempFile,
    end: u64,
    blocks: Vec<Vec<(u64, usize)>>,
    seen: BTreeSet<Seen>,
    failed: Option<io::Error>,
}

/// Source, country and year.
pub(crate) type Seen = (u16, u16, u16);

/// What one thread has gathered and not yet written.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    partitions: Vec<Vec<u8>>,
    seen: BTreeSet<Seen>,
}

impl Spool {
    /// An empty spool; `folder` is where its file would be.
    pub(crate) fn new(folder: &Path) -> Self {
        Self::keeping(IN_MEMORY, folder)
    }

    fn keeping(in_memory: usize, folder: &Path) -> Self {
        let file = tempfile::spooled_tempfile_in(in_memory, folder);
        let blocks = vec![Vec::new(); PARTITIONS];
        Self { inner: Mutex::new(Inner { file, end: 0, blocks, seen: BTreeSet::new(), failed: None }) }
    }

    /// Adds a record to a partition; `seen` where it can be found again.
    pub(crate) fn push(&self, gathered: &mut Gathered, partition: usize, record: &[u8], seen: Option<Seen>) {
        gathered.partitions.resize_with(PARTITIONS, Vec::new);
        gathered.seen.extend(seen);
        let block = &mut gathered.partitions[partition];
        block.extend_from_slice(record);
        if block.len() >= BLOCK {
            self.locked().write(partition, block);
            block.clear();
        }
    }

    /// Writes what a thread has gathered.
    pub(crate) fn finish(&self, gathered: Gathered) {
        let mut inner = self.locked();
        for (partition, block) in gathered.partitions.iter().enumerate().filter(|(_, block)| !block.is_empty()) {
            inner.write(partition, block);
        }
        inner.seen.extend(gathered.seen);
    }

    /// Which sources gave records that can be found again, for which country and year.
    pub(crate) fn seen(&self) -> BTreeSet<Seen> {
        self.locked().seen.clone()
    }

    /// The records of a partition, one after the other.
    pub(crate) fn partition(&self, partition: usize) -> io::Result<Vec<u8>> {
        self.locked().read(partition)
    }

    /// A thread that panicked while it held the lock has taken the run with it; what is here is whole.
    fn locked(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn write(&mut self, partition: usize, block: &[u8]) {
        if self.failed.is_some() {
            return;
        }
        match self.file.seek(SeekFrom::Start(self.end)).and_then(|_| self.file.write_all(block)) {
            Ok(()) => {
                self.blocks[partition].push((self.end, block.len()));
                self.end += block.len() as u64;
            }
            Err(error) => self.failed = Some(error),
        }
    }

    fn read(&mut self, partition: usize) -> io::Result<Vec<u8>> {
        if let Some(error) = &self.failed {
            return Err(io::Error::new(error.kind(), error.to_string()));
        }
        let blocks = std::mem::take(&mut self.blocks[partition]);
        let mut records = vec![0; blocks.iter().map(|(_, length)| length).sum()];
        let mut rest = records.as_mut_slice();
        for (start, length) in &blocks {
            let (block, after) = rest.split_at_mut(*length);
            self.file.seek(SeekFrom::Start(*start))?;
            self.file.read_exact(block)?;
            rest = after;
        }
        self.blocks[partition] = blocks;
        Ok(records)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(in_memory: usize) {
        let folder = tempfile::tempdir().expect("a folder");
        let spool = Spool::keeping(in_memory, folder.path());
        std::thread::scope(|scope| {
            for thread in 0..4_u8 {
                let spool = &spool;
                scope.spawn(move || {
                    let mut gathered = Gathered::default();
                    for number in 0..30_000_u32 {
                        let record = [&[thread], &number.to_be_bytes()[..]].concat();
                        spool.push(&mut gathered, number as usize % 3, &record, Some((u16::from(thread), 0, 0)));
                    }
                    spool.finish(gathered);
                });
            }
        });
        for partition in 0..3 {
            let bytes = spool.partition(partition).expect("readable");
            let mut records: Vec<&[u8]> = bytes.chunks_exact(5).collect();
            records.sort_unstable();
            let expected = (0..4_u8).flat_map(|thread| {
                (0..30_000_u32)
                    .filter(|number| *number as usize % 3 == partition)
                    .map(move |number| [&[thread], &number.to_be_bytes()[..]].concat())
            });
            assert!(records.into_iter().eq(expected));
        }
        assert_eq!(spool.seen().len(), 4);
        assert!(spool.partition(3).expect("readable").is_empty());
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "the file has no name");
    }

    #[test]
    fn what_several_threads_pushed_comes_back_by_partition() {
        check(IN_MEMORY);
        // All but the first blocks are in the file.
        check(20_000);
    }
}
