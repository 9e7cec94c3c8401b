//! The crosswalk of a national mapping, as a document for the office that produces the file to sign.

mod facts;
mod variables;
mod words;

use std::fmt::Write as _;

use super::markdown::{prose, table_head, table_row};
use super::words::Language;
use crate::model::catalogue::Catalogue;
use crate::model::dimension::{CodeId, DimensionId};
use crate::model::mapping::Mapping;
use words::{Term, term};

/// Says in every document where it comes from.
const GENERATED: &str = "<!-- Generated from indicator-specs by `matricula mapping`. -->\n\n";

/// The crosswalk of a mapping in Markdown: where it comes from, what is counted, how each of our variables is given,
/// every row of its tables, and a place to sign.
#[must_use]
pub fn mapping_document(catalogue: &Catalogue, mapping: &Mapping, language: Language) -> String {
    let mut document = Document { catalogue, mapping, language, text: GENERATED.to_owned() };
    document.header();
    document.mobility();
    document.scope();
    document.identifiers();
    document.coverage();
    document.wide_columns();
    document.variables();
    document.signature();
    document.text
}

struct Document<'a> {
    catalogue: &'a Catalogue,
    mapping: &'a Mapping,
    language: Language,
    text: String,
}

impl Document<'_> {
    fn word(&self, of: Term) -> &'static str {
        term(of, self.language)
    }

    fn line(&mut self, line: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn heading(&mut self, of: Term) {
        let heading = format!("\n## {}\n", self.word(of));
        self.line(&heading);
    }

    fn fact(&mut self, name: Term, value: &str) {
        let fact = format!("- {}: {value}", self.word(name));
        self.line(&fact);
    }

    fn paragraph(&mut self, of: Term) {
        let paragraph = format!("{}\n", self.word(of));
        self.line(&paragraph);
    }

    fn table(&mut self, head: &[String], rows: impl Iterator<Item = Vec<String>>) {
        self.text.push_str(&table_head(head));
        rows.for_each(|row| self.text.push_str(&table_row(&row)));
    }

    /// A code, with its label where it says more.
    fn labelled(&self, dimension: DimensionId, code: CodeId) -> String {
        let [id, label] = self.code(dimension, code);
        if label.is_empty() { id } else { format!("{id} {label}") }
    }

    /// A code as it is written, and its label in the language.
    fn code(&self, dimension: DimensionId, code: CodeId) -> [String; 2] {
        let code = self.catalogue.dimension(dimension).codes.code(code);
        [super::markdown::code(&code.id), prose(self.language.of(&code.label))]
    }

    fn signature(&mut self) {
        self.heading(Term::Signature);
        self.paragraph(Term::Confirmation);
        let named = [Term::Name, Term::Office, Term::Date, Term::Signature];
        let rows = named.map(|name| vec![self.word(name).to_owned(), "_".repeat(40)]);
        self.table(&[String::new(), String::new()], rows.into_iter());
    }
}

#[cfg(test)]
mod tests;
