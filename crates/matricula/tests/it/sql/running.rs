//! Queries are run by `fixtures/sql/run.py`, each in its own engine, where that is there.
//!
//! `$MATRICULA_PYTHON` names a Python with duckdb, `$MATRICULA_POSTGRES` the folder with the socket of a server,
//! `$MATRICULA_SPARK` a Python with pyspark. Without them a test is skipped and says so, or fails where
//! `$MATRICULA_PYTHON_REQUIRED` (`$MATRICULA_POSTGRES_REQUIRED`) is set.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use matricula::spec::model::batch::Encoding;
use matricula::spec::{Batch, Catalogue, ProblemCode};
use matricula::sql::{Dialect, SqlOptions, query};
use matricula::{Cells, Fate, NoProgress, RunOptions};

use crate::other_programs::named;

/// Codes by dimension, or nothing for what is no cell; and how many.
pub(crate) type Rows = BTreeMap<(String, Vec<String>), i128>;

/// The Python that runs queries of a dialect, if it is there.
pub(crate) fn python(dialect: Dialect) -> Option<OsString> {
    let names: &[&str] = match dialect {
        Dialect::DuckDb => &["MATRICULA_PYTHON"],
        Dialect::Postgres => &["MATRICULA_PYTHON", "MATRICULA_POSTGRES"],
        Dialect::Spark => &["MATRICULA_SPARK"],
    };
    let found: Option<Vec<OsString>> = names.iter().map(|name| named(name)).collect();
    found.and_then(|found| found.into_iter().next())
}

/// What a query yields on the files of a source.
pub(crate) fn run(
    python: &OsString,
    dialect: Dialect,
    query: &str,
    batch: &Batch,
    position: usize,
    base: &Path,
) -> Rows {
    let source = &batch.sources[position];
    let folder = tempfile::tempdir().expect("a folder");
    let (text, out) = (folder.path().join("query.sql"), folder.path().join("out.csv"));
    fs::write(&text, query).expect("a query");
    let files: Vec<PathBuf> = source.files.iter().map(|file| base.join(file)).collect();
    let encoding = if source.encoding == Some(Encoding::Windows1252) { "windows-1252" } else { "utf-8" };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/sql/run.py");
    let status = Command::new(python)
        .arg(script)
        .args(["--dialect", dialect.name(), "--encoding", encoding])
        .args(["--separator", &char::from(source.separator).to_string()])
        .arg("--query")
        .arg(&text)
        .arg("--out")
        .arg(&out)
        .arg("--csv")
        .args(files)
        .status()
        .expect("a Python");
    assert!(status.success(), "{} does not run the query:\n{query}", dialect.name());
    read(&out)
}

fn read(path: &Path) -> Rows {
    let mut reader = csv::Reader::from_path(path).expect("a result");
    let mut rows = Rows::new();
    for record in reader.records() {
        let fields: Vec<String> = record.expect("a row").iter().map(str::to_owned).collect();
        let (Some(fate), Some(units)) = (fields.first(), fields.last()) else { panic!("a row without fields") };
        let key = (fate.clone(), fields[1..fields.len() - 1].to_vec());
        let before = rows.insert(key, units.parse().expect("a number"));
        assert!(before.is_none(), "a row stands twice: {fields:?}");
    }
    rows
}

/// The same, of the engine: `by` are the names of the columns of the query.
pub(crate) fn engine(catalogue: &Catalogue, batch: &Batch, position: usize, base: &Path, query: &str) -> (Cells, Rows) {
    let by: Vec<_> = catalogue.dimension_ids().filter(|d| selects(query, &catalogue.dimension(*d).id)).collect();
    let options = RunOptions::new(base.to_owned(), base.to_owned());
    let cells = matricula::cells(catalogue, batch, position, &options, &by, &NoProgress);
    let cells = cells.unwrap_or_else(|problems| panic!("{problems:#?}"));
    let mut rows = Rows::new();
    let spelled = |codes: &[_]| {
        let codes = cells.dimensions.iter().zip(codes);
        codes.map(|(d, code)| catalogue.dimension(*d).codes.code(*code).id.clone()).collect::<Vec<_>>()
    };
    for (codes, units) in &cells.cells {
        rows.insert(("kept".to_owned(), spelled(codes)), *units);
    }
    let account = &cells.account;
    let broken = cells.problems.iter().any(|problem| problem.code == ProblemCode::IdentityBroken);
    assert!(account.adds_up() && !broken, "{:#?}", cells.problems);
    let mut say = |fate: String, records: u64| {
        let nothing = vec![String::new(); cells.dimensions.len()];
        *rows.entry((fate, nothing)).or_default() += i128::from(records);
    };
    say("read".to_owned(), account.read);
    let parts = [
        ("out-of-scope", &account.out_of_scope),
        ("set-aside", &account.set_aside),
        ("duplicate", &account.duplicates),
        ("reported", &cells.reported),
    ];
    for (fate, parts) in parts {
        parts.iter().for_each(|(name, records)| say(format!("{fate}:{name}"), *records));
    }
    for row in &cells.variables {
        let fate = match row.detail.as_str() {
            detail if detail == Fate::Missing.code() => "missing",
            detail if detail == Fate::Unmapped.code() && row.code == "(not readable)" => "unreadable",
            detail if detail == Fate::Unmapped.code() => "unmapped",
            _ => continue,
        };
        say(format!("{fate}:{}", row.name), row.rows);
    }
    (cells, rows)
}

fn selects(query: &str, dimension: &str) -> bool {
    let last = query.rsplit("UNION ALL").nth(1).expect("two parts").rsplit("SELECT").next().expect("a selection");
    last.contains(&format!("\"{dimension}\"")) || last.contains(&format!("`{dimension}`"))
}

/// Runs a source in an engine of databases and in ours, and compares every cell and the account.
pub(crate) fn compare(
    catalogue: &Catalogue,
    batch: &Batch,
    position: usize,
    base: &Path,
    options: &SqlOptions,
) -> Option<Rows> {
    let python = python(options.dialect)?;
    let query = query(catalogue, batch, position, options).unwrap_or_else(|error| panic!("{error}"));
    let (_, expected) = engine(catalogue, batch, position, base, &query);
    let found = run(&python, options.dialect, &query, batch, position, base);
    let mut told = Rows::new();
    for ((fate, codes), units) in found {
        // The engine's ledger calls both unmapped; whether that is an error it says in a finding.
        let fate = fate.strip_prefix("unlisted:").map_or(fate.clone(), |name| format!("unmapped:{name}"));
        if !fate.starts_with("floating:") {
            *told.entry((fate, codes)).or_default() += units;
        }
    }
    let differ = |(key, units): &(&(String, Vec<String>), &i128)| told.get(*key) != Some(*units);
    let mut lines: Vec<String> = Vec::new();
    for (key, units) in expected.iter().filter(differ) {
        lines.push(format!("{} {}: {units} in the engine, {:?} by the query", key.0, key.1.join(" "), told.get(key)));
    }
    for (key, units) in told.iter().filter(|(key, _)| !expected.contains_key(*key)) {
        lines.push(format!("{} {}: {units} by the query alone", key.0, key.1.join(" ")));
    }
    lines.truncate(30);
    let source = &batch.sources[position].id;
    assert!(lines.is_empty(), "{} on {source}:\n{}", options.dialect.name(), lines.join("\n"));
    Some(told)
}

/// How queries are written in the tests, unless something else is tested.
pub(crate) fn options(dialect: Dialect) -> SqlOptions {
    SqlOptions { dialect, table: "enrolment".to_owned(), by: None, absent: Vec::new() }
}
