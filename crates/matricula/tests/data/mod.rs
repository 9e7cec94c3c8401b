//! Real data, which is not part of the repository: found beside the project or at `$MATRICULA_DATA`.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use matricula::spec::{Batch, Catalogue};
use matricula::{NoProgress, Run, RunOptions};

/// The folder; nothing (with a message) where it is not there and may be missing.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn required() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("MATRICULA_DATA").map_or_else(beside, PathBuf::from);
    if folder.join("uis").is_dir() {
        return Some(folder);
    }
    let demanded = std::env::var_os("MATRICULA_DATA_REQUIRED").is_some();
    assert!(!demanded, "no real data at {}", folder.display());
    eprintln!("skipped: no real data at {}", folder.display());
    None
}

/// A CSV file, gzip or not.
pub(crate) struct Table {
    header: Vec<String>,
    text: String,
}

impl Table {
    pub(crate) fn open(path: &Path) -> Self {
        let file = File::open(path).expect("a data file");
        let mut text = String::new();
        if path.extension().is_some_and(|ending| ending == "gz") {
            flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("text");
        } else {
            std::io::BufReader::new(file).read_to_string(&mut text).expect("text");
        }
        let header =
            csv::Reader::from_reader(text.as_bytes()).headers().expect("a header").iter().map(str::to_owned).collect();
        Self { header, text }
    }

    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Vec<String>> + '_ {
        let reader = csv::Reader::from_reader(self.text.as_bytes());
        reader.into_records().map(|record| record.expect("a row").iter().map(str::to_owned).collect())
    }

    pub(crate) fn field<'r>(&self, row: &'r [String], name: &str) -> &'r str {
        let position = self.header.iter().position(|column| column == name).expect("a column");
        &row[position]
    }
}

/// A whole number of a table.
pub(crate) fn number(text: &str) -> usize {
    text.parse().expect("a whole number")
}

/// A batch from its text.
pub(crate) fn batch(catalogue: &Catalogue, text: &str) -> Batch {
    let (batch, problems) = Batch::read(text, "batch.toml", catalogue);
    assert!(!problems.has_errors(), "{problems:#?}");
    batch.expect("a batch")
}

pub(crate) fn run_options(base: &Path, threads: usize) -> RunOptions {
    RunOptions { base: base.to_owned(), keep_going: false, threads: Some(threads) }
}

/// Runs a batch given as text.
pub(crate) fn compute(catalogue: &Catalogue, text: &str, base: &Path) -> Run {
    matricula::run(catalogue, &batch(catalogue, text), &run_options(base, 2), &NoProgress).expect("it runs")
}
