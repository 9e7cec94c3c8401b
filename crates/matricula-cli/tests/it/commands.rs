//! The commands from outside: what they say, how they end, what they leave.

use std::fs;
use std::path::Path;

use crate::support::{World, batch, matricula, pupils};

#[test]
fn every_help_has_examples() {
    let here = Path::new(".");
    for command in ["", "check", "run", "explain", "compare", "catalogue", "sheets", "mapping", "codes"] {
        let arguments: Vec<_> = [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let said = matricula(here, &arguments);
        let example = if command.is_empty() { "matricula run".to_owned() } else { format!("matricula {command}") };
        assert_eq!(said.code, Some(0));
        assert!(said.out.split("Examples:").nth(1).is_some_and(|examples| examples.contains(&example)), "{command}");
    }
    assert!(matricula(here, &["--version"]).out.contains(env!("CARGO_PKG_VERSION")));
    assert_eq!(matricula(here, &["run", "--no-such-thing"]).code, Some(2));
}

#[test]
fn method_sheets_and_codes_need_no_batch() {
    let sheet = matricula(Path::new("."), &["explain", "GER.1", "--lang", "es"]);
    assert_eq!(sheet.code, Some(0));
    assert!(sheet.out.contains("Tasa bruta de matrícula"), "{}", sheet.out);
    let codes = matricula(Path::new("."), &["codes"]);
    assert!(codes.out.contains("| D008 |"), "{}", codes.out);
}

#[test]
fn the_page_of_codes_is_the_table_of_the_program() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/problem-codes.md");
    let page = fs::read_to_string(page).expect("the page of codes");
    let table = matricula(Path::new("."), &["codes"]).out;
    assert!(page.ends_with(&table), "docs/problem-codes.md is stale: its table is what `matricula codes` prints");
}

#[test]
fn what_does_not_exist_is_said_with_what_was_probably_meant() {
    let world = World::new(100);
    let says = |arguments: &[&str], code: i32, text: &str| {
        let said = matricula(world.path(), arguments);
        assert_eq!(said.code, Some(code), "{arguments:?}: {}", said.err);
        assert!(said.err.contains(text), "{arguments:?}: {}", said.err);
    };
    says(&["check", "nowhere.toml"], 3, "error[D001] nowhere.toml");
    says(&["explain", "GER.9"], 2, "`GER.1`");
    let explain = ["explain", "GER.1", "--specs", "specs", "--batch", "batch.toml", "--country", "CHL"];
    let figure = |further: &[&'static str]| [&explain[..], further].concat();
    says(&figure(&["--year", "2018", "--by", "sxe=F"]), 2, "did you mean `sex`");
    says(&figure(&["--year", "2018", "--by", "mobility=migrants"]), 2, "did you mean `migrant`");
    says(&figure(&["--year", "2017"]), 2, "did you mean `CHL 2018`?");
    world.file("batch.toml", &batch("\"GER.1\"", 1).replace("bra.csv", "bar.csv"));
    says(&["check", "batch.toml", "--specs", "specs"], 1, "did you mean `bra.csv`?");
}

#[test]
fn a_run_is_replaced_by_the_next_byte_for_byte() {
    let world = World::new(3000);
    let first = world.run(&["--threads", "1"]);
    assert_eq!(first.code, Some(0), "{}", first.err);
    assert!(first.err.is_empty(), "quiet when piped: {}", first.err);
    assert!(first.out.contains("chl: records read 3,000 = kept 3,000"), "{}", first.out);
    let before = world.bytes("out");
    let second = world.run(&["--threads", "2"]);
    assert_eq!((second.code, &second.out), (Some(0), &first.out));
    assert!(world.bytes("out") == before, "the folder has changed");
    let expected = [
        "README.txt",
        "account.html",
        "account.md",
        "disaggregation.csv",
        "estimates.arrow",
        "estimates.csv",
        "estimates.parquet",
        "ledger.csv",
        "manifest.json",
        "problems.csv",
        "provenance.csv",
    ];
    assert_eq!(world.names("out"), expected);
    assert!(world.names(".").iter().all(|name| !name.contains("matricula-")));
}

#[test]
fn a_folder_that_is_not_ours_is_left_untouched() {
    let world = World::new(10);
    world.file("out/thesis.txt", "do not lose");
    let said = world.run(&[]);
    assert_eq!(said.code, Some(3));
    assert!(said.err.contains("`out` is not empty and holds no earlier run"), "{}", said.err);
    assert_eq!(world.names("out"), ["thesis.txt"]);
    let below_a_file = ["run", "batch.toml", "--specs", "specs", "--out", "chl.csv/out"];
    let said = matricula(world.path(), &below_a_file);
    assert_eq!(said.code, Some(3));
    assert!(said.err.contains("`chl.csv` is not a folder"), "{}", said.err);
}

#[test]
fn one_bad_source_stops_the_run_unless_it_keeps_going() {
    let world = World::new(200);
    world.file("bra.csv", &pupils(200, "31415926;Q77;1;1;6;N\n"));
    let stopped = world.run(&[]);
    assert_eq!(stopped.code, Some(1));
    assert!(stopped.err.contains("error[D008] bra.csv (source `bra`, at `level`)"), "{}", stopped.err);
    assert_eq!(
        world.names("out"),
        ["README.txt", "account.html", "account.md", "ledger.csv", "manifest.json", "problems.csv"]
    );
    let finished = world.run(&["--keep-going"]);
    assert_eq!(finished.code, Some(1));
    let estimates = fs::read_to_string(world.path().join("out/estimates.csv")).expect("a table");
    assert!(estimates.contains("GER.1,CHL") && !estimates.contains("GER.1,BRA"));
    // The code that is not listed stands in the restricted folder, and nowhere on the terminal.
    let ledger = fs::read_to_string(world.path().join("out/ledger.csv")).expect("a table");
    assert!(ledger.contains("Q77"));
    for said in [stopped, finished] {
        assert!(!said.err.contains("Q77") && !said.out.contains("Q77"));
        assert!(!said.err.contains("31415926") && !said.out.contains("31415926"));
    }
}

#[test]
fn small_counts_are_masked_on_the_terminal_and_exact_in_the_folder() {
    let world = World::new(500);
    // Migrants are 5 of 500; one record stands there twice.
    world.file("chl.csv", &pupils(500, "7;P;2;2;7;N\n"));
    let said = world.run(&[]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("chl: records read 501 = kept * + duplicates <10"), "{}", said.out);
    let share = said.out.lines().find(|line| line.contains("SOTM.1") && line.contains("CHL")).unwrap_or_default();
    assert!(share.ends_with('*'), "{share}");
    let estimates = fs::read_to_string(world.path().join("out/estimates.csv")).expect("a table");
    assert!(estimates.lines().any(|line| line.starts_with("SOTM.1,CHL,2018") && line.contains(",1,,5,500,percent,A")));

    let explain = ["explain", "SOTM.1", "--specs", "specs", "--batch", "batch.toml", "--country", "CHL"];
    let said = matricula(world.path(), &[&explain[..], &["--year", "2018"]].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.out.contains("numerator          <10  students with edu_level L1, mobility on-the-move"),
        "{}",
        said.out
    );
    assert!(said.out.contains("value              * percent"), "{}", said.out);
    assert!(said.out.contains("denominator        500"), "{}", said.out);
    assert!(said.out.contains("nationality: Nationals born abroad count as non-migrant."), "{}", said.out);
}

#[test]
fn countries_are_compared_with_a_verdict() {
    let world = World::new(500);
    let compare = ["compare", "SOTM.1", "--specs", "specs", "--batch", "batch.toml"];
    let said = matricula(world.path(), &compare);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("2018: BRA, CHL: comparable with notes"), "{}", said.out);
    let other = batch("\"SOTM.1\"", 1).replacen("census-date", "cumulative", 1);
    world.file("batch.toml", &other);
    let said = matricula(world.path(), &compare);
    assert!(said.out.contains("! Cumulative enrolment counts transfers twice"), "{}", said.out);
    assert!(said.out.contains("census-date (BRA); cumulative (CHL)"), "{}", said.out);
}
