//! Columns that a Parquet file holds as numbers of texts: the numbers are taken as they are, each text is looked at once.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Cursor, Read as _, Seek as _, SeekFrom};

use polars::prelude::ArrowDataType;
use polars_buffer::Buffer;
use polars_parquet::parquet::compression::DecompressionContext;
use polars_parquet::parquet::encoding::Encoding;
use polars_parquet::parquet::encoding::hybrid_rle::{HybridRleChunk, HybridRleDecoder};
use polars_parquet::parquet::error::{ParquetError, ParquetResult};
use polars_parquet::parquet::page::{DataPage, DataPageHeader, DictPage, Page, split_buffer};
use polars_parquet::parquet::read::{PageMetaData, PageReader, decompress};
use polars_parquet::read::{ColumnChunkMetadata, PhysicalType};

use super::dictionary::Dictionary;

/// Largest page that is read.
const LARGEST_PAGE: usize = 1 << 30;

/// How the values of a dictionary become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    Text,
    Int32,
    Int64,
}

/// The numbers in `dictionary` of the texts of so many rows of a column from the first on.
/// Nothing where the column, or some page of it, is written in another way.
///
/// # Errors
/// The file is damaged.
pub(super) fn numbers(
    file: &mut File,
    column: &ColumnChunkMetadata,
    dtype: &ArrowDataType,
    (first, rows): (usize, usize),
    dictionary: &mut Dictionary,
) -> ParquetResult<Option<Vec<u32>>> {
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
    let mut reading = Reading { numbers: Vec::with_capacity(rows), blank: None, translated: None, dictionary };
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
        if reading.numbers.len() == rows {
            break;
        }
        match decompress(page, &mut scratch, &mut context)? {
            Page::Dict(page) => reading.translate(&page, values)?,
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
    if reading.numbers.len() == rows { Ok(Some(reading.numbers)) } else { Err(damaged("rows are missing")) }
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

/// A column while its pages are read.
struct Reading<'a> {
    numbers: Vec<u32>,
    /// The number of the empty text.
    blank: Option<u32>,
    /// Our number of each value of the file's dictionary.
    translated: Option<Vec<u32>>,
    dictionary: &'a mut Dictionary,
}

impl Reading<'_> {
    fn translate(&mut self, page: &DictPage, values: Values) -> ParquetResult<()> {
        let early = || damaged("a dictionary that ends early, or is no text");
        let mut rest: &[u8] = &page.buffer;
        let mut translated = Vec::with_capacity(page.num_values.min(rest.len()));
        for _ in 0..page.num_values {
            let text: Cow<'_, [u8]> = match values {
                Values::Text => {
                    let (length, after) = rest.split_first_chunk::<4>().ok_or_else(early)?;
                    let (text, after) =
                        after.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(early)?;
                    rest = after;
                    std::str::from_utf8(text).map_err(|_| early())?;
                    Cow::Borrowed(text)
                }
                Values::Int32 => {
                    let (value, after) = rest.split_first_chunk::<4>().ok_or_else(early)?;
                    rest = after;
                    Cow::Owned(i32::from_le_bytes(*value).to_string().into_bytes())
                }
                Values::Int64 => {
                    let (value, after) = rest.split_first_chunk::<8>().ok_or_else(early)?;
                    rest = after;
                    Cow::Owned(i64::from_le_bytes(*value).to_string().into_bytes())
                }
            };
            translated.push(self.dictionary.number(text.trim_ascii()));
        }
        self.translated = Some(translated);
        Ok(())
    }

    /// Adds some rows of a page; `false` where the page does not hold numbers of texts.
    fn add(&mut self, page: &DataPage, wanted: std::ops::Range<usize>) -> ParquetResult<bool> {
        let Some(translated) = &self.translated else { return Ok(false) };
        if !matches!(page.encoding(), Encoding::PlainDictionary | Encoding::RleDictionary) || !lengths_fit(page) {
            return Ok(false);
        }
        let held = page.num_values();
        let split = split_buffer(page)?;
        let levels = if page.descriptor.max_def_level == 0 { None } else { levels(split.def, held)? };
        let present = levels.as_ref().map_or(held, |levels| levels.iter().filter(|level| **level == 1).count());
        let Some((bits, packed)) = split.values.split_first() else {
            return if present == 0 { Ok(self.add_blanks(wanted.len())) } else { Ok(false) };
        };
        let numbers = HybridRleDecoder::new(packed, u32::from(*bits), present).collect()?;
        let beyond = || damaged("a value that the dictionary does not have");
        let translate = |number: &u32| translated.get(*number as usize).copied().ok_or_else(beyond);
        if numbers.len() != present {
            return Err(damaged("values are missing"));
        }
        match levels {
            None => {
                for number in &numbers[wanted] {
                    self.numbers.push(translate(number)?);
                }
            }
            Some(levels) => {
                let blank = *self.blank.get_or_insert_with(|| self.dictionary.number(b""));
                let before = levels[..wanted.start].iter().filter(|level| **level == 1).count();
                let mut present = numbers[before..].iter();
                for level in &levels[wanted] {
                    let number = if *level == 1 { present.next().map(translate).transpose()? } else { Some(blank) };
                    self.numbers.push(number.unwrap_or(blank));
                }
            }
        }
        Ok(true)
    }

    fn add_blanks(&mut self, rows: usize) -> bool {
        let blank = *self.blank.get_or_insert_with(|| self.dictionary.number(b""));
        self.numbers.resize(self.numbers.len() + rows, blank);
        true
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
