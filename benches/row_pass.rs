//! The pass over rows: a national file of invented pupils, from bytes on disk to figures.

#![expect(clippy::expect_used, clippy::panic, reason = "a bench that cannot set up its files has failed")]

use std::fs;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
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

fn row_pass(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let csv = write_file(folder.path());
    measure(criterion, "csv to figures", folder.path(), BATCH, csv);
    let parquet = write_parquet(folder.path());
    let of_parquet = BATCH.replace(FILE, PARQUET).replace("separator = \";\"", "");
    measure(criterion, "parquet to figures", folder.path(), &of_parquet, parquet);
    // Without the rule that compares records, no identifier is read.
    let without = BATCH.replace("crossed", "rules = [\"age-in-range\", \"age-plausible-for-grade\"]\ncrossed");
    measure(criterion, "csv to figures, without the key rule", folder.path(), &without, csv);
}

fn measure(criterion: &mut Criterion, name: &str, folder: &Path, batch: &str, bytes: u64) {
    let (catalogue, batch) = catalogue_and_batch(batch);
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(bytes)).sample_size(20);
    for threads in [1, 2] {
        let options = RunOptions { threads: Some(threads), ..RunOptions::new(folder.to_owned(), std::env::temp_dir()) };
        group.bench_function(BenchmarkId::new("threads", threads), |bencher| {
            bencher.iter(|| matricula::run(&catalogue, &batch, &options, &NoProgress).expect("it runs"));
        });
    }
    group.finish();
}

fn open_catalogue(criterion: &mut Criterion) {
    criterion.bench_function("open the embedded catalogue", |bencher| bencher.iter(|| matricula::open_catalogue(None)));
}

criterion_group!(benches, row_pass, open_catalogue);
criterion_main!(benches);
