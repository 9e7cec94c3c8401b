//! A batch: which files, which years, which indicators, which breakdowns.

use super::dimension::{CodeId, DimensionId};
use super::mapping::{CountedUnit, Mapping};
use super::pseudonym::Link;
use super::text::Date;

/// What one run computes, resolved against a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Name of the batch.
    pub id: String,
    /// Positions in the catalogue of the indicators to compute, ascending.
    pub indicators: Vec<usize>,
    /// Dimensions to break down by, in the catalogue's order.
    pub breakdowns: Vec<DimensionId>,
    /// Most dimensions in one crossing; 0 gives totals only.
    pub crossed: usize,
    /// Most cells a cuboid may have.
    pub cell_budget: u64,
    /// Positions in the catalogue of the rules to apply, ascending.
    pub rules: Vec<usize>,
    /// The inputs, populations among them, in the order of the file.
    pub sources: Vec<Source>,
    /// Whether pupils are followed over the years.
    pub link: Option<Link>,
    /// Aggregates over countries, if the batch asks for them.
    pub aggregates: Option<Aggregates>,
}

/// Areas over whose countries figures are aggregated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregates {
    /// Codes of `ref_area` that have parts.
    pub areas: Vec<CodeId>,
    /// Percentage of an area's countries; nothing means: as the conventions say.
    pub minimum_coverage: Option<u32>,
}

impl Source {
    /// The proxy behind `mobility`, if the mapping gives it.
    #[must_use]
    pub fn proxy<'a>(&'a self, mapping: &'a Mapping) -> Option<&'a str> {
        let of_mapping = mapping.mobility.as_ref()?;
        Some(self.mobility_proxy.as_ref().unwrap_or(&of_mapping.proxy))
    }
}

/// One input: files of one kind about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name, unique in the batch.
    pub id: String,
    /// Line of the batch file where it stands.
    pub line: Option<u32>,
    /// Vintage of a population; nothing for other sources.
    pub vintage: Option<String>,
    /// Country, unless the mapping gives `ref_area`.
    pub ref_area: Option<CodeId>,
    /// Year in which the school year ends, unless the mapping gives `time_period`.
    pub time_period: Option<CodeId>,
    /// First and last day of the school year.
    pub school_year: Option<(Date, Date)>,
    /// When enrolment was counted.
    pub enrolment_moment: Option<EnrolmentMoment>,
    /// Day at which age is taken.
    pub age_reference_date: Option<Date>,
    /// The proxy behind `mobility`, where it is another than the mapping's.
    pub mobility_proxy: Option<String>,
    /// What is counted, where the mapping leaves a choice.
    pub unit: Option<CountedUnit>,
    /// Position of the mapping in the catalogue.
    pub mapping: usize,
    /// Paths or globs, relative to the batch file.
    pub files: Vec<String>,
    /// How the files are written; nothing means: by their ending.
    pub format: Option<FileFormat>,
    /// Encoding of text; nothing means: as the format has it, which is UTF-8 but for old Stata and SPSS files.
    pub encoding: Option<Encoding>,
    /// Separator of text files.
    pub separator: u8,
    /// Sheet of a spreadsheet; nothing means: the first.
    pub sheet: Option<String>,
    /// Member of a zip archive; nothing means: its only data file.
    pub member: Option<String>,
    /// Role of an identifier that has rows in one part of the source only.
    pub disjoint_by: Option<String>,
}

/// When enrolment was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnrolmentMoment {
    /// At the start of the school year.
    Initial,
    /// On a census date within it.
    CensusDate,
    /// At its end.
    Final,
    /// Everybody who was enrolled at some time; counts transfers twice.
    Cumulative,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Separated text, gzip or not.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// Arrow IPC file or stream.
    ArrowIpc,
    /// Stata's `.dta`.
    Stata,
    /// SPSS's `.sav` and `.zsav`.
    Spss,
    /// Excel workbook, since 2007.
    Xlsx,
    /// Excel workbook, up to 2003.
    Xls,
    /// OpenDocument spreadsheet.
    Ods,
}

/// Encoding of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    #[default]
    Utf8,
    /// Windows-1252, which contains Latin-1's printable characters.
    Windows1252,
}
