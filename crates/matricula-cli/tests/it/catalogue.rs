//! `matricula catalogue` and `matricula sheets`: what is made from the catalogue.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use matricula_spec::docs::{Language, method_pages};

use crate::support::{World, matricula};

/// The line of an indicator, its cells set apart by one blank or more.
fn line<'a>(table: &'a str, id: &str) -> &'a str {
    table.lines().find(|line| line.split_whitespace().next() == Some(id)).unwrap_or_default()
}

#[test]
fn all_indicators_are_listed_with_what_they_need() {
    let said = matricula(Path::new("."), &["catalogue"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let (catalogue, _) = matricula::open_catalogue(None);
    let catalogue = catalogue.expect("the catalogue");
    assert_eq!(said.out.lines().count(), catalogue.indicators().len() + 1);
    let ger = line(&said.out, "GER.1");
    assert!(ger.contains(" ratio ") && ger.contains("population by age_class"), "{ger}");
    let said = matricula(Path::new("."), &["catalogue", "--language", "pt"]);
    assert!(said.out.starts_with("Indicador") && line(&said.out, "GER.1").contains(" razão "), "{}", said.out);
}

#[test]
fn a_batch_is_told_what_it_can_feed() {
    let world = World::new(10);
    let said = matricula(world.path(), &["catalogue", "batch.toml", "--specs", "specs"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let ends = |id: &str, verdict: &str| {
        let line = line(&said.out, id);
        assert!(line.contains(verdict), "{id}: {line}");
    };
    ends("GER.1", "  yes");
    ends("SOTM.1", "  yes");
    // The tiny file has one year and does not say who repeats.
    ends("DR.1", "lacks: students by repeater (");
}

#[test]
fn a_batch_that_is_not_there_is_said() {
    let world = World::new(10);
    let said = matricula(world.path(), &["catalogue", "nowhere.toml"]);
    assert_eq!(said.code, Some(3));
    assert!(said.err.contains("error[D001] nowhere.toml"), "{}", said.err);
    let said = matricula(world.path(), &["catalogue", "--specs", "nowhere"]);
    assert_eq!(said.code, Some(3), "{}", said.err);
    let said = matricula(world.path(), &["catalogue", "--language", "fr"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
}

#[test]
fn sheets_are_written_in_three_languages_and_nothing_else_is_touched() {
    let world = World::new(10);
    world.file("methods/es/notes.md", "mine");
    world.file("methods/es/GER.md", "an old page");
    let said = matricula(world.path(), &["sheets", "methods"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert_eq!(world.names("methods"), ["en", "es", "pt"]);
    let notes = fs::read_to_string(world.path().join("methods/es/notes.md")).expect("a file");
    assert_eq!(notes, "mine");
    let page = fs::read_to_string(world.path().join("methods/es/GER.md")).expect("a page");
    assert!(page.contains("Tasa bruta de matrícula"), "{page}");
    assert!(world.names("methods/en").contains(&"README.md".to_owned()));
    assert!(world.names("methods/en").iter().all(|name| name.ends_with(".md") && !name.starts_with('.')));
}

#[test]
fn sheets_go_to_a_folder() {
    let world = World::new(10);
    let said = matricula(world.path(), &["sheets", "chl.csv"]);
    assert_eq!(said.code, Some(3));
    assert!(said.err.contains("cannot make the folder `chl.csv/en`"), "{}", said.err);
    world.file("methods/en", "a file");
    let said = matricula(world.path(), &["sheets", "methods"]);
    assert_eq!(said.code, Some(3));
    assert!(said.err.contains("`methods/en` is not a folder"), "{}", said.err);
    assert_eq!(matricula(world.path(), &["sheets"]).code, Some(2));
}

#[test]
fn method_pages_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/methods");
    let (catalogue, _) = matricula::open_catalogue(None);
    let catalogue = catalogue.expect("the catalogue");
    for language in Language::ALL {
        let folder = root.join(language.code());
        let read = |entry: fs::DirEntry| {
            let text = fs::read_to_string(entry.path()).expect("a page");
            (entry.file_name().to_string_lossy().into_owned(), text)
        };
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        let written: BTreeMap<String, String> = entries.map(read).collect();
        let pages = method_pages(&catalogue, language);
        let stale: Vec<&String> = pages.keys().filter(|name| written.get(*name) != pages.get(*name)).collect();
        let left: Vec<&String> = written.keys().filter(|name| !pages.contains_key(*name)).collect();
        let shown = folder.display();
        assert!(stale.is_empty(), "stale in {shown}: {stale:?}; write them with `matricula sheets docs/methods`");
        assert!(left.is_empty(), "of no indicator in {shown}: {left:?}; take them away");
    }
}
