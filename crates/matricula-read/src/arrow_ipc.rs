//! Arrow IPC, as file (also called Feather) or stream: record batches, in slices.

use std::fs::File;
use std::io::BufReader;
use std::ops::RangeInclusive;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal32Type, Decimal64Type, Decimal128Type, DecimalType, Float32Type, Float64Type,
};
use arrow_array::{Array, ArrowPrimitiveType, PrimitiveArray, RecordBatch, downcast_integer};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, DataType, SchemaRef};
use arrow_select::take::take;
use matricula_engine::location;
use matricula_engine::raw::block::{RawBlock, TextColumn};
use matricula_spec::{Place, Problem, ProblemCode, Problems};

use crate::column::{Wanted, find_columns, wrong_type};
use crate::files::file::{first_bytes, open_file, unreadable};
use crate::files::find::InputFile;
use crate::plan::{ReadPlan, empty};
use crate::value::{day, floats, number, texts};

/// Days from 1970-01-01 in years of at most six digits: what lies beyond was not written as a date.
const CALENDAR: RangeInclusive<i32> = -96_465_292..=95_026_236;

/// An Arrow file whose schema was checked.
pub(crate) struct ArrowLayout {
    source: String,
    file: InputFile,
    wanted: Wanted,
}

impl ArrowLayout {
    /// Where the wanted columns stand.
    pub(crate) fn wanted(&self) -> &Wanted {
        &self.wanted
    }
}

/// Checks that a file is Arrow, has the wanted columns in types that can be read, and a row.
pub(crate) fn inspect(plan: &ReadPlan, file: &InputFile) -> Result<ArrowLayout, Problems> {
    let here = || location::of_file(&plan.source, &file.name);
    let schema = Batches::open(file, here(), None)?.schema();
    let names: Vec<_> = schema.fields().iter().map(|field| field.name().clone()).collect();
    let wanted = find_columns(plan, file, &names)?;
    let mut problems = Problems::default();
    for (position, numeric) in wanted.positions.iter().zip(&wanted.numeric) {
        let field = schema.field(*position);
        if let Some(found) = unusable(field.data_type(), *numeric) {
            problems.push(wrong_type(plan, file, field.name(), found));
        }
    }
    let layout = ArrowLayout { source: plan.source.clone(), file: file.clone(), wanted };
    if problems.is_empty() && !has_row(&layout)? {
        problems.push(*empty(plan, file, "a schema and no row"));
    }
    if problems.is_empty() { Ok(layout) } else { Err(problems) }
}

/// The names of all columns of a file.
pub(crate) fn names(plan: &ReadPlan, file: &InputFile) -> Result<Vec<String>, Problems> {
    let schema = Batches::open(file, location::of_file(&plan.source, &file.name), None)?.schema();
    Ok(schema.fields().iter().map(|field| field.name().clone()).collect())
}

fn has_row(layout: &ArrowLayout) -> Result<bool, Box<Problem>> {
    for batch in layout.open()? {
        if batch.map_err(|_| damaged(layout.place()))?.num_rows() > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What is wrong with a type, if it cannot be read as codes or, where it may, as counts.
fn unusable(dtype: &DataType, numeric: bool) -> Option<&'static str> {
    use DataType as T;
    match dtype {
        T::Dictionary(_, values) => unusable(values, numeric),
        T::Null | T::Boolean | T::Utf8 | T::LargeUtf8 | T::Utf8View | T::Date32 => None,
        T::Decimal32(..) | T::Decimal64(..) | T::Decimal128(..) => None,
        dtype if dtype.is_integer() => None,
        T::Float32 | T::Float64 if numeric => None,
        dtype if dtype.is_floating() => Some("a floating-point type"),
        T::Timestamp(..) | T::Date64 => Some("a timestamp"),
        T::Time32(_) | T::Time64(_) | T::Duration(_) | T::Interval(_) => Some("a time of day or a duration"),
        T::Binary | T::LargeBinary | T::BinaryView | T::FixedSizeBinary(_) => Some("bytes not marked as text"),
        dtype if dtype.is_nested() => Some("a nested type"),
        _ => Some("a type that is not read"),
    }
}

impl ArrowLayout {
    fn place(&self) -> Place {
        location::of_file(&self.source, &self.file.name)
    }

    fn open(&self) -> Result<Batches, Box<Problem>> {
        Batches::open(&self.file, self.place(), Some(self.wanted.positions.clone()))
    }
}

fn damaged(place: Place) -> Box<Problem> {
    let rule = "A file that is named or declared as Arrow is one, complete and not compressed.";
    let problem = Problem::error(ProblemCode::FileUnreadable, place, rule, "a file that cannot be read as Arrow");
    let help = "If it is text, declare `format = \"csv\"` of the source; if its batches are compressed (Feather's default), write it uncompressed, or as Parquet.";
    Box::new(problem.help(help))
}

/// The record batches of a file of either kind.
enum Batches {
    File(Box<FileReader<BufReader<File>>>),
    Stream(Box<StreamReader<BufReader<File>>>),
}

impl Batches {
    fn open(file: &InputFile, place: Place, projection: Option<Vec<usize>>) -> Result<Self, Box<Problem>> {
        let opened = first_bytes(&file.path, 6).and_then(|start| Ok((start, open_file(&file.path)?)));
        let (start, opened) = match opened {
            Ok(opened) => opened,
            Err(error) => return Err(unreadable(place, &error)),
        };
        let batches = if start == b"ARROW1" {
            FileReader::try_new_buffered(opened, projection).map(|reader| Self::File(Box::new(reader)))
        } else {
            StreamReader::try_new_buffered(opened, projection).map(|reader| Self::Stream(Box::new(reader)))
        };
        batches.map_err(|_| damaged(place))
    }

    fn schema(&self) -> SchemaRef {
        match self {
            Self::File(reader) => reader.schema(),
            Self::Stream(reader) => reader.schema(),
        }
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::File(reader) => reader.next(),
            Self::Stream(reader) => reader.next(),
        }
    }
}

/// The chunks of an Arrow file; a record batch is in memory as a whole, however its writer cut it.
pub(crate) struct ArrowChunks {
    layout: Arc<ArrowLayout>,
    batches: Batches,
    batch: Option<RecordBatch>,
    first: usize,
    rows: usize,
}

impl ArrowChunks {
    /// Opens a file again whose schema was checked.
    pub(crate) fn open(layout: &Arc<ArrowLayout>, rows: usize) -> Result<Self, Box<Problem>> {
        Ok(Self { layout: Arc::clone(layout), batches: layout.open()?, batch: None, first: 0, rows })
    }

    /// The next chunk; nothing after the last.
    pub(crate) fn next(&mut self) -> Result<Option<ArrowChunk>, Box<Problem>> {
        loop {
            if let Some(batch) = &self.batch
                && self.first < batch.num_rows()
            {
                let rows = self.rows.min(batch.num_rows() - self.first);
                let slice = batch.slice(self.first, rows);
                self.first += rows;
                return Ok(Some(ArrowChunk { layout: Arc::clone(&self.layout), batch: slice }));
            }
            self.first = 0;
            self.batch = self.batches.next().transpose().map_err(|_| damaged(self.layout.place()))?;
            if self.batch.is_none() {
                return Ok(None);
            }
        }
    }
}

/// A slice of a record batch.
pub(crate) struct ArrowChunk {
    layout: Arc<ArrowLayout>,
    batch: RecordBatch,
}

impl ArrowChunk {
    /// Which columns are wanted.
    pub(crate) fn wanted(&self) -> &Wanted {
        self.layout.wanted()
    }

    /// Its wanted columns as text.
    pub(crate) fn parse(&self) -> Result<RawBlock, Box<Problem>> {
        let columns: Result<Vec<_>, _> = self.batch.columns().iter().map(|column| text(column)).collect();
        let columns = columns.map_err(|_| damaged(self.layout.place()))?;
        Ok(RawBlock::new(self.layout.wanted.arrange(columns, self.batch.num_rows()), self.batch.num_rows(), 0))
    }
}

/// A column as text: a type that [`unusable`] lets through.
fn text(array: &dyn Array) -> Result<TextColumn, ArrowError> {
    use DataType as T;
    let rows = array.len();
    Ok(match array.data_type() {
        T::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            text(&take(dictionary.values(), dictionary.keys(), None)?)?
        }
        // A column of nothing has no values.
        T::Null => TextColumn::blank(rows),
        T::Utf8 => texts(array.as_string::<i32>().iter(), rows),
        T::LargeUtf8 => texts(array.as_string::<i64>().iter(), rows),
        T::Utf8View => texts(array.as_string_view().iter(), rows),
        T::Boolean => texts(array.as_boolean().iter().map(|value| value.map(spelled)), rows),
        T::Float32 => floats(array.as_primitive::<Float32Type>().iter(), rows),
        T::Float64 => floats(array.as_primitive::<Float64Type>().iter(), rows),
        T::Date32 => {
            let days = array.as_primitive::<Date32Type>();
            if days.iter().flatten().any(|days| !CALENDAR.contains(&days)) {
                return Err(ArrowError::CastError("a day that no calendar has".to_owned()));
            }
            written(days, |text, days| day(text, i64::from(days)))
        }
        T::Decimal32(precision, scale) => decimals::<Decimal32Type>(array, *precision, *scale),
        T::Decimal64(precision, scale) => decimals::<Decimal64Type>(array, *precision, *scale),
        T::Decimal128(precision, scale) => decimals::<Decimal128Type>(array, *precision, *scale),
        integer => {
            macro_rules! integers {
                ($type:ty) => {
                    written(array.as_primitive::<$type>(), |text, value| number(text, Some(value)))
                };
            }
            downcast_integer! {
                integer => (integers),
                _ => return Err(ArrowError::NotYetImplemented(integer.to_string()))
            }
        }
    })
}

fn spelled(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

fn decimals<D: DecimalType>(array: &dyn Array, precision: u8, scale: i8) -> TextColumn {
    written(array.as_primitive::<D>(), |text, value| *text = D::format_decimal(value, precision, scale))
}

/// A column of which each value is written in place of a text; nothing is blank.
fn written<P: ArrowPrimitiveType>(array: &PrimitiveArray<P>, write: impl Fn(&mut String, P::Native)) -> TextColumn {
    let mut column = TextColumn::with_capacity(array.len(), array.len() * 8);
    let mut text = String::new();
    for value in array {
        text.clear();
        if let Some(value) = value {
            write(&mut text, value);
        }
        column.push(text.as_bytes());
    }
    column
}
