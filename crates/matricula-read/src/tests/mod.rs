//! The stage as a whole, on files written for the purpose.

mod archive;
mod binary;
mod differential;
mod files;
mod foreign;
mod header;
mod sieve;
mod spreadsheet;
mod spss;
mod stata;
mod text;

use std::fs;
use std::path::PathBuf;

use matricula_spec::model::batch::{FileFormat, Source};
use matricula_spec::{Problem, Problems};
use tempfile::TempDir;

use crate::chunk::{names, open_by};
use crate::files::find::{InputFile, find_files};
use crate::plan::ReadPlan;

/// A folder of input files that vanishes with the test.
struct Folder {
    dir: TempDir,
}

impl Folder {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn with(name: &str, content: impl AsRef<[u8]>) -> Self {
        let folder = Self::new();
        folder.write(name, content);
        folder
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn find(&self, patterns: &[&str]) -> Result<Vec<InputFile>, Problems> {
        find_files(self.dir.path(), &source(patterns))
    }

    /// A plan for all files of the folder.
    fn plan(&self, columns: &[&str]) -> ReadPlan {
        self.plan_of(self.find(&["*"]).unwrap(), columns)
    }

    fn plan_of(&self, files: Vec<InputFile>, columns: &[&str]) -> ReadPlan {
        ReadPlan {
            source: "demo".to_owned(),
            files,
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
            numeric: vec![false; columns.len()],
            optional: vec![false; columns.len()],
            coded: Vec::new(),
            encoding: None,
            separator: b',',
            sheet: None,
        }
    }
}

fn source(patterns: &[&str]) -> Source {
    Source {
        id: "demo".to_owned(),
        line: None,
        vintage: None,
        ref_area: None,
        time_period: None,
        school_year: None,
        enrolment_moment: None,
        age_reference_date: None,
        mobility_proxy: None,
        unit: None,
        mapping: 0,
        files: patterns.iter().map(|&pattern| pattern.to_owned()).collect(),
        format: None,
        encoding: None,
        separator: b',',
        sheet: None,
        member: None,
        disjoint_by: None,
    }
}

/// What a plan gives: the rows, how many were ragged, and the findings while reading.
#[derive(Debug, Default)]
struct Found {
    rows: Vec<Vec<String>>,
    ragged: u64,
    problems: Vec<Problem>,
}

fn read_by(plan: &ReadPlan, bytes: usize, rows: usize) -> Found {
    let mut found = Found::default();
    let chunks = match open_by(plan, bytes, rows) {
        Ok(chunks) => chunks,
        Err(problems) => return Found { problems: problems.iter().cloned().collect(), ..found },
    };
    for chunk in chunks {
        match chunk.and_then(|chunk| chunk.parse()) {
            Err(problem) => found.problems.push(*problem),
            Ok(block) => {
                found.ragged += block.ragged();
                for row in 0..block.rows() {
                    let text = |column| String::from_utf8(block.column(column).get(row).to_vec()).unwrap();
                    found.rows.push((0..plan.columns.len()).map(text).collect());
                }
            }
        }
    }
    found
}

/// The rows of a plan, which must have no finding and not depend on the size of chunks.
/// Whatever the format, its columns stand among the names of the header.
fn rows(plan: &ReadPlan) -> Vec<Vec<String>> {
    let bare = |name: &str| name.trim_matches([' ', '"', '\'']).to_owned();
    for file in &plan.files {
        let header: Vec<String> = names(plan, file).unwrap().iter().map(|name| bare(name)).collect();
        let missing = plan.columns.iter().find(|column| !header.contains(&bare(column)));
        assert_eq!(missing, None, "{header:?}");
    }
    let found = read_by(plan, 4 << 20, 128 << 10);
    assert_eq!(found.problems, [], "no finding expected");
    assert_eq!(found.ragged, 0);
    for size in [1, 2, 3, 5, 8, 13] {
        assert_eq!(read_by(plan, size, size).rows, found.rows, "in chunks of {size}");
    }
    found.rows
}

/// The codes of the findings of a plan, which must name the source and show no value.
fn codes(plan: &ReadPlan) -> Vec<&'static str> {
    problems(plan).iter().map(|problem| problem.code.id()).collect()
}

fn problems(plan: &ReadPlan) -> Vec<Problem> {
    let problems = read_by(plan, 4 << 20, 128 << 10).problems;
    for problem in &problems {
        assert_eq!(problem.place.source.as_deref(), Some("demo"));
        assert_eq!(problem.place.line, None);
        assert!(!format!("{problem:?}").contains("SECRET"), "{problem:?}");
    }
    problems
}

fn gzip(content: impl AsRef<[u8]>) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content.as_ref()).unwrap();
    encoder.finish().unwrap()
}

/// As `csv`, unless said otherwise by the ending.
fn input(path: PathBuf) -> InputFile {
    InputFile {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        path,
        format: FileFormat::Csv,
        member: None,
    }
}
