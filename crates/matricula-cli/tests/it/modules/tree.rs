//! The modules of one crate, found from its root by `mod` as the compiler finds them.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::{Contents, Declaration, contents};

/// Texts of files, by their path below the folder of the root.
pub(super) type Files = BTreeMap<String, String>;

/// The place of a module in [`Crate::modules`].
pub(super) type ModuleId = usize;

/// The root stands first.
pub(super) const ROOT: ModuleId = 0;

/// An arena of modules.
#[derive(Debug)]
pub(super) struct Crate {
    pub(super) name: String,
    pub(super) modules: Vec<Module>,
    /// Files that could not be found or read, or that hide arrows.
    pub(super) faults: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Module {
    /// From the root, which has none: `["harmonize", "pseudonym"]`.
    pub(super) path: Vec<String>,
    /// The root is its own.
    pub(super) parent: ModuleId,
    pub(super) file: String,
    pub(super) children: BTreeMap<String, ModuleId>,
    pub(super) contents: Contents,
}

/// Where a module stands: its file, and the folder of the modules that it declares.
struct Place {
    file: String,
    folder: String,
}

impl Crate {
    /// Reads `root` and every file that a `mod` leads to.
    pub(super) fn read(name: &str, root: &str, files: &Files) -> Self {
        let mut read = Self { name: name.to_owned(), modules: Vec::new(), faults: Vec::new() };
        let place = Place { file: root.to_owned(), folder: folder_of(root) };
        let contents = read.file(root, files);
        read.add(ROOT, Vec::new(), &place, contents, files);
        read
    }

    pub(super) fn files(&self) -> BTreeSet<&str> {
        self.modules.iter().map(|module| module.file.as_str()).collect()
    }

    /// The name of the module below the root that a module is, or is in. None for the root.
    pub(super) fn top(&self, module: ModuleId) -> Option<&str> {
        self.modules[module].path.first().map(String::as_str)
    }

    /// The names of all modules below the root.
    pub(super) fn tops(&self) -> BTreeSet<&str> {
        self.modules[ROOT].children.keys().map(String::as_str).collect()
    }

    /// Whether `module` is `above` or in it.
    pub(super) fn is_within(&self, module: ModuleId, above: ModuleId) -> bool {
        self.modules[module].path.starts_with(&self.modules[above].path)
    }

    fn file(&mut self, file: &str, files: &Files) -> Contents {
        let text = files.get(file).ok_or_else(|| "there is no such file".to_owned());
        text.and_then(|text| contents(text)).unwrap_or_else(|fault| {
            self.faults.push(format!("crate {}: {file}: {fault}", self.name));
            Contents::default()
        })
    }

    fn add(&mut self, parent: ModuleId, path: Vec<String>, place: &Place, mut contents: Contents, files: &Files) {
        let id = self.modules.len();
        let file = place.file.clone();
        if contents.macro_use {
            let advice = "`#[macro_use]` hides arrows: let macros be taken by `pub(crate) use`";
            self.faults.push(format!("crate {}: {file}: {advice}", self.name));
        }
        let declarations = std::mem::take(&mut contents.modules);
        self.modules.push(Module { path, parent, file, children: BTreeMap::new(), contents });
        for declaration in declarations {
            self.declared(id, place, declaration, files);
        }
    }

    fn declared(&mut self, parent: ModuleId, above: &Place, declaration: Declaration, files: &Files) {
        let Declaration { name, file, body } = declaration;
        let place = placed(above, &name, file, body.is_some(), files);
        let contents = body.unwrap_or_else(|| self.file(&place.file, files));
        let path = self.modules[parent].path.iter().chain([&name]).cloned().collect();
        let id = self.modules.len();
        self.modules[parent].children.insert(name, id);
        self.add(parent, path, &place, contents, files);
    }
}

/// Where a module stands that a module above declares, inline or in a file that may be named.
fn placed(above: &Place, name: &str, file: Option<String>, inline: bool, files: &Files) -> Place {
    let folder = join(&above.folder, name);
    if inline {
        return Place { file: above.file.clone(), folder };
    }
    if let Some(file) = file {
        let file = join(&folder_of(&above.file), &file);
        return Place { folder: folder_of(&file), file };
    }
    let inside = format!("{folder}/mod.rs");
    let file = if files.contains_key(&inside) { inside } else { format!("{folder}.rs") };
    Place { file, folder }
}

fn folder_of(file: &str) -> String {
    file.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_owned())
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
