//! Findings are data: what was expected, what was found, where, and what to do.
//!
//! A problem never holds a record's value. How many rows it concerns is kept apart from
//! its text, so that whoever shows it can withhold a small count.

pub use crate::problem_codes::ProblemCode;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing that depends on it is written.
    Error,
    /// The result stands; someone should look.
    Warning,
}

/// Where a finding stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// File, as the user named it or relative to the catalogue.
    pub file: String,
    /// Line, from 1, of a specification; never of a file of records.
    pub line: Option<u32>,
    /// Column on the line, from 1.
    pub column: Option<u32>,
    /// Key of a specification, or column of a data file.
    pub field: Option<String>,
    /// The source of the batch it concerns.
    pub source: Option<String>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its kind; public and documented.
    pub code: ProblemCode,
    /// How serious it is.
    pub severity: Severity,
    /// Where it stands.
    pub place: Place,
    /// The rule, as a sentence.
    pub expected: String,
    /// What stands there instead: a lower-case fragment, never a record's value.
    pub found: String,
    /// What to do.
    pub help: String,
    /// Names that were probably meant.
    pub candidates: Vec<String>,
    /// How many rows it concerns. Small counts must not reach a terminal.
    pub rows: Option<u64>,
}

impl Problem {
    /// An error at a place.
    #[must_use]
    pub fn error(code: ProblemCode, place: Place, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            place,
            expected: expected.into(),
            found: found.into(),
            help: String::new(),
            candidates: Vec::new(),
            rows: None,
        }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(code: ProblemCode, place: Place, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place, expected, found) }
    }

    /// With a sentence on what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// With names that were probably meant.
    #[must_use]
    pub fn candidates(mut self, candidates: Vec<String>) -> Self {
        self.candidates = candidates;
        self
    }

    /// With the number of rows it concerns.
    #[must_use]
    pub fn rows(mut self, rows: u64) -> Self {
        self.rows = Some(rows);
        self
    }
}

/// Findings, collected: as many at once as possible.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    items: Vec<Problem>,
}

impl Problems {
    /// Adds a finding.
    pub fn push(&mut self, problem: Problem) {
        self.items.push(problem);
    }

    /// Adds all of another collection.
    pub fn extend(&mut self, other: Self) {
        self.items.extend(other.items);
    }

    /// All findings, in the order of their places, then codes.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.items.sort_by(|a, b| {
            (a.severity, &a.place.source, &a.place, a.code.id(), &a.expected, &a.found).cmp(&(
                b.severity,
                &b.place.source,
                &b.place,
                b.code.id(),
                &b.expected,
                &b.found,
            ))
        });
        self
    }

    /// The findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.items.iter()
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether one of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(|p| p.severity == Severity::Error)
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

impl From<Box<Problem>> for Problems {
    /// A finding that comes alone.
    fn from(problem: Box<Problem>) -> Self {
        Self { items: vec![*problem] }
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<I: IntoIterator<Item = Problem>>(problems: I) -> Self {
        Self { items: problems.into_iter().collect() }
    }
}
