//! Estimates as polars frames and Arrow record batches: the columns of `estimates.csv`, in its order.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

use arrow_array::builder::{Decimal128Builder, Float64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field as ArrowField, Schema};
use matricula_engine::indicator::estimates::{DECIMALS, Estimate, Estimates, Number};
use matricula_spec::Catalogue;
use matricula_spec::model::dimension::DimensionId;
use matricula_spec::model::indicator::Unit;
use polars::prelude::{
    ChunkedBuilder, DataFrame, Float64Type, Int128Type, IntoColumn, PolarsError, PrimitiveChunkedBuilder,
    StringChunkedBuilder,
};

/// Most digits of a numerator or denominator, decimals included.
const PRECISION: u8 = 38;

/// Key and text that travel inside every binary file of estimates.
pub(crate) const RESTRICTED: (&str, &str) =
    ("matricula", "restricted: holds counts of single children, not for publication");

/// One column of the estimates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Indicator,
    RefArea,
    TimePeriod,
    /// Position among the dimensions that have a column, and the dimension.
    Dimension(usize, DimensionId),
    Value,
    Uncapped,
    Numerator,
    Denominator,
    Unit,
    ObsStatus,
    Flags,
    MobilityProxy,
    MobilityUnknown,
    ProvenanceId,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Codes and names.
    Text,
    /// An exact decimal number, or nothing.
    Exact,
    /// A number that went through a division, or nothing.
    Computed,
}

impl Field {
    /// All columns, in order.
    pub(crate) fn all(estimates: &Estimates) -> Vec<Self> {
        let dimensions = estimates.dimensions().iter().enumerate().map(|(position, id)| Self::Dimension(position, *id));
        let mut fields = vec![Self::Indicator, Self::RefArea, Self::TimePeriod];
        fields.extend(dimensions);
        fields.extend([Self::Value, Self::Uncapped, Self::Numerator, Self::Denominator]);
        fields.extend([Self::Unit, Self::ObsStatus, Self::Flags]);
        fields.extend([Self::MobilityProxy, Self::MobilityUnknown, Self::ProvenanceId]);
        fields
    }

    /// Name of the column.
    pub(crate) fn name(self, catalogue: &Catalogue) -> &str {
        match self {
            Self::Indicator => "indicator",
            Self::RefArea => "ref_area",
            Self::TimePeriod => "time_period",
            Self::Dimension(_, id) => &catalogue.dimension(id).id,
            Self::Value => "value",
            Self::Uncapped => "uncapped",
            Self::Numerator => "numerator",
            Self::Denominator => "denominator",
            Self::Unit => "unit",
            Self::ObsStatus => "obs_status",
            Self::Flags => "flags",
            Self::MobilityProxy => "mobility_proxy",
            Self::MobilityUnknown => "mobility_unknown",
            Self::ProvenanceId => "provenance_id",
        }
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Value | Self::Uncapped | Self::MobilityUnknown => Kind::Computed,
            Self::Numerator | Self::Denominator => Kind::Exact,
            _ => Kind::Text,
        }
    }

    /// The number in a column of numbers.
    fn number(self, estimate: &Estimate) -> Option<Number> {
        match self {
            Self::Value => estimate.value,
            Self::Uncapped => estimate.uncapped,
            Self::MobilityUnknown => estimate.mobility_unknown,
            Self::Numerator => estimate.numerator,
            Self::Denominator => estimate.denominator,
            _ => None,
        }
    }

    /// The dimension whose codes the column holds.
    fn dimension(self, catalogue: &Catalogue) -> Option<DimensionId> {
        match self {
            Self::RefArea => Some(catalogue.known().ref_area),
            Self::TimePeriod => Some(catalogue.known().time_period),
            Self::Dimension(_, dimension) => Some(dimension),
            _ => None,
        }
    }
}

/// A column with what its codes are called.
struct Column<'a> {
    field: Field,
    /// By position of the code; empty where the column holds no codes.
    ids: Vec<&'a str>,
}

/// The columns of the estimates as texts, numbers included.
pub(crate) struct Columns<'a> {
    columns: Vec<Column<'a>>,
    buffer: String,
}

impl<'a> Column<'a> {
    /// All of them, in order.
    fn all(catalogue: &'a Catalogue, estimates: &Estimates) -> Vec<Self> {
        Field::all(estimates).into_iter().map(|field| Self::new(catalogue, field)).collect()
    }

    fn new(catalogue: &'a Catalogue, field: Field) -> Self {
        let codes = field.dimension(catalogue).map(|dimension| &catalogue.dimension(dimension).codes);
        let ids = codes.map(|codes| codes.ids().map(|code| codes.code(code).id.as_str()).collect());
        Self { field, ids: ids.unwrap_or_default() }
    }

    /// What the column says in a text file, perhaps in the buffer; empty where there is no number.
    fn text<'t>(&'t self, estimate: &'t Estimate, buffer: &'t mut String) -> &'t str {
        match self.field {
            Field::Indicator => &estimate.indicator,
            Field::RefArea => self.ids[estimate.ref_area.index()],
            Field::TimePeriod => self.ids[estimate.time_period.index()],
            Field::Dimension(position, _) => self.ids[estimate.coordinates[position].index()],
            Field::Unit => unit_code(estimate.unit),
            Field::ObsStatus => estimate.obs_status.code(),
            Field::MobilityProxy => &estimate.mobility_proxy,
            Field::ProvenanceId => &estimate.provenance_id,
            Field::Flags => match estimate.flags.as_slice() {
                [] => "",
                [flag] => flag.code(),
                flags => {
                    buffer.clear();
                    flags.iter().for_each(|flag| {
                        buffer.push_str(if buffer.is_empty() { "" } else { " " });
                        buffer.push_str(flag.code());
                    });
                    buffer
                }
            },
            Field::Value | Field::Uncapped | Field::Numerator | Field::Denominator | Field::MobilityUnknown => {
                buffer.clear();
                if let Some(number) = self.field.number(estimate) {
                    // Writing to a text never fails.
                    let _ = write!(buffer, "{number}");
                }
                buffer
            }
        }
    }
}

impl<'a> Columns<'a> {
    /// All of them, in order.
    pub(crate) fn new(catalogue: &'a Catalogue, estimates: &Estimates) -> Self {
        Self { columns: Column::all(catalogue, estimates), buffer: String::new() }
    }

    /// Gives the texts of a row to `each`, one after the other.
    pub(crate) fn row<E>(&mut self, estimate: &Estimate, mut each: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        self.columns.iter().try_for_each(|column| each(column.text(estimate, &mut self.buffer)))
    }
}

/// As indicator specifications and the column `unit` spell it.
pub(crate) fn unit_code(unit: Unit) -> &'static str {
    match unit {
        Unit::Number => "number",
        Unit::Percent => "percent",
        Unit::Ratio => "ratio",
        Unit::Index => "index",
        Unit::Years => "years",
    }
}

/// Estimates as frames of other libraries.
pub trait Interchange {
    /// A polars frame with the columns of `estimates.csv`, in its order.
    ///
    /// Codes are strings, `value`, `uncapped` and `mobility_unknown` are nullable `Float64`,
    /// `numerator` and `denominator` are nullable `Decimal(38, 6)`: exact.
    /// The frame is restricted: it holds counts of single children.
    ///
    /// # Errors
    /// Where polars cannot build the frame.
    fn to_polars(&self, catalogue: &Catalogue) -> Result<DataFrame, PolarsError>;

    /// An Arrow record batch with the columns of `estimates.csv`, in its order.
    ///
    /// Codes are `Utf8`, `value`, `uncapped` and `mobility_unknown` are nullable `Float64`,
    /// `numerator` and `denominator` are nullable `Decimal128(38, 6)`: exact.
    /// The metadata of the schema says that the batch is restricted.
    ///
    /// # Errors
    /// Where Arrow cannot build the batch.
    fn to_arrow(&self, catalogue: &Catalogue) -> Result<RecordBatch, ArrowError>;
}

impl Interchange for Estimates {
    fn to_polars(&self, catalogue: &Catalogue) -> Result<DataFrame, PolarsError> {
        let columns = Column::all(catalogue, self);
        let mut filled: Vec<_> = columns.iter().map(|column| InPolars::new(catalogue, column, self)).collect();
        fill(&columns, self.rows(), &mut filled);
        DataFrame::new(self.rows().len(), filled.into_iter().map(InPolars::finish).collect::<Result<_, _>>()?)
    }

    fn to_arrow(&self, catalogue: &Catalogue) -> Result<RecordBatch, ArrowError> {
        let columns = Column::all(catalogue, self);
        let schema: Vec<_> = columns.iter().map(|column| arrow_field(catalogue, column.field)).collect();
        let (key, text) = RESTRICTED;
        let metadata = HashMap::from([(key.to_owned(), text.to_owned())]);
        let mut filled: Vec<_> = columns.iter().map(|column| InArrow::new(column, self)).collect();
        fill(&columns, self.rows(), &mut filled);
        let arrays = filled.into_iter().map(InArrow::finish).collect::<Result<_, _>>()?;
        RecordBatch::try_new(Arc::new(Schema::new(schema).with_metadata(metadata)), arrays)
    }
}

/// Rows that are brought to every column before the next, so that they are read from memory once.
const ROWS_TOGETHER: usize = 512;

/// A column of an engine on its way.
trait Filled {
    fn text(&mut self, text: &str);
    fn number(&mut self, number: Option<Number>);
}

fn fill(columns: &[Column<'_>], rows: &[Estimate], filled: &mut [impl Filled]) {
    let mut buffer = String::new();
    for rows in rows.chunks(ROWS_TOGETHER) {
        for (column, filled) in columns.iter().zip(filled.iter_mut()) {
            match column.field.kind() {
                Kind::Text => rows.iter().for_each(|row| filled.text(column.text(row, &mut buffer))),
                Kind::Computed | Kind::Exact => rows.iter().for_each(|row| filled.number(column.field.number(row))),
            }
        }
    }
}

enum InPolars {
    Text(StringChunkedBuilder),
    Computed(PrimitiveChunkedBuilder<Float64Type>),
    Exact(PrimitiveChunkedBuilder<Int128Type>),
}

impl InPolars {
    fn new(catalogue: &Catalogue, column: &Column<'_>, estimates: &Estimates) -> Self {
        let (name, rows) = (column.field.name(catalogue).into(), estimates.rows().len());
        match column.field.kind() {
            Kind::Text => Self::Text(StringChunkedBuilder::new(name, rows)),
            Kind::Computed => Self::Computed(PrimitiveChunkedBuilder::new(name, rows)),
            Kind::Exact => Self::Exact(PrimitiveChunkedBuilder::new(name, rows)),
        }
    }

    fn finish(self) -> Result<polars::prelude::Column, PolarsError> {
        Ok(match self {
            Self::Text(builder) => builder.finish().into_column(),
            Self::Computed(builder) => builder.finish().into_column(),
            Self::Exact(builder) => {
                builder.finish().into_decimal(usize::from(PRECISION), usize::from(DECIMALS))?.into_column()
            }
        })
    }
}

impl Filled for InPolars {
    fn text(&mut self, text: &str) {
        if let Self::Text(builder) = self {
            builder.append_value(text);
        }
    }

    fn number(&mut self, number: Option<Number>) {
        match self {
            Self::Computed(builder) => builder.append_option(number.map(Number::to_f64)),
            Self::Exact(builder) => builder.append_option(number.map(Number::millionths)),
            Self::Text(_) => {}
        }
    }
}

enum InArrow {
    Text(StringBuilder),
    Computed(Float64Builder),
    Exact(Decimal128Builder),
}

impl InArrow {
    fn new(column: &Column<'_>, estimates: &Estimates) -> Self {
        let rows = estimates.rows().len();
        match column.field.kind() {
            Kind::Text => Self::Text(StringBuilder::with_capacity(rows, 4 * rows)),
            Kind::Computed => Self::Computed(Float64Builder::with_capacity(rows)),
            Kind::Exact => Self::Exact(Decimal128Builder::with_capacity(rows)),
        }
    }

    fn finish(self) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::Text(mut builder) => Arc::new(builder.finish()),
            Self::Computed(mut builder) => Arc::new(builder.finish()),
            Self::Exact(mut builder) => Arc::new(builder.finish().with_precision_and_scale(PRECISION, decimals())?),
        })
    }
}

impl Filled for InArrow {
    fn text(&mut self, text: &str) {
        if let Self::Text(builder) = self {
            builder.append_value(text);
        }
    }

    fn number(&mut self, number: Option<Number>) {
        match self {
            Self::Computed(builder) => builder.append_option(number.map(Number::to_f64)),
            Self::Exact(builder) => builder.append_option(number.map(Number::millionths)),
            Self::Text(_) => {}
        }
    }
}

fn arrow_field(catalogue: &Catalogue, field: Field) -> ArrowField {
    let (data_type, nullable) = match field.kind() {
        Kind::Text => (DataType::Utf8, false),
        Kind::Computed => (DataType::Float64, true),
        Kind::Exact => (DataType::Decimal128(PRECISION, decimals()), true),
    };
    ArrowField::new(field.name(catalogue), data_type, nullable)
}

/// The scale as Arrow counts it.
fn decimals() -> i8 {
    i8::try_from(DECIMALS).unwrap_or_default()
}
