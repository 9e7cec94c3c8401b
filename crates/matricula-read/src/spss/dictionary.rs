//! The dictionary of a system file: what stands before its rows, as the developers of PSPP document it.

use std::io::Read;

use encoding_rs::Encoding as TextEncoding;
use matricula_spec::model::batch::Encoding;

use super::bytes::{Bytes, Order};
use super::extension::Extensions;
use super::failure::Failure;
use super::missing::Missing;

/// Bytes of an element: a number, or a part of a string.
pub(crate) const ELEMENT: usize = 8;
/// Bytes of a string that one of its segments holds.
const SEGMENT: usize = 255;
/// Segments are declared for so many bytes each, though each holds three more.
const SEGMENT_DECLARED: usize = 252;
/// Longest string.
const LONGEST: usize = 32_767;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    /// Eight bytes for each element.
    None,
    /// One byte for an element that is a small whole number, or blank.
    Bytes,
    /// The same, in blocks compressed again.
    Blocks,
}

/// What a system file says of its rows.
#[derive(Debug)]
pub(crate) struct Dictionary {
    pub(crate) order: Order,
    pub(crate) compression: Compression,
    /// What is taken off a byte to give the number it stands for.
    pub(crate) bias: f64,
    /// Number of rows, where the file says it.
    pub(crate) rows: Option<u64>,
    /// The number that stands for no value.
    pub(crate) absent: f64,
    /// Elements of a row.
    pub(crate) elements: usize,
    pub(crate) variables: Vec<Variable>,
    pub(crate) text: &'static TextEncoding,
    /// Where the rows begin.
    pub(crate) start: u64,
}

/// A variable as its user sees it.
#[derive(Debug, Clone)]
pub(crate) struct Variable {
    pub(crate) name: String,
    /// Its first element in a row.
    pub(crate) first: usize,
    pub(crate) kind: Kind,
    pub(crate) missing: Missing,
}

/// What a variable holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Numbers, with the number of their display format.
    Number(u8),
    /// Text: its segments, each by its first element and the bytes that it holds.
    Text(Vec<(usize, usize)>),
}

impl Variable {
    /// The same with its elements elsewhere.
    pub(crate) fn moved(&self, to: impl Fn(usize) -> usize) -> Self {
        let kind = match &self.kind {
            Kind::Number(format) => Kind::Number(*format),
            Kind::Text(segments) => Kind::Text(segments.iter().map(|(first, bytes)| (to(*first), *bytes)).collect()),
        };
        Self { name: self.name.clone(), first: to(self.first), kind, missing: self.missing.clone() }
    }

    /// The elements that it takes.
    pub(crate) fn elements(&self) -> Vec<usize> {
        match &self.kind {
            Kind::Number(_) => vec![self.first],
            Kind::Text(segments) => {
                segments.iter().flat_map(|(first, bytes)| *first..first + bytes.div_ceil(ELEMENT)).collect()
            }
        }
    }
}

/// A variable as one record of the file has it.
#[derive(Debug)]
struct Record {
    name: Vec<u8>,
    first: usize,
    /// 0 for numbers.
    width: usize,
    format: u8,
    missing: i32,
    values: Vec<[u8; 8]>,
}

impl Dictionary {
    /// Reads what stands before the rows; `declared` is how text is written if the file does not say it.
    pub(crate) fn read(bytes: &mut Bytes<impl Read>, declared: Option<Encoding>) -> Result<Self, Failure> {
        let (compression, bias, rows) = header(bytes)?;
        let mut records = Vec::new();
        let mut elements = 0;
        let mut extensions = Extensions::default();
        loop {
            match bytes.int()? {
                2 => records.extend(variable(bytes, &mut elements)?),
                3 => value_labels(bytes)?,
                4 => drop(run(bytes, 4)?),
                6 => drop(run(bytes, 80)?),
                7 => extensions.read(bytes)?,
                999 => break,
                _ => return Err(Failure::Damaged),
            }
        }
        bytes.int()?;
        let text = extensions.text(declared)?;
        let rows = extensions.rows.or(rows);
        let order = bytes.order;
        let variables = variables(&records, &extensions, text, order)?;
        let absent = extensions.absent.unwrap_or(f64::MIN);
        Ok(Self { order, compression, bias, rows, absent, elements, variables, text, start: bytes.taken() })
    }
}

fn header(bytes: &mut Bytes<impl Read>) -> Result<(Compression, f64, Option<u64>), Failure> {
    // The mark was looked at before; then the name of the program that wrote the file.
    bytes.run(64)?;
    let layout: [u8; 4] = bytes.array()?;
    bytes.order = match (i32::from_le_bytes(layout), i32::from_be_bytes(layout)) {
        (2 | 3, _) => Order::Little,
        (_, 2 | 3) => Order::Big,
        _ => return Err(Failure::Damaged),
    };
    // The number of elements that stands here is not to be relied on.
    bytes.int()?;
    let compression = match bytes.int()? {
        0 => Compression::None,
        1 => Compression::Bytes,
        2 => Compression::Blocks,
        _ => return Err(Failure::Damaged),
    };
    bytes.int()?;
    let rows = u64::try_from(bytes.int()?).ok();
    let bias = bytes.order.double(bytes.array()?);
    // When it was written, and a label.
    bytes.run(84)?;
    Ok((compression, bias, rows))
}

/// A run of as many parts as the number before it says.
fn run(bytes: &mut Bytes<impl Read>, width: u64) -> Result<Vec<u8>, Failure> {
    let count = bytes.int()?;
    bytes.run_of(count, width)
}

/// The record of a variable; nothing for one that continues a string.
fn variable(bytes: &mut Bytes<impl Read>, elements: &mut usize) -> Result<Option<Record>, Failure> {
    let kind = bytes.int()?;
    let labelled = bytes.int()?;
    let missing = bytes.int()?;
    let format = bytes.int()?;
    bytes.int()?;
    let mut name = bytes.run(8)?;
    name.truncate(name.trim_ascii_end().len());
    if labelled != 0 {
        let length = bytes.int()?;
        bytes.run_of(length.checked_add(3).ok_or(Failure::Damaged)? / 4, 4)?;
    }
    if !(-3..=3).contains(&missing) {
        return Err(Failure::Damaged);
    }
    let values = bytes.run_of(missing.abs(), 8)?.as_chunks::<8>().0.to_vec();
    let first = *elements;
    *elements += 1;
    let width = match kind {
        -1 => return Ok(None),
        0..=255 => kind as usize,
        _ => return Err(Failure::Damaged),
    };
    let [_, _, format, _] = format.to_le_bytes();
    Ok(Some(Record { name, first, width, format, missing, values }))
}

fn value_labels(bytes: &mut Bytes<impl Read>) -> Result<(), Failure> {
    for _ in 0..bytes.int()? {
        bytes.run(8)?;
        let [length] = bytes.array()?;
        // The length and the label together are a multiple of eight.
        bytes.run((u64::from(length) + 1).next_multiple_of(8) - 1)?;
    }
    Ok(())
}

/// The variables with their long names, of long strings one each.
fn variables(
    records: &[Record],
    extensions: &Extensions,
    text: &'static TextEncoding,
    order: Order,
) -> Result<Vec<Variable>, Failure> {
    let decoded = |name: &[u8]| text.decode_without_bom_handling(name).0.trim_end().to_owned();
    let mut variables = Vec::new();
    let mut rest = records;
    while let Some(record) = rest.first() {
        let long = extensions.long_strings.get(&record.name).copied();
        let taken = long.map_or(1, |width| width.div_ceil(SEGMENT_DECLARED));
        let (parts, following) = rest.split_at_checked(taken).ok_or(Failure::Damaged)?;
        rest = following;
        let kind = match (record.width, long) {
            (0, None) => Kind::Number(record.format),
            (width, None) => Kind::Text(vec![(record.first, width)]),
            (_, Some(width)) => Kind::Text(segments(parts, width)?),
        };
        let name = extensions.long_names.get(&record.name).unwrap_or(&record.name);
        let missing = match extensions.missing.get(name).or(extensions.missing.get(&record.name)) {
            Some(values) => Missing::of_text(values),
            None if record.width == 0 => Missing::of_numbers(record.missing, &record.values, order)?,
            None => Missing::of_text(&record.values),
        };
        variables.push(Variable { name: decoded(name), first: record.first, kind, missing });
    }
    Ok(variables)
}

/// Where the bytes of a long string stand; its last segments may hold none.
fn segments(parts: &[Record], width: usize) -> Result<Vec<(usize, usize)>, Failure> {
    if !(1..=LONGEST).contains(&width) {
        return Err(Failure::Damaged);
    }
    let mut left = width;
    let mut segments = Vec::new();
    for part in parts {
        let bytes = left.min(part.width).min(SEGMENT);
        left -= bytes;
        if bytes > 0 {
            segments.push((part.first, bytes));
        }
    }
    if left == 0 { Ok(segments) } else { Err(Failure::Damaged) }
}
