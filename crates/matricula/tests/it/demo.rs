//! The demo against the truth it was made from: what differs is the planted dirt, and nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use matricula::spec::Catalogue;
use matricula::spec::model::dimension::CodeId;
use matricula::{NoProgress, Run, RunOptions};

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo")
}

fn run() -> (Catalogue, Run) {
    let (catalogue, problems) = matricula::open_catalogue(None);
    let catalogue = catalogue.unwrap_or_else(|| panic!("{problems:#?}"));
    let (batch, problems) = matricula::open_batch(&demo().join("batch.toml"), &catalogue);
    let batch = batch.unwrap_or_else(|| panic!("{problems:#?}"));
    let options = RunOptions::new(demo(), std::env::temp_dir());
    let run = matricula::run(&catalogue, &batch, &options, &NoProgress).expect("it runs");
    assert!(!run.problems.has_errors(), "{:#?}", run.problems);
    (catalogue, run)
}

fn rows(name: &str) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(demo().join(name)).expect("a file of the demo");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let named =
        |record: csv::StringRecord| header.iter().zip(&record).map(|(n, f)| (n.to_owned(), f.to_owned())).collect();
    reader.records().map(|record| named(record.expect("a row"))).collect()
}

fn planted(country: &str, year: &str, kind: &str) -> i128 {
    let found = rows("planted.csv")
        .into_iter()
        .find(|row| row["ref_area"] == country && row["time_period"] == year && row["kind"] == kind);
    found.map_or(0, |row| row["rows"].parse().expect("a number"))
}

/// Numerator of an indicator's total in a country and year.
fn numerator(catalogue: &Catalogue, run: &Run, indicator: &str, country: &str, year: &str) -> i128 {
    let known = catalogue.known();
    let code = |dimension, code: CodeId| catalogue.dimension(dimension).codes.code(code).id.as_str();
    let row = run.estimates.rows().iter().find(|row| {
        row.indicator == indicator
            && code(known.ref_area, row.ref_area) == country
            && code(known.time_period, row.time_period) == year
            && row.coordinates.iter().all(|code| *code == CodeId::TOTAL || *code == CodeId::NOT_APPLICABLE)
    });
    row.expect("a total").numerator.expect("a count").millionths() / 1_000_000
}

fn truth(country: &str, year: &str, level: &str, what: &str) -> i128 {
    let chosen = rows("truth.csv").into_iter().find(|row| {
        row["ref_area"] == country
            && row["time_period"] == year
            && row["edu_level"] == level
            && row["sex"] == "_T"
            && row["mobility"] == "_T"
    });
    chosen.map_or(0, |row| row[what].parse().expect("a number"))
}

const LEVELS: [(&str, &str); 4] = [("L02", "ENRL.02"), ("L1", "ENRL.1"), ("L2", "ENRL.2"), ("L3", "ENRL.3")];

#[test]
fn pupils_are_those_who_live_less_those_set_aside() {
    let (catalogue, run) = run();
    for country in ["CHL", "BRA"] {
        for year in ["2021", "2022", "2023"] {
            let counted: i128 = LEVELS.iter().map(|(_, id)| numerator(&catalogue, &run, id, country, year)).sum();
            let live: i128 = LEVELS.iter().map(|(level, _)| truth(country, year, level, "pupils")).sum();
            assert_eq!(counted, live - planted(country, year, "age-above-100"), "{country} {year}");
        }
    }
}

#[test]
fn the_account_of_rows_is_the_planted_dirt() {
    let (_, run) = run();
    for account in run.ledger.accounts().iter().filter(|account| account.source != "population") {
        let (country, year) = account.source.split_once('-').expect("country and year");
        let country = country.to_uppercase();
        let all = |parts: &[(String, u64)]| parts.iter().map(|(_, rows)| i128::from(*rows)).sum::<i128>();
        let out_of_scope = planted(&country, year, "school-closed") + planted(&country, year, "complementary-activity");
        assert!(account.adds_up());
        assert_eq!(all(&account.out_of_scope), out_of_scope, "{account:?}");
        assert_eq!(all(&account.duplicates), planted(&country, year, "pupil-in-two-schools"), "{account:?}");
        assert_eq!(all(&account.set_aside), planted(&country, year, "age-above-100"), "{account:?}");
    }
}

#[test]
fn over_age_differs_from_the_truth_by_the_soiled_birth_dates_only() {
    let (catalogue, run) = run();
    for country in ["CHL", "BRA"] {
        for year in ["2021", "2022", "2023"] {
            let counted = numerator(&catalogue, &run, "OAEPG.1", country, year);
            let live = truth(country, year, "L1", "over_age");
            let soiled = ["birth-date-impossible", "birth-month-impossible", "age-above-100"];
            let soiled: i128 = soiled.iter().map(|kind| planted(country, year, kind)).sum();
            assert!((live - counted).abs() <= soiled, "{country} {year}: {counted} counted, {live} in truth");
            assert!(live > 10, "{country} {year}: hardly anybody is over-age");
        }
    }
}
