//! What became of the codes of each variable, and what that means.

use std::collections::BTreeSet;

use matricula_engine::ledger::{Fate, LedgerRow, NOT_LISTED, NOT_READABLE};
use matricula_engine::review::disaggregation::DisaggregationState;
use matricula_spec::docs;
use matricula_spec::model::batch::Source;
use matricula_spec::model::dimension::DimensionId;
use matricula_spec::model::mapping::{Mapping, Variable};

use super::words::{self, Term};
use super::{Block, Cell, Writer, number};

/// Codes of a variable that are listed one by one; ledger.csv has all.
const MOST: usize = 60;

impl Writer<'_> {
    pub(super) fn variables(&mut self, source: &Source) {
        let run = self.run;
        let mapping = &self.catalogue.mappings()[source.mapping];
        let of_source: Vec<&LedgerRow> = run.ledger.variables().iter().filter(|row| row.source == source.id).collect();
        self.heading(3, Term::Variables);
        if !of_source.is_empty() {
            self.paragraph(Term::VariablesIntroduction);
        }
        for dimension in self.catalogue.dimension_ids() {
            let name = &self.catalogue.dimension(dimension).id;
            let mut rows: Vec<&LedgerRow> = of_source.iter().filter(|row| row.name == *name).copied().collect();
            if rows.is_empty() {
                continue;
            }
            // What needs a look comes first, then what stands for most records.
            rows.sort_by_key(|row| (!is(row, Fate::Unmapped), std::cmp::Reverse(row.rows)));
            self.blocks.push(Block::Heading(4, self.name(dimension)));
            self.fates(&rows);
            self.codes(dimension, mapping, &rows);
        }
        self.not_given(source, mapping);
    }

    fn fates(&mut self, rows: &[&LedgerRow]) {
        let mut table: Vec<Vec<Cell>> = Vec::new();
        for fate in Fate::ALL {
            let of_fate: Vec<&&LedgerRow> = rows.iter().filter(|row| is(row, fate)).collect();
            if of_fate.is_empty() {
                continue;
            }
            let codes: BTreeSet<(&str, &str)> =
                of_fate.iter().map(|row| (row.code.as_str(), row.target.as_str())).collect();
            table.push(vec![
                Cell::text(words::fate(fate, self.language)),
                Cell::Number(codes.len() as u64),
                Cell::Number(of_fate.iter().map(|row| row.rows).sum()),
                Cell::text(words::comparability(fate, self.language)),
            ]);
        }
        let all = rows.iter().map(|row| row.rows).sum();
        table.push(vec![Cell::text(self.word(Term::InScope)), Cell::text(""), Cell::Number(all), Cell::text("")]);
        self.table([Term::Fate, Term::Codes, Term::Records, Term::Comparability], table);
    }

    fn codes(&mut self, dimension: DimensionId, mapping: &Mapping, rows: &[&LedgerRow]) {
        let mut table: Vec<Vec<Cell>> = rows.iter().take(MOST).map(|row| self.code(dimension, mapping, row)).collect();
        let further = &rows[rows.len().min(MOST)..];
        if !further.is_empty() {
            let codes = number(further.len() as u64, self.language);
            let mut cells = vec![Cell::Text(format!("{codes} {}", self.word(Term::FurtherCodes)))];
            cells.resize(5, Cell::text(""));
            cells.push(Cell::Number(further.iter().map(|row| row.rows).sum()));
            table.push(cells);
        }
        let head = [Term::SourceCode, Term::Fate, Term::OurCode, Term::Label, Term::Relation, Term::Records];
        self.table(head, table);
    }

    fn code(&self, dimension: DimensionId, mapping: &Mapping, row: &LedgerRow) -> Vec<Cell> {
        let fate = Fate::ALL.into_iter().find(|fate| is(row, *fate));
        let source = match (row.code.as_str(), fate) {
            ("", Some(Fate::Missing)) => Cell::text(self.word(Term::Blank)),
            // An age from a birth date, a band: the file has no code for it.
            ("", _) => Cell::text(""),
            (NOT_READABLE, Some(Fate::Unmapped)) => Cell::text(self.word(Term::NotReadable)),
            (NOT_LISTED, Some(Fate::Unmapped)) => Cell::text(self.word(Term::NotListed)),
            (code, _) => Cell::Code(code.to_owned()),
        };
        let list = &self.catalogue.dimension(dimension).codes;
        let label = list.find(&row.target).map(|code| self.language.of(&list.code(code).label)).unwrap_or_default();
        vec![
            source,
            Cell::text(fate.map(|fate| words::fate(fate, self.language)).unwrap_or_default()),
            Cell::Code(row.target.clone()),
            Cell::text(label),
            Cell::text(self.relation(dimension, mapping, row)),
            Cell::Number(row.rows),
        ]
    }

    /// How the source's category relates to ours, where the mapping translates it.
    fn relation(&self, dimension: DimensionId, mapping: &Mapping, row: &LedgerRow) -> &'static str {
        let Some(Variable::Recode { recode, .. }) = mapping.variables.get(&dimension) else { return "" };
        let rows = &mapping.recodes[*recode].rows;
        let translated = rows.iter().find(|recode| recode.keys.join(" | ") == row.code);
        translated.map(|recode| docs::relation(recode.relation, self.language)).unwrap_or_default()
    }

    /// Variables that are the same for all records, or that the source does not give, with the mapping's reason.
    fn not_given(&mut self, source: &Source, mapping: &Mapping) {
        let state = |state| words::state(state, self.language);
        let row = |dimension: DimensionId, variable: &Variable| {
            let (state, why) = match variable {
                Variable::NotCollected(why) => (state(DisaggregationState::NotCollected), why.clone()),
                Variable::Impossible(why) => (state(DisaggregationState::Impossible), why.clone()),
                Variable::Fixed(code) => (self.word(Term::SameForAll), self.labelled(dimension, *code)),
                _ if self.outside(source, mapping, dimension) => {
                    (state(DisaggregationState::NotCollected), self.word(Term::OutsideYears).to_owned())
                }
                _ => return None,
            };
            Some(vec![Cell::Text(self.name(dimension)), Cell::text(state), Cell::Text(why)])
        };
        let rows: Vec<_> = mapping.variables.iter().filter_map(|(dimension, of)| row(*dimension, of)).collect();
        if !rows.is_empty() {
            self.heading(4, Term::NotGiven);
            self.table([Term::Variable, Term::State, Term::Why], rows);
        }
    }

    /// Whether the mapping says that a variable cannot be used in the source's year.
    fn outside(&self, source: &Source, mapping: &Mapping, dimension: DimensionId) -> bool {
        let years = &self.catalogue.dimension(self.catalogue.known().time_period).codes;
        let year = source.time_period.and_then(|code| years.code(code).number());
        let available = mapping.available.get(&dimension);
        year.zip(available).is_some_and(|(year, available)| !available.holds_in(year))
    }
}

fn is(row: &LedgerRow, fate: Fate) -> bool {
    row.detail == fate.code()
}
