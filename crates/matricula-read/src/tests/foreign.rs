//! Files that other programs wrote: pandas and pyreadstat, by `fixtures/formats/write.py`.
//!
//! The Python that has them is named by `$MATRICULA_PYTHON`; without it the test is skipped and says so, or fails
//! where `$MATRICULA_PYTHON_REQUIRED` is set.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use matricula_spec::model::batch::Encoding;

use super::{Folder, rows};

/// Columns that may hold fractions.
const NUMERIC: &str = "score";

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/formats/write.py")
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn python() -> Option<PathBuf> {
    let python = std::env::var_os("MATRICULA_PYTHON").map(PathBuf::from);
    if python.is_none() {
        assert!(std::env::var_os("MATRICULA_PYTHON_REQUIRED").is_none(), "$MATRICULA_PYTHON is not set");
        eprintln!("skipped: no Python with pandas and pyreadstat at $MATRICULA_PYTHON");
    }
    python
}

/// The table as text: its header and its rows.
fn table() -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_path(script().with_file_name("table.csv")).unwrap();
    let fields = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = fields(reader.headers().unwrap());
    let rows = reader.records().map(|record| fields(&record.unwrap())).collect();
    (header, rows)
}

#[test]
fn files_of_pandas_and_pyreadstat_are_read_cell_by_cell() {
    let Some(python) = python() else { return };
    let folder = Folder::new();
    let status = Command::new(python).arg(script()).arg(folder.dir.path()).status().unwrap();
    assert!(status.success(), "the files are not written");
    let (header, expected) = table();
    let mut kinds = BTreeMap::new();
    for file in folder.find(&["*"]).unwrap() {
        let kind = file.name.split('-').next().unwrap().to_owned();
        // As the script says: old files lack the last columns.
        let columns = match kind.as_str() {
            "old" => 9,
            "latin" => 10,
            "stata" => 11,
            _ => header.len(),
        };
        let names: Vec<&str> = header[..columns].iter().map(String::as_str).collect();
        let name = file.name.clone();
        let mut plan = folder.plan_of(vec![file], &names);
        plan.numeric = names.iter().map(|name| *name == NUMERIC).collect();
        // This program writes UTF-8 also where Stata does not expect it.
        plan.encoding = name.contains("pyreadstat").then_some(Encoding::Utf8);
        let found = rows(&plan);
        assert_eq!(found.len(), expected.len(), "{name}");
        for (number, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert_eq!(found.as_slice(), &expected[..columns], "{name}, row {number}");
        }
        *kinds.entry(kind).or_insert(0) += 1;
    }
    let counts = [("latin", 2), ("old", 4), ("sheet", 2), ("spss", 3), ("stata", 4)];
    assert_eq!(kinds, counts.map(|(kind, files)| (kind.to_owned(), files)).into());
}
