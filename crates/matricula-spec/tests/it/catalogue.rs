//! The catalogue of the project: nothing is wrong with it, and every link from a method sheet leads somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use matricula_spec::docs::{Language, method_pages, method_sheet};
use matricula_spec::model::synonyms::{CERTAIN, Tells};
use matricula_spec::{Catalogue, Problem};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn catalogue() -> Catalogue {
    let folder = root().join("indicator-specs");
    let mut files = BTreeMap::new();
    let mut open = vec![folder.clone()];
    while let Some(below) = open.pop() {
        for entry in fs::read_dir(below).expect("a folder of the catalogue") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "toml" || ending == "csv") {
                let name = path.strip_prefix(&folder).expect("below").to_string_lossy().into_owned();
                files.insert(name, fs::read_to_string(path).expect("text"));
            }
        }
    }
    let (catalogue, problems) = Catalogue::read(files);
    let told = |problem: &Problem| {
        let Problem { code, place, expected, found, .. } = problem;
        format!("{} {}:{}: {expected} Found: {found}", code.id(), place.file, place.line.unwrap_or_default())
    };
    let told: Vec<String> = problems.iter().map(told).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    catalogue.expect("a catalogue")
}

#[test]
fn nothing_is_wrong_with_the_catalogue_and_every_sheet_says_something() {
    let catalogue = catalogue();
    for language in Language::ALL {
        for indicator in catalogue.indicators() {
            let sheet = method_sheet(&catalogue, indicator, language);
            assert!(!sheet.contains("()"), "an empty remark in {}: {sheet}", indicator.id);
        }
    }
}

#[test]
fn pages_have_names_that_any_file_system_tells_apart() {
    let names: Vec<String> = method_pages(&catalogue(), Language::En).into_keys().collect();
    let mut lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    lower.sort();
    lower.dedup();
    assert_eq!(lower.len(), names.len(), "{names:?}");
}

#[test]
fn worked_cases_are_there() {
    let missing = |name: &&String| !root().join(format!("fixtures/worked/{name}.md")).is_file();
    let catalogue = catalogue();
    let named = catalogue.indicators().iter().filter_map(|indicator| indicator.worked.as_ref());
    let missing: BTreeSet<_> = named.filter(missing).collect();
    assert!(missing.is_empty(), "no worked case {missing:?}");
}

#[test]
fn no_value_means_two_codes_of_a_dimension_without_a_doubt() {
    let catalogue = catalogue();
    let mut meant = BTreeMap::new();
    for synonym in &catalogue.synonyms().words {
        if let Tells::Code(dimension, code) = synonym.tells
            && synonym.weight >= CERTAIN
        {
            let key = (dimension, synonym.words.join(" "), synonym.beside.clone());
            let other = meant.insert(key, code).filter(|other| *other != code);
            assert_eq!(other, None, "{:?} of {}", synonym.words, catalogue.dimension(dimension).id);
        }
    }
    assert!(meant.len() > 700, "{} values only", meant.len());
}
