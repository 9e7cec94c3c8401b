//! The text of one file, and where in it something stands.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;

use super::names::nearest;
use crate::problem::{Place, Problem, ProblemCode};

/// One file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
}

impl Text<'_> {
    /// The place of a span, as line and column from 1.
    pub(crate) fn at(&self, span: Range<usize>) -> Place {
        let before = &self.text[..span.start.min(self.text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Place {
            file: self.path.to_owned(),
            line: u32::try_from(line).ok(),
            column: u32::try_from(column).ok(),
            ..Place::default()
        }
    }

    /// The place of something that is named in the file.
    pub(crate) fn of<T>(&self, named: &Spanned<T>) -> Place {
        self.at(named.span())
    }

    /// The place of a line of a table, from 1.
    pub(crate) fn line(&self, line: u32) -> Place {
        Place { file: self.path.to_owned(), line: Some(line), ..Place::default() }
    }

    /// The file as a whole.
    pub(crate) fn whole(&self) -> Place {
        self.line(1)
    }

    /// The file's name without its ending.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// The file as TOML.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Box<Problem>> {
        toml::from_str(self.text).map_err(|error| {
            let place = self.at(error.span().unwrap_or(0..0));
            let found = error.message().lines().next().unwrap_or_default().to_owned();
            let help = "`indicator-specs/README.md` lists the keys of every kind of file.";
            let candidates = probably_meant(&found);
            let expected = "The file is TOML with the keys of its kind.";
            let problem = Problem::error(ProblemCode::NotReadable, place, expected, found);
            Box::new(problem.help(help).candidates(candidates))
        })
    }
}

/// Of the names that the parser allows, those near the one it met: the first that it quotes.
fn probably_meant(message: &str) -> Vec<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    match quoted.next() {
        Some(met) if message.starts_with("unknown ") => nearest(met, quoted.collect()),
        _ => Vec::new(),
    }
}
