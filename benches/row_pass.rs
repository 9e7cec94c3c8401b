//! The pass over rows: a national file of invented pupils, from bytes on disk to figures.

//!
//! `cargo bench -p matricula-benches --bench row_pass [-- RUNS]`; `cargo test` runs everything once.

#![expect(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a bench prints what it measured")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use matricula::spec::{Batch, Catalogue};
use matricula::{NoProgress, RunOptions};
use matricula_fixtures::{Options, generate};
use polars::prelude::{Column, DataFrame, ParquetWriter};

/// Children born a year; about 40,000 pupils in the file.
const BIRTHS: u32 = 3000;

const FILE: &str = "chl/matricula_2023.csv";
const PARQUET: &str = "chl/matricula_2023.parquet";

const BATCH: &str = r#"
format = 1
id = "bench"
indicators = ["all"]
breakdowns = ["sex", "mobility", "location", "sector_edu", "grade"]
crossed = 2
[[source]]
id = "chl"
country = "CHL"
school_year = { start = 2023-03-01, end = 2023-12-15 }
enrolment_moment = "census-date"
age_reference_date = 2023-06-30
mapping = "chl-matricula"
files = ["chl/matricula_2023.csv"]
separator = ";"
"#;

fn write_file(folder: &Path) -> u64 {
    let files = generate(Options { births: BIRTHS, ..Options::default() }).expect("invented pupils");
    let path = folder.join(FILE);
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(&path, &files[FILE]).expect("written");
    fs::metadata(&path).expect("a file").len()
}

/// The same rows as Parquet, every column as text.
fn write_parquet(folder: &Path) -> u64 {
    let mut rows = csv::ReaderBuilder::new().delimiter(b';').from_path(folder.join(FILE)).expect("readable");
    let names: Vec<String> = rows.headers().expect("a header").iter().map(str::to_owned).collect();
    let mut columns: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    for row in rows.records() {
        let row = row.expect("a row");
        columns.iter_mut().zip(&row).for_each(|(column, field)| column.push(field.to_owned()));
    }
    let column =
        |(name, texts): (&String, &Vec<String>)| Column::new(name.trim_start_matches('\u{feff}').into(), texts);
    let height = columns.first().map_or(0, Vec::len);
    let columns = names.iter().zip(&columns).map(column).collect();
    let mut frame = DataFrame::new(height, columns).expect("columns of equal length");
    let path = folder.join(PARQUET);
    ParquetWriter::new(fs::File::create(&path).expect("made")).finish(&mut frame).expect("written");
    fs::metadata(&path).expect("a file").len()
}

fn catalogue_and_batch(text: &str) -> (Catalogue, Batch) {
    let (catalogue, _) = matricula::open_catalogue(None);
    let catalogue = catalogue.expect("the embedded catalogue holds together");
    let (batch, problems) = Batch::read(text, "batch.toml", &catalogue);
    (catalogue, batch.unwrap_or_else(|| panic!("{problems:#?}")))
}

/// A batch on one file, and what its runs took on one thread and on two.
struct Case {
    name: &'static str,
    batch: String,
    bytes: u64,
    times: [Vec<Duration>; 2],
}

impl Case {
    fn new(name: &'static str, batch: String, bytes: u64) -> Self {
        Self { name, batch, bytes, times: [Vec::new(), Vec::new()] }
    }

    /// Runs once on each number of threads.
    fn run(&mut self, folder: &Path) {
        let (catalogue, batch) = catalogue_and_batch(&self.batch);
        for (threads, times) in (1..).zip(&mut self.times) {
            let options =
                RunOptions { threads: Some(threads), ..RunOptions::new(folder.to_owned(), std::env::temp_dir()) };
            let start = Instant::now();
            let run = matricula::run(&catalogue, &batch, &options, &NoProgress).expect("it runs");
            times.push(start.elapsed());
            assert!(!run.estimates.rows().is_empty(), "{} gives figures", self.name);
        }
    }
}

/// The least, the middle and the most.
fn spread(times: &mut [Duration]) -> [Duration; 3] {
    times.sort_unstable();
    [times[0], times[times.len() / 2], times[times.len() - 1]]
}

fn opened() -> Duration {
    let start = Instant::now();
    let (catalogue, _) = matricula::open_catalogue(None);
    assert!(catalogue.is_some(), "the embedded catalogue holds together");
    start.elapsed()
}

fn main() {
    // `cargo bench` says so, `cargo test` says nothing.
    let measures = std::env::args().any(|argument| argument == "--bench");
    let asked = std::env::args().find_map(|argument| argument.parse().ok());
    let runs: usize = asked.unwrap_or(if measures { 9 } else { 1 });
    let folder = tempfile::tempdir().expect("a folder");
    let csv = write_file(folder.path());
    let parquet = write_parquet(folder.path());
    let of_parquet = BATCH.replace(FILE, PARQUET).replace("separator = \";\"", "");
    // Without the rule that compares records, no identifier is read.
    let without = BATCH.replace("crossed", "rules = [\"age-in-range\", \"age-plausible-for-grade\"]\ncrossed");
    let mut cases = [
        Case::new("csv to figures", BATCH.to_owned(), csv),
        Case::new("parquet to figures", of_parquet, parquet),
        Case::new("csv to figures, without the key rule", without, csv),
    ];
    let mut opening = Vec::new();
    // In turn, so that all of them meet the machine in the same moods.
    for _ in 0..runs {
        cases.iter_mut().for_each(|case| case.run(folder.path()));
        opening.push(opened());
    }
    println!("{runs} runs in turn: least, median and most milliseconds");
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    for Case { name, bytes, times, .. } in &mut cases {
        for (threads, times) in (1..).zip(times) {
            let [least, median, most] = spread(times).map(milliseconds);
            let rate = *bytes as f64 / (1000.0 * median);
            println!("{least:8.1} {median:8.1} {most:8.1}  {name}, threads: {threads} ({rate:.0} MB/s)");
        }
    }
    let [least, median, most] = spread(&mut opening).map(milliseconds);
    println!("{least:8.1} {median:8.1} {most:8.1}  open the embedded catalogue");
}
