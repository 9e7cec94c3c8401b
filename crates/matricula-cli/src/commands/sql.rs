//! `matricula sql MAPPING`: one query that counts records where they lie.

use std::io::Write;

use matricula::spec::{Batch, Catalogue};
use matricula::sql::{SqlError, SqlOptions, SqlSource, query, source_of};

use crate::arguments::Sql;
use crate::error::Failure;
use crate::nearest::nearest;
use crate::open;

pub(super) fn sql(arguments: &Sql, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let catalogue = open::catalogue(arguments.specs.specs.as_deref(), err)?;
    let (batch, position) = source(arguments, &catalogue, err)?;
    let options = SqlOptions {
        dialect: arguments.dialect.into(),
        table: arguments.table.clone(),
        by: arguments.by.clone(),
        absent: arguments.without.clone(),
    };
    let query = query(&catalogue, &batch, position, &options).map_err(|error| usage(&error))?;
    Ok(out.write_all(query.as_bytes())?)
}

/// The source, of a batch file or as it was typed.
fn source(arguments: &Sql, catalogue: &Catalogue, err: &mut dyn Write) -> Result<(Batch, usize), Failure> {
    if let (Some(file), Some(id)) = (&arguments.batch, &arguments.source) {
        let batch = open::batch(file, catalogue, err)?;
        let position = source_of(&batch, id).map_err(|error| usage(&error))?;
        return Ok((batch, position));
    }
    let typed = SqlSource {
        mapping: arguments.mapping.clone().unwrap_or_default(),
        country: arguments.country.clone(),
        year: arguments.year.clone(),
        age_reference_date: arguments.age_reference_date.clone(),
        unit: arguments.unit.clone(),
        rules: arguments.rules.clone(),
    };
    Ok((typed.batch(catalogue).map_err(|error| usage(&error))?, 0))
}

fn usage(error: &SqlError) -> Failure {
    let (help, candidates) = match error {
        SqlError::Unknown { name, candidates, .. } => ("correct the name", meant(name, candidates)),
        SqlError::NotOptional { column, candidates, .. } => (
            "name columns that the mapping lists under `optional`, or add the column to the table",
            meant(column, candidates),
        ),
        SqlError::Place { .. } => ("give `--country` and `--year`, or neither where the table holds them", Vec::new()),
        SqlError::NoReferenceDate { .. } => ("give the day, such as `--age-reference-date 2022-06-30`", Vec::new()),
        SqlError::NoDay(_) => ("write a day as YYYY-MM-DD", Vec::new()),
        SqlError::NotRecords { .. } => ("its table is small: export it and name the file in a batch", Vec::new()),
        SqlError::YearFromBand { .. } => ("export the table and name the file in a batch", Vec::new()),
    };
    Failure::Usage { message: error.to_string(), help: help.to_owned(), candidates }
}

/// What was probably meant; of few names, all there are.
fn meant(name: &str, candidates: &[String]) -> Vec<String> {
    const FEW: usize = 30;
    let near = nearest(name, candidates.iter().map(String::as_str));
    if near.is_empty() && candidates.len() <= FEW { candidates.to_vec() } else { near }
}
