//! The worked cases: prose, records, a batch and the figures that a pencil gives. No tool may rewrite them.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use matricula::spec::{Batch, Catalogue};
use matricula::{Estimate, NoProgress, Run, RunOptions};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/worked")
}

/// The fenced blocks of a case: kind and name, then text.
fn blocks(case: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = case.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("```").and_then(|info| info.split_once(' ')).map(|(_, name)| name) {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((name.to_owned(), body.join("\n") + "\n"));
        }
    }
    blocks
}

fn computed(case: &str) -> (Catalogue, Run) {
    let inputs = tempfile::tempdir().expect("a folder");
    for (name, text) in blocks(case).into_iter().filter(|(name, _)| name != "expected") {
        let path = inputs.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let specs = inputs.path().join("specs");
    let (catalogue, problems) = matricula::open_catalogue(specs.is_dir().then_some(specs.as_path()));
    let catalogue = catalogue.unwrap_or_else(|| panic!("{problems:#?}"));
    let text = fs::read_to_string(inputs.path().join("batch.toml")).expect("a batch");
    let (batch, problems) = Batch::read(&text, "batch.toml", &catalogue);
    let batch = batch.unwrap_or_else(|| panic!("{problems:#?}"));
    let options = RunOptions { base: inputs.path().to_owned(), keep_going: false, threads: None };
    let run = matricula::run(&catalogue, &batch, &options, &NoProgress).expect("it runs");
    assert!(!run.problems.has_errors(), "{:#?}", run.problems);
    (catalogue, run)
}

/// A row by column name, as `estimates.csv` has it; `_Z` and `_T` are both empty.
fn written(catalogue: &Catalogue, run: &Run, row: &Estimate) -> BTreeMap<String, String> {
    let known = catalogue.known();
    let code = |dimension, code| match catalogue.dimension(dimension).codes.code(code).id.as_str() {
        "_T" | "_Z" => String::new(),
        other => other.to_owned(),
    };
    let number = |number: Option<matricula::Number>| number.map(|number| number.to_string()).unwrap_or_default();
    let mut fields = BTreeMap::from([
        ("indicator".to_owned(), row.indicator.clone()),
        ("ref_area".to_owned(), code(known.ref_area, row.ref_area)),
        ("time_period".to_owned(), code(known.time_period, row.time_period)),
        ("value".to_owned(), number(row.value)),
        ("numerator".to_owned(), number(row.numerator)),
        ("denominator".to_owned(), number(row.denominator)),
        ("obs_status".to_owned(), row.obs_status.code().to_owned()),
    ]);
    let coordinates = run.estimates.dimensions().iter().zip(&row.coordinates);
    fields.extend(coordinates.map(|(d, c)| (catalogue.dimension(*d).id.clone(), code(*d, *c))));
    fields
}

const FIGURE: [&str; 4] = ["value", "numerator", "denominator", "obs_status"];

fn check(name: &str, case: &str) {
    let (catalogue, run) = computed(case);
    let rows: Vec<_> = run.estimates.rows().iter().map(|row| written(&catalogue, &run, row)).collect();
    let expected = blocks(case).into_iter().find(|(name, _)| name == "expected").expect("expected figures").1;
    let mut reader = csv::Reader::from_reader(expected.as_bytes());
    let header = reader.headers().expect("a header").clone();
    for record in reader.records() {
        let record = record.expect("a row");
        let wanted: BTreeMap<&str, &str> = header.iter().zip(&record).collect();
        let same_place = |row: &&BTreeMap<String, String>| {
            row.iter().all(|(column, code)| {
                FIGURE.contains(&column.as_str()) || wanted.get(column.as_str()).copied().unwrap_or_default() == code
            })
        };
        let found: Vec<_> = rows.iter().filter(same_place).collect();
        assert_eq!(found.len(), 1, "{name}: {} rows for {record:?}", found.len());
        for column in FIGURE {
            assert_eq!(found[0][column], wanted[column], "{name}: {column} of {record:?}");
        }
    }
}

#[test]
fn every_worked_case_comes_out() {
    let mut cases = 0;
    for entry in fs::read_dir(folder()).expect("worked cases") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name.ends_with(".md") && name != "README.md" {
            check(&name, &fs::read_to_string(&path).expect("text"));
            cases += 1;
        }
    }
    assert!(cases >= 6, "only {cases} worked cases");
}

#[test]
fn method_sheets_link_to_cases_that_exist() {
    let (catalogue, _) = matricula::open_catalogue(None);
    for indicator in catalogue.expect("the embedded catalogue").indicators() {
        if let Some(worked) = &indicator.worked {
            assert!(folder().join(format!("{worked}.md")).is_file(), "{}: no case `{worked}`", indicator.id);
        }
    }
}
