//! Mapping, rules and counting as one query, for records that stay in a warehouse.
//!
//! The query does what the engine does with a file of the same layout: the same cells, and the same account of rows.
//! Each stage of the engine is a common table expression of its own; `docs/sql.md` says how to read and run it.

mod count;
mod dialect;
mod error;
mod harmonize;
mod plan;
mod recode;
mod rules;
mod scope;
mod source;
mod stage;
mod steps;
mod systems;
mod unique;

use matricula_spec::{Batch, Catalogue};

pub use dialect::Dialect;
pub use error::SqlError;
pub use source::{SqlSource, source_of};

use plan::Plan;
use stage::{Stage, written};

/// What a query is written for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlOptions {
    /// The engine.
    pub dialect: Dialect,
    /// The table, with its schema before a dot if it needs one.
    pub table: String,
    /// Dimensions of the cells; nothing means all that have at most 300 codes.
    pub by: Option<Vec<String>>,
    /// Columns that the table does not have, of those that the mapping can do without.
    pub absent: Vec<String>,
}

/// The query that counts the source at this position of the batch where its records lie.
///
/// ```
/// use matricula::sql::{Dialect, SqlOptions, SqlSource, query};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (catalogue, _) = matricula::open_catalogue(None);
/// let catalogue = catalogue.ok_or("no catalogue")?;
/// let source = SqlSource { mapping: "can-student".to_owned(), age_reference_date: Some("2022-06-30".to_owned()), ..SqlSource::default() };
/// let options = SqlOptions { dialect: Dialect::DuckDb, table: "enrolment".to_owned(), by: None, absent: Vec::new() };
/// let query = query(&catalogue, &source.batch(&catalogue)?, 0, &options)?;
/// assert!(query.contains("FROM \"enrolment\""));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Where the rows of the mapping are no records, or a dimension or column is none of the mapping's.
pub fn query(catalogue: &Catalogue, batch: &Batch, position: usize, options: &SqlOptions) -> Result<String, SqlError> {
    let plan = Plan::new(catalogue, batch, &batch.sources[position], options)?;
    let mut stages: Vec<Stage> = scope::stages(&plan).into();
    stages.extend(harmonize::stages(&plan));
    stages.extend(rules::stages(&plan));
    stages.extend(unique::stages(&plan));
    stages.extend(count::stages(&plan));
    Ok(written(&heading(&plan), &stages, &count::selected(&plan)))
}

fn heading(plan: &Plan<'_>) -> Vec<String> {
    let known = plan.catalogue.known();
    let of = |dimension| plan.fixed(dimension).map_or("as each record says", |code| plan.spelled(dimension, code));
    vec![
        format!("Mapping `{}`: {}.", plan.mapping.id, plan.mapping.label.en),
        format!("Country: {}; year: {}.", of(known.ref_area), of(known.time_period)),
        format!("Written by matricula {} for {}.", env!("CARGO_PKG_VERSION"), plan.dialect.name()),
        "The result is restricted: it holds counts of single children. It holds no identifier.".to_owned(),
    ]
}
