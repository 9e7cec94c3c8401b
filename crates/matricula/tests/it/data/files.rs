//! The files of the real data, which is not part of the repository: found beside the project or at `$MATRICULA_DATA`.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

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
    pub(crate) header: Vec<String>,
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

    pub(crate) fn rows(&self) -> impl Iterator<Item = Vec<String>> + '_ {
        let reader = csv::Reader::from_reader(self.text.as_bytes());
        reader.into_records().map(|record| record.expect("a row").iter().map(str::to_owned).collect())
    }

    pub(crate) fn field<'r>(&self, row: &'r [String], name: &str) -> &'r str {
        let position = self.header.iter().position(|column| column == name).expect("a column");
        &row[position]
    }
}
