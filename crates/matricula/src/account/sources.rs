//! What a source is, its files, and what became of its records.

use matricula_engine::ledger::RowAccount;
use matricula_spec::docs;
use matricula_spec::model::batch::Source;

use super::words::{self, Term};
use super::{Block, Cell, Writer};
use crate::masking::Part;

impl Writer<'_> {
    pub(super) fn opening(&mut self) {
        self.blocks.push(Block::Notice(self.word(Term::Restricted).to_owned()));
        self.paragraph(Term::InTheWords);
        self.heading(2, Term::AllSources);
        let mut head: Vec<String> = [Term::Source, Term::Read].map(|name| self.word(name).to_owned()).to_vec();
        let kinds = [Part::Kept, Part::OutOfScope, Part::SetAside, Part::Duplicates, Part::Ragged];
        head.extend(kinds.map(|part| words::part(part, self.language).to_owned()));
        head.push(self.word(Term::Used).to_owned());
        let row = |account: &RowAccount| {
            let parts = parts(account);
            let of = |kind: Part| parts.iter().filter(|(part, ..)| *part == kind).map(|(.., rows)| rows).sum();
            let mut cells = vec![Cell::Code(account.source.clone()), Cell::Number(account.read)];
            cells.extend(kinds.map(|kind| Cell::Number(of(kind))));
            cells.push(Cell::text(self.word(if account.refused { Term::NotUsed } else { Term::Yes })));
            cells
        };
        let rows = self.run.ledger.accounts().iter().map(row).collect();
        self.blocks.push(Block::Table { head, rows });
    }

    pub(super) fn source(&mut self, source: &Source) {
        self.blocks.push(Block::Heading(2, format!("{}: {}", self.word(Term::Source), source.id)));
        let facts = self.facts(source);
        self.blocks.push(Block::List(facts));
        self.files(source);
        self.rows(source);
    }

    fn facts(&self, source: &Source) -> Vec<String> {
        let (known, mapping) = (self.catalogue.known(), &self.catalogue.mappings()[source.mapping]);
        let status = docs::status(mapping.status, self.language);
        let label = self.language.of(&mapping.label);
        let proxy = mapping.mobility.as_ref().map(|mobility| {
            let proxy = docs::mobility_proxy(source.proxy(mapping).unwrap_or_default(), self.language);
            format!("{proxy}. {}", self.language.of(&mobility.weakness))
        });
        let facts = [
            (Term::Mapping, Some(format!("{label} ({}, {status})", mapping.id))),
            (Term::Country, source.ref_area.map(|code| self.labelled(known.ref_area, code))),
            (
                Term::Year,
                source.time_period.map(|code| self.catalogue.dimension(known.time_period).codes.code(code).id.clone()),
            ),
            (Term::Moment, source.enrolment_moment.map(|moment| words::moment(moment, self.language).to_owned())),
            (Term::AgeReference, source.age_reference_date.map(|date| date.to_string())),
            (Term::Vintage, source.vintage.clone()),
            (Term::Proxy, proxy),
        ];
        let told = facts.into_iter().filter_map(|(name, fact)| Some(format!("{}: {}", self.word(name), fact?)));
        told.collect()
    }

    fn files(&mut self, source: &Source) {
        self.heading(3, Term::Files);
        let inputs = self.run.inputs.iter().filter(|input| input.source == source.id);
        let rows: Vec<Vec<Cell>> = inputs
            .map(|input| {
                let name = input.without_folders_above();
                vec![Cell::Code(name), Cell::Number(input.bytes), Cell::Code(input.blake3.clone())]
            })
            .collect();
        if rows.is_empty() {
            self.paragraph(Term::NoFile);
            return;
        }
        let mut head: Vec<String> = [Term::File, Term::Bytes].map(|name| self.word(name).to_owned()).to_vec();
        head.push("BLAKE3".to_owned());
        self.blocks.push(Block::Table { head, rows });
    }

    fn rows(&mut self, source: &Source) {
        let Some(account) = self.run.ledger.accounts().iter().find(|account| account.source == source.id) else {
            return;
        };
        self.heading(3, Term::Rows);
        let mut rows =
            vec![vec![Cell::text(self.word(Term::Read)), Cell::text(""), Cell::text(""), Cell::Number(account.read)]];
        rows.extend(parts(account).into_iter().map(|(part, reason, rows)| {
            let rule = self.catalogue.rules().iter().find(|rule| rule.id == reason);
            let meaning = rule.map(|rule| self.language.of(&rule.label)).unwrap_or_default();
            let what = format!("= {}", words::part(part, self.language));
            let what = if part == Part::Kept { what } else { what.replacen('=', "+", 1) };
            vec![Cell::Text(what), Cell::text(reason), Cell::text(meaning), Cell::Number(rows)]
        }));
        self.table([Term::Fate, Term::Reason, Term::Meaning, Term::Records], rows);
        if account.refused {
            self.blocks.push(Block::Notice(self.word(Term::Refused).to_owned()));
        }
    }
}

/// What became of the records, by reason or rule.
fn parts(account: &RowAccount) -> Vec<(Part, &str, u64)> {
    fn of(part: Part, rows: &[(String, u64)]) -> impl Iterator<Item = (Part, &str, u64)> {
        rows.iter().map(move |(reason, rows)| (part, reason.as_str(), *rows))
    }
    let mut parts = vec![(Part::Kept, "", account.kept)];
    parts.extend(of(Part::OutOfScope, &account.out_of_scope));
    parts.extend(of(Part::SetAside, &account.set_aside));
    parts.extend(of(Part::Duplicates, &account.duplicates));
    parts.extend((account.ragged > 0).then_some((Part::Ragged, "", account.ragged)));
    parts
}
