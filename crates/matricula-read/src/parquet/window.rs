//! The rows of a Parquet file: row groups, decoded some columns of many rows at a time, handed on in chunks.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use matricula_engine::raw::block::{RawBlock, RawColumn, TextColumn};
use matricula_engine::raw::dictionary::Dictionaries;
use matricula_spec::Problem;
use polars::io::parquet::read::FileMetadata;
use polars::prelude::{Column, DataType, ParallelStrategy, ParquetReader, PolarsResult, SerReader};
use polars_parquet::parquet::error::ParquetResult;

use super::column::{Held, held};
use super::{ParquetLayout, damaged};
use crate::files::file::{open_file, unreadable};
use crate::value::{floats, texts};

/// So many chunks share what is decoded: a page may hold a million rows, and should be decoded once.
const CHUNKS_OF_WINDOW: usize = 8;

/// The chunks of a Parquet file.
pub(crate) struct ParquetChunks {
    pending: VecDeque<ParquetChunk>,
}

impl ParquetChunks {
    /// Slices of at most so many rows of each row group.
    pub(crate) fn new(layout: &Arc<ParquetLayout>, rows: usize) -> Self {
        let mut pending = VecDeque::new();
        for row_group in &layout.metadata.row_groups {
            // A reader that knows of one row group does not visit the others.
            let mut metadata = FileMetadata::clone(&layout.metadata);
            metadata.num_rows = row_group.num_rows();
            metadata.row_groups = vec![row_group.clone()];
            let metadata = Arc::new(metadata);
            for window in parts(0..row_group.num_rows(), CHUNKS_OF_WINDOW * rows) {
                let columns = layout.wanted.positions.iter().map(|_| OnceLock::new()).collect();
                let (layout, metadata) = (Arc::clone(layout), Arc::clone(&metadata));
                let shared = Arc::new(Window { layout, metadata, rows: window.clone(), columns });
                let chunks = parts(window, rows).enumerate();
                pending.extend(chunks.map(|(number, rows)| ParquetChunk { window: Arc::clone(&shared), rows, number }));
            }
        }
        Self { pending }
    }

    /// The next chunk; nothing after the last.
    pub(crate) fn next(&mut self) -> Option<ParquetChunk> {
        self.pending.pop_front()
    }
}

/// Ranges of at most so many rows, one after the other.
fn parts(rows: Range<usize>, most: usize) -> impl Iterator<Item = Range<usize>> {
    rows.clone().step_by(most).map(move |first| first..rows.end.min(first + most))
}

/// What several chunks share: columns that whoever needs them first decodes.
struct Window {
    layout: Arc<ParquetLayout>,
    metadata: Arc<FileMetadata>,
    /// Of the row group.
    rows: Range<usize>,
    /// One for each wanted position; nothing inside where a column is left to the general reader.
    columns: Vec<OnceLock<Result<Option<Held>, Box<Problem>>>>,
}

impl Window {
    /// A wanted column, decoded if it was not before. Others that need it wait: nothing in here waits for them.
    fn column(&self, output: usize) -> Result<Option<&Held>, Box<Problem>> {
        let decoded = self.columns[output].get_or_init(|| self.decode(output));
        decoded.as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    fn decode(&self, output: usize) -> Result<Option<Held>, Box<Problem>> {
        let (file, place) = (&self.layout.file, || self.layout.place());
        let mut file = open_file(&file.path).map_err(|error| unreadable(place(), &error))?;
        let mut decode = || -> ParquetResult<Option<Held>> {
            let position = self.layout.wanted.positions[output];
            let Some((name, field)) = self.layout.schema.get_at_index(position) else { return Ok(None) };
            let [row_group] = self.metadata.row_groups.as_slice() else { return Ok(None) };
            let mut columns = row_group.columns_under_root_iter(name).into_iter().flatten();
            match (columns.next(), columns.next()) {
                (Some(column), None) => held(&mut file, column, &field.dtype, (self.rows.start, self.rows.len())),
                _ => Ok(None),
            }
        };
        decode().map_err(|_| damaged(place()))
    }
}

/// A slice of a row group, not read yet.
pub(crate) struct ParquetChunk {
    window: Arc<Window>,
    /// Of the row group.
    rows: Range<usize>,
    /// Its place among the chunks of the window.
    number: usize,
}

impl ParquetChunk {
    /// Its wanted columns.
    pub(crate) fn parse(&self, dictionaries: &mut Dictionaries) -> Result<RawBlock, Box<Problem>> {
        let wanted = &self.window.layout.wanted;
        let mut columns: Vec<Option<&Held>> = vec![None; wanted.positions.len()];
        // Chunks that come together begin with different columns, so that they do not wait for the same.
        for step in 0..columns.len() {
            let output = (self.number * columns.len() / 2 + step) % columns.len();
            columns[output] = self.window.column(output)?;
        }
        let others = self.others(&columns)?;
        let first = self.window.rows.start;
        let rows = self.rows.start - first..self.rows.end - first;
        let column = |(column, output): (usize, &Option<usize>)| {
            let Some(output) = output else { return RawColumn::Text(TextColumn::blank(rows.len())) };
            match columns[*output] {
                Some(held) if wanted.coded[column] => {
                    RawColumn::Coded(held.numbers(rows.clone(), dictionaries.of_mut(column)))
                }
                Some(held) => RawColumn::Text(held.texts(rows.clone())),
                None => RawColumn::Text(others[*output].clone()),
            }
        };
        let columns = wanted.outputs.iter().enumerate().map(column).collect();
        Ok(RawBlock::of_columns(columns, rows.len(), 0).coded(&wanted.coded, dictionaries))
    }

    /// The columns that go through the general reader; the others are empty.
    fn others(&self, held: &[Option<&Held>]) -> Result<Vec<TextColumn>, Box<Problem>> {
        let layout = &self.window.layout;
        let mut others = vec![TextColumn::default(); held.len()];
        let open: Vec<usize> = (0..held.len()).filter(|output| held[*output].is_none()).collect();
        if open.is_empty() {
            return Ok(others);
        }
        let positions = open.iter().map(|output| layout.wanted.positions[*output]).collect();
        let file = open_file(&layout.file.path).map_err(|error| unreadable(layout.place(), &error))?;
        // Chunks are parsed in parallel already; the reader shall not split them again.
        let mut reader = ParquetReader::new(file)
            .read_parallel(ParallelStrategy::None)
            .with_projection(Some(positions))
            .with_slice(Some((self.rows.start, self.rows.len())));
        reader.set_metadata(Arc::clone(&self.window.metadata));
        let read = reader.finish().and_then(|frame| frame.columns().iter().map(text).collect::<PolarsResult<Vec<_>>>());
        let read = read.map_err(|_| damaged(layout.place()))?;
        if read.len() != open.len() || read.iter().any(|column| column.len() != self.rows.len()) {
            return Err(damaged(layout.place()));
        }
        open.into_iter().zip(read).for_each(|(output, column)| others[output] = column);
        Ok(others)
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
