//! Every error a specification can have, each with a file that has it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use matricula_spec::{Batch, Catalogue, ProblemCode, Problems, Severity};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/invalid-specs")
}

fn base() -> BTreeMap<String, String> {
    let root = folder().join("base");
    let mut files = BTreeMap::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("the base") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(&root).expect("below").to_string_lossy().into_owned();
                files.insert(name, fs::read_to_string(path).expect("text"));
            }
        }
    }
    files
}

/// The findings on a catalogue and, if it holds together, on its batch.
fn problems_of(mut files: BTreeMap<String, String>) -> Problems {
    let batch = files.remove("batch.toml").expect("a batch");
    let (catalogue, mut problems) = Catalogue::read(files);
    if let Some(catalogue) = catalogue {
        problems.extend(Batch::read(&batch, "batch.toml", &catalogue).1);
    }
    problems
}

struct Fixture {
    name: String,
    expected: String,
    path: String,
    /// A file of the base that is taken away.
    removes: Option<String>,
    text: String,
}

impl Fixture {
    /// The base with the fixture laid over it.
    fn files(&self) -> BTreeMap<String, String> {
        let mut files = base();
        files.insert(self.path.clone(), self.text.clone());
        if let Some(removed) = &self.removes {
            files.remove(removed).expect("what is removed is there");
        }
        files
    }
}

fn fixtures() -> Vec<Fixture> {
    let mut fixtures = Vec::new();
    for entry in fs::read_dir(folder()).expect("fixtures") {
        let path = entry.expect("an entry").path();
        let is_spec = path.extension().is_some_and(|ending| ending == "toml" || ending == "csv");
        if !is_spec {
            continue;
        }
        let text = fs::read_to_string(&path).expect("text");
        let find =
            |key: &str| text.lines().find_map(|line| line.strip_prefix(&format!("# {key}: "))).map(str::to_owned);
        let header = |key: &str| find(key).expect("a fixture says what it expects and where it goes");
        let removes = find("removes");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        fixtures.push(Fixture { name, expected: header("expected"), path: header("path"), removes, text });
    }
    fixtures
}

#[test]
fn nothing_is_wrong_with_the_base() {
    let problems = problems_of(base());
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn every_fixture_raises_exactly_what_it_says() {
    for fixture in fixtures() {
        let problems = problems_of(fixture.files());
        let Fixture { name, expected, .. } = fixture;
        let codes: BTreeSet<&str> = problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .map(|problem| problem.code.id())
            .collect();
        assert_eq!(codes, BTreeSet::from([expected.as_str()]), "{name}: {problems:#?}");
        for problem in &problems {
            assert!(!problem.place.file.is_empty(), "{name}: no file: {problem:#?}");
            assert!(problem.place.line.is_some_and(|line| line > 0), "{name}: no line: {problem:#?}");
            let texts = [&problem.expected, &problem.found, &problem.help];
            assert!(texts.into_iter().all(|text| !text.is_empty()), "{name}: an empty text: {problem:#?}");
        }
    }
}

#[test]
fn the_place_is_in_the_file_that_is_wrong() {
    for fixture in fixtures() {
        let problems = problems_of(fixture.files());
        let wrong = fixture.removes.as_ref().unwrap_or(&fixture.path);
        assert!(problems.iter().any(|problem| problem.place.file == *wrong), "{}: {problems:#?}", fixture.name);
    }
}

#[test]
fn every_code_of_a_specification_has_a_fixture() {
    let expected: BTreeSet<String> = fixtures().into_iter().map(|fixture| fixture.expected).collect();
    let codes = ProblemCode::ALL.iter().map(|code| code.id()).filter(|code| code.starts_with('S'));
    let without: Vec<&str> = codes.filter(|code| !expected.contains(*code)).collect();
    assert!(without.is_empty(), "no fixture for {without:?}");
}

#[test]
fn a_name_that_was_probably_meant_is_offered() {
    let check = |path: &str, from: &str, to: &str, candidate: &str| {
        let mut files = base();
        let text = files[path].replacen(from, to, 1);
        files.insert(path.to_owned(), text);
        let problems = problems_of(files);
        let offered = problems.iter().any(|problem| problem.candidates.iter().any(|name| name == candidate));
        assert!(offered, "{candidate} is not offered: {problems:#?}");
    };
    check("indicators/GER.1.toml", "\"mobility\"]", "\"movility\"]", "mobility");
    check("indicators/GER.1.toml", "[\"L1\"]", "[\"L11\"]", "L1");
    check("batch.toml", "\"all\"", "\"GER1\"", "GER.1");
    check("batch.toml", "mapping = \"records\"", "mapping = \"recods\"", "records");
}
