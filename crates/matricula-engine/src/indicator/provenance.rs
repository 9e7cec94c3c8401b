//! Provenance: what stands behind the figures of one indicator in one country and year.

use matricula_spec::model::dimension::CodeId;

/// One input of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What it is to the formula: `numerator`, `denominator`, `pupils`, `pupils a year later`, `population` …;
    /// a share has its whole as denominator.
    pub role: &'static str,
    /// Code of the measure.
    pub measure: String,
    /// The batch's source; nothing where none has the measure.
    pub source: Option<InputSource>,
}

/// The source of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputSource {
    /// Name in the batch.
    pub id: String,
    /// Identifier of the mapping.
    pub mapping: String,
    /// Hash of the mapping and its tables.
    pub mapping_hash: String,
    /// `initial`, `census-date`, `final`, `cumulative`, or empty.
    pub enrolment_moment: String,
    /// First and last day of the school year, or empty.
    pub school_year: String,
    /// `birth-date` or `reported`, or empty.
    pub age_basis: String,
    /// Day at which age is taken, or empty.
    pub age_reference_date: String,
    /// The proxy behind `mobility`, or empty.
    pub mobility_proxy: String,
    /// Vintage of a population, or empty.
    pub vintage: String,
    /// Sources of other years whose records the pupils of this one were linked with.
    pub linked_with: Vec<String>,
    /// Permitted breakdowns that were not collected.
    pub not_collected: Vec<String>,
    /// Permitted breakdowns that cannot exist.
    pub impossible: Vec<String>,
    /// Rules that were applied.
    pub rules: Vec<String>,
}

/// What stands behind the figures of one indicator in one country and year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenanceRow {
    /// Hash of the content of the row.
    pub id: String,
    /// Indicator.
    pub indicator: String,
    /// Status of its definition.
    pub indicator_status: &'static str,
    /// Hash of its definition.
    pub indicator_hash: String,
    /// Country.
    pub ref_area: CodeId,
    /// Year.
    pub time_period: CodeId,
    /// The education system in force: `structure level entry+duration; …`, or empty where it is not known.
    pub system: String,
    /// Where the education system's ages come from.
    pub system_source: String,
    /// One for each selection of the formula.
    pub inputs: Vec<Input>,
}

/// The provenance of a run, in the order of indicator, country, year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// By indicator, country and year.
    pub rows: Vec<ProvenanceRow>,
}

impl Provenance {
    /// The rows, in order.
    #[must_use]
    pub fn rows(&self) -> &[ProvenanceRow] {
        &self.rows
    }

    /// The row that a figure points to.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&ProvenanceRow> {
        self.rows.iter().find(|row| row.id == id)
    }
}
