//! The folder as a whole: what is in it, when, and that the three formats say the same.

use std::fs;
use std::path::Path;

use arrow_array::{Array, Decimal128Array, Float64Array, StringArray};
use arrow_ipc::reader::FileReader;
use matricula_engine::indicator::estimates::{Estimate, Estimates, Flag, Number, ObsStatus};
use matricula_engine::input::InputFileHash;
use matricula_spec::docs::Language;
use matricula_spec::model::dimension::CodeId;
use matricula_spec::model::indicator::Unit;
use matricula_spec::{Batch, Catalogue, Place, Problem, ProblemCode};
use polars::prelude::{DataType, ParquetReader, SerReader};

use super::{Facts, write};
use crate::error::StoreError;
use crate::results::Run;

fn catalogue() -> Catalogue {
    let (catalogue, problems) = crate::catalogue::open_catalogue(None);
    catalogue.unwrap_or_else(|| panic!("{problems:?}"))
}

fn batch() -> Batch {
    Batch {
        id: "tiny".to_owned(),
        indicators: vec![0],
        breakdowns: Vec::new(),
        crossed: 0,
        cell_budget: 1,
        rules: Vec::new(),
        sources: Vec::new(),
        link: None,
        aggregates: None,
    }
}

fn estimate(value: Option<Number>, obs_status: ObsStatus, year: u16) -> Estimate {
    Estimate {
        indicator: "X, \"quoted\"".to_owned(),
        ref_area: CodeId(3),
        time_period: CodeId(year),
        coordinates: vec![CodeId::TOTAL],
        value,
        uncapped: None,
        numerator: Some(Number::from_units(1_250_000, 5)),
        denominator: value.map(|_| Number::from_units(37, 0)),
        unit: Unit::Percent,
        obs_status,
        flags: vec![Flag::SumOfParts, Flag::Complement],
        mobility_proxy: String::new(),
        mobility_unknown: None,
        provenance_id: "0123".to_owned(),
    }
}

fn run(catalogue: &Catalogue) -> Run {
    let sex = catalogue.find_dimension("sex").expect("a dimension");
    let figure = estimate(Some(Number::rounded(100.0 / 3.0)), ObsStatus::Normal, 3);
    let rows = vec![figure, estimate(None, ObsStatus::NotCollected, 4)];
    let input =
        |name: &str| InputFileHash { source: "s".to_owned(), name: name.to_owned(), bytes: 1, blake3: "ab".to_owned() };
    Run {
        estimates: Estimates::new(vec![sex], rows),
        inputs: vec![input("data/x.csv"), input("/somebody/private/y.csv")],
        ..Run::default()
    }
}

fn facts(folder: &Path) -> Facts {
    let batch_file = folder.join("tiny.toml");
    fs::write(&batch_file, "format = 1\n").expect("written");
    Facts {
        version: "0".to_owned(),
        arguments: vec!["run".to_owned(), "tiny.toml".to_owned()],
        batch_file,
        language: Language::En,
        threads: None,
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> = entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn three_formats_say_the_same() {
    let (above, catalogue) = (tempfile::tempdir().expect("a folder"), catalogue());
    let out = above.path().join("out");
    write(&out, &catalogue, &batch(), &run(&catalogue), &facts(above.path())).expect("written");

    let csv = fs::read_to_string(out.join("estimates.csv")).expect("a table");
    let lines: Vec<_> = csv.lines().collect();
    let header = "indicator,ref_area,time_period,sex,value,uncapped,numerator,denominator,unit,obs_status,flags,\
                  mobility_proxy,mobility_unknown,provenance_id";
    assert_eq!(lines[0], header);
    assert!(lines[1].starts_with("\"X, \"\"quoted\"\"\","), "{}", lines[1]);
    assert!(lines[1].ends_with(",_T,33.333333,,12.5,37,percent,A,sum-of-parts complement,,,0123"), "{}", lines[1]);
    assert!(lines[2].ends_with(",_T,,,12.5,,percent,L,sum-of-parts complement,,,0123"), "{}", lines[2]);

    let parquet = fs::File::open(out.join("estimates.parquet")).expect("a table");
    let frame = ParquetReader::new(parquet).finish().expect("Parquet");
    let columns: Vec<_> = frame.get_column_names().iter().map(|name| name.as_str()).collect();
    assert_eq!(columns.join(","), header);
    assert_eq!(frame.column("numerator").expect("a column").dtype(), &DataType::Decimal(38, 6));
    assert_eq!(frame.column("value").expect("a column").null_count(), 1);

    let arrow = fs::File::open(out.join("estimates.arrow")).expect("a table");
    let mut reader = FileReader::try_new(arrow, None).expect("Arrow IPC");
    assert!(reader.schema().metadata().get("matricula").is_some_and(|text| text.starts_with("restricted")));
    let batch = reader.next().expect("a batch").expect("Arrow IPC");
    let column = |name: &str| batch.column_by_name(name).expect("a column").clone();
    let numerators = column("numerator");
    let numerators = numerators.as_any().downcast_ref::<Decimal128Array>().expect("decimals");
    assert_eq!((numerators.value(0), numerators.scale()), (12_500_000, 6));
    let values = column("value");
    let values = values.as_any().downcast_ref::<Float64Array>().expect("numbers");
    assert!((values.value(0) - 33.333_333).abs() < 1e-12 && values.is_null(1));
    let statuses = column("obs_status");
    let statuses = statuses.as_any().downcast_ref::<StringArray>().expect("codes");
    assert_eq!((statuses.value(0), statuses.value(1)), ("A", "L"));
}

#[test]
fn equal_runs_are_equal_bytes_and_no_folder_of_the_machine_is_named() {
    let (above, catalogue) = (tempfile::tempdir().expect("a folder"), catalogue());
    let facts = facts(above.path());
    let (one, two) = (above.path().join("one"), above.path().join("two"));
    for out in [&one, &two] {
        write(out, &catalogue, &batch(), &run(&catalogue), &facts).expect("written");
    }
    for name in names(&one) {
        assert_eq!(fs::read(one.join(&name)).expect("bytes"), fs::read(two.join(&name)).expect("bytes"), "{name}");
    }
    let manifest = fs::read_to_string(one.join("manifest.json")).expect("text");
    assert!(!manifest.contains("somebody") && manifest.contains("y.csv") && manifest.contains("data/x.csv"));
    assert!(!manifest.contains(&*above.path().to_string_lossy()));
    let account = fs::read_to_string(one.join("account.md")).expect("text");
    assert!(!account.contains("somebody"));
}

#[test]
fn a_run_that_errors_stopped_has_no_estimates() {
    let (above, catalogue) = (tempfile::tempdir().expect("a folder"), catalogue());
    let out = above.path().join("out");
    let problem = Problem::error(ProblemCode::FileMissing, Place::default(), "It exists.", "nothing").rows(3);
    let run = Run { problems: [problem].into_iter().collect(), ..Run::default() };
    write(&out, &catalogue, &batch(), &run, &facts(above.path())).expect("written");
    assert_eq!(
        names(&out),
        ["README.txt", "account.html", "account.md", "ledger.csv", "manifest.json", "problems.csv"]
    );
    let problems = fs::read_to_string(out.join("problems.csv")).expect("a table");
    assert!(problems.ends_with("D001,error,,,,,,It exists.,nothing,,,3\n"), "{problems}");
}

#[test]
fn a_run_that_cannot_be_written_leaves_what_stood_there() {
    let (above, catalogue) = (tempfile::tempdir().expect("a folder"), catalogue());
    let out = above.path().join("out");
    let good = facts(above.path());
    write(&out, &catalogue, &batch(), &run(&catalogue), &good).expect("written");
    let before = fs::read(out.join("manifest.json")).expect("bytes");
    let bad = Facts { batch_file: above.path().join("gone.toml"), ..good };
    let failed = write(&out, &catalogue, &batch(), &Run::default(), &bad);
    assert!(matches!(failed, Err(StoreError::Io { step: "read", .. })));
    assert_eq!(fs::read(out.join("manifest.json")).expect("bytes"), before);
    assert_eq!(names(above.path()), ["out", "tiny.toml"]);
}

#[test]
fn the_readme_names_every_file_in_three_languages() {
    let (above, catalogue) = (tempfile::tempdir().expect("a folder"), catalogue());
    let out = above.path().join("out");
    write(&out, &catalogue, &batch(), &run(&catalogue), &facts(above.path())).expect("written");
    let readme = fs::read_to_string(out.join("README.txt")).expect("text");
    for name in names(&out).iter().filter(|name| *name != "README.txt") {
        // `estimates.csv, .parquet, .arrow` stand in one line.
        let shown = if name.starts_with("estimates") { "estimates.csv" } else { name };
        assert_eq!(readme.lines().filter(|line| line.contains(shown) && line.contains("   ")).count(), 3, "{name}");
    }
}
