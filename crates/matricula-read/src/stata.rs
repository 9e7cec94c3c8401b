//! Stata's `.dta`, of every release: rows, in slices of a bounded number of bytes.
//!
//! Codes stay codes: labels of values are not applied. Strings keep their bytes until the wanted
//! columns are decoded, so that a label cut in the middle of a character does no harm.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::sync::Arc;

use dta::stata::dta::dta_error::DtaError;
use dta::stata::dta::dta_reader::DtaReader;
use dta::stata::dta::record_reader::RecordReader;
use dta::stata::dta::release::Release;
use dta::stata::dta::schema::Schema;
use dta::stata::dta::value::Value;
use dta::stata::dta::variable_type::VariableType;
use encoding_rs::WINDOWS_1252;
use matricula_engine::location;
use matricula_engine::raw::block::{RawBlock, TextColumn};
use matricula_spec::model::batch::Encoding;
use matricula_spec::{Place, Problem, ProblemCode, Problems};

use crate::column::{Wanted, find_columns, unfit, wrong_type};
use crate::encoding::{self, Utf8Watch, Wrong, decode};
use crate::files::file::{first_bytes, is_gzip, open_file, unreadable};
use crate::files::find::InputFile;
use crate::plan::{ReadPlan, empty};
use crate::value::{Unfit, day, number, whole};

/// Bytes of rows in a chunk, unless a single row is longer.
const CHUNK_BYTES: u64 = 16 << 20;

/// Above this, a `float` does not hold every whole number: what was stored may have been rounded.
const EXACT_FLOAT: f64 = 16_777_216.0;

/// Above this, a `double` does not hold every whole number.
const EXACT_DOUBLE: f64 = 9_007_199_254_740_992.0;

/// A variable takes at least so many bytes of the header; none has fewer in any release.
const LEAST_OF_VARIABLE: u64 = 32;

/// Days from 1960-01-01, Stata's day 0, to 1970-01-01.
const DAY_ZERO: i64 = -3653;

/// A Stata file whose variables were checked.
pub(crate) struct StataLayout {
    source: String,
    file: InputFile,
    encoding: Encoding,
    wanted: Wanted,
    /// Of each wanted position.
    variables: Vec<Variable>,
    rows: u64,
    row_bytes: u64,
}

impl StataLayout {
    /// Where the wanted columns stand.
    pub(crate) fn wanted(&self) -> &Wanted {
        &self.wanted
    }
}

#[derive(Debug)]
struct Variable {
    name: String,
    /// Whether its numbers are days.
    days: bool,
    /// Whether its numbers may have fractions.
    numeric: bool,
}

/// Checks that a file is Stata's, is complete, has the wanted columns in types that can be read, and a row.
pub(crate) fn inspect(plan: &ReadPlan, file: &InputFile) -> Result<StataLayout, Problems> {
    let here = || location::of_file(&plan.source, &file.name);
    let failed = |failure: Failure| Problems::from(failure.problem(here()));
    check_mark(file, here())?;
    let records = open(file).map_err(failed)?;
    let (header, schema) = (records.header(), records.schema());
    let (names, encoding) = names_of(plan, &records);
    let wanted = find_columns(plan, file, &names)?;
    let mut problems = Problems::default();
    for position in &wanted.positions {
        if schema.variables()[*position].variable_type() == VariableType::LongString {
            problems.push(wrong_type(plan, file, &names[*position], "long strings (`strL`)"));
        }
    }
    let (rows, row_bytes) = (header.observation_count(), row_bytes(schema));
    if rows == 0 || row_bytes == 0 {
        problems.push(*empty(plan, file, "variables and no row"));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let variables = wanted.positions.iter().zip(&wanted.numeric);
    let variables = variables.map(|(position, numeric)| {
        let format = schema.variables()[*position].format();
        Variable { name: names[*position].clone(), days: shows_days(format), numeric: *numeric }
    });
    let variables = variables.collect();
    check_complete(records, file, row_bytes).map_err(failed)?;
    let source = plan.source.clone();
    Ok(StataLayout { source, file: file.clone(), encoding, wanted, variables, rows, row_bytes })
}

/// The names of all variables of a file.
pub(crate) fn names(plan: &ReadPlan, file: &InputFile) -> Result<Vec<String>, Problems> {
    let here = || location::of_file(&plan.source, &file.name);
    check_mark(file, here())?;
    let records = open(file).map_err(|failure| Problems::from(failure.problem(here())))?;
    Ok(names_of(plan, &records).0)
}

fn names_of(plan: &ReadPlan, records: &Records) -> (Vec<String>, Encoding) {
    let encoding = match records.header().release() {
        Release::V118 | Release::V119 => Encoding::Utf8,
        _ => plan.encoding.unwrap_or(Encoding::Windows1252),
    };
    let variables = records.schema().variables();
    (variables.iter().map(|variable| text_of(variable.name(), encoding)).collect(), encoding)
}

fn check_mark(file: &InputFile, place: Place) -> Result<(), Box<Problem>> {
    let start = match first_bytes(&file.path, 11) {
        Ok(start) => start,
        Err(error) => return Err(unreadable(place, &error)),
    };
    // Releases before 13 begin with their number and the order of bytes.
    let old = matches!(start.as_slice(), [102..=116, 0..=2, ..]);
    if old || start == b"<stata_dta>" {
        return Ok(());
    }
    let rule = "A file that is named or declared as Stata's is one.";
    let found = if is_gzip(&start) { "a gzip file" } else { "a file that does not begin as Stata's files do" };
    let problem = Problem::error(ProblemCode::FileUnreadable, place, rule, found);
    let help = match is_gzip(&start) {
        true => "Decompress the file.",
        false => "If it is text, declare `format = \"csv\"` of the source; otherwise copy or write the file again.",
    };
    Err(Box::new(problem.help(help)))
}

/// Why a file cannot be read.
enum Failure {
    Damaged,
    CutOff,
    Io(std::io::Error),
}

impl From<DtaError> for Failure {
    fn from(error: DtaError) -> Self {
        match error {
            DtaError::Io { source, .. } => source.into(),
            _ => Self::Damaged,
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::UnexpectedEof => Self::CutOff,
            ErrorKind::Other | ErrorKind::InvalidInput | ErrorKind::InvalidData => Self::Damaged,
            _ => Self::Io(error),
        }
    }
}

impl Failure {
    fn problem(&self, place: Place) -> Box<Problem> {
        let found = match self {
            Self::Io(error) => return unreadable(place, error),
            Self::CutOff => "a file that ends before the rows it declares",
            Self::Damaged => "a damaged file, or a release that is not known",
        };
        let rule = "A Stata file is complete and of a release from Stata 3 to 18.";
        let problem = Problem::error(ProblemCode::FileUnreadable, place, rule, found);
        Box::new(problem.help("Copy the file again, or write it again with Stata: `save FILE, replace`."))
    }
}

type Records = RecordReader<BufReader<File>>;

/// A reader that stands before the first row.
fn open(file: &InputFile) -> Result<Records, Failure> {
    let opened = open_file(&file.path)?;
    let bytes = opened.metadata()?.len();
    // Every byte is a character of Windows-1252, and comes back from it unharmed: see `original`.
    let reader = DtaReader::new().encoding(WINDOWS_1252).from_reader(BufReader::with_capacity(1 << 18, opened));
    let schema = reader.read_header()?;
    // Otherwise memory would be asked for whatever number a damaged file declares.
    if u64::from(schema.header().variable_count()) * LEAST_OF_VARIABLE > bytes {
        return Err(Failure::CutOff);
    }
    Ok(schema.read_schema()?.seek_records()?)
}

/// That the rows begin where the file says and end where their number says.
fn check_complete(mut records: Records, file: &InputFile, row_bytes: u64) -> Result<(), Failure> {
    let rows = records.header().observation_count();
    let bytes = open_file(&file.path)?.metadata()?.len();
    if rows.checked_mul(row_bytes).is_none_or(|wanted| wanted > bytes) {
        return Err(Failure::CutOff);
    }
    records.read_lazy_record()?;
    records.seek_to_record(rows - 1)?;
    while records.read_lazy_record()?.is_some() {}
    Ok(())
}

fn row_bytes(schema: &Schema) -> u64 {
    let width = |kind| match kind {
        VariableType::Byte => 1,
        VariableType::Int => 2,
        VariableType::Long | VariableType::Float => 4,
        VariableType::Double | VariableType::LongString => 8,
        VariableType::FixedString(width) => u64::from(width),
    };
    schema.variables().iter().map(|variable| width(variable.variable_type())).sum()
}

/// Whether a display format shows a number as a day: `%td`, or `%d` of old.
fn shows_days(format: &str) -> bool {
    let format = format.trim_start_matches('%').trim_start_matches('-');
    format.starts_with("td") || format.starts_with('d')
}

/// The bytes that were read as Windows-1252.
fn original(text: &str) -> Cow<'_, [u8]> {
    if text.is_ascii() { Cow::Borrowed(text.as_bytes()) } else { WINDOWS_1252.encode(text).0 }
}

fn text_of(name: &str, encoding: Encoding) -> String {
    String::from_utf8_lossy(&decode(&original(name), encoding)).into_owned()
}

/// The chunks of a Stata file.
pub(crate) struct StataChunks {
    layout: Arc<StataLayout>,
    first: u64,
    rows: u64,
}

impl StataChunks {
    /// Slices of at most so many rows.
    pub(crate) fn new(layout: &Arc<StataLayout>, rows: usize) -> Self {
        let rows = (rows as u64).min(CHUNK_BYTES / layout.row_bytes).max(1);
        Self { layout: Arc::clone(layout), first: 0, rows }
    }

    /// The next chunk; nothing after the last.
    pub(crate) fn next(&mut self) -> Option<StataChunk> {
        let rows = self.rows.min(self.layout.rows - self.first);
        let chunk = StataChunk { layout: Arc::clone(&self.layout), first: self.first, rows };
        self.first += rows;
        (rows > 0).then_some(chunk)
    }
}

/// A slice of rows, not read yet.
pub(crate) struct StataChunk {
    layout: Arc<StataLayout>,
    first: u64,
    rows: u64,
}

impl StataChunk {
    /// Which columns are wanted.
    pub(crate) fn wanted(&self) -> &Wanted {
        self.layout.wanted()
    }

    /// Its wanted columns as text.
    pub(crate) fn parse(&self) -> Result<RawBlock, Box<Problem>> {
        let layout = &self.layout;
        let here = || location::of_file(&layout.source, &layout.file.name);
        let failed = |failure: Failure| failure.problem(here());
        let damaged = |error: DtaError| Failure::from(error).problem(here());
        let mut records = open(&layout.file).map_err(failed)?;
        records.seek_to_record(self.first).map_err(damaged)?;
        let mut columns = vec![TextColumn::default(); layout.variables.len()];
        let (mut text, mut watch) = (String::new(), Utf8Watch::default());
        for _ in 0..self.rows {
            let record = records.read_lazy_record().map_err(damaged)?;
            let record = record.ok_or_else(|| Failure::CutOff.problem(here()))?;
            for (column, (position, variable)) in
                columns.iter_mut().zip(layout.wanted.positions.iter().zip(&layout.variables))
            {
                match record.value(*position).map_err(damaged)? {
                    Value::String(value) => {
                        let pushed = layout.push_string(column, &value, &mut watch);
                        pushed.map_err(|wrong| encoding::problem(here(), layout.encoding, wrong))?;
                    }
                    value => layout.push_number(column, variable, &value, &mut text)?,
                }
            }
        }
        watch.end().map_err(|wrong| encoding::problem(here(), layout.encoding, wrong))?;
        let rows = usize::try_from(self.rows).unwrap_or(usize::MAX);
        Ok(RawBlock::new(layout.wanted.arrange(columns, rows), rows, 0))
    }
}

impl StataLayout {
    fn push_number(
        &self,
        column: &mut TextColumn,
        variable: &Variable,
        value: &Value<'_>,
        text: &mut String,
    ) -> Result<(), Box<Problem>> {
        let written = match value {
            Value::Byte(value) => Ok(value.present().map(i64::from)),
            Value::Int(value) => Ok(value.present().map(i64::from)),
            Value::Long(value) => Ok(value.present().map(i64::from)),
            Value::Float(value) if variable.numeric && !variable.days => {
                number(text, value.present());
                column.push(text.as_bytes());
                return Ok(());
            }
            Value::Double(value) if variable.numeric && !variable.days => {
                number(text, value.present());
                column.push(text.as_bytes());
                return Ok(());
            }
            Value::Float(value) => value.present().map(|value| whole(f64::from(value), EXACT_FLOAT)).transpose(),
            Value::Double(value) => value.present().map(|value| whole(value, EXACT_DOUBLE)).transpose(),
            Value::String(_) | Value::LongStringRef(_) => Ok(None),
        };
        let written = written.map_err(|unfit| self.unfit(variable, unfit))?;
        match written {
            Some(days) if variable.days => day(text, days + DAY_ZERO),
            other => number(text, other),
        }
        column.push(text.as_bytes());
        Ok(())
    }

    fn push_string(&self, column: &mut TextColumn, value: &str, watch: &mut Utf8Watch) -> Result<(), Wrong> {
        if value.is_ascii() {
            column.push(value.as_bytes());
            return Ok(());
        }
        let bytes = original(value);
        match self.encoding {
            Encoding::Windows1252 => {
                watch.see(&bytes)?;
                column.push(value.as_bytes());
            }
            Encoding::Utf8 => {
                std::str::from_utf8(&bytes).map_err(|_| Wrong::NotUtf8)?;
                column.push(&bytes);
            }
        }
        Ok(())
    }

    fn unfit(&self, variable: &Variable, found: Unfit) -> Box<Problem> {
        let found = match found {
            Unfit::Fraction => "numbers with a fraction",
            Unfit::Large => {
                "whole numbers so large that they may have been rounded when stored (above 16,777,216 in a `float`)"
            }
        };
        let help = "Store it in Stata as `long` or `double`, or as a string; if fractions are right, list the column under `whole_numbers` of the mapping.";
        unfit(location::of_file(&self.source, &self.file.name), &variable.name, found, help)
    }
}
