//! Arrows between the modules below the root, and what is taken from the root.

use std::collections::{BTreeMap, BTreeSet};

use super::resolve::{End, Found};
use super::tree::{Crate, ModuleId, ROOT};

/// From a module to one that it names, or whose names it takes.
pub(super) type Arrow = (String, String);

/// A path as it is written in a file. `Ord` sorts by file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mention {
    pub(super) file: String,
    pub(super) text: String,
}

/// What the modules of a crate say of each other.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub(super) arrows: BTreeMap<Arrow, BTreeSet<Mention>>,
    /// Sentences, one for each path that takes a name from the root.
    pub(super) from_root: BTreeSet<String>,
}

/// A path of a module, to be followed.
struct Step {
    path: Vec<String>,
    glob: bool,
    item: bool,
    text: String,
}

/// Follows every path of every module but the root, which may name them all.
pub(super) fn draw(tree: &Crate) -> Drawn {
    let mut drawn = Drawn::default();
    for module in ROOT + 1..tree.modules.len() {
        for step in steps(tree, module) {
            drawn.follow(tree, module, &step);
        }
    }
    drawn
}

fn steps(tree: &Crate, module: ModuleId) -> Vec<Step> {
    let contents = &tree.modules[module].contents;
    let is_module = |name: &String| {
        let imports = contents.imports.iter().map(|import| &import.path);
        contents.paths.iter().chain(imports).any(|path| path.len() > 1 && path.first() == Some(name))
    };
    let imports = contents.imports.iter().map(|import| Step {
        path: import.path.clone(),
        glob: import.glob,
        item: !import.glob && !import.name.as_ref().is_some_and(is_module),
        text: import.text(),
    });
    // A path in an expression or a type never ends at a module.
    let paths = contents.paths.iter();
    let paths = paths.map(|path| Step { path: path.clone(), glob: false, item: true, text: path.join("::") });
    imports.chain(paths).collect()
}

impl Drawn {
    fn follow(&mut self, tree: &Crate, module: ModuleId, step: &Step) {
        let found = tree.find(module, &step.path, step.item);
        // `Fate::Kept` with a `use` of `Fate`: the `use` is followed by itself.
        let imported_type = found.named.is_none() && !starts_here(&step.path);
        if imported_type {
            return;
        }
        for end in [found.named, found.end.module()].into_iter().flatten() {
            self.arrow(tree, module, end, &step.text);
        }
        if step.glob {
            self.glob(tree, module, &found, &step.text);
        }
        self.root(tree, module, step, &found);
    }

    fn arrow(&mut self, tree: &Crate, from: ModuleId, to: ModuleId, text: &str) {
        let (Some(start), Some(end)) = (tree.top(from), tree.top(to)) else { return };
        if start != end {
            let mention = Mention { file: tree.modules[from].file.clone(), text: text.to_owned() };
            self.arrows.entry((start.to_owned(), end.to_owned())).or_default().insert(mention);
        }
    }

    /// A glob brings the names that the module goes on to say, from wherever they are defined.
    fn glob(&mut self, tree: &Crate, module: ModuleId, found: &Found, text: &str) {
        let End::Module(target) = found.end else { return };
        let contents = &tree.modules[module].contents;
        let own = |word: &&String| {
            let imported = contents.imports.iter().any(|import| import.name.as_ref() == Some(*word));
            imported || contents.items.contains(*word)
        };
        for word in contents.words.iter().filter(|word| !own(word)) {
            if let Some(End::Item(definer)) = tree.name(target, word, module) {
                self.arrow(tree, module, definer, &format!("{text}` for `{word}"));
            }
        }
    }

    fn root(&mut self, tree: &Crate, module: ModuleId, step: &Step, found: &Found) {
        let advice = match &found.from_root {
            Some(name) => advice(tree, name),
            None if found.end == End::Module(ROOT) => "name the modules".to_owned(),
            None => return,
        };
        let (name, file) = (&tree.name, &tree.modules[module].file);
        self.from_root.insert(format!("crate {name}: {file} takes `{}` from the root: {advice}", step.text));
    }
}

fn starts_here(path: &[String]) -> bool {
    path.first().is_some_and(|first| ["crate", "self", "super"].contains(&first.as_str()))
}

/// Whence to take a name that is taken from the root.
fn advice(tree: &Crate, name: &str) -> String {
    let root = &tree.modules[ROOT].contents;
    let import = root.imports.iter().find(|import| import.name.as_deref() == Some(name));
    let written = import.map(|import| import.path.join("::")).unwrap_or_default();
    let written = written.trim_start_matches("crate::").trim_start_matches("self::");
    match tree.name(ROOT, name, ROOT) {
        Some(End::Outside) => format!("say `{written}`"),
        Some(End::Item(ROOT) | End::Module(ROOT)) | None => "it stands there and needs a module of its own".to_owned(),
        Some(End::Item(definer) | End::Module(definer)) => {
            let top = tree.top(definer).unwrap_or_default();
            let through_its_top = written.split("::").next() == Some(top);
            let defined = format!("{}::{name}", tree.modules[definer].path.join("::"));
            format!("say `crate::{}`", if through_its_top { written } else { &defined })
        }
    }
}
