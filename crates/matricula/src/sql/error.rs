//! Why there is no query.

/// Why a query cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SqlError {
    /// Something is named that there is not; what there is, as candidates.
    #[error("there is no {kind} `{name}`")]
    Unknown {
        /// `mapping`, `country`, `year`, `rule`, `dimension`, `source`, `unit`.
        kind: &'static str,
        /// What was named.
        name: String,
        /// What there is.
        candidates: Vec<String>,
    },
    /// Country and year come from the request or from the mapping, both from one.
    #[error("mapping `{mapping}`: {found}")]
    Place {
        /// The mapping.
        mapping: String,
        /// What is given.
        found: &'static str,
    },
    /// Ages need a day.
    #[error("mapping `{mapping}` gives ages, and there is no day at which they are taken")]
    NoReferenceDate {
        /// The mapping.
        mapping: String,
    },
    /// Not a day of the calendar.
    #[error("`{0}` is no day of the calendar")]
    NoDay(String),
    /// Counts of a published table are not records.
    #[error("a row of mapping `{mapping}` holds counts and is no record")]
    NotRecords {
        /// The mapping.
        mapping: String,
    },
    /// The year of a record comes about in a way that no query is written for.
    #[error("mapping `{mapping}` takes the year from a band of numbers")]
    YearFromBand {
        /// The mapping.
        mapping: String,
    },
    /// A column that the table is said not to have is none that the mapping can do without.
    #[error("column `{column}` is not among those that mapping `{mapping}` can do without")]
    NotOptional {
        /// The mapping.
        mapping: String,
        /// The column.
        column: String,
        /// Those it can do without.
        candidates: Vec<String>,
    },
}
