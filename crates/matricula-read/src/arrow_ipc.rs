//! Arrow IPC, as file (also called Feather) or stream: record batches, in slices.

use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float32Type, Float64Type, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::reader::{FileReader, StreamReader};
use arrow::record_batch::RecordBatch;
use matricula_spec::{Place, Problem, ProblemCode, Problems};

use matricula_engine::raw::block::{RawBlock, TextColumn};
use crate::plan::{ReadPlan, empty};
use crate::column::{Wanted, find_columns, wrong_type};
use crate::files::file::{alone, first_bytes, open_file, place, unreadable};
use crate::files::find::InputFile;
use crate::value::{floats, texts};

/// An Arrow file whose schema was checked.
pub(super) struct ArrowLayout {
    source: String,
    file: InputFile,
    wanted: Wanted,
}

impl ArrowLayout {
    /// Where the wanted columns stand.
    pub(super) fn wanted(&self) -> &Wanted {
        &self.wanted
    }
}

/// Checks that a file is Arrow, has the wanted columns in types that can be read, and a row.
pub(super) fn inspect(plan: &ReadPlan, file: &InputFile) -> Result<ArrowLayout, Problems> {
    let here = || place(&plan.source, &file.name);
    let schema = Batches::open(file, here(), None).map_err(alone)?.schema();
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
    if problems.is_empty() && !has_row(&layout).map_err(alone)? {
        problems.push(*empty(plan, file, "a schema and no row"));
    }
    if problems.is_empty() { Ok(layout) } else { Err(problems) }
}

/// The names of all columns of a file.
pub(super) fn names(plan: &ReadPlan, file: &InputFile) -> Result<Vec<String>, Problems> {
    let schema = Batches::open(file, place(&plan.source, &file.name), None).map_err(alone)?.schema();
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
        place(&self.source, &self.file.name)
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
pub(super) struct ArrowChunks {
    layout: Arc<ArrowLayout>,
    batches: Batches,
    batch: Option<RecordBatch>,
    first: usize,
    rows: usize,
}

impl ArrowChunks {
    /// Opens a file again whose schema was checked.
    pub(super) fn open(layout: &Arc<ArrowLayout>, rows: usize) -> Result<Self, Box<Problem>> {
        Ok(Self { layout: Arc::clone(layout), batches: layout.open()?, batch: None, first: 0, rows })
    }

    /// The next chunk; nothing after the last.
    pub(super) fn next(&mut self) -> Result<Option<ArrowChunk>, Box<Problem>> {
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
pub(super) struct ArrowChunk {
    layout: Arc<ArrowLayout>,
    batch: RecordBatch,
}

impl ArrowChunk {
    /// Which columns are wanted.
    pub(super) fn wanted(&self) -> &Wanted {
        self.layout.wanted()
    }

    /// Its wanted columns as text.
    pub(super) fn parse(&self) -> Result<RawBlock, Box<Problem>> {
        let columns: Result<Vec<_>, _> = self.batch.columns().iter().map(text).collect();
        let columns = columns.map_err(|_| damaged(self.layout.place()))?;
        Ok(RawBlock::new(self.layout.wanted.arrange(columns, self.batch.num_rows()), self.batch.num_rows(), 0))
    }
}

fn text(array: &ArrayRef) -> Result<TextColumn, ArrowError> {
    match array.data_type() {
        DataType::Dictionary(_, values) => text(&cast(array, values)?),
        DataType::Float32 => Ok(floats(array.as_primitive::<Float32Type>().iter(), array.len())),
        DataType::Float64 => Ok(floats(array.as_primitive::<Float64Type>().iter(), array.len())),
        _ => {
            let cast = cast(array, &DataType::LargeUtf8)?;
            Ok(texts(cast.as_string::<i64>().iter(), array.len()))
        }
    }
}
