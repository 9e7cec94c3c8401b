//! The crosswalk as sheets of a workbook: the facts, the variables, a sheet for each table, and a place to sign.

use super::words::Term;
use super::{Block, Document, Form};
use crate::docs::terms;
use crate::docs::words::Language;
use crate::model::catalogue::Catalogue;
use crate::model::dimension::DimensionId;
use crate::model::mapping::{Mapping, Recode, RecodeRow, Variable};

/// A sheet: a head and rows of equally many cells, all of them text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// The names over its columns.
    pub head: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// The crosswalk of a mapping as sheets, with the same content as its document.
#[must_use]
pub fn mapping_sheets(catalogue: &Catalogue, mapping: &Mapping, language: Language) -> Vec<Sheet> {
    let mut document = Document { catalogue, mapping, language, form: Form::Plain, blocks: Vec::new() };
    document.facts();
    let mut sheets = vec![document.facts_sheet(), document.variables_sheet()];
    sheets.extend(document.wide_sheet());
    sheets.extend(mapping.recodes.iter().enumerate().map(|(position, recode)| document.recode_sheet(position, recode)));
    sheets.push(document.signature_sheet());
    sheets
}

impl Document<'_> {
    /// Two columns: what it is about, and what is said.
    fn facts_sheet(&self) -> Sheet {
        let head = vec![self.word(Term::Title).to_owned(), self.prose(self.language.of(&self.mapping.label))];
        let mut rows = Vec::new();
        let mut about = String::new();
        for block in &self.blocks {
            let (name, text) = match block {
                Block::Heading(text) | Block::Section(text) => {
                    about.clone_from(text);
                    continue;
                }
                Block::Fact(name, value) => (name, value),
                Block::Paragraph(text) | Block::Line(text) | Block::Item(text) => (&about, text),
                Block::Title(_) | Block::Table(..) => continue,
            };
            if !text.is_empty() {
                rows.push(vec![name.clone(), text.clone()]);
            }
        }
        Sheet { name: self.word(Term::Mapping).to_owned(), head, rows }
    }

    fn variables_sheet(&self) -> Sheet {
        let head = [Term::Variable, Term::Code, Term::HowGiven, Term::Table].map(|name| self.word(name).to_owned());
        let silent = self.silent();
        let rows = self.catalogue.dimension_ids().filter_map(|dimension| {
            let (how, table) = match self.mapping.variables.get(&dimension) {
                Some(variable) => (self.sentences(dimension, variable).join(" "), self.table_of(variable)),
                None if silent.contains(&dimension) => (self.word(Term::NotSpokenOf).to_owned(), String::new()),
                None if self.mapping.unpivot.iter().any(|column| column.codes.contains_key(&dimension)) => {
                    (self.word(Term::Unpivoted).to_owned(), self.word(Term::WideColumns).to_owned())
                }
                None => return None,
            };
            let [label, id] = self.names(dimension);
            Some(vec![label, id, how, table])
        });
        Sheet { name: self.word(Term::Variables).to_owned(), head: head.to_vec(), rows: rows.collect() }
    }

    fn names(&self, dimension: DimensionId) -> [String; 2] {
        let dimension = self.catalogue.dimension(dimension);
        [self.language.of(&dimension.label).to_owned(), dimension.id.clone()]
    }

    fn table_of(&self, variable: &Variable) -> String {
        match variable {
            Variable::Recode { recode, .. } => self.mapping.recodes[*recode].id.clone(),
            _ => String::new(),
        }
    }

    /// The columns that become records: the only table among the facts.
    fn wide_sheet(&self) -> Option<Sheet> {
        let name = self.word(Term::WideColumns).to_owned();
        self.blocks.iter().find_map(|block| match block {
            Block::Table(head, rows) => Some(Sheet { name: name.clone(), head: head.clone(), rows: rows.clone() }),
            _ => None,
        })
    }

    /// A table in full: the codes of the file, then each of our codes that it gives.
    fn recode_sheet(&self, position: usize, recode: &Recode) -> Sheet {
        let used = |output: &usize| {
            let variable = Variable::Recode { recode: position, output: *output };
            self.mapping.variables.get(&recode.gives[*output]) == Some(&variable)
        };
        let outputs: Vec<usize> = (0..recode.gives.len()).filter(used).collect();
        let mut head: Vec<String> =
            recode.columns.iter().map(|column| format!("{} {column}", self.word(Term::SourceCode))).collect();
        for output in &outputs {
            let [label, id] = self.names(recode.gives[*output]);
            head.extend([format!("{label} ({id})"), format!("{label}: {}", self.word(Term::Label))]);
        }
        let after = [Term::RelationHead, Term::Valid, Term::OutOfScope, Term::Note];
        head.extend(after.map(|name| self.word(name).to_owned()));
        let rows = recode.rows.iter().map(|row| self.cells(recode, &outputs, row)).collect();
        Sheet { name: recode.id.clone(), head, rows }
    }

    fn cells(&self, recode: &Recode, outputs: &[usize], row: &RecodeRow) -> Vec<String> {
        let mut cells: Vec<String> = row.keys.iter().map(|key| self.key(key)).collect();
        for output in outputs {
            let given = row.codes.get(*output).filter(|_| row.out_of_scope.is_none());
            cells.extend(given.map(|code| self.code(recode.gives[*output], *code)).unwrap_or_default());
        }
        let relation = match row.out_of_scope {
            None => terms::relation(row.relation, self.language),
            Some(_) => "",
        };
        cells.extend([relation.to_owned(), self.years(row.validity)]);
        cells.extend([row.out_of_scope.clone().unwrap_or_default(), row.note.clone()]);
        cells
    }

    fn signature_sheet(&self) -> Sheet {
        let head = vec![self.word(Term::Signature).to_owned(), self.word(Term::Confirmation).to_owned()];
        let named = [Term::Name, Term::Office, Term::Date, Term::Signature];
        let rows = named.map(|name| vec![self.word(name).to_owned(), String::new()]).to_vec();
        Sheet { name: self.word(Term::Signature).to_owned(), head, rows }
    }
}
