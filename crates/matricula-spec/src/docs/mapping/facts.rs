//! What the document says of the mapping as a whole.

use super::words::{self, Term};
use super::{Block, Document};
use crate::docs::terms;
use crate::model::dimension::{CodeId, DimensionId};
use crate::model::mapping::{Absent, Amount, ColumnTest, DimensionCoverage, Identifier, NumberFormat};

impl Document<'_> {
    pub(super) fn header(&mut self) {
        let (mapping, language) = (self.mapping, self.language);
        let title = format!("{}: {}", self.word(Term::Title), self.prose(language.of(&mapping.label)));
        self.blocks.push(Block::Title(title));
        self.paragraph(Term::Purpose);
        self.paragraph(Term::WordsOfTheMapping);
        self.fact(Term::Mapping, &self.quoted(&mapping.id));
        self.fact(Term::Status, terms::status(mapping.status, language));
        let units: Vec<&str> = mapping.units.iter().map(|unit| words::unit(*unit, language)).collect();
        self.fact(Term::Units, &units.join(", "));
        let amount = self.amount();
        self.fact(Term::Amount, &amount);
        if let Some(basis) = mapping.age_basis {
            self.fact(Term::Age, words::age_basis(basis, language));
        }
        let files = self.all(self.catalogue.files_of("mappings", &mapping.id));
        if !files.is_empty() {
            self.fact(Term::Files, &files);
        }
        self.heading(Term::Sources);
        for source in &mapping.sources {
            let url = source.url.as_ref().map(|url| format!(" <{url}>")).unwrap_or_default();
            self.item(format!("{}{url}", self.prose(&source.title)));
        }
    }

    fn amount(&self) -> String {
        match &self.mapping.amount {
            Amount::Rows => self.word(Term::OneEachRow).to_owned(),
            Amount::Column(column) => {
                let number = self.number(&column.number);
                format!("{} {}; {number}", self.word(Term::NumberInColumn), self.quoted(&column.name))
            }
            Amount::Unpivoted(number) => format!("{}; {}", self.word(Term::NumberInEachColumn), self.number(number)),
        }
    }

    fn number(&self, number: &NumberFormat) -> String {
        let mut told = vec![
            format!("{} {}", number.decimals, self.word(Term::Decimals)),
            words::row_kind(number.rows, self.language).to_owned(),
            words::repeats(number.repeats, self.language).to_owned(),
        ];
        if !number.missing.is_empty() {
            told.push(format!("{} {}", self.word(Term::SpelledMissing), self.all(&number.missing)));
        }
        told.join("; ")
    }

    pub(super) fn mobility(&mut self) {
        let Some(mobility) = &self.mapping.mobility else { return };
        self.heading(Term::Mobility);
        self.fact(Term::Proxy, terms::mobility_proxy(&mobility.proxy, self.language));
        self.fact(Term::Weakness, &self.prose(self.language.of(&mobility.weakness)));
    }

    pub(super) fn scope(&mut self) {
        let mapping = self.mapping;
        if mapping.out_of_scope.is_empty() {
            return;
        }
        self.heading(Term::Scope);
        self.paragraph(Term::ScopeIntroduction);
        for scope in &mapping.out_of_scope {
            let tests: Vec<String> = scope.tests.iter().map(|test| self.test(test)).collect();
            let and = format!(" {} ", self.word(Term::And));
            self.item(format!("{}: {}", self.prose(&scope.reason), tests.join(&and)));
        }
    }

    fn test(&self, test: &ColumnTest) -> String {
        let verb = self.word(if test.listed { Term::Is } else { Term::IsNot });
        let values: Vec<String> = test.values.iter().map(|value| self.key(value)).collect();
        let or = format!(" {} ", self.word(Term::Or));
        format!("{} {verb} {}", self.quoted(&test.column), values.join(&or))
    }

    pub(super) fn identifiers(&mut self) {
        let mapping = self.mapping;
        if mapping.identifiers.is_empty() {
            return;
        }
        self.heading(Term::Identifiers);
        self.paragraph(Term::IdentifiersIntroduction);
        for (role, identifier) in &mapping.identifiers {
            let how = match identifier {
                Identifier::Columns(columns) if columns.len() == 1 => String::new(),
                Identifier::Columns(_) => format!(" ({})", self.word(Term::Together)),
                Identifier::FirstNonEmpty(_) => format!(" ({})", self.word(Term::FirstNotBlank)),
            };
            self.item(format!("{}: {}{how}", self.prose(role), self.all(identifier.columns())));
        }
    }

    pub(super) fn coverage(&mut self) {
        let coverage = &self.mapping.coverage;
        self.heading(Term::Coverage);
        self.line(words::absent(coverage.absent, self.language));
        let of = |(dimension, of): (&DimensionId, &DimensionCoverage)| {
            let told = self.covered(*dimension, of, coverage.absent);
            format!("{}: {}", self.name(*dimension), told.join("; "))
        };
        let dimensions: Vec<String> = coverage.dimensions.iter().map(of).collect();
        if !dimensions.is_empty() {
            self.line("");
        }
        dimensions.into_iter().for_each(|item| self.item(item));
    }

    fn covered(&self, dimension: DimensionId, of: &DimensionCoverage, absent: Absent) -> Vec<String> {
        let list = |codes: &[CodeId]| {
            let codes: Vec<String> = codes.iter().map(|c| self.code(dimension, *c)[0].clone()).collect();
            codes.join(", ")
        };
        let mut told = Vec::new();
        if !of.codes.is_empty() {
            told.push(format!("{} {}", self.word(Term::CodesCollected), list(&of.codes)));
        }
        let sum = |(whole, parts): &(CodeId, Vec<CodeId>)| {
            format!("{} {} {}", self.code(dimension, *whole)[0], self.word(Term::IsSumOf), list(parts))
        };
        told.extend(of.parts.iter().map(sum));
        if of.complement {
            told.push(self.word(Term::Complement).to_owned());
        }
        if !of.may_be_absent.is_empty() && absent == Absent::Missing {
            told.push(format!("{}: {}", self.word(Term::MayBeAbsent), list(&of.may_be_absent)));
        }
        told
    }

    pub(super) fn wide_columns(&mut self) {
        let mapping = self.mapping;
        if mapping.unpivot.is_empty() {
            return;
        }
        self.heading(Term::WideColumns);
        self.paragraph(Term::WideIntroduction);
        let rows: Vec<Vec<String>> = mapping
            .unpivot
            .iter()
            .map(|column| {
                let codes = column.codes.iter();
                let codes = codes.map(|(d, c)| {
                    format!("{} = {}", self.quoted(&self.catalogue.dimension(*d).id), self.labelled(*d, *c))
                });
                vec![self.quoted(&column.name), codes.collect::<Vec<_>>().join("; ")]
            })
            .collect();
        let head = [Term::Column, Term::OurCode].map(|name| self.word(name).to_owned());
        self.table(&head, rows.into_iter());
    }

    /// A dimension's label and name.
    pub(super) fn name(&self, dimension: DimensionId) -> String {
        let dimension = self.catalogue.dimension(dimension);
        format!("{} ({})", self.prose(self.language.of(&dimension.label)), self.quoted(&dimension.id))
    }

    /// A code of the file.
    pub(super) fn key(&self, key: &str) -> String {
        if key.trim().is_empty() { self.word(Term::Blank).to_owned() } else { self.quoted(key) }
    }
}
