//! The worked cases: prose, records, a batch and the figures that a pencil gives. No tool may rewrite them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::model::formula::Formula;
use matricula::spec::{Batch, Catalogue, Problems};
use matricula::{Aggregate, Disaggregation, Estimate, NoProgress, Run, RunOptions};

use crate::catalogues::embedded;
use crate::runs::{linking, options};
use crate::tables::{Row, rows_of};

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

/// The catalogue of a case: most have no specifications of their own.
fn opened(specs: &Path) -> Result<Cow<'static, Catalogue>, String> {
    if !specs.is_dir() {
        return Ok(Cow::Borrowed(embedded()));
    }
    let (catalogue, problems) = matricula::open_catalogue(Some(specs));
    catalogue.map(Cow::Owned).ok_or_else(|| told(&problems))
}

/// The run of a case, or the findings that stop it.
fn computed(case: &str) -> Result<(Cow<'static, Catalogue>, Run), String> {
    let inputs = tempfile::tempdir().expect("a folder");
    for (name, text) in blocks(case).into_iter().filter(|(name, _)| !name.starts_with("expected")) {
        let path = inputs.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let specs = inputs.path().join("specs");
    let catalogue = opened(&specs)?;
    let text = fs::read_to_string(inputs.path().join("batch.toml")).expect("a batch");
    let (batch, problems) = Batch::read(&text, "batch.toml", &catalogue);
    let batch = batch.ok_or_else(|| told(&problems))?;
    let linking = batch.link.is_some().then(linking);
    let options = RunOptions { linking, threads: None, ..options(inputs.path()) };
    let run = matricula::run(&catalogue, &batch, &options, &NoProgress).expect("it runs");
    if run.problems.has_errors() { Err(told(&run.problems)) } else { Ok((catalogue, run)) }
}

fn told(problems: &Problems) -> String {
    let one = |problem: &matricula::spec::Problem| {
        let place = &problem.place;
        format!("{} {} {:?} {:?}: {}", problem.code.id(), place.file, place.line, place.field, problem.found)
    };
    problems.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// A code as a case writes it: `_Z` and `_T` are empty.
fn shown(catalogue: &Catalogue, dimension: DimensionId, code: CodeId) -> String {
    match catalogue.dimension(dimension).codes.code(code).id.as_str() {
        "_T" | "_Z" => String::new(),
        other => other.to_owned(),
    }
}

fn number(number: Option<matricula::Number>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// A row by column name, as `estimates.csv` has it; `_Z` and `_T` are both empty.
fn written(catalogue: &Catalogue, run: &Run, row: &Estimate) -> Row {
    let known = catalogue.known();
    let code = |dimension, code| shown(catalogue, dimension, code);
    let mut fields = BTreeMap::from([
        ("indicator".to_owned(), row.indicator.clone()),
        ("ref_area".to_owned(), code(known.ref_area, row.ref_area)),
        ("time_period".to_owned(), code(known.time_period, row.time_period)),
        ("value".to_owned(), number(row.value)),
        ("uncapped".to_owned(), number(row.uncapped)),
        ("flags".to_owned(), row.flags.iter().map(|flag| flag.code()).collect::<Vec<_>>().join(" ")),
        ("mobility_proxy".to_owned(), row.mobility_proxy.clone()),
        ("mobility_unknown".to_owned(), number(row.mobility_unknown)),
        ("numerator".to_owned(), number(row.numerator)),
        ("denominator".to_owned(), number(row.denominator)),
        ("obs_status".to_owned(), row.obs_status.code().to_owned()),
    ]);
    let coordinates = run.estimates.dimensions().iter().zip(&row.coordinates);
    fields.extend(coordinates.map(|(d, c)| (catalogue.dimension(*d).id.clone(), code(*d, *c))));
    fields
}

/// Columns that say what the figure is; the others say where it stands.
const FIGURE: [&str; 14] = [
    "value",
    "uncapped",
    "numerator",
    "denominator",
    "obs_status",
    "flags",
    "mobility_proxy",
    "mobility_unknown",
    "countries",
    "countries_in_area",
    "coverage",
    "status",
    "state",
    "reason",
];

/// An aggregate by column name, as `aggregates.csv` has it; `_Z` and `_T` are both empty.
fn aggregate(catalogue: &Catalogue, run: &Run, row: &Aggregate) -> Row {
    let known = catalogue.known();
    let code = |dimension, code| shown(catalogue, dimension, code);
    let mut fields = BTreeMap::from([
        ("indicator".to_owned(), row.indicator.clone()),
        ("area".to_owned(), code(known.ref_area, row.area)),
        ("time_period".to_owned(), code(known.time_period, row.time_period)),
        ("value".to_owned(), number(row.value)),
        ("numerator".to_owned(), number(row.numerator)),
        ("denominator".to_owned(), number(row.denominator)),
        ("countries".to_owned(), row.countries.to_string()),
        ("countries_in_area".to_owned(), row.countries_in_area.to_string()),
        ("coverage".to_owned(), number(row.coverage)),
        ("status".to_owned(), row.status.code().to_owned()),
    ]);
    let coordinates = run.estimates.dimensions().iter().zip(&row.coordinates);
    fields.extend(coordinates.map(|(d, c)| (catalogue.dimension(*d).id.clone(), code(*d, *c))));
    fields
}

/// A breakdown by column name, as `disaggregation.csv` has it.
fn disaggregation(catalogue: &Catalogue, row: &Disaggregation) -> Row {
    let known = catalogue.known();
    let code = |dimension, code| catalogue.dimension(dimension).codes.code(code).id.clone();
    let breakdown = row.breakdown.map_or("_T", |dimension| catalogue.dimension(dimension).id.as_str());
    BTreeMap::from([
        ("indicator".to_owned(), row.indicator.clone()),
        ("ref_area".to_owned(), code(known.ref_area, row.ref_area)),
        ("time_period".to_owned(), code(known.time_period, row.time_period)),
        ("breakdown".to_owned(), breakdown.to_owned()),
        ("state".to_owned(), row.state.code().to_owned()),
        ("reason".to_owned(), row.reason.clone()),
    ])
}

/// Where the tables of a case differ from what the pencil gives.
fn differences(name: &str, case: &str) -> Vec<String> {
    let (catalogue, run) = match computed(case) {
        Ok(computed) => computed,
        Err(problems) => return vec![format!("{name}: {problems}")],
    };
    let figures: Vec<_> = run.estimates.rows().iter().map(|row| written(&catalogue, &run, row)).collect();
    let aggregates: Vec<_> = run.aggregates.iter().map(|row| aggregate(&catalogue, &run, row)).collect();
    let breakdowns: Vec<_> = run.disaggregation.iter().map(|row| disaggregation(&catalogue, row)).collect();
    let mut differences = unlike(name, &figures, &expected(case));
    differences.extend(unlike(name, &aggregates, &table(case, "expected-aggregates")));
    differences.extend(unlike(name, &breakdowns, &table(case, "expected-disaggregation")));
    differences
}

/// The expected rows that are not there, or that say something else.
fn unlike(name: &str, rows: &[Row], expected: &[Row]) -> Vec<String> {
    let mut differences = Vec::new();
    for wanted in expected {
        let same_place = |row: &&Row| {
            row.iter().all(|(column, code)| {
                FIGURE.contains(&column.as_str()) || wanted.get(column).map_or("", String::as_str) == code
            })
        };
        let found: Vec<_> = rows.iter().filter(same_place).collect();
        let [found] = found.as_slice() else {
            differences.push(format!("{name}: {} rows for {wanted:?}", found.len()));
            continue;
        };
        let columns = FIGURE.iter().filter(|column| wanted.contains_key(**column));
        let differ = columns.filter(|column| found[**column] != wanted[**column]);
        let told = differ.map(|column| format!("{column} is {:?}", found[*column])).collect::<Vec<_>>();
        if !told.is_empty() {
            differences.push(format!("{name}: {} in {wanted:?}", told.join(", ")));
        }
    }
    differences
}

/// The rows of the block of expected figures.
fn expected(case: &str) -> Vec<Row> {
    let rows = table(case, "expected");
    assert!(!rows.is_empty(), "a case expects figures");
    rows
}

/// The rows of a block, if the case has it.
fn table(case: &str, block: &str) -> Vec<Row> {
    let found = blocks(case).into_iter().find(|(name, _)| name == block);
    found.map_or_else(Vec::new, |(_, expected)| rows_of(&expected, b','))
}

/// Names and texts of all cases.
fn cases() -> Vec<(String, String)> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder()).expect("worked cases") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name.ends_with(".md") && name != "README.md" {
            cases.push((name, fs::read_to_string(&path).expect("text")));
        }
    }
    cases.sort();
    cases
}

#[test]
fn every_worked_case_comes_out() {
    let cases = cases();
    let differences: Vec<_> = cases.iter().flat_map(|(name, case)| differences(name, case)).collect();
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    assert!(cases.len() >= 25, "only {} worked cases", cases.len());
}

#[test]
fn every_indicator_that_is_computed_stands_in_its_worked_case() {
    let cases: BTreeMap<String, String> = cases().into_iter().collect();
    let mut without = Vec::new();
    for indicator in embedded().indicators() {
        if matches!(indicator.formula, Formula::NotFromRecords { .. }) {
            continue;
        }
        let case = indicator.worked.as_ref().and_then(|worked| cases.get(&format!("{worked}.md")));
        let stands = case.is_some_and(|case| expected(case).iter().any(|row| row["indicator"] == indicator.id));
        if !stands {
            without.push(indicator.id.clone());
        }
    }
    assert!(without.is_empty(), "{} indicators without a worked row: {without:?}", without.len());
}

#[test]
fn method_sheets_link_to_cases_that_exist() {
    for indicator in embedded().indicators() {
        if let Some(worked) = &indicator.worked {
            assert!(folder().join(format!("{worked}.md")).is_file(), "{}: no case `{worked}`", indicator.id);
        }
    }
}
