//! The blocks of a `.zsav` file: each compressed by itself, and listed at the end of the file.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::vec::IntoIter;

use flate2::read::ZlibDecoder;

use super::bytes::Bytes;
use super::dictionary::Dictionary;
use super::failure::Failure;

/// Bytes that say where the list of blocks stands, and of its head, and of each block in it.
const HEADER: u64 = 24;
const ENTRY: u64 = 24;
/// Largest block, decompressed; programs write blocks of 4 MiB.
const LARGEST: u64 = 256 << 20;

/// Bytes of the rows, decompressed block by block.
pub(crate) struct Blocks {
    file: BufReader<File>,
    blocks: IntoIter<Block>,
    bytes: Vec<u8>,
    next: usize,
}

#[derive(Debug, Clone, Copy)]
struct Block {
    size: u64,
    compressed: u64,
}

impl Blocks {
    /// Reads the list of blocks, which must be complete, and stands before the first.
    pub(crate) fn open(mut file: File, dictionary: &Dictionary) -> Result<Self, Failure> {
        let length = file.metadata()?.len();
        let blocks = list(&mut file, dictionary, length)?;
        file.seek(SeekFrom::Start(dictionary.start + HEADER))?;
        Ok(Self { file: BufReader::new(file), blocks: blocks.into_iter(), bytes: Vec::new(), next: 0 })
    }

    fn load(&mut self, block: Block) -> io::Result<()> {
        self.bytes.clear();
        self.next = 0;
        let mut compressed = (&mut self.file).take(block.compressed);
        // One byte more than it may have, so that a block that lies is noticed.
        ZlibDecoder::new(&mut compressed).take(block.size + 1).read_to_end(&mut self.bytes)?;
        if self.bytes.len() as u64 != block.size {
            return Err(ErrorKind::InvalidData.into());
        }
        io::copy(&mut compressed, &mut io::sink()).map(drop)
    }
}

impl Read for Blocks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.next == self.bytes.len() {
            let Some(block) = self.blocks.next() else { return Ok(0) };
            self.load(block)?;
        }
        let count = buffer.len().min(self.bytes.len() - self.next);
        buffer[..count].copy_from_slice(&self.bytes[self.next..self.next + count]);
        self.next += count;
        Ok(count)
    }
}

fn list(file: &mut File, dictionary: &Dictionary, length: u64) -> Result<Vec<Block>, Failure> {
    let order = dictionary.order;
    file.seek(SeekFrom::Start(dictionary.start))?;
    let mut bytes = Bytes::new(&mut *file, length.saturating_sub(dictionary.start));
    let mut place = || Ok::<_, Failure>(u64::try_from(order.long(bytes.array()?)).unwrap_or(u64::MAX));
    let (own, start, size) = (place()?, place()?, place()?);
    if start.checked_add(size).is_none_or(|end| end > length) {
        return Err(Failure::CutOff);
    }
    if own != dictionary.start || start < own + HEADER || size < HEADER {
        return Err(Failure::Damaged);
    }
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Bytes::new(&mut *file, size);
    bytes.order = order;
    bytes.run(20)?;
    let count = bytes.int()?;
    let entries = bytes.run_of(count, ENTRY)?;
    let mut expected = own + HEADER;
    let mut blocks = Vec::new();
    for entry in entries.as_chunks::<{ ENTRY as usize }>().0 {
        let [_, at, sizes] = entry.as_chunks::<8>().0 else { return Err(Failure::Damaged) };
        let [size, compressed] = sizes.as_chunks::<4>().0 else { return Err(Failure::Damaged) };
        let size = u64::try_from(order.int(*size)).map_err(|_| Failure::Damaged)?;
        let compressed = u64::try_from(order.int(*compressed)).map_err(|_| Failure::Damaged)?;
        // Blocks stand one after the other, from the first byte to the list.
        if u64::try_from(order.long(*at)).ok() != Some(expected) || size > LARGEST {
            return Err(Failure::Damaged);
        }
        expected += compressed;
        blocks.push(Block { size, compressed });
    }
    if expected == start { Ok(blocks) } else { Err(Failure::Damaged) }
}
