//! One small batch from files to figures, every number worked out by hand.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use matricula::spec::{Batch, Catalogue};
use matricula::{Estimate, NoProgress, Run, RunOptions};

const PUPILS: &str = "\
id;level;grado;sex;nationality;age;state;repeats
1;P;1;1;N;6;1;N
2;P;1;2;N;6;1;N
3;P;2;2;E;9;1;N
4;P;3;1;;10;1;N
5;S;1;1;E;12;1;N
6;P;1;9;N;6;1;N
7;P;1;1;N;2;1;N
8;P;1;1;N;6;2;N
9;K;;1;N;5;1;N
10;P;1;2;N;6;1;N
10;P;2;2;N;7;1;N
";

const PEOPLE: &str = "\
iso3,year,age,sex,population
AAA,2022,5,F,9
AAA,2022,6,F,4
AAA,2022,6,M,5
AAA,2022,11,M,1
AAA,2022,12,M,7
";

fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/invalid-specs/base")
}

fn catalogue() -> Catalogue {
    let mut files = BTreeMap::new();
    let mut open = vec![specs()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("the small catalogue") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.file_name().is_some_and(|name| name != "batch.toml") {
                let name = path.strip_prefix(specs()).expect("below").to_string_lossy().into_owned();
                files.insert(name, fs::read_to_string(path).expect("text"));
            }
        }
    }
    let (catalogue, problems) = Catalogue::read(files);
    assert!(problems.is_empty(), "{problems:#?}");
    catalogue.expect("no problems")
}

fn small_run() -> (Catalogue, Run) {
    run_with(|options| options)
}

fn run_with(change: impl Fn(RunOptions) -> RunOptions) -> (Catalogue, Run) {
    let catalogue = catalogue();
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("pupils.csv"), PUPILS).expect("written");
    fs::write(folder.path().join("people.csv"), PEOPLE).expect("written");
    let text = fs::read_to_string(specs().join("batch.toml")).expect("the small batch");
    let (batch, problems) = Batch::read(&text, "batch.toml", &catalogue);
    assert!(problems.is_empty(), "{problems:#?}");
    let options =
        RunOptions { threads: Some(2), ..RunOptions::new(folder.path().to_owned(), folder.path().to_owned()) };
    let options = change(options);
    let run = matricula::run(&catalogue, &batch.expect("no problems"), &options, &NoProgress).expect("it runs");
    (catalogue, run)
}

/// A row as `numerator/denominator=value status`.
fn figure(catalogue: &Catalogue, run: &Run, indicator: &str, by: &[(&str, &str)]) -> String {
    let matches = |row: &&Estimate| {
        let mut codes = run.estimates.dimensions().iter().zip(&row.coordinates);
        row.indicator == indicator
            && codes.all(|(dimension, code)| {
                let dimension = catalogue.dimension(*dimension);
                let code = dimension.codes.code(*code).id.as_str();
                match by.iter().find(|(name, _)| *name == dimension.id) {
                    Some((_, wanted)) => code == *wanted,
                    None => ["_T", "_Z"].contains(&code),
                }
            })
    };
    let rows: Vec<_> = run.estimates.rows().iter().filter(matches).collect();
    assert!(rows.len() <= 1, "{indicator} {by:?} stands in {} rows", rows.len());
    let Some(row) = rows.first() else { return "no row".to_owned() };
    let text = |number: Option<matricula::Number>| number.map(|n| n.to_string()).unwrap_or_default();
    let (numerator, denominator) = (text(row.numerator), text(row.denominator));
    format!("{numerator}/{denominator}={} {}", text(row.value), row.obs_status.code())
}

#[test]
fn every_row_is_accounted_for() {
    let (_, run) = small_run();
    let account = &run.ledger.accounts()[0];
    assert!(account.adds_up(), "{account:?}");
    let entry = |name: &str, rows| vec![(name.to_owned(), rows)];
    assert_eq!((account.read, account.kept), (11, 7));
    assert_eq!(account.out_of_scope, [("not-primary".to_owned(), 1), ("school-closed".to_owned(), 1)]);
    assert_eq!(account.set_aside, entry("age-in-range", 1));
    assert_eq!(account.duplicates, entry("counted-once", 1));
}

/// Without a place for what does not fit the memory nothing of the source is counted, and the finding says why.
#[test]
fn identifiers_that_fit_nowhere_are_one_finding_a_source() {
    let nowhere = |options: RunOptions| {
        let scratch = options.scratch.join("gone");
        RunOptions { scratch, in_memory: Some(0), ..options }
    };
    let (_, run) = run_with(nowhere);
    let found: Vec<_> = run.problems.iter().map(|problem| (problem.code.id(), problem.place.source.clone())).collect();
    assert_eq!(found, ["people", "pupils"].map(|source| ("D029", Some(source.to_owned()))));
    assert!(run.ledger.accounts().iter().all(|account| account.refused && account.kept == 0));
    assert!(run.estimates.rows().is_empty());
}

#[test]
fn figures_are_those_worked_out_by_hand() {
    let (catalogue, run) = small_run();
    let check = |indicator, by: &[(&str, &str)], expected| {
        assert_eq!(figure(&catalogue, &run, indicator, by), expected, "{indicator} {by:?}");
    };
    // Pupils 1, 2, 3, 4, 5, 6 and the second record of 10 (grade 2 is preferred to grade 1).
    check("PUPILS", &[], "7/=7 A");
    check("PUPILS", &[("sex", "F")], "3/=3 A");
    check("PUPILS", &[("sex", "_U")], "1/=1 A");
    check("PUPILS", &[("mobility", "migrant")], "2/=2 A");
    check("PUPILS", &[("mobility", "on-the-move")], "2/=2 A");
    check("PUPILS", &[("mobility", "refugee")], "/= L");
    check("PUPILS", &[("sex", "M"), ("mobility", "migrant")], "1/=1 A");
    check("PUPILS", &[("sex", "F"), ("mobility", "refugee")], "no row");
    // Ages 6 to 11 by the national structure: 4 + 5 + 1.
    check("GER.1", &[], "6/10=60 A");
    check("GER.1", &[("sex", "F")], "3/4=75 A");
    check("GER.1", &[("sex", "_U")], "1/0= M");
    check("GER.1", &[("mobility", "migrant")], "1/= L");
    check("GER.1", &[("sex", "F"), ("mobility", "migrant")], "no row");
    // 75 over 100 x 2 / 6.
    check("GER.1.GPI", &[], "75/33.333333=2.25 A");
    // Official age of grade 3 is 8, and pupil 4 is 10; of grade 2 is 7, and pupil 3 is 9.
    check("OVERAGE.1", &[], "2/6=33.333333 A");
    // Pupil 4 has no known nationality and is not part of the whole.
    check("MOVE", &[], "2/6=33.333333 A");
    check("MOVE", &[("sex", "F")], "1/3=33.333333 A");
}

#[test]
fn what_is_not_known_is_a_warning_and_spelled_out_in_the_ledger_only() {
    let (_, run) = small_run();
    let warnings: Vec<_> = run.problems.iter().map(|problem| problem.code.id()).collect();
    assert_eq!(warnings, ["D008"], "{:#?}", run.problems);
    let texts = run.problems.iter().map(|problem| format!("{} {} {}", problem.expected, problem.found, problem.help));
    assert!(texts.into_iter().all(|text| !text.contains('9')), "a message holds a source code");
    let unlisted = run.ledger.variables().iter().find(|row| row.detail == "unmapped").expect("in the ledger");
    assert_eq!((unlisted.name.as_str(), unlisted.code.as_str(), unlisted.rows), ("sex", "9", 1));
}
