//! Estimates as polars frames and Arrow record batches: the columns of `estimates.csv`, in its order.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Float64Array, StringArray};
use arrow::datatypes::{DataType, Field as ArrowField, Schema};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use matricula_spec::Catalogue;
use matricula_spec::model::dimension::DimensionId;
use matricula_spec::model::indicator::Unit;
use polars::prelude::{
    Column, DataFrame, Float64Chunked, Int128Chunked, IntoColumn, NewChunkedArray, PolarsError, StringChunked,
};

use crate::estimates::{DECIMALS, Estimate, Estimates, Number};

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

    /// What the column says in a text file; empty where there is no number.
    pub(crate) fn text<'a>(self, catalogue: &'a Catalogue, estimate: &'a Estimate) -> Cow<'a, str> {
        let known = catalogue.known();
        let code = |dimension: DimensionId, code| catalogue.dimension(dimension).codes.code(code).id.as_str().into();
        match self {
            Self::Indicator => estimate.indicator.as_str().into(),
            Self::RefArea => code(known.ref_area, estimate.ref_area),
            Self::TimePeriod => code(known.time_period, estimate.time_period),
            Self::Dimension(position, dimension) => code(dimension, estimate.coordinates[position]),
            Self::Value | Self::Uncapped | Self::Numerator | Self::Denominator | Self::MobilityUnknown => {
                self.number(estimate).map(|number| number.to_string()).unwrap_or_default().into()
            }
            Self::Unit => unit_code(estimate.unit).into(),
            Self::ObsStatus => estimate.obs_status.code().into(),
            Self::Flags => estimate.flags.iter().map(|flag| flag.code()).collect::<Vec<_>>().join(" ").into(),
            Self::MobilityProxy => estimate.mobility_proxy.as_str().into(),
            Self::ProvenanceId => estimate.provenance_id.as_str().into(),
        }
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

impl Estimates {
    /// A polars frame with the columns of `estimates.csv`, in its order.
    ///
    /// Codes are strings, `value`, `uncapped` and `mobility_unknown` are nullable `Float64`,
    /// `numerator` and `denominator` are nullable `Decimal(38, 6)`: exact.
    /// The frame is restricted: it holds counts of single children.
    ///
    /// # Errors
    /// Where polars cannot build the frame.
    pub fn to_polars(&self, catalogue: &Catalogue) -> Result<DataFrame, PolarsError> {
        let columns = Field::all(self).into_iter().map(|field| self.polars_column(catalogue, field));
        DataFrame::new(self.rows().len(), columns.collect::<Result<_, _>>()?)
    }

    fn polars_column(&self, catalogue: &Catalogue, field: Field) -> Result<Column, PolarsError> {
        let name = field.name(catalogue).into();
        let rows = self.rows().iter();
        Ok(match field.kind() {
            Kind::Text => {
                StringChunked::from_iter_values(name, rows.map(|row| field.text(catalogue, row))).into_column()
            }
            Kind::Computed => {
                Float64Chunked::from_iter_options(name, rows.map(|row| field.number(row).map(Number::to_f64)))
                    .into_column()
            }
            Kind::Exact => {
                Int128Chunked::from_iter_options(name, rows.map(|row| field.number(row).map(Number::millionths)))
                    .into_decimal(usize::from(PRECISION), usize::from(DECIMALS))?
                    .into_column()
            }
        })
    }

    /// An Arrow record batch with the columns of `estimates.csv`, in its order.
    ///
    /// Codes are `Utf8`, `value`, `uncapped` and `mobility_unknown` are nullable `Float64`,
    /// `numerator` and `denominator` are nullable `Decimal128(38, 6)`: exact.
    /// The metadata of the schema says that the batch is restricted.
    ///
    /// # Errors
    /// Where Arrow cannot build the batch.
    pub fn to_arrow(&self, catalogue: &Catalogue) -> Result<RecordBatch, ArrowError> {
        let fields = Field::all(self);
        let schema = fields.iter().map(|field| arrow_field(catalogue, *field)).collect::<Vec<_>>();
        let (key, text) = RESTRICTED;
        let metadata = HashMap::from([(key.to_owned(), text.to_owned())]);
        let columns = fields.iter().map(|field| self.arrow_column(catalogue, *field));
        RecordBatch::try_new(Arc::new(Schema::new(schema).with_metadata(metadata)), columns.collect::<Result<_, _>>()?)
    }

    fn arrow_column(&self, catalogue: &Catalogue, field: Field) -> Result<ArrayRef, ArrowError> {
        let rows = self.rows().iter();
        Ok(match field.kind() {
            Kind::Text => Arc::new(StringArray::from_iter_values(rows.map(|row| field.text(catalogue, row)))),
            Kind::Computed => Arc::new(rows.map(|row| field.number(row).map(Number::to_f64)).collect::<Float64Array>()),
            Kind::Exact => {
                let exact: Decimal128Array = rows.map(|row| field.number(row).map(Number::millionths)).collect();
                Arc::new(exact.with_precision_and_scale(PRECISION, decimals())?)
            }
        })
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
