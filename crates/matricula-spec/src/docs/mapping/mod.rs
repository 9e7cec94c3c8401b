//! The crosswalk of a national mapping, as a document for the office that produces the file to sign.

mod facts;
mod sheets;
mod variables;
mod words;

use super::markdown::{self, table_head, table_row};
use super::words::Language;
use crate::model::catalogue::Catalogue;
use crate::model::dimension::{CodeId, DimensionId};
use crate::model::mapping::Mapping;
use words::{Term, term};

pub use sheets::{Sheet, mapping_sheets};

/// Says in every document where it comes from.
const GENERATED: &str = "<!-- Generated from indicator-specs by `matricula mapping`. -->\n\n";

/// The crosswalk of a mapping in Markdown: where it comes from, what is counted, how each of our variables is given,
/// every row of its tables, and a place to sign.
#[must_use]
pub fn mapping_document(catalogue: &Catalogue, mapping: &Mapping, language: Language) -> String {
    let mut document = Document { catalogue, mapping, language, form: Form::Markdown, blocks: Vec::new() };
    document.facts();
    document.variables();
    document.signature();
    GENERATED.to_owned() + &document.blocks.iter().map(Block::markdown).collect::<String>()
}

/// How names and sentences are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Markdown,
    /// As they are, for the cells of a sheet.
    Plain,
}

/// A piece of the document.
#[derive(Debug)]
enum Block {
    Title(String),
    Heading(String),
    Section(String),
    Paragraph(String),
    Line(String),
    Item(String),
    Fact(String, String),
    Table(Vec<String>, Vec<Vec<String>>),
}

impl Block {
    fn markdown(&self) -> String {
        match self {
            Self::Title(text) => format!("# {text}\n\n"),
            Self::Heading(text) => format!("\n## {text}\n\n"),
            Self::Section(text) => format!("\n### {text}\n\n"),
            Self::Paragraph(text) => format!("{text}\n\n"),
            Self::Line(text) => format!("{text}\n"),
            Self::Item(text) => format!("- {text}\n"),
            Self::Fact(name, value) => format!("- {name}: {value}\n"),
            Self::Table(head, rows) => table_head(head) + &rows.iter().map(|row| table_row(row)).collect::<String>(),
        }
    }
}

struct Document<'a> {
    catalogue: &'a Catalogue,
    mapping: &'a Mapping,
    language: Language,
    form: Form,
    blocks: Vec<Block>,
}

impl Document<'_> {
    fn facts(&mut self) {
        self.header();
        self.mobility();
        self.scope();
        self.identifiers();
        self.coverage();
        self.wide_columns();
    }

    fn word(&self, of: Term) -> &'static str {
        term(of, self.language)
    }

    fn line(&mut self, line: &str) {
        self.blocks.push(Block::Line(line.to_owned()));
    }

    fn item(&mut self, item: String) {
        self.blocks.push(Block::Item(item));
    }

    fn heading(&mut self, of: Term) {
        self.blocks.push(Block::Heading(self.word(of).to_owned()));
    }

    fn fact(&mut self, name: Term, value: &str) {
        self.blocks.push(Block::Fact(self.word(name).to_owned(), value.to_owned()));
    }

    fn paragraph(&mut self, of: Term) {
        self.blocks.push(Block::Paragraph(self.word(of).to_owned()));
    }

    fn table(&mut self, head: &[String], rows: impl Iterator<Item = Vec<String>>) {
        self.blocks.push(Block::Table(head.to_vec(), rows.collect()));
    }

    /// A name or code of the file.
    fn quoted(&self, text: &str) -> String {
        match self.form {
            Form::Markdown => markdown::code(text),
            Form::Plain => text.to_owned(),
        }
    }

    /// Names, one after the other.
    fn all(&self, names: &[String]) -> String {
        names.iter().map(|name| self.quoted(name)).collect::<Vec<_>>().join(", ")
    }

    /// A sentence or name of a specification.
    fn prose(&self, text: &str) -> String {
        match self.form {
            Form::Markdown => markdown::prose(text),
            Form::Plain => text.to_owned(),
        }
    }

    /// A code, with its label where it says more.
    fn labelled(&self, dimension: DimensionId, code: CodeId) -> String {
        let [id, label] = self.code(dimension, code);
        if label.is_empty() { id } else { format!("{id} {label}") }
    }

    /// A code as it is written, and its label in the language.
    fn code(&self, dimension: DimensionId, code: CodeId) -> [String; 2] {
        let code = self.catalogue.dimension(dimension).codes.code(code);
        [self.quoted(&code.id), self.prose(self.language.of(&code.label))]
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
