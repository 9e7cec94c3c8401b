//! Parquet files: what they are, and what their columns can be read as.

mod column;
pub(crate) mod window;

use std::fs::File;
use std::sync::Arc;

use matricula_engine::location;
use matricula_spec::{Place, Problem, ProblemCode, Problems};
use polars::io::parquet::read::{FileMetadata, infer_schema};
use polars::prelude::{ArrowDataType, ArrowSchema, ParquetReader, PolarsResult, SerReader};

use crate::column::{Wanted, find_columns, wrong_type};
use crate::files::file::{first_bytes, is_gzip, open_file, unreadable};
use crate::files::find::InputFile;
use crate::plan::{ReadPlan, empty};

/// A Parquet file whose schema was checked.
pub(crate) struct ParquetLayout {
    source: String,
    pub(crate) file: InputFile,
    pub(crate) metadata: Arc<FileMetadata>,
    pub(crate) schema: ArrowSchema,
    pub(crate) wanted: Wanted,
}

impl ParquetLayout {
    /// Where the wanted columns stand.
    pub(crate) fn wanted(&self) -> &Wanted {
        &self.wanted
    }
}

impl ParquetLayout {
    /// Where findings about it stand.
    pub(crate) fn place(&self) -> Place {
        location::of_file(&self.source, &self.file.name)
    }
}

/// Checks that a file is Parquet, has the wanted columns in types that can be read, and a row.
pub(crate) fn inspect(plan: &ReadPlan, file: &InputFile) -> Result<ParquetLayout, Problems> {
    let here = || location::of_file(&plan.source, &file.name);
    check_mark(file, here())?;
    let opened = open_file(&file.path).map_err(|error| Problems::from(unreadable(here(), &error)))?;
    let metadata = metadata(opened).map_err(|_| Problems::from(damaged(here())))?;
    let schema = infer_schema(&metadata).map_err(|_| Problems::from(damaged(here())))?;
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
pub(crate) fn names(plan: &ReadPlan, file: &InputFile) -> Result<Vec<String>, Problems> {
    let here = || location::of_file(&plan.source, &file.name);
    check_mark(file, here())?;
    let opened = open_file(&file.path).map_err(|error| Problems::from(unreadable(here(), &error)))?;
    let schema =
        metadata(opened).and_then(|metadata| infer_schema(&metadata)).map_err(|_| Problems::from(damaged(here())))?;
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

/// The finding that a file cannot be decoded.
pub(crate) fn damaged(place: Place) -> Box<Problem> {
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
