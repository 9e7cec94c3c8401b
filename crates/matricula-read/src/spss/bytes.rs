//! Numbers and runs of bytes of a system file, never more than the file has left.

use std::io::{ErrorKind, Read};

use super::failure::Failure;

/// No part of a dictionary is longer; otherwise memory would be asked for whatever number a damaged file declares.
const LONGEST: u64 = 64 << 20;

/// The order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The lowest first.
    Little,
    /// The highest first.
    Big,
}

impl Order {
    pub(crate) fn int(self, bytes: [u8; 4]) -> i32 {
        match self {
            Self::Little => i32::from_le_bytes(bytes),
            Self::Big => i32::from_be_bytes(bytes),
        }
    }

    pub(crate) fn long(self, bytes: [u8; 8]) -> i64 {
        match self {
            Self::Little => i64::from_le_bytes(bytes),
            Self::Big => i64::from_be_bytes(bytes),
        }
    }

    pub(crate) fn double(self, bytes: [u8; 8]) -> f64 {
        match self {
            Self::Little => f64::from_le_bytes(bytes),
            Self::Big => f64::from_be_bytes(bytes),
        }
    }

    pub(crate) fn bytes_of(self, value: f64) -> [u8; 8] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }
}

/// A file read from its start, with the number of bytes that are left.
pub(crate) struct Bytes<R> {
    reader: R,
    left: u64,
    taken: u64,
    pub(crate) order: Order,
}

impl<R: Read> Bytes<R> {
    pub(crate) fn new(reader: R, length: u64) -> Self {
        Self { reader, left: length, taken: 0, order: Order::Little }
    }

    /// Bytes read so far.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// So many bytes; memory is asked for only if the file has them.
    pub(crate) fn run(&mut self, count: u64) -> Result<Vec<u8>, Failure> {
        self.left = self.left.checked_sub(count).ok_or(Failure::CutOff)?;
        self.taken += count;
        if count > LONGEST {
            return Err(Failure::Damaged);
        }
        let mut bytes = vec![0; usize::try_from(count).map_err(|_| Failure::Damaged)?];
        self.reader.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// A run as long as a whole number says, times the length of its parts.
    pub(crate) fn run_of(&mut self, count: i32, width: u64) -> Result<Vec<u8>, Failure> {
        let count = u64::try_from(count).map_err(|_| Failure::Damaged)?;
        self.run(count.checked_mul(width).ok_or(Failure::Damaged)?)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Failure> {
        let bytes = self.run(N as u64)?;
        bytes.try_into().map_err(|_| Failure::Damaged)
    }

    pub(crate) fn int(&mut self) -> Result<i32, Failure> {
        Ok(self.order.int(self.array()?))
    }
}

/// Fills a buffer; `false` if nothing was left, an error if only a part of it was.
pub(crate) fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> Result<bool, Failure> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) if filled == 0 => return Ok(false),
            Ok(0) => return Err(Failure::CutOff),
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}
