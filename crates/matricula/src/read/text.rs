//! Separated text: checking a header, cutting a file into chunks, parsing a chunk.

use std::ops::Range;
use std::sync::Arc;

use matricula_spec::model::batch::Encoding;
use matricula_spec::{Problem, ProblemCode, Problems};

use super::block::{RawBlock, TextColumn};
use super::chunk::{ReadPlan, empty};
use super::column::{Wanted, find_columns};
use super::encoding::{self, Wrong, decode};
use super::file::alone;
use super::find::InputFile;
use super::piece::{Pieces, TextFile, is_blank};
use super::record::{Records, unquote};

/// Checking a header reads no more, unless the header itself is longer.
const HEADER_BYTES: usize = 64 << 10;

/// A text file whose header was checked.
#[derive(Debug)]
pub(super) struct TextLayout {
    text: TextFile,
    fields: usize,
    wanted: Wanted,
}

impl TextLayout {
    /// Where the wanted columns stand.
    pub(super) fn wanted(&self) -> &Wanted {
        &self.wanted
    }
}

/// Checks how a file begins: that it is text as declared, has the wanted columns and a row.
pub(super) fn inspect(plan: &ReadPlan, file: &InputFile) -> Result<TextLayout, Problems> {
    let text = described(plan, file);
    let mut pieces = Pieces::open(&text, HEADER_BYTES).map_err(alone)?;
    let Some(first) = pieces.next().map_err(alone)? else { return Err(alone(empty(plan, file, "no byte of text"))) };
    let (names, end) = header(&first, &text);
    check_encoding(&first, end, &text).map_err(alone)?;
    check_separator(plan, &text, &names).map_err(alone)?;
    let wanted = find_columns(plan, file, &names)?;
    if !has_row(&first[end..], &mut pieces).map_err(alone)? {
        return Err(alone(empty(plan, file, "a header and no row")));
    }
    Ok(TextLayout { text, fields: names.len(), wanted })
}

/// The names in the header of a file, whatever they are.
pub(super) fn names(plan: &ReadPlan, file: &InputFile) -> Result<Vec<String>, Problems> {
    let text = described(plan, file);
    let mut pieces = Pieces::open(&text, HEADER_BYTES).map_err(alone)?;
    let Some(first) = pieces.next().map_err(alone)? else { return Err(alone(empty(plan, file, "no byte of text"))) };
    let (names, end) = header(&first, &text);
    check_encoding(&first, end, &text).map_err(alone)?;
    Ok(names)
}

fn described(plan: &ReadPlan, file: &InputFile) -> TextFile {
    let encoding = plan.encoding.unwrap_or_default();
    TextFile { source: plan.source.clone(), file: file.clone(), encoding, separator: plan.separator }
}

/// The fields of the first record, and where the second begins.
fn header(bytes: &[u8], text: &TextFile) -> (Vec<String>, usize) {
    let mut records = Records::new(bytes, text.separator);
    let mut names = Vec::new();
    records.next(|_, span| {
        let name = unquote(&bytes[span]);
        names.push(String::from_utf8_lossy(&decode(&name, text.encoding)).into_owned());
    });
    (names, records.position())
}

fn check_encoding(first: &[u8], header_end: usize, text: &TextFile) -> Result<(), Box<Problem>> {
    encoding::check(first, text.encoding).map_err(|wrong| text.wrong_encoding(wrong))?;
    let header = &first[..header_end];
    // Otherwise the names of columns would be garbled, and a finding say that they are missing.
    let is_utf8 = !header.is_ascii() && std::str::from_utf8(header).is_ok();
    match text.encoding {
        Encoding::Windows1252 if is_utf8 => Err(text.wrong_encoding(Wrong::IsUtf8)),
        Encoding::Windows1252 | Encoding::Utf8 => Ok(()),
    }
}

/// A header of one column, full of another separator: one finding instead of one for each column.
fn check_separator(plan: &ReadPlan, text: &TextFile, names: &[String]) -> Result<(), Box<Problem>> {
    let [only] = names else { return Ok(()) };
    if plan.columns.iter().all(|column| column.trim() == only.trim()) {
        return Ok(());
    }
    let written = [(",", ","), (";", ";"), ("\t", "\\t"), ("|", "|")];
    let likely = written.iter().max_by_key(|(separator, _)| only.matches(separator).count());
    let Some((_, written)) = likely.filter(|(separator, _)| only.contains(separator)) else { return Ok(()) };
    let rule = "The header has the columns that the mapping reads.";
    let found = "a header of a single column, with other separators in it";
    let problem = Problem::error(ProblemCode::ColumnMissing, text.place(), rule, found);
    Err(Box::new(problem.help(format!("The separator is probably another one: `separator = \"{written}\"`."))))
}

fn has_row(rest: &[u8], pieces: &mut Pieces) -> Result<bool, Box<Problem>> {
    Ok(!is_blank(rest) || pieces.next()?.is_some())
}

/// The chunks of a text file.
pub(super) struct TextChunks {
    layout: Arc<TextLayout>,
    pieces: Pieces,
    started: bool,
}

impl TextChunks {
    /// Opens a file again whose header was checked.
    pub(super) fn open(layout: &Arc<TextLayout>, size: usize) -> Result<Self, Box<Problem>> {
        Ok(Self { layout: Arc::clone(layout), pieces: Pieces::open(&layout.text, size)?, started: false })
    }

    /// The next chunk; nothing after the last.
    pub(super) fn next(&mut self) -> Result<Option<TextChunk>, Box<Problem>> {
        let Some(bytes) = self.pieces.next()? else { return Ok(None) };
        let start = if self.started { 0 } else { header(&bytes, &self.layout.text).1 };
        self.started = true;
        Ok(Some(TextChunk { layout: Arc::clone(&self.layout), bytes, start }))
    }
}

/// A run of records as bytes.
#[derive(Debug)]
pub(super) struct TextChunk {
    layout: Arc<TextLayout>,
    bytes: Vec<u8>,
    start: usize,
}

impl TextChunk {
    /// Bytes of its text.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Its wanted columns, decoded.
    pub(super) fn parse(&self) -> Result<RawBlock, Box<Problem>> {
        let text = &self.layout.text;
        let bytes = &self.bytes[self.start..];
        encoding::check(bytes, text.encoding).map_err(|wrong| text.wrong_encoding(wrong))?;
        // Nothing to decode field by field if there is nothing to decode at all.
        let encoding = if bytes.is_ascii() { Encoding::Utf8 } else { text.encoding };
        Ok(Rows::new(&self.layout, bytes, encoding).parse(&self.layout))
    }
}

/// The rows of a chunk on their way into columns.
struct Rows<'a> {
    bytes: &'a [u8],
    encoding: Encoding,
    separator: u8,
    columns: Vec<TextColumn>,
    rows: usize,
    ragged: u64,
}

impl<'a> Rows<'a> {
    fn new(layout: &TextLayout, bytes: &'a [u8], encoding: Encoding) -> Self {
        let columns = vec![TextColumn::default(); layout.wanted.positions.len()];
        Self { bytes, encoding, separator: layout.text.separator, columns, rows: 0, ragged: 0 }
    }

    fn parse(mut self, layout: &TextLayout) -> RawBlock {
        let positions = &layout.wanted.positions;
        let mut records = Records::new(self.bytes, self.separator);
        let mut spans: Vec<Range<usize>> = Vec::with_capacity(positions.len());
        loop {
            spans.clear();
            let mut wanted = positions.iter();
            let mut next = wanted.next();
            let count = records.next(|field, span| {
                if next == Some(&field) {
                    spans.push(span);
                    next = wanted.next();
                }
            });
            match count {
                None => break,
                Some(count) if count == layout.fields => self.row(&spans),
                Some(_) => self.ragged += 1,
            }
        }
        RawBlock::new(layout.wanted.arrange(self.columns, self.rows), self.rows, self.ragged)
    }

    fn row(&mut self, spans: &[Range<usize>]) {
        for (column, span) in self.columns.iter_mut().zip(spans) {
            let text = unquote(&self.bytes[span.clone()]);
            match self.encoding {
                Encoding::Utf8 => column.push(&text),
                Encoding::Windows1252 => column.push(&decode(&text, self.encoding)),
            }
        }
        self.rows += 1;
    }
}
