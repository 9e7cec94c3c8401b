//! The pass over rows: a national file of invented pupils, from bytes on disk to figures.
//!
//! `cargo bench -p matricula-benches --bench row_pass [-- RUNS]`; `cargo test` runs everything once,
//! on a small file.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a bench prints what it measured")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use matricula::{NoProgress, RunOptions};
use matricula_benches::{FILE, batch, read_batch, spread, write_pupils};
use polars::prelude::{Column, DataFrame, ParquetWriter};

/// About so many are in the file that is measured, and in that of a test.
const PUPILS: (u64, u64) = (40_000, 2_000);

const PARQUET: &str = "chl/matricula_2022.parquet";

fn size(path: &Path) -> u64 {
    fs::metadata(path).expect("a file").len()
}

/// The same rows as Parquet, every column as text.
fn write_parquet(folder: &Path) {
    let mut rows = csv::ReaderBuilder::new().delimiter(b';').from_path(folder.join(FILE)).expect("readable");
    let names: Vec<String> = rows.headers().expect("a header").iter().map(str::to_owned).collect();
    let mut columns: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    for row in rows.records() {
        let row = row.expect("a row");
        columns.iter_mut().zip(&row).for_each(|(column, field)| column.push(field.to_owned()));
    }
    let column = |(name, texts): (&String, &Vec<String>)| Column::new(name.as_str().into(), texts);
    let height = columns.first().map_or(0, Vec::len);
    let columns = names.iter().zip(&columns).map(column).collect();
    let mut frame = DataFrame::new(height, columns).expect("columns of equal length");
    let file = fs::File::create(folder.join(PARQUET)).expect("made");
    ParquetWriter::new(file).finish(&mut frame).expect("written");
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
        let (catalogue, _) = matricula::open_catalogue(None);
        let catalogue = catalogue.expect("the embedded catalogue holds together");
        let batch = read_batch(&self.batch, &catalogue);
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
    write_pupils(folder.path(), if measures { PUPILS.0 } else { PUPILS.1 });
    write_parquet(folder.path());
    let (csv, parquet) = (size(&folder.path().join(FILE)), size(&folder.path().join(PARQUET)));
    let of_csv = batch(&["all".to_owned()]);
    let of_parquet = of_csv.replace(FILE, PARQUET).replace("separator = \";\"", "");
    // Without the rule that compares records, no identifier is read.
    let without = of_csv.replace("crossed", "rules = [\"age-in-range\", \"age-plausible-for-grade\"]\ncrossed");
    let mut cases = [
        Case::new("csv to figures", of_csv, csv),
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
