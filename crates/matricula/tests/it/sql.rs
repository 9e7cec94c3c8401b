//! Queries of `matricula sql`, run in other engines, against this one: every cell and the whole account of rows.

mod hard;
mod running;

use std::path::Path;

use matricula::spec::{Batch, Catalogue};
use matricula::sql::{Dialect, SqlError, SqlSource, query};
use matricula_fixtures::world::{Format, Structure, WorldOptions, write_world};

use running::{compare, options};

pub(crate) fn catalogue(specs: Option<&Path>) -> Catalogue {
    let (catalogue, problems) = matricula::open_catalogue(specs);
    catalogue.unwrap_or_else(|| panic!("{problems:#?}"))
}

pub(crate) fn batch(path: &Path, catalogue: &Catalogue) -> Batch {
    let (batch, problems) = matricula::open_batch(path, catalogue);
    batch.unwrap_or_else(|| panic!("{problems:#?}"))
}

/// Sources of records of a dirty world in all formats, in an engine of databases and in ours.
fn worlds(dialect: Dialect, years: (i32, i32)) {
    if running::python(dialect).is_none() {
        return;
    }
    let catalogue = catalogue(None);
    let folder = tempfile::tempdir().expect("a folder");
    let options = WorldOptions {
        pupils: 3_000,
        seed: 7,
        years,
        formats: Format::ALL.to_vec(),
        structure: Structure::Chile,
        dirt: 150,
    };
    write_world(&options, folder.path()).expect("a world");
    for format in Format::ALL {
        let base = folder.path().join(format.name());
        let batch = batch(&base.join("batch.toml"), &catalogue);
        let mut compared = 0;
        for (position, source) in batch.sources.iter().enumerate().filter(|(_, source)| source.vintage.is_none()) {
            let rows = compare(&catalogue, &batch, position, &base, &running::options(dialect)).expect("a Python");
            let fates =
                ["read", "out-of-scope:", "set-aside:", "duplicate:", "reported:", "missing:", "unmapped:", "kept"];
            for fate in fates {
                // What is taught in adult programmes only, or nowhere, is out of scope nowhere.
                let may_lack = fate == "out-of-scope:" || fate == "reported:";
                let has = rows.keys().any(|(told, _)| told.starts_with(fate));
                assert!(has || may_lack, "{} of {}: nothing is {fate}", source.id, format.name());
            }
            compared += 1;
        }
        assert!(compared > 0, "{}: no source", format.name());
    }
}

#[test]
fn duckdb_counts_dirty_worlds_as_the_engine_does() {
    worlds(Dialect::DuckDb, (2019, 2022));
}

#[test]
fn postgres_counts_dirty_worlds_as_the_engine_does() {
    worlds(Dialect::Postgres, (2019, 2022));
}

#[test]
fn spark_counts_dirty_worlds_as_the_engine_does() {
    worlds(Dialect::Spark, (2021, 2022));
}

fn chile() -> SqlSource {
    SqlSource {
        mapping: "chl-matricula".to_owned(),
        country: Some("CHL".to_owned()),
        year: Some("2022".to_owned()),
        age_reference_date: Some("2022-06-30".to_owned()),
        ..SqlSource::default()
    }
}

#[test]
fn a_query_is_the_same_each_time_it_is_written() {
    for dialect in Dialect::ALL {
        let write = || {
            let catalogue = catalogue(None);
            let batch = chile().batch(&catalogue).expect("a source");
            query(&catalogue, &batch, 0, &options(dialect)).expect("a query")
        };
        let first = write();
        assert_eq!(first, write());
        let stages = ["raw AS (", "scoped AS (", "harmonized AS (", "validated AS (", "counted AS ("];
        let places: Vec<_> = stages.iter().map(|stage| first.find(stage).expect("a stage")).collect();
        assert!(places.is_sorted(), "stages in the order of the engine");
        assert!(!first.contains("\"area_national\" END AS"), "a dimension with many codes is no cell's");
    }
}

#[test]
fn what_does_not_fit_is_said() {
    let catalogue = catalogue(None);
    let refused = |source: SqlSource| source.batch(&catalogue).map(|_| ()).expect_err("it does not fit");
    let unknown = |error: SqlError| match error {
        SqlError::Unknown { kind, candidates, .. } => (kind, candidates.len()),
        other => panic!("{other}"),
    };
    let mappings = catalogue.mappings().len();
    assert_eq!(unknown(refused(SqlSource { mapping: "chl".to_owned(), ..chile() })), ("mapping", mappings));
    assert_eq!(unknown(refused(SqlSource { country: Some("CHI".to_owned()), ..chile() })).0, "country");
    assert_eq!(unknown(refused(SqlSource { country: Some("LAC".to_owned()), ..chile() })).0, "country");
    assert_eq!(unknown(refused(SqlSource { year: Some("22".to_owned()), ..chile() })).0, "year");
    assert_eq!(unknown(refused(SqlSource { unit: Some("teacher".to_owned()), ..chile() })), ("unit of the mapping", 1));
    let rules = catalogue.rules().len();
    assert_eq!(unknown(refused(SqlSource { rules: Some(vec!["age".to_owned()]), ..chile() })), ("rule", rules));
    assert!(matches!(refused(SqlSource { country: None, ..chile() }), SqlError::Place { .. }));
    assert!(matches!(refused(SqlSource { mapping: "can-student".to_owned(), ..chile() }), SqlError::Place { .. }));
    assert!(matches!(refused(SqlSource { age_reference_date: None, ..chile() }), SqlError::NoReferenceDate { .. }));
    for day in ["2022-02-29", "30/06/2022", "2022-6-30", "+022-06-30", "２022-06-3"] {
        let source = SqlSource { age_reference_date: Some(day.to_owned()), ..chile() };
        assert_eq!(refused(source), SqlError::NoDay(day.to_owned()));
    }
    let batch = chile().batch(&catalogue).expect("a source");
    let refused = |options| query(&catalogue, &batch, 0, &options).expect_err("it does not fit");
    let mut asked = options(Dialect::DuckDb);
    asked.by = Some(vec!["repeater".to_owned()]);
    assert_eq!(unknown(refused(asked)).0, "dimension of the mapping");
    let mut asked = options(Dialect::DuckDb);
    asked.absent = vec!["GEN_ALU".to_owned()];
    assert!(matches!(refused(asked), SqlError::NotOptional { .. }));
    let table = SqlSource { mapping: "uis-stat".to_owned(), ..SqlSource::default() };
    let batch = table.batch(&catalogue).expect("a source");
    let error = query(&catalogue, &batch, 0, &options(Dialect::DuckDb)).expect_err("a table of counts");
    assert!(matches!(error, SqlError::NotRecords { .. }));
}

#[test]
fn cells_are_those_asked_for_and_a_column_may_be_absent() {
    let catalogue = catalogue(None);
    let batch = chile().batch(&catalogue).expect("a source");
    let mut asked = options(Dialect::Postgres);
    asked.by = Some(vec!["sex".to_owned(), "area_national".to_owned()]);
    asked.absent = vec!["MRUN_IPE".to_owned()];
    asked.table = "education.pupils".to_owned();
    let query = query(&catalogue, &batch, 0, &asked).expect("a query");
    let selected = query.rsplit("FROM counted").nth(1).expect("a selection").rsplit("SELECT").next().expect("one");
    let names: Vec<&str> = selected.split_whitespace().map(|name| name.trim_end_matches(',')).collect();
    assert_eq!(
        names,
        ["fate", "\"measure\"", "\"ref_area\"", "\"time_period\"", "\"sex\"", "\"area_national\"", "units"]
    );
    assert!(query.contains("'' AS \"MRUN_IPE\"") && query.contains("FROM \"education\".\"pupils\""));
}
