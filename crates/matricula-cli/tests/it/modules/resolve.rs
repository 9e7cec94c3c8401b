//! What a path leads to: through modules, their `use` and their globs, to the module that defines the name.

use super::tree::{Crate, ModuleId, ROOT};
use super::use_tree::Import;

/// Where a path ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Module(ModuleId),
    /// A name that this module defines, or that nothing better is known of.
    Item(ModuleId),
    /// Another crate, or a name of a function's own.
    Outside,
}

impl End {
    pub(super) fn module(self) -> Option<ModuleId> {
        match self {
            Self::Module(module) | Self::Item(module) => Some(module),
            Self::Outside => None,
        }
    }
}

/// What became of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) end: End,
    /// The first module that the path names, before any `use` of that module is followed.
    pub(super) named: Option<ModuleId>,
    /// The name that was taken from the root though it is no module there.
    pub(super) from_root: Option<String>,
}

/// Names that are being looked for, so that two modules that re-export each other come to an end.
#[derive(Default)]
struct Open(Vec<(ModuleId, String, bool)>);

impl Crate {
    /// Follows a path that stands in the module `from`. Where a function and a module share the last name,
    /// `item` says that the function is meant.
    pub(super) fn find(&self, from: ModuleId, path: &[String], item: bool) -> Found {
        self.follow(from, path, item, &mut Open::default())
    }

    /// What a name is in a module, seen from another.
    pub(super) fn name(&self, module: ModuleId, name: &str, viewer: ModuleId) -> Option<End> {
        self.member(module, name, viewer, true, &mut Open::default())
    }

    fn follow(&self, from: ModuleId, path: &[String], item: bool, open: &mut Open) -> Found {
        let (mut at, mut rest) = self.start(from, path);
        let mut found = Found { end: End::Module(at), named: None, from_root: None };
        while let Some((name, after)) = rest.split_first() {
            let next = self.member(at, name, from, item && after.is_empty(), open);
            if at == ROOT && from != ROOT && !self.is_below_root(name, next) {
                found.from_root = Some(name.clone());
            }
            let first_of_all = rest.len() == path.len();
            found.end = next.unwrap_or(if first_of_all { End::Outside } else { End::Item(at) });
            let End::Module(module) = found.end else { break };
            found.named = found.named.or((module != ROOT).then_some(module));
            (at, rest) = (module, after);
        }
        found
    }

    /// The module that `crate`, `self` and `super` lead to, and what is left of the path.
    fn start<'a>(&self, from: ModuleId, path: &'a [String]) -> (ModuleId, &'a [String]) {
        let (mut at, mut rest) = (from, path);
        while let Some((name, after)) = rest.split_first() {
            at = match name.as_str() {
                "crate" => ROOT,
                "self" => at,
                "super" => self.modules[at].parent,
                _ => break,
            };
            rest = after;
        }
        (at, rest)
    }

    fn is_below_root(&self, name: &str, end: Option<End>) -> bool {
        let child = self.modules[ROOT].children.get(name);
        child.is_some_and(|child| end == Some(End::Module(*child)))
    }

    fn member(&self, module: ModuleId, name: &str, viewer: ModuleId, item: bool, open: &mut Open) -> Option<End> {
        let looked_for = (module, name.to_owned(), item);
        if open.0.contains(&looked_for) {
            return None;
        }
        open.0.push(looked_for);
        let child = self.modules[module].children.get(name).map(|child| End::Module(*child));
        let child_first = child.filter(|_| !item);
        let found = child_first
            .or_else(|| self.imported(module, name, viewer, item, open))
            .or_else(|| self.modules[module].contents.items.contains(name).then_some(End::Item(module)))
            .or(child)
            .or_else(|| self.globbed(module, name, viewer, item, open));
        open.0.pop();
        found
    }

    fn imported(&self, module: ModuleId, name: &str, viewer: ModuleId, item: bool, open: &mut Open) -> Option<End> {
        let imports = self.visible(module, viewer).filter(|import| import.name.as_deref() == Some(name));
        let ends: Vec<End> = imports.map(|import| self.follow(module, &import.path, item, open).end).collect();
        let inside = ends.iter().find(|end| **end != End::Outside);
        inside.or(ends.first()).copied()
    }

    fn globbed(&self, module: ModuleId, name: &str, viewer: ModuleId, item: bool, open: &mut Open) -> Option<End> {
        let globs = self.visible(module, viewer).filter(|import| import.glob);
        let mut ends = globs.filter_map(|import| match self.follow(module, &import.path, false, open).end {
            End::Module(target) => self.member(target, name, module, item, open),
            End::Item(_) | End::Outside => None,
        });
        ends.find(|end| *end != End::Outside)
    }

    /// The `use` of a module as another sees them: those in functions only from inside, private ones from below.
    fn visible(&self, module: ModuleId, viewer: ModuleId) -> impl Iterator<Item = &Import> {
        let below = self.is_within(viewer, module);
        let imports = self.modules[module].contents.imports.iter();
        imports.filter(move |import| {
            let private = import.outer && below;
            viewer == module || private || import.outer && import.public
        })
    }
}
