//! Arrows between crates.

use std::collections::BTreeSet;

use super::assert_none;
use super::house::{ABSENT, FLOORS, FOR_TESTS, READERS_ALONE};
use super::workspace::{Need, Package, packages};
use crate::architecture::cargo;

/// Why a package may not need another; nothing if it may.
fn complaint(name: &str, need: &Need) -> Option<String> {
    let Some((_, below)) = FLOORS.iter().find(|(floor, _)| *floor == name) else {
        return Some(format!("{name} has no row among the floors"));
    };
    let needed = need.name.as_str();
    let allowed = below.contains(&needed) || need.tests_only && FOR_TESTS.contains(&needed);
    (!allowed).then(|| format!("{name} needs {needed}, which is not below it"))
}

/// The packages of a tree of dependencies that belong to a family: `polars` and `polars-core`, not `polarstern`.
fn of_family<'a>(tree: &'a BTreeSet<String>, family: &str) -> Vec<&'a str> {
    let names = tree.iter().map(String::as_str);
    let belongs =
        |name: &&str| name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']));
    names.filter(belongs).collect()
}

/// Every package that is linked into a crate or runs when it is built.
fn tree(name: &str) -> BTreeSet<String> {
    let format = ["--prefix", "none", "--locked", "--format", "{p}"];
    let text = cargo(&[&["tree", "-p", name, "--edges", "normal,build"][..], &format].concat());
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn crates_need_only_crates_below_them() {
    let packages = packages();
    let rows = packages.iter().filter(|package| !FLOORS.iter().any(|(floor, _)| *floor == package.name));
    let rowless = rows.map(|package| format!("{} has no row among the floors", package.name));
    let needs = |package: &Package| -> Vec<String> {
        package.needs.iter().filter_map(|need| complaint(&package.name, need)).collect()
    };
    assert_none(&rowless.chain(packages.iter().flat_map(needs)).collect::<Vec<_>>());
}

#[test]
fn no_floor_stands_on_itself() {
    let mut below = BTreeSet::new();
    let mut open: Vec<_> = FLOORS.iter().collect();
    while let Some(at) = open.iter().position(|(_, needs)| needs.iter().all(|need| below.contains(need))) {
        below.insert(open.remove(at).0);
    }
    assert!(open.is_empty(), "these rows need one another: {open:?}");
}

#[test]
fn heavy_packages_stay_on_their_floor() {
    let packages = packages();
    let built = |name: &str| packages.iter().any(|package| package.name == name);
    for (name, families) in ABSENT.iter().filter(|(name, _)| built(name)) {
        let tree = tree(name);
        assert!(tree.contains(*name), "cargo tree names {name} itself");
        for family in *families {
            assert_eq!(of_family(&tree, family), Vec::<&str>::new(), "in the tree of {name}");
        }
    }
}

#[test]
fn what_opens_files_is_for_the_readers_alone() {
    for Package { name, .. } in packages().iter().filter(|package| package.name != "matricula-read") {
        let text = cargo(&["tree", "-p", name, "--edges", "normal", "--depth", "1", "--prefix", "none", "--locked"]);
        let direct: BTreeSet<String> =
            text.lines().filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect();
        for family in READERS_ALONE {
            assert_eq!(of_family(&direct, family), Vec::<&str>::new(), "{name} names it");
        }
    }
}

#[test]
fn a_family_is_told_by_its_first_name() {
    let tree = ["arrow", "arrow-array", "arrowhead", "clap_lex", "polars-arrow"].map(str::to_owned).into();
    assert_eq!(of_family(&tree, "arrow"), ["arrow", "arrow-array"]);
    assert_eq!(of_family(&tree, "clap"), ["clap_lex"]);
    assert_eq!(of_family(&tree, "polars"), ["polars-arrow"]);
}

#[test]
fn a_need_upwards_is_told() {
    let need = |name: &str, tests_only| Need { name: name.to_owned(), tests_only };
    let told = |name, needed: &Need| complaint(name, needed).unwrap_or_default();
    assert_eq!(told("matricula", &need("matricula-spec", false)), "");
    assert_eq!(told("matricula", &need("matricula-fixtures", true)), "");
    assert_eq!(
        told("matricula", &need("matricula-fixtures", false)),
        "matricula needs matricula-fixtures, which is not below it"
    );
    assert_eq!(
        told("matricula-spec", &need("matricula", true)),
        "matricula-spec needs matricula, which is not below it"
    );
    assert_eq!(told("matricula-other", &need("matricula", false)), "matricula-other has no row among the floors");
}
