//! Parquet files: row groups, in slices of a bounded number of rows.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::sync::Arc;

use matricula_spec::{Place, Problem, ProblemCode, Problems};
use polars::io::parquet::read::{FileMetadata, infer_schema};
use polars::prelude::{
    ArrowDataType, ArrowSchema, Column, DataType, ParallelStrategy, ParquetReader, PolarsResult, SerReader,
};
use polars_parquet::parquet::error::ParquetResult;

use super::block::{RawBlock, RawColumn, TextColumn};
use super::chunk::{ReadPlan, empty};
use super::column::{Wanted, find_columns, wrong_type};
use super::dictionary::{Dictionaries, Dictionary};
use super::file::{alone, first_bytes, is_gzip, open_file, place, unreadable};
use super::find::InputFile;
use super::parquet_dictionary;
use super::value::{floats, texts};

/// A Parquet file whose schema was checked.
pub(super) struct ParquetLayout {
    source: String,
    file: InputFile,
    metadata: Arc<FileMetadata>,
    schema: ArrowSchema,
    wanted: Wanted,
}

impl ParquetLayout {
    /// Where the wanted columns stand.
    pub(super) fn wanted(&self) -> &Wanted {
        &self.wanted
    }
}

impl ParquetLayout {
    fn place(&self) -> Place {
        place(&self.source, &self.file.name)
    }
}

/// Checks that a file is Parquet, has the wanted columns in types that can be read, and a row.
pub(super) fn inspect(plan: &ReadPlan, file: &InputFile) -> Result<ParquetLayout, Problems> {
    let here = || place(&plan.source, &file.name);
    check_mark(file, here()).map_err(alone)?;
    let opened = open_file(&file.path).map_err(|error| alone(unreadable(here(), &error)))?;
    let metadata = metadata(opened).map_err(|_| alone(damaged(here())))?;
    let schema = infer_schema(&metadata).map_err(|_| alone(damaged(here())))?;
    let names: Vec<_> = schema.iter_names().map(ToString::to_string).collect();
    let wanted = find_columns(plan, file, &names)?;
    let mut problems = Problems::default();
    for (position, numeric) in wanted.positions.iter().zip(&wanted.numeric) {
        if let Some((name, field)) = schema.get_at_index(*position)
            && let Some(found) = unusable(&field.dtype, *numeric)
        {
            problems.push(wrong_type(plan, file, name, found));
        }
    }
    if metadata.num_rows == 0 {
        problems.push(*empty(plan, file, "a schema and no row"));
    }
    let layout =
        ParquetLayout { source: plan.source.clone(), file: file.clone(), metadata: Arc::new(metadata), schema, wanted };
    if problems.is_empty() { Ok(layout) } else { Err(problems) }
}

/// The names of all columns of a file.
pub(super) fn names(plan: &ReadPlan, file: &InputFile) -> Result<Vec<String>, Problems> {
    let here = || place(&plan.source, &file.name);
    check_mark(file, here()).map_err(alone)?;
    let opened = open_file(&file.path).map_err(|error| alone(unreadable(here(), &error)))?;
    let schema = metadata(opened).and_then(|metadata| infer_schema(&metadata)).map_err(|_| alone(damaged(here())))?;
    Ok(schema.iter_names().map(ToString::to_string).collect())
}

fn check_mark(file: &InputFile, place: Place) -> Result<(), Box<Problem>> {
    let start = match first_bytes(&file.path, 4) {
        Ok(start) => start,
        Err(error) => return Err(unreadable(place, &error)),
    };
    if start == b"PAR1" {
        return Ok(());
    }
    let found = if is_gzip(&start) { "a gzip file" } else { "a file that does not begin as Parquet files do" };
    let rule = "A file that is named or declared as Parquet is one.";
    let problem = Problem::error(ProblemCode::FileUnreadable, place, rule, found);
    let help = match is_gzip(&start) {
        true => "Parquet is compressed inside: decompress the file.",
        false => "If it is text, declare `format = \"csv\"` of the source; otherwise copy or write the file again.",
    };
    Err(Box::new(problem.help(help)))
}

fn damaged(place: Place) -> Box<Problem> {
    let rule = "A Parquet file is complete and of a kind that can be read.";
    let problem = Problem::error(ProblemCode::FileUnreadable, place, rule, "a damaged, cut-off or encrypted file");
    Box::new(problem.help("Copy or write the file again."))
}

fn metadata(file: File) -> PolarsResult<FileMetadata> {
    let mut metadata = FileMetadata::clone(ParquetReader::new(file).get_metadata()?);
    // What the writer's Arrow types were says less than Parquet's own types: a dictionary, say,
    // is only a way of writing text.
    metadata.key_value_metadata = None;
    Ok(metadata)
}

/// What is wrong with a type, if it cannot be read as codes or, where it may, as counts.
fn unusable(dtype: &ArrowDataType, numeric: bool) -> Option<&'static str> {
    use ArrowDataType as T;
    match dtype {
        T::Null | T::Boolean | T::Utf8 | T::LargeUtf8 | T::Utf8View | T::Date32 => None,
        T::Int8 | T::Int16 | T::Int32 | T::Int64 | T::UInt8 | T::UInt16 | T::UInt32 | T::UInt64 => None,
        T::Decimal(precision, _) if *precision <= 38 => None,
        T::Float32 | T::Float64 if numeric => None,
        T::Float16 | T::Float32 | T::Float64 => Some("a floating-point type"),
        T::Timestamp(..) => Some("a timestamp"),
        T::Time32(_) | T::Time64(_) | T::Duration(_) | T::Interval(_) => Some("a time of day or a duration"),
        T::Binary | T::LargeBinary | T::BinaryView | T::FixedSizeBinary(_) => Some("bytes not marked as text"),
        T::List(_) | T::LargeList(_) | T::FixedSizeList(..) | T::Struct(_) | T::Map(..) => Some("a nested type"),
        _ => Some("a type that is not read"),
    }
}

/// The chunks of a Parquet file.
pub(super) struct ParquetChunks {
    pending: VecDeque<ParquetChunk>,
}

impl ParquetChunks {
    /// Slices of at most so many rows of each row group.
    pub(super) fn new(layout: &Arc<ParquetLayout>, rows: usize) -> Self {
        let mut pending = VecDeque::new();
        for row_group in &layout.metadata.row_groups {
            // A reader that knows of one row group does not visit the others.
            let mut metadata = FileMetadata::clone(&layout.metadata);
            metadata.num_rows = row_group.num_rows();
            metadata.row_groups = vec![row_group.clone()];
            let metadata = Arc::new(metadata);
            for first in (0..row_group.num_rows()).step_by(rows) {
                let rows = rows.min(row_group.num_rows() - first);
                let (layout, metadata) = (Arc::clone(layout), Arc::clone(&metadata));
                pending.push_back(ParquetChunk { layout, metadata, first, rows });
            }
        }
        Self { pending }
    }

    /// The next chunk; nothing after the last.
    pub(super) fn next(&mut self) -> Option<ParquetChunk> {
        self.pending.pop_front()
    }
}

/// A slice of a row group, not read yet.
pub(super) struct ParquetChunk {
    layout: Arc<ParquetLayout>,
    metadata: Arc<FileMetadata>,
    first: usize,
    rows: usize,
}

impl ParquetChunk {
    /// Its wanted columns.
    pub(super) fn parse(&self, dictionaries: &mut Dictionaries) -> Result<RawBlock, Box<Problem>> {
        let layout = &self.layout;
        let damaged = || damaged(layout.place());
        let mut file = open_file(&layout.file.path).map_err(|error| unreadable(layout.place(), &error))?;
        let mut coded = BTreeMap::new();
        let wanted = &layout.wanted;
        for (column, output) in wanted.outputs.iter().enumerate().filter(|(column, _)| wanted.coded[*column]) {
            let Some(position) = output.map(|output| wanted.positions[output]) else { continue };
            let numbers = self.numbers(&mut file, position, dictionaries.of_mut(column)).map_err(|_| damaged())?;
            coded.extend(numbers.map(|numbers| (column, numbers)));
        }
        // What the file does not hold as numbers of texts, or is wanted as text, goes through the general reader.
        let is_open = |output: usize| {
            let columns = wanted.outputs.iter().enumerate().filter(|(_, of)| **of == Some(output));
            columns.map(|(column, _)| column).any(|column| !coded.contains_key(&column))
        };
        let open: Vec<usize> = (0..wanted.positions.len()).filter(|output| is_open(*output)).collect();
        let positions = open.iter().map(|output| wanted.positions[*output]).collect();
        let read = self.columns(file, positions).map_err(|_| damaged())?;
        if read.iter().any(|column| column.len() != self.rows) {
            return Err(damaged());
        }
        let mut texts = vec![TextColumn::default(); wanted.positions.len()];
        open.into_iter().zip(read).for_each(|(output, column)| texts[output] = column);
        let column = |(column, output): (usize, &Option<usize>)| match (coded.remove(&column), output) {
            (Some(numbers), _) => RawColumn::Coded(numbers),
            (None, Some(output)) => RawColumn::Text(texts[*output].clone()),
            (None, None) => RawColumn::Text(TextColumn::blank(self.rows)),
        };
        let columns = wanted.outputs.iter().enumerate().map(column).collect();
        Ok(RawBlock::of_columns(columns, self.rows, 0).coded(&wanted.coded, dictionaries))
    }

    /// A column as numbers of texts, if the file holds it so.
    fn numbers(
        &self,
        file: &mut File,
        position: usize,
        dictionary: &mut Dictionary,
    ) -> ParquetResult<Option<Vec<u32>>> {
        let Some((name, field)) = self.layout.schema.get_at_index(position) else { return Ok(None) };
        let [row_group] = self.metadata.row_groups.as_slice() else { return Ok(None) };
        let mut columns = row_group.columns_under_root_iter(name).into_iter().flatten();
        match (columns.next(), columns.next()) {
            (Some(column), None) => {
                parquet_dictionary::numbers(file, column, &field.dtype, (self.first, self.rows), dictionary)
            }
            _ => Ok(None),
        }
    }

    fn columns(&self, file: File, positions: Vec<usize>) -> PolarsResult<Vec<TextColumn>> {
        if positions.is_empty() {
            return Ok(Vec::new());
        }
        // Chunks are parsed in parallel already; the reader shall not split them again.
        let mut reader = ParquetReader::new(file)
            .read_parallel(ParallelStrategy::None)
            .with_projection(Some(positions))
            .with_slice(Some((self.first, self.rows)));
        reader.set_metadata(Arc::clone(&self.metadata));
        reader.finish()?.columns().iter().map(text).collect()
    }
}

fn text(column: &Column) -> PolarsResult<TextColumn> {
    let series = column.as_materialized_series();
    match series.dtype() {
        DataType::String => Ok(texts(series.str()?.iter(), series.len())),
        DataType::Float32 => Ok(floats(series.f32()?.iter(), series.len())),
        DataType::Float64 => Ok(floats(series.f64()?.iter(), series.len())),
        _ => Ok(texts(series.cast(&DataType::String)?.str()?.iter(), series.len())),
    }
}
