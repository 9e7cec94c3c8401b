//! Every package asks for the same features of the dependencies that it shares with others, so that `cargo test -p` of
//! one builds nothing that `cargo test --workspace` has not built.

use std::collections::{BTreeMap, BTreeSet};

use crate::architecture::cargo;

/// What the selected packages are built from: by name and version of a dependency, the lists of its features.
/// A dependency has two lists where build scripts or procedural macros take it with other features than the program.
type Features = BTreeMap<String, BTreeSet<String>>;

fn features(selection: &[&str], edges: &str) -> Features {
    let asked = ["--edges", edges, "--prefix", "none", "--locked", "--format", "{p}\t{f}"];
    let mut features = Features::new();
    for line in cargo(&[&["tree"], selection, &asked].concat()).lines() {
        // The mark that a package stood before.
        let line = line.strip_suffix(" (*)").unwrap_or(line);
        if let Some((package, list)) = line.split_once('\t') {
            features.entry(package.to_owned()).or_default().insert(list.to_owned());
        }
    }
    features
}

/// The names of the packages of the workspace.
fn packages() -> BTreeSet<String> {
    let tree = cargo(&["tree", "--workspace", "--depth", "0", "--prefix", "none", "--locked", "--format", "{p}"]);
    tree.lines().filter_map(|line| Some(line.split_once(' ')?.0.to_owned())).collect()
}

/// What of `one` is built otherwise in `all`, a line a dependency.
fn differences(package: &str, one: &Features, all: &Features) -> Vec<String> {
    let nothing = BTreeSet::new();
    let mut lines = Vec::new();
    for (dependency, lists) in one {
        let in_all = all.get(dependency).unwrap_or(&nothing);
        for list in lists.difference(in_all) {
            lines.push(format!("{dependency} in {package} has [{list}], in the workspace {in_all:?}"));
        }
    }
    lines
}

/// Along these edges everything is built that a test, a bench or a lint needs.
const ALL_EDGES: &str = "normal,build,dev";

/// How a difference is mended.
const MEND: &str = "Pin the features that are missing in [workspace.dependencies]. Where the package takes the \
    dependency through others only, name it in fixtures/feature-set/Cargo.toml (among [build-dependencies] if build \
    scripts or procedural macros take it), and matricula-feature-set among the [dev-dependencies] of the package.";

#[test]
fn each_package_asks_for_the_features_of_the_whole_workspace() {
    let all = features(&["--workspace"], ALL_EDGES);
    let packages = packages();
    assert!(packages.len() > 4 && all.len() > 100, "{packages:?}, {} dependencies", all.len());
    let of = |name: &String| differences(name, &features(&["--package", name], ALL_EDGES), &all);
    let differ: Vec<String> = packages.iter().flat_map(of).collect();
    assert!(differ.is_empty(), "{}\n\n{MEND}", differ.join("\n"));
}

#[test]
fn documentation_and_programs_are_built_with_the_features_of_the_tests() {
    let all = features(&["--workspace"], ALL_EDGES);
    let differ = differences("the workspace without tests", &features(&["--workspace"], "normal,build"), &all);
    assert!(differ.is_empty(), "{}\n\n{MEND}", differ.join("\n"));
}

#[test]
fn a_difference_names_the_dependency_the_package_and_the_features() {
    let of = |lists: &[&str]| -> Features {
        [("memchr v2".to_owned(), lists.iter().map(|list| (*list).to_owned()).collect())].into()
    };
    assert!(differences("one", &of(&["std"]), &of(&["alloc", "std"])).is_empty());
    let lines = differences("one", &of(&["std"]), &of(&["alloc,std"]));
    assert_eq!(lines, ["memchr v2 in one has [std], in the workspace {\"alloc,std\"}"]);
}
