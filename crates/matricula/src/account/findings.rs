//! Findings, in sentences.

use matricula_spec::Problem;

use super::words::{self, Term};
use super::{Block, Writer, number};

impl Writer<'_> {
    /// Findings that concern no source of the batch.
    pub(super) fn findings_on_the_batch(&mut self) {
        let of_source = |problem: &&Problem| {
            let source = problem.place.source.as_ref();
            source.is_some_and(|id| self.batch.sources.iter().any(|source| source.id == *id))
        };
        let others: Vec<String> =
            self.run.problems.iter().filter(|p| !of_source(p)).map(|p| self.sentence(p)).collect();
        if !others.is_empty() {
            self.heading(2, Term::OtherFindings);
            self.blocks.push(Block::List(others));
        }
    }

    /// Findings on one source.
    pub(super) fn findings_of(&mut self, source: &str) {
        let of_source = |problem: &&Problem| problem.place.source.as_deref() == Some(source);
        let sentences: Vec<String> =
            self.run.problems.iter().filter(of_source).map(|problem| self.sentence(problem)).collect();
        self.heading(3, Term::Findings);
        if sentences.is_empty() {
            self.paragraph(Term::NoFindings);
        } else {
            self.blocks.push(Block::List(sentences));
        }
    }

    fn sentence(&self, problem: &Problem) -> String {
        let severity = words::severity(problem.severity, self.language);
        let mut text = format!("{severity} {}. {}", problem.code.id(), problem.expected);
        text.push_str(&format!(" {}: {}", self.word(Term::Found), problem.found));
        if let Some(field) = &problem.place.field {
            text.push_str(&format!(", {} {field}", self.word(Term::At)));
        }
        if let Some(rows) = problem.rows {
            text.push_str(&format!(" ({}: {})", self.word(Term::RecordsConcerned), number(rows, self.language)));
        }
        text.push('.');
        if !problem.help.is_empty() {
            text.push_str(&format!(" {}: {}", self.word(Term::WhatToDo), problem.help));
        }
        text
    }
}
