//! Separated text: checking a header, cutting a file into pieces, parsing a piece.

use std::ops::Range;
use std::sync::Arc;

use matricula_spec::model::batch::Encoding;
use matricula_spec::{Problem, ProblemCode, Problems};

use super::block::{RawBlock, TextColumn};
use super::chunk::{ReadPlan, empty};
use super::column::{Wanted, find_columns};
use super::cutter::{CutError, Cutter};
use super::encoding::{self, Utf8Watch, Wrong, decode};
use super::file::{TextStream, broken, place, unreadable};
use super::find::InputFile;
use super::record::{Records, unquote};

/// A header needs no more; a longer one is read all the same.
const HEADER_BYTES: usize = 64 << 10;

/// A text file whose header was checked.
#[derive(Debug)]
pub(super) struct TextLayout {
    source: String,
    file: InputFile,
    encoding: Encoding,
    separator: u8,
    fields: usize,
    wanted: Wanted,
}

impl TextLayout {
    fn wrong(&self, wrong: Wrong) -> Box<Problem> {
        encoding::problem(place(&self.source, &self.file.name), self.encoding, wrong)
    }
}

/// Checks how a file begins: that it is text as declared, has the wanted columns and a row.
pub(super) fn inspect(plan: &ReadPlan, file: &InputFile) -> Result<TextLayout, Problems> {
    let alone = |problem: Box<Problem>| Problems::from_iter([*problem]);
    let mut pieces = Pieces::open(plan, file, HEADER_BYTES).map_err(alone)?;
    let Some(first) = pieces.next().map_err(alone)? else {
        return Err(Problems::from_iter([empty(plan, file, "no header")]));
    };
    let mut names = Vec::new();
    let (_, rest) = header(&first, plan.separator, |field| names.push(text_of(field, plan.encoding)));
    check_names(plan, file, &names).map_err(alone)?;
    let wanted = find_columns(plan, file, &names)?;
    if !has_row(&first[rest..], plan.separator) && !has_more(&mut pieces, plan.separator).map_err(alone)? {
        return Err(Problems::from_iter([empty(plan, file, "a header and no row")]));
    }
    let (source, file) = (plan.source.clone(), file.clone());
    let (encoding, separator) = (plan.encoding, plan.separator);
    Ok(TextLayout { source, file, encoding, separator, fields: names.len(), wanted })
}

/// Tells the fields of the first record; gives their number and where the second record begins.
fn header(bytes: &[u8], separator: u8, mut field: impl FnMut(&[u8])) -> (usize, usize) {
    let mut records = Records::new(bytes, separator);
    let fields = records.next(|_, span| field(&bytes[span]));
    (fields.unwrap_or(0), records.position())
}

fn text_of(field: &[u8], encoding: Encoding) -> String {
    String::from_utf8_lossy(&decode(&unquote(field), encoding)).into_owned()
}

fn has_row(bytes: &[u8], separator: u8) -> bool {
    Records::new(bytes, separator).next(|_, _| ()).is_some()
}

fn has_more(pieces: &mut Pieces, separator: u8) -> Result<bool, Box<Problem>> {
    while let Some(piece) = pieces.next()? {
        if has_row(&piece, separator) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// One finding about the header as a whole is better than one for every column it lacks.
fn check_names(plan: &ReadPlan, file: &InputFile, names: &[String]) -> Result<(), Box<Problem>> {
    let [only] = names else { return Ok(()) };
    let others = [(';', ";"), (',', ","), ('\t', "\\t"), ('|', "|")];
    let count = |separator: char| only.matches(separator).count();
    let likely = others.iter().filter(|(c, _)| *c != char::from(plan.separator)).max_by_key(|(c, _)| count(*c));
    let Some((_, written)) = likely.filter(|(separator, _)| count(*separator) > 0) else { return Ok(()) };
    let rule = "The header has the columns that the mapping reads.";
    let found = "a header of a single column that contains other separators";
    let problem = Problem::error(ProblemCode::ColumnMissing, place(&plan.source, &file.name), rule, found);
    Err(Box::new(problem.help(format!("The separator is probably another one: declare `separator = \"{written}\"`."))))
}

/// A file in pieces that end with a record, its mark of UTF-8 dropped and its encoding watched.
struct Pieces {
    cutter: Cutter<TextStream>,
    compressed: bool,
    started: bool,
    watch: Option<Utf8Watch>,
    source: String,
    name: String,
    encoding: Encoding,
}

impl Pieces {
    fn open(plan: &ReadPlan, file: &InputFile, size: usize) -> Result<Self, Box<Problem>> {
        Self::start(&plan.source, file, plan.encoding, plan.separator, size)
    }

    fn start(source: &str, file: &InputFile, encoding: Encoding, separator: u8, size: usize) -> Result<Self, Box<Problem>> {
        let stream = TextStream::open(file).map_err(|error| unreadable(place(source, &file.name), &error))?;
        let compressed = stream.compressed();
        Ok(Self {
            cutter: Cutter::new(stream, separator, size),
            compressed,
            started: false,
            watch: (encoding == Encoding::Windows1252).then(Utf8Watch::default),
            source: source.to_owned(),
            name: file.name.clone(),
            encoding,
        })
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>, Box<Problem>> {
        let piece = self.cutter.next().map_err(|error| self.cut(&error))?;
        self.look(piece.as_deref()).map_err(|wrong| {
            encoding::problem(place(&self.source, &self.name), self.encoding, wrong)
        })?;
        Ok(piece)
    }
}
