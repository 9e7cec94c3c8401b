//! A copy of the sources into which all mutations are baked, each behind a switch that is read when a program starts.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::planted::{Form, Mutation, mutations};

/// The file with the switch, and what makes it part of a crate.
const SWITCH: &str = include_str!("switch.rs");
const USE_SWITCH: &str = "\nmod mutant;\npub(crate) use mutant::mutant;\n";

/// What the tests need of the project.
const COPIED: [&str; 6] = ["Cargo.toml", "Cargo.lock", "benches", "crates", "fixtures", "indicator-specs"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The target folder of the check, in which dependencies are built already; the copy of the sources stands in it, too.
pub(crate) fn target() -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().expect("the folder of a target").to_owned()
}

/// Makes the copy what it should be and says where it stands. A file that is right already is left alone, so that
/// cargo builds only what has changed since the last time.
pub(crate) fn baked_copy() -> PathBuf {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutations");
    let mut files = BTreeMap::new();
    for name in COPIED {
        gather(&root().join(name), Path::new(name), &mut files);
    }
    bake(&mut files);
    let mut old = BTreeMap::new();
    if copy.is_dir() {
        gather(&copy, Path::new(""), &mut old);
    }
    for path in old.keys().filter(|path| !files.contains_key(*path)) {
        fs::remove_file(copy.join(path)).expect("removed");
    }
    for (path, bytes) in files.iter().filter(|(path, bytes)| old.get(*path) != Some(bytes)) {
        let path = copy.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }
    copy
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the project");
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

fn gather(from: &Path, to: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    if from.is_file() {
        files.insert(to.to_owned(), fs::read(from).expect("a file of the project"));
        return;
    }
    for entry in entries(from) {
        gather(&entry, &to.join(entry.file_name().expect("a name")), files);
    }
}

/// Plants every mutation, and adds the switch to the crates that have any.
fn bake(files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    let mut planted: BTreeMap<PathBuf, Vec<(Range<usize>, String)>> = BTreeMap::new();
    for mutation in mutations() {
        let (path, place) = found(files, &mutation);
        planted.entry(path).or_default().push((place, switched(&mutation)));
    }
    for (path, mut changes) in planted {
        let mut text = text_of(files, &path);
        changes.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
        let apart = |pair: &[(Range<usize>, String)]| pair[1].0.end <= pair[0].0.start;
        assert!(changes.windows(2).all(apart), "two mutations of {} share a place", path.display());
        changes.iter().for_each(|(place, switched)| text.replace_range(place.clone(), switched));
        files.insert(path.clone(), text.into_bytes());
        add_switch(files, &crate_of(&path));
    }
}

fn text_of(files: &BTreeMap<PathBuf, Vec<u8>>, path: &Path) -> String {
    String::from_utf8(files[path].clone()).expect("a source file is text")
}

/// `crates/NAME` of a file below it.
fn crate_of(path: &Path) -> PathBuf {
    path.iter().take(2).collect()
}

fn add_switch(files: &mut BTreeMap<PathBuf, Vec<u8>>, of: &Path) {
    let (root, switch) = (of.join("src/lib.rs"), of.join("src/mutant.rs"));
    if files.insert(switch, SWITCH.as_bytes().to_vec()).is_none() {
        files.get_mut(&root).expect("a library").extend_from_slice(USE_SWITCH.as_bytes());
    }
}

/// The file of a mutation, in whichever crate it stands, and its place there: once, and not in a test.
fn found(files: &BTreeMap<PathBuf, Vec<u8>>, mutation: &Mutation) -> (PathBuf, Range<usize>) {
    let crates = entries(&root().join("crates"));
    let names = crates.iter().filter_map(|folder| folder.file_name());
    let paths = names.map(|name| Path::new("crates").join(name).join("src").join(mutation.file));
    let (before, original, after) = mutation.parts();
    let context = [before, original, after].concat();
    let mut places = Vec::new();
    for path in paths.filter(|path| files.contains_key(path)) {
        let text = text_of(files, &path);
        let tested = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (position, _) in tested.match_indices(&context) {
            let start = position + before.len();
            places.push((path.clone(), start..start + original.len()));
        }
    }
    assert_eq!(places.len(), 1, "`{context}` stands once in {}, and not in a test of it", mutation.file);
    places.remove(0)
}

/// The original and the planted text, and between them the switch.
fn switched(mutation: &Mutation) -> String {
    let ((_, original, _), planted) = (mutation.parts(), mutation.planted());
    let chosen = format!("crate::mutant({})", mutation.number);
    match mutation.form {
        Form::Expression => format!("(if {chosen} {{ {planted} }} else {{ {original} }})"),
        Form::Statement => format!("if {chosen} {{ {planted} }} else {{ {original} }}"),
        Form::Arm => {
            let guarded = |arm: &str, guard: &str| arm.replacen(" => ", &format!(" if {guard} => "), 1);
            format!("{} {}", guarded(&planted, &chosen), guarded(original, &format!("!{chosen}")))
        }
    }
}
