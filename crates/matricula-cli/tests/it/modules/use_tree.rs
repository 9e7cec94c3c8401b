//! `use` trees, flattened: `use crate::{a::b, c as d};` brings `crate::a::b` and `crate::c`.

use proc_macro2::{Delimiter, TokenTree};

use super::tokens::{is_punct, is_separator, word};

/// One name that a `use` brings into a module, or all names of another module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Import {
    pub(super) path: Vec<String>,
    /// The name it has here; nothing for `as _` and for a glob.
    pub(super) name: Option<String>,
    pub(super) glob: bool,
    /// Whether other modules may take it from here.
    pub(super) public: bool,
    /// Whether it stands between the items of the module, not in the body of a function.
    pub(super) outer: bool,
}

impl Import {
    /// As it would be written alone.
    pub(super) fn text(&self) -> String {
        let path = self.path.join("::");
        if self.glob { format!("{path}::*") } else { path }
    }
}

/// The imports between `use` and `;`. None where the first name is one outside the crate for certain (`::name`).
pub(super) fn imports(tree: &[TokenTree], public: bool, outer: bool) -> Vec<Import> {
    let mut reading = Reading { public, outer, found: Vec::new() };
    reading.branch(tree, &[]);
    reading.found
}

/// A descent into the branches of one `use`.
struct Reading {
    public: bool,
    outer: bool,
    found: Vec<Import>,
}

impl Reading {
    fn branch(&mut self, tree: &[TokenTree], above: &[String]) {
        let mut path = above.to_vec();
        // `$crate` in a macro is the crate.
        let mut rest = if is_punct(tree.first(), '$') { &tree[1..] } else { tree };
        while let Some(name) = word(rest.first()) {
            path.push(name);
            if !is_separator(&rest[1..]) {
                self.leaf(path, word_after_as(rest));
                return;
            }
            rest = &rest[3..];
        }
        match rest.first() {
            Some(TokenTree::Punct(star)) if star.as_char() == '*' => self.add(path, None, true),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let branches = inner.split(|token| is_punct(Some(token), ','));
                branches.for_each(|branch| self.branch(branch, &path));
            }
            _ => {}
        }
    }

    fn leaf(&mut self, mut path: Vec<String>, renamed: Option<String>) {
        // `a::{self}` is `a`.
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let name = renamed.or_else(|| path.last().cloned()).filter(|name| name != "_");
        self.add(path, name, false);
    }

    fn add(&mut self, path: Vec<String>, name: Option<String>, glob: bool) {
        self.found.push(Import { path, name, glob, public: self.public, outer: self.outer });
    }
}

/// `name as other`, from `name`.
fn word_after_as(rest: &[TokenTree]) -> Option<String> {
    (word(rest.get(1)).as_deref() == Some("as")).then(|| word(rest.get(2))).flatten()
}
