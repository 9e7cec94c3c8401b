//! The packages of the workspace, as Cargo sees them, and the files of their crates.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::tree::{Crate, Files};
use crate::architecture::cargo;

/// A package of the workspace.
pub(super) struct Package {
    pub(super) name: String,
    /// Root files of its library and its binaries.
    roots: Vec<PathBuf>,
    /// Other packages of the workspace that it needs.
    pub(super) needs: Vec<Need>,
}

pub(super) struct Need {
    pub(super) name: String,
    /// Whether its tests and benches alone need it.
    pub(super) tests_only: bool,
}

/// Every package of the workspace.
pub(super) fn packages() -> Vec<Package> {
    let text = cargo(&["metadata", "--no-deps", "--format-version", "1", "--locked"]);
    let metadata: Value = serde_json::from_str(&text).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages.iter().map(package).collect()
}

fn package(value: &Value) -> Package {
    let list = |key: &str| value[key].as_array().expect("a list").iter();
    let is_root = |target: &&Value| {
        let kinds = target["kind"].as_array().expect("kinds");
        kinds.iter().any(|kind| kind == "lib" || kind == "bin" || kind == "proc-macro")
    };
    let of_the_workspace = |dependency: &&Value| dependency["path"].is_string();
    Package {
        name: text(&value["name"]),
        roots: list("targets").filter(is_root).map(|target| text(&target["src_path"]).into()).collect(),
        needs: list("dependencies").filter(of_the_workspace).map(need).collect(),
    }
}

fn need(value: &Value) -> Need {
    Need { name: text(&value["name"]), tests_only: value["kind"] == "dev" }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

impl Package {
    /// A tree of modules for its library and for each of its binaries.
    pub(super) fn crates(&self) -> Vec<Crate> {
        let read = |root: &PathBuf| {
            let folder = root.parent().expect("a file has a folder");
            let name = root.file_name().expect("a file has a name").to_string_lossy();
            Crate::read(&self.name, &name, &files_below(folder))
        };
        self.roots.iter().map(read).collect()
    }

    /// Files beside its roots that belong to none of its crates.
    pub(super) fn strays(&self, crates: &[Crate]) -> Vec<String> {
        let is_source = |folder: &&Path| folder.ends_with("src");
        let Some(folder) = self.roots.iter().filter_map(|root| root.parent()).find(is_source) else {
            return Vec::new();
        };
        let files = files_below(folder).into_keys();
        files.filter(|file| !crates.iter().any(|read| read.files().contains(file.as_str()))).collect()
    }
}

fn files_below(folder: &Path) -> Files {
    let mut open = vec![folder.to_owned()];
    let mut files = Files::new();
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let below = path.strip_prefix(folder).expect("below the folder");
                let names: Vec<_> = below.iter().map(|name| name.to_string_lossy()).collect();
                files.insert(names.join("/"), fs::read_to_string(&path).expect("a source is text"));
            }
        }
    }
    files
}
