//! The invariants of ARCHITECTURE.md that can be read off the source text and the lock file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Licences that may be linked into the binary.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that must not be built, and why.
const BANNED: &[(&str, &str)] = &[
    ("serde_yaml", "it is archived"),
    ("polars-lazy", "the lazy engine triples the build"),
    ("polars-stream", "the lazy engine triples the build"),
    ("openssl-sys", "nothing here speaks to a network"),
];

/// Crates that a program may be made of besides the command line.
const LIBRARIES: [&str; 3] = ["crates/matricula-engine/src", "crates/matricula-read/src", "crates/matricula/src"];

/// A file is read in one sitting.
const MOST_LINES: usize = 500;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What cargo says of the project.
pub(crate) fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).args(arguments).current_dir(root()).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("what cargo says is text")
}

fn sources_below(folder: &str) -> Vec<(PathBuf, String)> {
    let mut open = vec![root().join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the project") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("a source file is text");
                files.push((path, text));
            }
        }
    }
    files
}

/// The part of a source file before its tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

fn assert_absent(folder: &str, needles: &[&str], except: &[&str]) {
    for (path, text) in sources_below(folder) {
        let shown = path.display().to_string();
        let tests = shown.ends_with("tests.rs") || shown.contains("/src/tests/");
        let excepted = tests || except.iter().any(|part| shown.contains(part));
        for needle in needles.iter().filter(|_| !excepted) {
            let holds = |line: &&str| line.contains(needle) && !line.trim().starts_with("//");
            let found = without_tests(&text).lines().find(holds);
            assert!(found.is_none(), "{shown} holds `{needle}`");
        }
    }
}

#[test]
fn the_specification_crate_sees_no_data_and_opens_no_file() {
    let needles = [
        "std::fs",
        "std::env",
        "std::net",
        "std::process",
        "std::time",
        "polars::",
        "arrow::",
        "println!",
        "eprintln!",
    ];
    assert_absent("crates/matricula-spec/src", &needles, &[]);
    let manifest = fs::read_to_string(root().join("crates/matricula-spec/Cargo.toml")).expect("a manifest");
    let dependencies = manifest.split("[dependencies]").nth(1).and_then(|rest| rest.split('[').next());
    let lines = dependencies.unwrap_or_default().lines();
    let names: Vec<_> = lines.filter_map(|line| line.split(['.', ' ', '=']).next()).filter(|n| !n.is_empty()).collect();
    assert_eq!(names, ["csv", "serde", "toml"]);
}

#[test]
fn the_libraries_never_print_and_read_neither_environment_nor_clock() {
    let needles = ["std::env", "std::time", "current_dir", "println!", "eprintln!", "dbg!", "std::process"];
    for library in LIBRARIES {
        assert_absent(library, &needles, &[]);
    }
}

#[test]
fn no_figure_is_computed_in_single_precision() {
    // A file may hold such numbers; `matricula-read` turns them into text.
    for library in ["crates/matricula-engine/src", "crates/matricula/src"] {
        assert_absent(library, &["f32"], &[]);
    }
}

#[test]
fn only_the_readers_the_store_and_the_spool_touch_files() {
    let needles = ["std::fs", "fs::File", "File::open", "File::create", "tempfile::"];
    assert_absent("crates/matricula-engine/src", &needles, &["/src/spool.rs"]);
    assert_absent("crates/matricula/src", &needles, &["/src/store/"]);
}

#[test]
fn every_file_is_read_in_one_sitting() {
    for folder in ["crates", "benches", "fixtures/generator"] {
        for (path, text) in sources_below(folder) {
            let lines = text.lines().count();
            assert!(lines <= MOST_LINES, "{} has {lines} lines; {MOST_LINES} at most", path.display());
        }
    }
}

#[test]
fn dependencies_have_known_licences_and_come_from_the_registry() {
    let packages = built();
    for Package { name, from, licence } in &packages {
        assert!(!from.contains("://"), "{name} does not come from the registry: {from}");
        let banned = BANNED.iter().find(|(banned, _)| banned == name);
        assert!(banned.is_none(), "{name} is banned: {}", banned.map_or("", |(_, why)| *why));
        assert!(allowed(licence), "{name} has the licence `{licence}`, which is not on the list");
    }
    assert!(packages.len() > 50, "{} packages only", packages.len());
}

/// A package that is built for the workspace.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    /// Empty for the registry, else a folder or an address.
    from: String,
    licence: String,
}

/// What is built, with the features in use; the lock file also names what is switched off.
fn built() -> BTreeSet<Package> {
    let edges = ["--edges", "normal,build,dev", "--prefix", "none"];
    let tree = cargo(&[&["tree", "--workspace", "--locked", "--format", "{p}\t{l}"], &edges[..]].concat());
    tree.lines().filter_map(package).collect()
}

/// `name v1.2.3 (from)<tab>licence`; nothing for an empty line.
fn package(line: &str) -> Option<Package> {
    let (package, licence) = line.split_once('\t')?;
    let (name, rest) = package.split_once(" v")?;
    let from = rest.split_once(" (").map_or("", |(_, from)| from).trim_end_matches([')', '*', ' ', '(']);
    let licence = licence.trim_end_matches(" (*)");
    Some(Package { name: name.to_owned(), from: from.to_owned(), licence: licence.to_owned() })
}

/// Whether some alternative of a licence expression consists of listed licences only.
fn allowed(expression: &str) -> bool {
    let listed = |licence: &str| LICENCES.contains(&licence.trim());
    let plain = expression.replace('/', " OR ");
    // `(A OR B) AND C` holds if C is listed and A or B is.
    plain.split(" AND ").all(|part| {
        let part = part.replace(['(', ')'], " ");
        part.split(" OR ").any(listed)
    })
}

#[test]
fn licence_expressions_are_understood() {
    assert!(allowed("MIT OR GPL-3.0"));
    assert!(allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
    assert!(allowed("Unlicense/MIT"));
    assert!(!allowed("GPL-3.0"));
    assert!(!allowed("MIT AND GPL-3.0"));
    assert!(!allowed(""));
}
