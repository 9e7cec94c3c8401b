//! How each of our variables is given, with the tables in full.

use super::words::{self, Term};
use super::{Block, Document};
use crate::docs::terms;
use crate::model::dimension::{CodeId, DimensionId};
use crate::model::mapping::{BirthDate, Derived, Recode, RecodeRow, Unlisted, Validity, Variable};

impl Document<'_> {
    pub(super) fn variables(&mut self) {
        self.heading(Term::Variables);
        self.line(self.word(Term::RelationIntroduction));
        let mapping = self.mapping;
        for dimension in self.catalogue.dimension_ids() {
            let unpivoted = mapping.unpivot.iter().any(|column| column.codes.contains_key(&dimension));
            match mapping.variables.get(&dimension) {
                Some(variable) => self.variable(dimension, variable),
                None if unpivoted => {
                    self.section(dimension);
                    self.line(&format!("{}.", self.word(Term::Unpivoted)));
                }
                None => {}
            }
        }
        self.not_spoken_of();
    }

    fn section(&mut self, dimension: DimensionId) {
        let name = self.name(dimension);
        self.blocks.push(Block::Section(name));
    }

    fn variable(&mut self, dimension: DimensionId, variable: &Variable) {
        self.section(dimension);
        self.sentences(dimension, variable).iter().for_each(|sentence| self.line(sentence));
        if let Variable::Recode { recode, output } = variable {
            self.line("");
            self.recode(dimension, &self.mapping.recodes[*recode], *output);
        }
    }

    /// How a variable is given, in which years, and how bands of it are split.
    pub(super) fn sentences(&self, dimension: DimensionId, variable: &Variable) -> Vec<String> {
        let mut sentences = vec![self.way(dimension, variable)];
        if let Some(years) = self.mapping.available.get(&dimension) {
            let years = self.years(*years);
            sentences.push(format!("{}: {years}; {}.", self.word(Term::Usable), self.word(Term::OutsideYears)));
        }
        if let Some(method) = self.mapping.splits.get(&dimension) {
            sentences.push(words::split(*method, self.language).to_owned());
        }
        sentences
    }

    /// How a variable is given, as sentences.
    fn way(&self, dimension: DimensionId, variable: &Variable) -> String {
        let and_unlisted = |way: String, of: Unlisted| format!("{way}. {}", words::unlisted(of, self.language));
        match variable {
            Variable::Column { name, unlisted } => {
                and_unlisted(format!("{} {}", self.word(Term::ColumnHolds), self.quoted(name)), *unlisted)
            }
            Variable::Fixed(of) => format!("{}: {}.", self.word(Term::Fixed), self.labelled(dimension, *of)),
            Variable::Recode { recode, .. } => {
                let recode = &self.mapping.recodes[*recode];
                let way = format!("{} {}", self.word(Term::Recoded), self.all(&recode.columns));
                let others = recode.gives.iter().filter(|other| **other != dimension);
                let others: Vec<String> =
                    others.map(|other| self.quoted(&self.catalogue.dimension(*other).id)).collect();
                let mut way = and_unlisted(way, recode.unlisted);
                if !others.is_empty() {
                    way.push_str(&format!(" {} {}.", self.word(Term::GivesToo), others.join(", ")));
                }
                way
            }
            Variable::Derived(derived) => self.derived(dimension, derived),
            Variable::NotCollected(why) => format!("{}: {}.", self.word(Term::NotCollected), self.prose(why)),
            Variable::Impossible(why) => format!("{}: {}.", self.word(Term::Impossible), self.prose(why)),
        }
    }

    fn derived(&self, dimension: DimensionId, derived: &Derived) -> String {
        let word = |term| self.word(term);
        match derived {
            Derived::AgeAtReference(BirthDate::Text { column, format }) => {
                format!(
                    "{} {}, {} {}.",
                    word(Term::AgeAtReference),
                    self.quoted(column),
                    word(Term::Written),
                    self.quoted(format)
                )
            }
            Derived::AgeAtReference(BirthDate::Parts { year, month, day }) => {
                let columns: Vec<String> =
                    [Some(year), Some(month), day.as_ref()].into_iter().flatten().cloned().collect();
                let first = if day.is_some() { String::new() } else { format!("; {}", word(Term::FirstOfMonth)) };
                format!("{} {}{first}.", word(Term::AgeAtReference), self.all(&columns))
            }
            Derived::NumberedCode { column, prefix, offset, unlisted } => {
                let prefix = if prefix.is_empty() { String::new() } else { format!(" ({})", self.quoted(prefix)) };
                let offset = if *offset == 0 { String::new() } else { format!("; {offset:+} {}", word(Term::Added)) };
                let of = words::unlisted(*unlisted, self.language);
                format!("{} {}{prefix}{offset}. {of}", word(Term::NumberedCode), self.quoted(column))
            }
            Derived::FirstNonEmpty { columns, unlisted } => {
                let of = words::unlisted(*unlisted, self.language);
                format!("{}: {}. {of}", word(Term::FirstNonEmpty), self.all(columns))
            }
            Derived::Band { column, bounds, codes } => {
                let first = bounds.first().map(|bound| format!("{} {bound}", word(Term::Below)));
                let others = bounds.iter().map(|bound| format!("{} {bound}", word(Term::From)));
                let bands = first.into_iter().chain(others).zip(codes);
                let bands: Vec<String> =
                    bands.map(|(band, code)| format!("{band}: {}", self.labelled(dimension, *code))).collect();
                format!("{} {}: {}.", word(Term::Band), self.quoted(column), bands.join("; "))
            }
        }
    }

    fn recode(&mut self, dimension: DimensionId, recode: &Recode, output: usize) {
        let keys =
            recode.columns.iter().map(|column| format!("{} {}", self.word(Term::SourceCode), self.quoted(column)));
        let after = [Term::OurCode, Term::Label, Term::RelationHead, Term::Valid, Term::OutOfScope, Term::Note];
        let head: Vec<String> = keys.chain(after.map(|name| self.word(name).to_owned())).collect();
        let rows: Vec<_> = recode.rows.iter().map(|row| self.row(dimension, row, output)).collect();
        self.table(&head, rows.into_iter());
    }

    fn row(&self, dimension: DimensionId, row: &RecodeRow, output: usize) -> Vec<String> {
        let given: Option<&CodeId> = row.codes.get(output).filter(|_| row.out_of_scope.is_none());
        let [ours, label] = given.map(|code| self.code(dimension, *code)).unwrap_or_default();
        let relation = given.map(|_| terms::relation(row.relation, self.language)).unwrap_or_default();
        let mut cells: Vec<String> = row.keys.iter().map(|key| self.key(key)).collect();
        cells.extend([ours, label, relation.to_owned(), self.years(row.validity)]);
        cells.extend([self.prose(row.out_of_scope.as_deref().unwrap_or_default()), self.prose(&row.note)]);
        cells
    }

    /// `2010-2015`, `from 2016`, `until 2015`; nothing where it is always valid.
    pub(super) fn years(&self, years: Validity) -> String {
        match (years.from, years.to) {
            (Some(from), Some(to)) => format!("{from}-{to}"),
            (Some(from), None) => format!("{} {from}", self.word(Term::From)),
            (None, Some(to)) => format!("{} {to}", self.word(Term::Until)),
            (None, None) => String::new(),
        }
    }

    /// The dimensions that the mapping does not speak of.
    pub(super) fn silent(&self) -> Vec<DimensionId> {
        let spoken_of = |dimension: &DimensionId| {
            let unpivoted = self.mapping.unpivot.iter().any(|column| column.codes.contains_key(dimension));
            unpivoted || self.mapping.variables.contains_key(dimension)
        };
        let known = self.catalogue.known();
        // Where the mapping does not give these, batch and education system do.
        let elsewhere = [known.ref_area, known.time_period, known.structure, known.age_class];
        self.catalogue.dimension_ids().filter(|d| !spoken_of(d) && !elsewhere.contains(d)).collect()
    }

    fn not_spoken_of(&mut self) {
        let silent: Vec<String> = self.silent().into_iter().map(|dimension| self.name(dimension)).collect();
        if silent.is_empty() {
            return;
        }
        self.blocks.push(Block::Section(self.word(Term::NotSpokenOf).to_owned()));
        silent.into_iter().for_each(|name| self.item(name));
    }
}
