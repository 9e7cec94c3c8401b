//! Compound files, in which `.xls` workbooks are kept: whether one is complete.
//!
//! The reader of such workbooks does not notice that a file is cut off.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

/// Marks a sector that is not in use.
const FREE: u32 = 0xFFFF_FFFF;
/// Numbers from here on are marks, and no sectors.
const MARKS: u32 = 0xFFFF_FFFA;
/// Sectors of the allocation table that the header names.
const NAMED_IN_HEADER: usize = 109;

/// Whether every sector that is in use, or named as the next of another, stands in the file.
pub(super) fn is_complete(file: &mut File) -> io::Result<bool> {
    let length = file.metadata()?.len();
    let mut header = [0; 512];
    match file.read_exact(&mut header) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(false),
        other => other?,
    }
    let size: u64 = match header[30] {
        9 => 512,
        12 => 4096,
        _ => return Ok(false),
    };
    let inside = |sector: u32| sector >= MARKS || (u64::from(sector) + 1) * size < length;
    let words = words(&header);
    let (directory, small_table, mut more) = (words[12], words[15], words[17]);
    let mut tables: Vec<u32> = words[19..19 + NAMED_IN_HEADER].to_vec();
    while more < MARKS {
        // The last word of a sector of such names is the next one; a circle is longer than the file.
        let Some(mut names) = sector(file, more, size, inside(more))? else { return Ok(false) };
        more = names.pop().unwrap_or(FREE);
        tables.extend(names);
        if tables.len() as u64 > length {
            return Ok(false);
        }
    }
    let mut number = 0;
    for table in tables.into_iter().filter(|table| *table < MARKS) {
        let Some(next) = sector(file, table, size, inside(table))? else { return Ok(false) };
        for next in next {
            if next != FREE && !(inside(number) && inside(next)) {
                return Ok(false);
            }
            number = number.saturating_add(1);
        }
    }
    Ok(inside(directory) && inside(small_table))
}

/// The words of a sector; nothing if it is not whole.
fn sector(file: &mut File, number: u32, size: u64, inside: bool) -> io::Result<Option<Vec<u32>>> {
    if !inside {
        return Ok(None);
    }
    file.seek(SeekFrom::Start((u64::from(number) + 1) * size))?;
    let mut bytes = Vec::new();
    file.by_ref().take(size).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 == size).then(|| words(&bytes)))
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect()
}
