//! Finding files, and reading specifications.

use std::fs;

use matricula_spec::model::batch::FileFormat;

use super::{Folder, find_files, source};
use crate::files::find::InputFile;
use crate::files::hash::hash_file;
use crate::specs::{spec_folder, text_file};

fn names(folder: &Folder, patterns: &[&str]) -> Vec<String> {
    folder.find(patterns).unwrap().into_iter().map(|file| file.name).collect()
}

#[test]
fn paths_and_patterns_sorted_by_name_and_none_twice() {
    let folder = Folder::with("data/b.csv", "");
    folder.write("data/a.csv", "");
    folder.write("data/.hidden.csv", "");
    folder.write("data/deep/c.csv.gz", "");
    folder.write("z[1].csv", "");
    assert_eq!(names(&folder, &["data/b.csv", "data/*.csv"]), ["data/a.csv", "data/b.csv"]);
    assert_eq!(names(&folder, &["data/../data/b.csv", "data/b.csv"]), ["data/../data/b.csv"]);
    assert_eq!(names(&folder, &["**/*.csv*"]), ["data/a.csv", "data/b.csv", "data/deep/c.csv.gz", "z[1].csv"]);
    assert_eq!(names(&folder, &["z[1].csv"]), ["z[1].csv"]);
    let absolute = folder.dir.path().join("data/a.csv").to_string_lossy().into_owned();
    assert_eq!(names(&folder, &[&absolute]).concat(), absolute);
}

#[test]
fn the_folder_of_the_batch_may_look_like_a_pattern() {
    let folder = Folder::with("x[1]*/a.csv", "");
    let found = find_files(&folder.dir.path().join("x[1]*"), &source(&["*.csv"])).unwrap();
    assert_eq!(found[0].name, "a.csv");
}

#[test]
fn the_ending_tells_the_format() {
    let folder = Folder::with("a.CSV", "");
    for name in
        ["b.txt.gz", "c.parquet", "d.feather", "e.arrows", "f.dta", "g.XLSX", "h.xls", "i.ods", "j.sav", "k.ZSAV"]
    {
        folder.write(name, "");
    }
    let formats: Vec<_> = folder.find(&["*"]).unwrap().into_iter().map(|file| file.format).collect();
    use FileFormat::{ArrowIpc, Csv, Ods, Parquet, Spss, Stata, Xls, Xlsx};
    assert_eq!(formats, [Csv, Csv, Parquet, ArrowIpc, ArrowIpc, Stata, Xlsx, Xls, Ods, Spss, Spss]);
    let mut declared = source(&["*"]);
    declared.format = Some(Csv);
    assert!(find_files(folder.dir.path(), &declared).unwrap().iter().all(|file| file.format == Csv));
}

fn check(folder: &Folder, pattern: &str, code: &str, found: &str, candidates: &[&str]) {
    let problems = folder.find(&[pattern]).unwrap_err();
    let problem = problems.iter().next().unwrap();
    assert_eq!(problem.code.id(), code);
    assert_eq!(problem.place.file, pattern);
    assert!(problem.found.contains(found), "{}", problem.found);
    assert_eq!(problem.candidates, candidates);
}

#[test]
fn what_finds_nothing_names_the_folder_and_near_names() {
    let folder = Folder::with("data/enrolment_2023.csv", "");
    let data = folder.dir.path().join("data").to_string_lossy().into_owned();
    check(&folder, "data/enrollment_2023.csv", "D001", &data, &["enrolment_2023.csv"]);
    check(&folder, "data/enrollment_*.csv", "D001", &data, &["enrolment_2023.csv"]);
    check(&folder, "date/*.csv", "D001", "does not exist", &[]);
    check(&folder, "data", "D002", "a folder", &["enrolment_2023.csv"]);
    check(&folder, "data/***", "D001", "", &[]);
}

#[test]
fn an_unknown_ending_needs_a_declared_format() {
    let folder = Folder::with("a.docx", "");
    check(&folder, "a.docx", "D002", "another ending", &[]);
    folder.write("a.sas7bdat", "");
    check(&folder, "a.sas7bdat", "D002", "a file of SAS", &[]);
    assert_eq!(folder.find(&["a.docx", "b.csv"]).unwrap_err().len(), 2);
}

#[test]
fn specifications_below_a_folder() {
    let folder = Folder::with("mappings/cl/a.toml", "\u{feff}format = 1");
    folder.write("codelists/b.csv", "code\n");
    folder.write("README.md", "");
    folder.write(".git/c.toml", "");
    let texts = spec_folder(folder.dir.path()).unwrap();
    let expected = [("codelists/b.csv", "code\n"), ("mappings/cl/a.toml", "format = 1")];
    assert!(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).eq(expected));
    folder.write("codelists/b.csv", b"\xF1");
    let problems = spec_folder(folder.dir.path()).unwrap_err();
    assert_eq!(
        problems.iter().map(|p| (p.code.id(), p.place.file.as_str())).collect::<Vec<_>>(),
        [("S001", "codelists/b.csv")]
    );
    let gone = spec_folder(&folder.dir.path().join("gone")).unwrap_err();
    assert_eq!(gone.iter().next().unwrap().code.id(), "D001");
}

#[test]
fn a_text_file_and_a_hash() {
    let folder = Folder::with("batch.toml", "\u{feff}id = 1");
    let path = folder.dir.path().join("batch.toml");
    assert_eq!(text_file(&path, "batch.toml").unwrap(), "id = 1");
    assert_eq!(text_file(folder.dir.path(), "x").unwrap_err().code.id(), "D002");
    assert_eq!(text_file(&folder.dir.path().join("gone"), "gone").unwrap_err().code.id(), "D001");
    let bytes = fs::read(&path).unwrap();
    let file =
        |path: std::path::PathBuf| InputFile { path, name: "x.csv".to_owned(), format: FileFormat::Csv, member: None };
    let hashed = hash_file("s", &file(path)).unwrap();
    assert_eq!(hashed, (blake3::hash(&bytes).to_hex().to_string(), bytes.len() as u64));
    let gone = hash_file("s", &file(folder.dir.path().join("gone"))).unwrap_err();
    assert_eq!((gone.code.id(), gone.place.file.as_str(), gone.place.source.as_deref()), ("D001", "x.csv", Some("s")));
}
