//! A column of a Parquet file, decoded without a detour: numbers of texts are taken as they are, each text is looked
//! at once; texts and whole numbers that are written one by one become texts.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Cursor, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use matricula_engine::raw::block::TextColumn;
use matricula_engine::raw::dictionary::Dictionary;
use polars::prelude::ArrowDataType;
use polars_buffer::Buffer;
use polars_parquet::parquet::compression::DecompressionContext;
use polars_parquet::parquet::encoding::Encoding;
use polars_parquet::parquet::encoding::hybrid_rle::{HybridRleChunk, HybridRleDecoder};
use polars_parquet::parquet::error::{ParquetError, ParquetResult};
use polars_parquet::parquet::page::{DataPage, DataPageHeader, DictPage, Page, split_buffer};
use polars_parquet::parquet::read::{PageMetaData, PageReader, decompress};
use polars_parquet::read::{ColumnChunkMetadata, PhysicalType};

/// Largest page that is read.
const LARGEST_PAGE: usize = 1 << 30;

/// The next name of a dictionary; nothing that is told depends on it.
static NAMES: AtomicU64 = AtomicU64::new(1);

/// How values become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    Text,
    Int32,
    Int64,
}

/// Some rows of a column as the file holds them.
#[derive(Debug)]
pub(crate) enum Held {
    /// Texts of a dictionary and a blank one after them, and for each row the place of its own.
    /// No two have the same name.
    Numbers { name: u64, texts: TextColumn, numbers: Vec<u32> },
    /// The text of each row.
    Texts(TextColumn),
}

impl Held {
    /// The numbers of the texts of some rows in a dictionary of ours.
    pub(crate) fn numbers(&self, rows: Range<usize>, dictionary: &mut Dictionary) -> Vec<u32> {
        match self {
            Self::Texts(texts) => rows.map(|row| dictionary.number(texts.get(row))).collect(),
            Self::Numbers { name, texts, numbers } => dictionary.translate(*name, texts, &numbers[rows]),
        }
    }

    /// The texts of some rows.
    pub(crate) fn texts(&self, rows: Range<usize>) -> TextColumn {
        match self {
            Self::Texts(texts) => texts.part(rows),
            Self::Numbers { texts, numbers, .. } => {
                let mut part = TextColumn::with_capacity(rows.len(), 8 * rows.len());
                numbers[rows].iter().for_each(|held| part.push(texts.get(*held as usize)));
                part
            }
        }
    }
}

/// So many rows of a column from the first on; nothing where the column is of a type or written in a way that is
/// left to the general reader.
///
/// # Errors
/// The file is damaged.
pub(crate) fn held(
    file: &mut File,
    column: &ColumnChunkMetadata,
    dtype: &ArrowDataType,
    (first, rows): (usize, usize),
) -> ParquetResult<Option<Held>> {
    let descriptor = &column.descriptor().descriptor;
    let Some(values) = values(column.physical_type(), dtype) else { return Ok(None) };
    if descriptor.max_rep_level > 0 || descriptor.max_def_level > 1 {
        return Ok(None);
    }
    let bytes = bytes(file, column).map_err(|_| damaged("a column that ends early"))?;
    let pages = PageReader::new_with_page_meta(
        Cursor::new(Buffer::from(bytes)),
        PageMetaData::from(column),
        Vec::new(),
        LARGEST_PAGE,
    );
    let mut reading = Reading { values, texts: None, numbers: Vec::new(), written: None, rows };
    let (mut scratch, mut context) = (Vec::new(), DecompressionContext::Unset);
    let mut start = 0;
    for page in pages {
        let page = page?;
        // Pages before the first row are not even decompressed.
        let held = page_rows(&page);
        if held.is_some_and(|held| start + held <= first) {
            start += held.unwrap_or_default();
            continue;
        }
        if reading.len() == rows {
            break;
        }
        match decompress(page, &mut scratch, &mut context)? {
            Page::Dict(page) => reading.texts = Some(texts(&page, values)?),
            Page::Data(page) => {
                let held = page.num_values();
                let wanted = first.saturating_sub(start)..held.min(first + rows - start);
                if !reading.add(&page, wanted)? {
                    return Ok(None);
                }
                start += held;
            }
        }
    }
    if reading.len() == rows { Ok(reading.finish()) } else { Err(damaged("rows are missing")) }
}

/// How values of a type become text here; others are left to the general reader.
fn values(physical: PhysicalType, dtype: &ArrowDataType) -> Option<Values> {
    use ArrowDataType as T;
    match (physical, dtype) {
        (PhysicalType::ByteArray, T::Utf8 | T::LargeUtf8 | T::Utf8View) => Some(Values::Text),
        (PhysicalType::Int32, T::Int8 | T::Int16 | T::Int32) => Some(Values::Int32),
        (PhysicalType::Int64, T::Int64) => Some(Values::Int64),
        _ => None,
    }
}

/// The bytes of a column of a row group.
fn bytes(file: &mut File, column: &ColumnChunkMetadata) -> io::Result<Vec<u8>> {
    let range = column.byte_range();
    let length = usize::try_from(range.end.saturating_sub(range.start)).map_err(io::Error::other)?;
    file.seek(SeekFrom::Start(range.start))?;
    let mut bytes = Vec::new();
    let read = file.take(length as u64).read_to_end(&mut bytes)?;
    if read == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Rows of a page of data.
fn page_rows(page: &polars_parquet::parquet::page::CompressedPage) -> Option<usize> {
    match page {
        polars_parquet::parquet::page::CompressedPage::Data(page) => Some(page.num_values()),
        polars_parquet::parquet::page::CompressedPage::Dict(_) => None,
    }
}

/// The texts of a dictionary, and a blank one after them.
fn texts(page: &DictPage, values: Values) -> ParquetResult<TextColumn> {
    let mut rest: &[u8] = &page.buffer;
    let mut texts = TextColumn::with_capacity(page.num_values.min(rest.len()) + 1, rest.len());
    for _ in 0..page.num_values {
        texts.push(&next(values, &mut rest)?);
    }
    texts.push(b"");
    Ok(texts)
}

/// The next of some values that are written one after the other.
fn next<'a>(values: Values, rest: &mut &'a [u8]) -> ParquetResult<Cow<'a, [u8]>> {
    let early = || damaged("values that end early, or are no text");
    Ok(match values {
        Values::Text => {
            let (length, after) = rest.split_first_chunk::<4>().ok_or_else(early)?;
            let (text, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(early)?;
            *rest = after;
            if !text.is_ascii() {
                std::str::from_utf8(text).map_err(|_| early())?;
            }
            Cow::Borrowed(text)
        }
        Values::Int32 => {
            let (value, after) = rest.split_first_chunk::<4>().ok_or_else(early)?;
            *rest = after;
            Cow::Owned(i32::from_le_bytes(*value).to_string().into_bytes())
        }
        Values::Int64 => {
            let (value, after) = rest.split_first_chunk::<8>().ok_or_else(early)?;
            *rest = after;
            Cow::Owned(i64::from_le_bytes(*value).to_string().into_bytes())
        }
    })
}

/// A column while its pages are read.
struct Reading {
    values: Values,
    rows: usize,
    texts: Option<TextColumn>,
    numbers: Vec<u32>,
    /// The texts of all rows, once a page was met that writes them one by one.
    written: Option<TextColumn>,
}

impl Reading {
    fn len(&self) -> usize {
        self.written.as_ref().map_or(self.numbers.len(), TextColumn::len)
    }

    fn finish(self) -> Option<Held> {
        match (self.written, self.texts) {
            (Some(written), _) => written.fits().then_some(Held::Texts(written)),
            (None, Some(texts)) => {
                let name = NAMES.fetch_add(1, Ordering::Relaxed);
                Some(Held::Numbers { name, texts, numbers: self.numbers })
            }
            (None, None) => None,
        }
    }

    /// Adds some rows of a page; `false` where the page is written in another way.
    fn add(&mut self, page: &DataPage, wanted: Range<usize>) -> ParquetResult<bool> {
        if !lengths_fit(page) {
            return Ok(false);
        }
        let held = page.num_values();
        let split = split_buffer(page)?;
        let levels = if page.descriptor.max_def_level == 0 { None } else { levels(split.def, held)? };
        let present = levels.as_ref().map_or(held, |levels| levels.iter().filter(|level| **level == 1).count());
        match page.encoding() {
            Encoding::PlainDictionary | Encoding::RleDictionary => {
                self.add_numbers(split.values, levels.as_deref(), present, wanted)
            }
            Encoding::Plain => self.add_written(split.values, levels.as_deref(), wanted).map(|()| true),
            _ => Ok(false),
        }
    }

    fn add_numbers(
        &mut self,
        values: &[u8],
        levels: Option<&[u32]>,
        present: usize,
        wanted: Range<usize>,
    ) -> ParquetResult<bool> {
        let Some(texts) = &self.texts else { return Ok(false) };
        let blank = u32::try_from(texts.len() - 1).map_err(|_| damaged("too many values"))?;
        let numbers = match values.split_first() {
            Some((bits, packed)) => HybridRleDecoder::new(packed, u32::from(*bits), present).collect()?,
            None => Vec::new(),
        };
        if numbers.len() != present {
            return Err(damaged("values are missing"));
        }
        if numbers.iter().any(|number| *number >= blank) {
            return Err(damaged("a value that the dictionary does not have"));
        }
        let held = self.numbers.len();
        match levels {
            None if self.numbers.is_empty() && wanted == (0..present) => self.numbers = numbers,
            None => self.numbers.extend_from_slice(&numbers[wanted]),
            Some(levels) => {
                let before = levels[..wanted.start].iter().filter(|level| **level == 1).count();
                let mut present = numbers[before..].iter();
                let number = |level: &u32| if *level == 1 { present.next().copied().unwrap_or(blank) } else { blank };
                self.numbers.extend(levels[wanted].iter().map(number));
            }
        }
        if let Some(written) = &mut self.written {
            self.numbers.drain(held..).for_each(|number| written.push(texts.get(number as usize)));
        }
        Ok(true)
    }

    fn add_written(&mut self, values: &[u8], levels: Option<&[u32]>, wanted: Range<usize>) -> ParquetResult<()> {
        let written = self.written.get_or_insert_with(|| {
            let mut written = TextColumn::with_capacity(self.rows, 8 * self.rows);
            let texts = self.texts.iter();
            texts.for_each(|texts| self.numbers.iter().for_each(|number| written.push(texts.get(*number as usize))));
            self.numbers = Vec::new();
            written
        });
        let mut rest = values;
        for row in 0..wanted.end {
            let is_there = levels.is_none_or(|levels| levels[row] == 1);
            let text = if is_there { next(self.values, &mut rest)? } else { Cow::Borrowed(&b""[..]) };
            if row >= wanted.start {
                written.push(&text);
            }
        }
        Ok(())
    }
}

/// Whether each row has a value; nothing where all have one.
fn levels(packed: &[u8], rows: usize) -> ParquetResult<Option<Vec<u32>>> {
    let decoder = HybridRleDecoder::new(packed, 1, rows);
    if let Some(HybridRleChunk::Rle(1, run)) = decoder.clone().next_chunk()?
        && run == rows
    {
        return Ok(None);
    }
    let levels = decoder.collect()?;
    if levels.len() == rows { Ok(Some(levels)) } else { Err(damaged("levels are missing")) }
}

/// Whether what a page says of its own parts fits into it.
fn lengths_fit(page: &DataPage) -> bool {
    match page.header() {
        DataPageHeader::V1(_) => true,
        DataPageHeader::V2(header) => {
            let lengths = [header.repetition_levels_byte_length, header.definition_levels_byte_length];
            let lengths = lengths.map(|length| usize::try_from(length).unwrap_or(usize::MAX));
            lengths[0].saturating_add(lengths[1]) <= page.buffer().len()
        }
    }
}

fn damaged(what: &str) -> ParquetError {
    ParquetError::OutOfSpec(what.to_owned())
}
