//! The pass over rows: a national file of invented pupils, from bytes on disk to figures.

#![expect(clippy::expect_used, clippy::panic, reason = "a bench that cannot set up its files has failed")]

use std::fs;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use matricula::spec::{Batch, Catalogue};
use matricula::{NoProgress, RunOptions};
use matricula_fixtures::{Options, generate};

/// Children born a year; about 40,000 pupils in the file.
const BIRTHS: u32 = 3000;

const FILE: &str = "chl/matricula_2023.csv";

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

fn catalogue_and_batch() -> (Catalogue, Batch) {
    let (catalogue, _) = matricula::open_catalogue(None);
    let catalogue = catalogue.expect("the embedded catalogue holds together");
    let (batch, problems) = Batch::read(BATCH, "batch.toml", &catalogue);
    (catalogue, batch.unwrap_or_else(|| panic!("{problems:#?}")))
}

fn row_pass(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = write_file(folder.path());
    let (catalogue, batch) = catalogue_and_batch();
    let mut group = criterion.benchmark_group("csv to figures");
    group.throughput(Throughput::Bytes(bytes)).sample_size(20);
    for threads in [1, 2] {
        let options =
            RunOptions { threads: Some(threads), ..RunOptions::new(folder.path().to_owned(), std::env::temp_dir()) };
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
