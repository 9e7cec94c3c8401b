//! Separated text: checking a header, cutting a file into chunks, parsing a chunk.

mod boundary;
mod cutter;
mod lines;
mod piece;
mod record;
mod scan;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use matricula_engine::raw::block::{RawBlock, RawColumn, Sieve, TextColumn};
use matricula_engine::raw::dictionary::Dictionaries;
use matricula_spec::model::batch::Encoding;
use matricula_spec::{Problem, ProblemCode, Problems};

use crate::column::{Wanted, find_columns};
use crate::encoding::{self, Wrong, decode};
use crate::files::find::InputFile;
use crate::plan::{ReadPlan, empty};
use crate::text::lines::Lines;
use crate::text::piece::{Pieces, TextFile, is_blank};
use crate::text::record::{Records, unquote};

/// Checking a header reads no more, unless the header itself is longer.
const HEADER_BYTES: usize = 64 << 10;

/// A text file whose header was checked.
#[derive(Debug)]
pub(crate) struct TextLayout {
    text: TextFile,
    fields: usize,
    wanted: Wanted,
}

impl TextLayout {
    /// Where the wanted columns stand.
    pub(crate) fn wanted(&self) -> &Wanted {
        &self.wanted
    }
}

/// Checks how a file begins: that it is text as declared, has the wanted columns and a row.
pub(crate) fn inspect(plan: &ReadPlan, file: &InputFile) -> Result<TextLayout, Problems> {
    let text = described(plan, file);
    let mut pieces = Pieces::open(&text, HEADER_BYTES)?;
    let Some(first) = pieces.next()? else {
        return Err((empty(plan, file, "no byte of text")).into());
    };
    let (names, end) = header(&first, &text);
    check_encoding(&first, end, &text)?;
    check_separator(plan, &text, &names)?;
    let wanted = find_columns(plan, file, &names)?;
    if !has_row(&first[end..], &mut pieces)? {
        return Err((empty(plan, file, "a header and no row")).into());
    }
    Ok(TextLayout { text, fields: names.len(), wanted })
}

/// The names in the header of a file, whatever they are.
pub(crate) fn names(plan: &ReadPlan, file: &InputFile) -> Result<Vec<String>, Problems> {
    let text = described(plan, file);
    let mut pieces = Pieces::open(&text, HEADER_BYTES)?;
    let Some(first) = pieces.next()? else {
        return Err((empty(plan, file, "no byte of text")).into());
    };
    let (names, end) = header(&first, &text);
    check_encoding(&first, end, &text)?;
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
pub(crate) struct TextChunks {
    layout: Arc<TextLayout>,
    pieces: Pieces,
    started: bool,
}

impl TextChunks {
    /// Opens a file again whose header was checked.
    pub(crate) fn open(layout: &Arc<TextLayout>, size: usize) -> Result<Self, Box<Problem>> {
        Ok(Self { layout: Arc::clone(layout), pieces: Pieces::open(&layout.text, size)?, started: false })
    }

    /// The next chunk; nothing after the last.
    pub(crate) fn next(&mut self) -> Result<Option<TextChunk>, Box<Problem>> {
        let Some(bytes) = self.pieces.next()? else { return Ok(None) };
        let start = if self.started { 0 } else { header(&bytes, &self.layout.text).1 };
        self.started = true;
        Ok(Some(TextChunk { layout: Arc::clone(&self.layout), bytes, start }))
    }
}

/// A run of records as bytes.
#[derive(Debug)]
pub(crate) struct TextChunk {
    layout: Arc<TextLayout>,
    bytes: Vec<u8>,
    start: usize,
}

impl TextChunk {
    /// Bytes of its text.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Its wanted columns, decoded; with a sieve only of the rows that pass.
    pub(crate) fn parse(
        &self,
        dictionaries: &mut Dictionaries,
        sieve: Option<&Sieve<'_>>,
    ) -> Result<RawBlock, Box<Problem>> {
        let text = &self.layout.text;
        let bytes = &self.bytes[self.start..];
        encoding::check(bytes, text.encoding).map_err(|wrong| text.wrong_encoding(wrong))?;
        let mut rows = Rows::new(&self.layout, bytes);
        match Lines::of(bytes, text.separator, self.layout.fields) {
            Some(mut lines) => {
                if let Some(sieve) = sieve {
                    rows.sift(&mut lines, &self.layout.wanted, sieve);
                }
                rows.take(&lines, &self.layout.wanted.positions, dictionaries);
                Ok(rows.into_block(&self.layout.wanted, dictionaries))
            }
            None => {
                rows.parse(&self.layout, dictionaries);
                let block = rows.into_block(&self.layout.wanted, dictionaries);
                Ok(match sieve {
                    Some(sieve) => block.sifted(sieve),
                    None => block,
                })
            }
        }
    }
}

/// The rows of a chunk on their way into columns.
struct Rows<'a> {
    bytes: &'a [u8],
    encoding: Encoding,
    separator: u8,
    /// Each position of the file as it is wanted: at most once as text, and once for each column that is numbered.
    fields: Vec<Field>,
    rows: usize,
    ragged: u64,
}

/// A position among those wanted, and what becomes of its fields.
struct Field {
    position: usize,
    into: RawColumn,
    /// The column asked for, where its texts are numbered.
    column: usize,
}

impl Field {
    #[inline]
    fn push(&mut self, bytes: &[u8], span: Range<usize>, encoding: Encoding, dictionaries: &mut Dictionaries) {
        match &mut self.into {
            RawColumn::Coded(numbers) => {
                let dictionary = dictionaries.of_mut(self.column);
                numbers.push(dictionary.number_in(bytes, span, |raw| said(raw, encoding)));
            }
            RawColumn::Text(texts) => match unquote(&bytes[span]) {
                text if encoding == Encoding::Utf8 => texts.push(&text),
                text => texts.push(&decode(&text, encoding)),
            },
        }
    }
}

impl<'a> Rows<'a> {
    fn new(layout: &TextLayout, bytes: &'a [u8]) -> Self {
        let wanted = &layout.wanted;
        // An eighth of a field a byte: a guess that saves most of the growing.
        let rows = bytes.len() / (8 * layout.fields.max(1));
        let field = |(column, output): (usize, &Option<usize>)| {
            let position = (*output)?;
            let into = if wanted.coded[column] {
                RawColumn::Coded(Vec::with_capacity(rows))
            } else {
                RawColumn::Text(TextColumn::with_capacity(rows, 8 * rows))
            };
            Some(Field { position, into, column })
        };
        let mut fields: Vec<Field> = wanted.outputs.iter().enumerate().filter_map(field).collect();
        fields.sort_by_key(|field| field.position);
        fields.dedup_by(|next, kept| {
            let texts = matches!((&next.into, &kept.into), (RawColumn::Text(_), RawColumn::Text(_)));
            texts && next.position == kept.position
        });
        // Nothing to decode field by field if there is nothing to decode at all.
        let encoding = if bytes.is_ascii() { Encoding::Utf8 } else { layout.text.encoding };
        Self { bytes, encoding, separator: layout.text.separator, fields, rows: 0, ragged: 0 }
    }

    /// Leaves the lines that pass a sieve.
    fn sift(&self, lines: &mut Lines, wanted: &Wanted, sieve: &Sieve<'_>) {
        let mut columns = vec![RawColumn::Text(TextColumn::default()); wanted.outputs.len()];
        for column in sieve.columns {
            columns[*column] = RawColumn::Text(match wanted.outputs[*column] {
                None => TextColumn::blank(lines.rows()),
                Some(output) => {
                    let mut texts = TextColumn::with_capacity(lines.rows(), 8 * lines.rows());
                    let spans = lines.field(wanted.positions[output]);
                    spans.for_each(|span| texts.push(&said(&self.bytes[span], self.encoding)));
                    texts
                }
            });
        }
        let block = RawBlock::in_part(columns, lines.rows());
        lines.keep(|row| (sieve.passes)(&block, row));
    }

    /// Takes the fields of all rows, column by column.
    fn take(&mut self, lines: &Lines, positions: &[usize], dictionaries: &mut Dictionaries) {
        (self.rows, self.ragged) = (lines.rows(), lines.ragged());
        let (bytes, encoding) = (self.bytes, self.encoding);
        for field in &mut self.fields {
            let spans = lines.field(positions[field.position]);
            match &mut field.into {
                RawColumn::Coded(numbers) => {
                    let dictionary = dictionaries.of_mut(field.column);
                    numbers.extend(spans.map(|span| dictionary.number_in(bytes, span, |raw| said(raw, encoding))));
                }
                RawColumn::Text(_) => spans.for_each(|span| field.push(bytes, span, encoding, dictionaries)),
            }
        }
    }

    /// The same row by row, where quotes may stand anywhere.
    fn parse(&mut self, layout: &TextLayout, dictionaries: &mut Dictionaries) {
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
                Some(count) if count == layout.fields => {
                    for field in &mut self.fields {
                        field.push(self.bytes, spans[field.position].clone(), self.encoding, dictionaries);
                    }
                    self.rows += 1;
                }
                Some(_) => self.ragged += 1,
            }
        }
    }

    /// The columns as they were asked for.
    fn into_block(self, wanted: &Wanted, dictionaries: &mut Dictionaries) -> RawBlock {
        let (mut coded, mut texts) = (BTreeMap::new(), BTreeMap::new());
        for field in self.fields {
            match field.into {
                RawColumn::Coded(numbers) => drop(coded.insert(field.column, numbers)),
                RawColumn::Text(column) => drop(texts.insert(field.position, column)),
            }
        }
        let column = |(column, output): (usize, &Option<usize>)| match output {
            None if wanted.coded[column] => RawColumn::Coded(vec![dictionaries.of_mut(column).number(b""); self.rows]),
            None => RawColumn::Text(TextColumn::blank(self.rows)),
            Some(_) if wanted.coded[column] => RawColumn::Coded(coded.remove(&column).unwrap_or_default()),
            Some(position) => RawColumn::Text(texts.get(position).cloned().unwrap_or_default()),
        };
        let columns = wanted.outputs.iter().enumerate().map(column).collect();
        RawBlock::of_columns(columns, self.rows, self.ragged)
    }
}

/// What a field says in UTF-8.
fn said(raw: &[u8], encoding: Encoding) -> Cow<'_, [u8]> {
    match (unquote(raw), encoding) {
        (text, Encoding::Utf8) => text,
        (Cow::Borrowed(text), Encoding::Windows1252) => decode(text, encoding),
        (Cow::Owned(text), Encoding::Windows1252) => Cow::Owned(decode(&text, encoding).into_owned()),
    }
}
