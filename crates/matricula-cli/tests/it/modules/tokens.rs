//! From the text of a file to what its modules declare, import and name.
//!
//! Tokens, not lines: what stands in comments and strings is no path, what stands in the body of a macro is one.

use std::collections::BTreeSet;
use std::mem;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

use super::use_tree::{Import, imports};

/// What one module holds; a tree of modules that stand inline in the same file.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// Names of functions, types, constants and macros that stand between its items.
    pub(super) items: BTreeSet<String>,
    pub(super) imports: Vec<Import>,
    /// Paths of two names or more outside of `use`.
    pub(super) paths: Vec<Vec<String>>,
    /// Every name in it, for names that a glob brings.
    pub(super) words: BTreeSet<String>,
    pub(super) modules: Vec<Declaration>,
    /// Whether `#[macro_use]` lets the macros of a module pass to others without a path.
    pub(super) macro_use: bool,
}

/// `mod name;` or `mod name { … }`.
#[derive(Debug)]
pub(super) struct Declaration {
    pub(super) name: String,
    /// The file that `#[path = "…"]` names.
    pub(super) file: Option<String>,
    pub(super) body: Option<Contents>,
}

/// What a file holds, or why it is not Rust.
pub(super) fn contents(text: &str) -> Result<Contents, String> {
    let stream: TokenStream = text.parse().map_err(|error| format!("{error}"))?;
    Ok(module(stream))
}

fn module(stream: TokenStream) -> Contents {
    let mut walk = Walk::default();
    walk.stream(stream);
    walk.contents
}

/// A pass over the tokens of one module, in order.
#[derive(Default)]
struct Walk {
    contents: Contents,
    /// How many brackets deep; items of the module stand at none.
    depth: usize,
    /// Whether the token before was `pub`.
    public: bool,
    /// What `#[path = "…"]` named, until its `mod`.
    file: Option<String>,
}

impl Walk {
    fn stream(&mut self, stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut rest = tokens.as_slice();
        while !rest.is_empty() {
            rest = &rest[self.step(rest)..];
        }
    }

    /// Takes what stands first and says how many tokens it was.
    fn step(&mut self, rest: &[TokenTree]) -> usize {
        if let Some(taken) = visibility(rest) {
            self.public = true;
            return taken;
        }
        let public = mem::take(&mut self.public);
        match &rest[0] {
            TokenTree::Group(group) => self.below(group.stream()),
            TokenTree::Literal(_) => 1,
            TokenTree::Punct(_) => self.punctuation(rest),
            TokenTree::Ident(_) => {
                let taken = self.import(rest, public).or_else(|| self.declaration(rest));
                taken.unwrap_or_else(|| self.path(rest))
            }
        }
    }

    fn below(&mut self, stream: TokenStream) -> usize {
        self.depth += 1;
        self.stream(stream);
        self.depth -= 1;
        1
    }

    fn punctuation(&mut self, rest: &[TokenTree]) -> usize {
        if is_separator(rest) {
            // `::std::fs`, or what follows the brackets of a type: no path of this crate starts here.
            return 2 + names(&rest[2..]).1;
        }
        let next = word(rest.get(1));
        match punct(rest.first()) {
            Some('#') => self.attribute(rest),
            // A lifetime, or a variable of a macro; `$crate` is a path.
            Some('\'') if next.is_some() => 2,
            Some('$') if next.is_some_and(|name| name != "crate") => 2,
            _ => 1,
        }
    }

    /// `#[…]` or `#![…]`.
    fn attribute(&mut self, rest: &[TokenTree]) -> usize {
        let at = if is_punct(rest.get(1), '!') { 2 } else { 1 };
        let Some(TokenTree::Group(group)) = rest.get(at) else { return 1 };
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        match word(inner.first()).as_deref() {
            // A comment for readers of the documentation.
            Some("doc") => {}
            Some("macro_use") => self.contents.macro_use = true,
            Some("path") => self.file = inner.last().and_then(string),
            _ => {
                self.below(group.stream());
                self.paths_in_strings(group.stream());
            }
        }
        at + 1
    }

    /// Attributes name functions in strings: `#[serde(with = "crate::a::b")]`.
    fn paths_in_strings(&mut self, stream: TokenStream) {
        for token in stream {
            if let TokenTree::Group(group) = &token {
                self.paths_in_strings(group.stream());
            }
            let tokens = string(&token).and_then(|text| text.parse::<TokenStream>().ok());
            let tokens: Vec<TokenTree> = tokens.into_iter().flatten().collect();
            let (path, taken) = names(&tokens);
            let from_here = path.first().is_some_and(|first| ["crate", "self", "super"].contains(&first.as_str()));
            if from_here && path.len() > 1 && taken == tokens.len() {
                self.contents.paths.push(path);
            }
        }
    }

    /// `use …;`. In a type, `use<…>` is none.
    fn import(&mut self, rest: &[TokenTree], public: bool) -> Option<usize> {
        if word(rest.first())? != "use" || is_punct(rest.get(1), '<') {
            return None;
        }
        let end = rest.iter().position(|token| is_punct(Some(token), ';'))?;
        self.contents.imports.extend(imports(&rest[1..end], public, self.depth == 0));
        Some(end + 1)
    }

    /// `mod name`, with its body where it has one; or the word before the name of another item.
    fn declaration(&mut self, rest: &[TokenTree]) -> Option<usize> {
        let keyword = word(rest.first())?;
        if keyword == "macro_rules" && self.depth == 0 {
            self.contents.items.extend(word(rest.get(2)));
            return Some(1);
        }
        let name = word(rest.get(1))?;
        match keyword.as_str() {
            "mod" => Some(self.submodule(name, rest.get(2))),
            "fn" | "struct" | "enum" | "union" | "trait" | "type" | "const" | "static" if self.depth == 0 => {
                self.contents.items.insert(name);
                Some(1)
            }
            _ => None,
        }
    }

    fn submodule(&mut self, name: String, after: Option<&TokenTree>) -> usize {
        let body = match after {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => Some(module(group.stream())),
            _ => None,
        };
        let taken = if body.is_some() { 3 } else { 2 };
        let file = self.file.take();
        self.contents.modules.push(Declaration { name, file, body });
        taken
    }

    fn path(&mut self, rest: &[TokenTree]) -> usize {
        let (path, taken) = names(rest);
        self.contents.words.extend(path.iter().cloned());
        if path.len() > 1 {
            self.contents.paths.push(path);
        }
        taken
    }
}

/// `pub`, `pub(crate)`, `pub(in crate::a)`; in `pub (crate::a::B)` only the `pub`, for the bracket is a type.
fn visibility(rest: &[TokenTree]) -> Option<usize> {
    (word(rest.first())? == "pub").then_some(())?;
    let Some(TokenTree::Group(group)) = rest.get(1) else { return Some(1) };
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let first = word(inner.first()).unwrap_or_default();
    let restricted = first == "in" || inner.len() == 1 && ["crate", "self", "super"].contains(&first.as_str());
    Some(if group.delimiter() == Delimiter::Parenthesis && restricted { 2 } else { 1 })
}

/// The names of the path that stands first, and how many tokens they take.
fn names(rest: &[TokenTree]) -> (Vec<String>, usize) {
    let Some(first) = word(rest.first()) else { return (Vec::new(), 0) };
    let (mut path, mut at) = (vec![first], 1);
    while is_separator(&rest[at..]) {
        let Some(next) = word(rest.get(at + 2)) else { break };
        path.push(next);
        at += 3;
    }
    (path, at)
}

/// A name, without the mark of a raw one.
pub(super) fn word(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(name)) => Some(name.to_string().trim_start_matches("r#").to_owned()),
        _ => None,
    }
}

fn punct(token: Option<&TokenTree>) -> Option<char> {
    match token {
        Some(TokenTree::Punct(mark)) => Some(mark.as_char()),
        _ => None,
    }
}

pub(super) fn is_punct(token: Option<&TokenTree>, mark: char) -> bool {
    punct(token) == Some(mark)
}

/// Whether `::` stands first.
pub(super) fn is_separator(rest: &[TokenTree]) -> bool {
    let joint = |mark: &TokenTree| matches!(mark, TokenTree::Punct(mark) if mark.spacing() == Spacing::Joint);
    is_punct(rest.first(), ':') && rest.first().is_some_and(joint) && is_punct(rest.get(1), ':')
}

/// What a string literal without escapes says.
fn string(token: &TokenTree) -> Option<String> {
    let text = token.to_string();
    matches!(token, TokenTree::Literal(_)).then_some(())?;
    Some(text.strip_prefix('"')?.strip_suffix('"')?.to_owned())
}
