//! The account for people: what became of every source, told source by source, in one language.
//!
//! It is content without a format; `store` writes it as Markdown and as HTML.
//! Counts are exact and source codes are spelled out: it belongs in the restricted folder.

mod breakdowns;
mod findings;
mod flows;
mod sources;
mod variables;
mod words;

use matricula_spec::docs::Language;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::{Batch, Catalogue};

use crate::results::Run;
use words::{Term, term};

/// The account of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) language: Language,
    pub(crate) title: String,
    pub(crate) blocks: Vec<Block>,
}

/// A piece of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    /// Of the second to fourth level.
    Heading(u8, String),
    Paragraph(String),
    /// What must not be overlooked.
    Notice(String),
    List(Vec<String>),
    Table {
        head: Vec<String>,
        rows: Vec<Vec<Cell>>,
    },
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// A sentence or name.
    Text(String),
    /// A code of a list or file, as it stands there.
    Code(String),
    /// A number of records or bytes.
    Number(u64),
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// A number for people: thousands apart.
pub(crate) fn number(number: u64, language: Language) -> String {
    let digits = number.to_string();
    // A blank that does not break lines: point and comma are read differently from country to country.
    let between = language.one_of((",", "\u{a0}", "\u{a0}"));
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push_str(between);
        }
        text.push(digit);
    }
    text
}

/// Builds it.
pub(crate) fn account(catalogue: &Catalogue, batch: &Batch, run: &Run, language: Language) -> Account {
    let title = format!("{}: {}", term(Term::Title, language), batch.id);
    let mut writer = Writer { catalogue, batch, run, language, blocks: Vec::new() };
    writer.opening();
    writer.findings_on_the_batch();
    let lacking = breakdowns::lacking(run);
    for source in &batch.sources {
        writer.source(source);
        writer.findings_of(&source.id);
        writer.variables(source);
        writer.breakdowns(&source.id, &lacking);
    }
    writer.flows();
    writer.without_source(&lacking);
    Account { language, title, blocks: writer.blocks }
}

struct Writer<'a> {
    catalogue: &'a Catalogue,
    batch: &'a Batch,
    run: &'a Run,
    language: Language,
    blocks: Vec<Block>,
}

impl Writer<'_> {
    fn word(&self, of: Term) -> &'static str {
        term(of, self.language)
    }

    fn heading(&mut self, level: u8, of: Term) {
        self.blocks.push(Block::Heading(level, self.word(of).to_owned()));
    }

    fn paragraph(&mut self, of: Term) {
        self.blocks.push(Block::Paragraph(self.word(of).to_owned()));
    }

    fn table<const N: usize>(&mut self, head: [Term; N], rows: Vec<Vec<Cell>>) {
        let head = head.map(|name| self.word(name).to_owned()).to_vec();
        self.blocks.push(Block::Table { head, rows });
    }

    /// A dimension's label and name.
    fn name(&self, dimension: DimensionId) -> String {
        let dimension = self.catalogue.dimension(dimension);
        format!("{} ({})", self.language.of(&dimension.label), dimension.id)
    }

    /// A code and its label.
    fn labelled(&self, dimension: DimensionId, code: CodeId) -> String {
        let code = self.catalogue.dimension(dimension).codes.code(code);
        format!("{} ({})", self.language.of(&code.label), code.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(number(0, Language::En), "0");
        assert_eq!(number(999, Language::En), "999");
        assert_eq!(number(1_234_567, Language::En), "1,234,567");
        assert_eq!(number(1_000, Language::Es), "1\u{a0}000");
    }
}
