//! The tables of the folder.

use std::io::Write;

use arrow_ipc::writer::FileWriter;
use matricula_engine::indicator::estimates::Estimates;
use matricula_engine::indicator::provenance::{Input, InputSource, Provenance, ProvenanceRow};
use matricula_engine::ledger::Ledger;
use matricula_spec::{Catalogue, Problem, Problems, Severity};
use polars::prelude::{KeyValueMetadata, ParquetWriter};

use super::output::Hashed;
use crate::error::StoreError;
use crate::interchange::{Columns, Field, Interchange as _, RESTRICTED};

/// Between several entries of one field.
const AND: &str = "; ";

const PROVENANCE: [&str; 23] = [
    "provenance_id",
    "indicator",
    "indicator_status",
    "indicator_hash",
    "ref_area",
    "time_period",
    "system",
    "system_source",
    "role",
    "measure",
    "source",
    "mapping",
    "mapping_hash",
    "enrolment_moment",
    "school_year",
    "age_basis",
    "age_reference_date",
    "mobility_proxy",
    "vintage",
    "linked_with",
    "not_collected",
    "impossible",
    "rules",
];

const PROBLEMS: [&str; 12] = [
    "code",
    "severity",
    "source",
    "file",
    "line",
    "column",
    "field",
    "expected",
    "found",
    "help",
    "candidates",
    "rows",
];

/// `estimates.csv`, as `docs/estimates.md` says.
pub(super) fn estimates_csv(file: &mut Hashed, catalogue: &Catalogue, estimates: &Estimates) -> Result<(), StoreError> {
    let mut columns = Columns::new(catalogue, estimates);
    let mut writer = csv::Writer::from_writer(file);
    writer.write_record(Field::all(estimates).into_iter().map(|field| field.name(catalogue)))?;
    for row in estimates.rows() {
        columns.row(row, |text| writer.write_field(text))?;
        writer.write_record(None::<&[u8]>)?;
    }
    flushed(writer, "estimates.csv")
}

/// `estimates.parquet`.
pub(super) fn estimates_parquet(
    file: &mut Hashed,
    catalogue: &Catalogue,
    estimates: &Estimates,
) -> Result<(), StoreError> {
    let (key, text) = RESTRICTED;
    let metadata = KeyValueMetadata::from_static(vec![(key.to_owned(), text.to_owned())]);
    let mut frame = estimates.to_polars(catalogue)?;
    ParquetWriter::new(file).with_key_value_metadata(Some(metadata)).finish(&mut frame)?;
    Ok(())
}

/// `estimates.arrow`: an Arrow IPC file.
pub(super) fn estimates_arrow(
    file: &mut Hashed,
    catalogue: &Catalogue,
    estimates: &Estimates,
) -> Result<(), StoreError> {
    let batch = estimates.to_arrow(catalogue)?;
    let mut writer = FileWriter::try_new(file, batch.schema_ref())?;
    writer.write(&batch)?;
    Ok(writer.finish()?)
}

/// `provenance.csv`: one row for each input of each indicator in each country and year.
pub(super) fn provenance_csv(
    file: &mut Hashed,
    catalogue: &Catalogue,
    provenance: &Provenance,
) -> Result<(), StoreError> {
    let mut writer = csv::Writer::from_writer(file);
    writer.write_record(PROVENANCE)?;
    for row in provenance.rows() {
        for input in &row.inputs {
            writer.write_record(of_row(catalogue, row).into_iter().chain(of_input(input)))?;
        }
    }
    flushed(writer, "provenance.csv")
}

fn of_row(catalogue: &Catalogue, row: &ProvenanceRow) -> [String; 8] {
    let known = catalogue.known();
    [
        row.id.clone(),
        row.indicator.clone(),
        row.indicator_status.to_owned(),
        row.indicator_hash.clone(),
        catalogue.dimension(known.ref_area).codes.code(row.ref_area).id.clone(),
        catalogue.dimension(known.time_period).codes.code(row.time_period).id.clone(),
        row.system.clone(),
        row.system_source.clone(),
    ]
}

fn of_input(input: &Input) -> [String; 15] {
    let of = |field: fn(&InputSource) -> String| input.source.as_ref().map(field).unwrap_or_default();
    [
        input.role.to_owned(),
        input.measure.clone(),
        of(|source| source.id.clone()),
        of(|source| source.mapping.clone()),
        of(|source| source.mapping_hash.clone()),
        of(|source| source.enrolment_moment.clone()),
        of(|source| source.school_year.clone()),
        of(|source| source.age_basis.clone()),
        of(|source| source.age_reference_date.clone()),
        of(|source| source.mobility_proxy.clone()),
        of(|source| source.vintage.clone()),
        of(|source| source.linked_with.join(AND)),
        of(|source| source.not_collected.join(AND)),
        of(|source| source.impossible.join(AND)),
        of(|source| source.rules.join(AND)),
    ]
}

/// `ledger.csv`, as `docs/estimates.md` says.
pub(super) fn ledger_csv(file: &mut Hashed, ledger: &Ledger) -> Result<(), StoreError> {
    let mut writer = csv::Writer::from_writer(file);
    writer.write_record(["source", "section", "name", "code", "detail", "target", "rows"])?;
    for row in ledger.rows() {
        let rows = row.rows.to_string();
        writer.write_record([&row.source, &row.section, &row.name, &row.code, &row.detail, &row.target, &rows])?;
    }
    flushed(writer, "ledger.csv")
}

/// `problems.csv`: every finding, with exact numbers of rows.
pub(super) fn problems_csv(file: &mut Hashed, problems: &Problems) -> Result<(), StoreError> {
    let mut writer = csv::Writer::from_writer(file);
    writer.write_record(PROBLEMS)?;
    for problem in problems {
        writer.write_record(of_problem(problem))?;
    }
    flushed(writer, "problems.csv")
}

fn of_problem(problem: &Problem) -> [String; 12] {
    let place = &problem.place;
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    [
        problem.code.id().to_owned(),
        severity(problem.severity).to_owned(),
        place.source.clone().unwrap_or_default(),
        place.file.clone(),
        number(place.line),
        number(place.column),
        place.field.clone().unwrap_or_default(),
        problem.expected.clone(),
        problem.found.clone(),
        problem.help.clone(),
        problem.candidates.join(AND),
        problem.rows.map(|rows| rows.to_string()).unwrap_or_default(),
    ]
}

/// As tables and manifest spell it.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// `README.txt`: that the folder is restricted, and what is in it.
pub(super) fn readme(file: &mut Hashed) -> Result<(), StoreError> {
    let name = std::path::Path::new("README.txt");
    file.write_all(include_bytes!("README.txt")).map_err(StoreError::io("write", name))
}

pub(super) fn flushed(mut writer: csv::Writer<&mut Hashed>, name: &'static str) -> Result<(), StoreError> {
    writer.flush().map_err(StoreError::io("write", std::path::Path::new(name)))
}
