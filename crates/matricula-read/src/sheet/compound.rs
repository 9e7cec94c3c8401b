//! Compound files, in which `.xls` workbooks are kept: whether one is complete.
//!
//! The reader of such workbooks does not notice that a file is cut off, and asks for as much memory
//! as a damaged one says that it has rows.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

/// Marks a sector that is not in use.
const FREE: u32 = 0xFFFF_FFFF;
/// Numbers from here on are marks, and no sectors.
const MARKS: u32 = 0xFFFF_FFFA;
/// Streams shorter than this are kept elsewhere.
const LEAST_STREAM: usize = 4096;
/// The record of a sheet that says how large it is.
const DIMENSIONS: u16 = 0x0200;
/// Rows of a sheet of Excel up to 2003.
const MOST_ROWS: u32 = 65_536;
/// Columns of a sheet of Excel up to 2003.
const MOST_COLUMNS: u32 = 256;
/// Sectors of the allocation table that the header names.
const NAMED_IN_HEADER: usize = 109;

/// Whether every sector that is in use, or named as the next of another, stands in the file.
pub(crate) fn is_complete(file: &mut File) -> io::Result<bool> {
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
    let mut follows = Vec::new();
    for table in tables.into_iter().filter(|table| *table < MARKS) {
        let Some(next) = sector(file, table, size, inside(table))? else { return Ok(false) };
        follows.extend(next);
    }
    let sound = (0..).zip(&follows).all(|(number, next)| *next == FREE || inside(number) && inside(*next));
    if !sound || !inside(directory) || !inside(small_table) {
        return Ok(false);
    }
    let entries = chain(file, directory, size, &follows)?;
    let Some((start, bytes)) = entries.as_chunks::<128>().0.iter().find_map(workbook) else { return Ok(false) };
    let mut stream = chain(file, start, size, &follows)?;
    stream.truncate(bytes);
    Ok(bytes < LEAST_STREAM || (stream.len() == bytes && rows_are_possible(&stream)))
}

/// Where the stream of the workbook begins and how long it is, if this entry of the directory is its.
fn workbook(entry: &[u8; 128]) -> Option<(u32, usize)> {
    let letters: Vec<u8> = entry[..64].iter().step_by(2).copied().take_while(|letter| *letter != 0).collect();
    let named = letters.eq_ignore_ascii_case(b"workbook") || letters.eq_ignore_ascii_case(b"book");
    let words = words(entry);
    named.then(|| (words[29], words[30] as usize))
}

/// The bytes of the sectors that follow each other from one on; fewer if they form a circle.
fn chain(file: &mut File, start: u32, size: u64, follows: &[u32]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut next = start;
    for _ in 0..follows.len() {
        let Some(following) = follows.get(next as usize) else { break };
        file.seek(SeekFrom::Start((u64::from(next) + 1) * size))?;
        file.by_ref().take(size).read_to_end(&mut bytes)?;
        next = *following;
    }
    Ok(bytes)
}

/// Whether a sheet says that it ends after it begins, and has not more rows and columns than one can have.
fn size_is_possible(record: &[u8]) -> bool {
    let half = |at: usize| record.get(at..at + 2).map_or(0, |two| u32::from(u16::from_le_bytes([two[0], two[1]])));
    let (first, end, columns) = match record.len() {
        // Older workbooks count rows in two bytes.
        10 => (half(0), half(2), half(6)),
        _ => (half(0) | half(2) << 16, half(4) | half(6) << 16, half(10)),
    };
    end <= MOST_ROWS && columns <= MOST_COLUMNS && (first <= end || end == 0 && first <= MOST_ROWS)
}

/// Whether no sheet says that it is larger than a sheet can be.
fn rows_are_possible(stream: &[u8]) -> bool {
    let mut rest = stream;
    while let [kind_low, kind_high, length_low, length_high, body @ ..] = rest {
        let kind = u16::from_le_bytes([*kind_low, *kind_high]);
        let length = usize::from(u16::from_le_bytes([*length_low, *length_high]));
        // What follows the last sheet may be anything.
        let Some((record, following)) = body.split_at_checked(length) else { break };
        if kind == DIMENSIONS && !size_is_possible(record) {
            return false;
        }
        rest = following;
    }
    true
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
