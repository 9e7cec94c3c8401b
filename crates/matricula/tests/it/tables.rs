//! Tables of text, with a header.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The text of a file, gzip or not.
pub(crate) fn text(path: &Path) -> String {
    let mut file = File::open(path).expect("a file of data");
    let mut text = String::new();
    if path.extension().is_some_and(|ending| ending == "gz") {
        flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("text");
    } else {
        file.read_to_string(&mut text).expect("text");
    }
    text
}

/// Fields by column.
pub(crate) type Row = BTreeMap<String, String>;

/// The rows of a small file, with commas.
pub(crate) fn rows(path: &Path) -> Vec<Row> {
    rows_of(&text(path), b',')
}

/// The rows of a small table.
pub(crate) fn rows_of(text: &str, separator: u8) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let named =
        |record: csv::StringRecord| header.iter().zip(&record).map(|(n, f)| (n.to_owned(), f.to_owned())).collect();
    reader.records().map(|record| named(record.expect("a row"))).collect()
}

/// A large file with commas, gzip or not, whose rows are made one at a time.
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    text: String,
}

impl Table {
    pub(crate) fn open(path: &Path) -> Self {
        let text = text(path);
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
