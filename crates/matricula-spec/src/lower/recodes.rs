//! Recode tables, inline or beside the mapping.

use std::collections::BTreeMap;

use toml::Spanned;

use super::mappings::RecodePlaces;
use super::names::Reader;
use super::table::{Table, TableRow};
use super::text::Text;
use super::variables::unlisted;
use crate::model::dimension::{CodeId, DimensionId};
use crate::model::mapping::{Recode, RecodeRow, Relation, Validity};
use crate::problem::{Place, Problem, ProblemCode};
use crate::raw::mapping::{RawMapping, RawRecode};

/// The recode tables of a mapping.
#[derive(Default)]
pub(crate) struct RecodeOf {
    pub(crate) recodes: Vec<Recode>,
    pub(crate) places: Vec<RecodePlaces>,
    /// Paths of the tables.
    pub(crate) tables: Vec<String>,
}

pub(crate) fn recodes(files: &BTreeMap<String, String>, raw: &RawMapping, reader: &mut Reader<'_>) -> RecodeOf {
    let mut all = RecodeOf::default();
    for (name, raw) in &raw.recode {
        let gives: Vec<DimensionId> = raw.gives.iter().filter_map(|name| reader.dimension_at(name)).collect();
        let columns: Vec<String> = raw.columns.iter().map(|column| column.get_ref().clone()).collect();
        let rows =
            if gives.len() == raw.gives.len() { rows(files, name, raw, &gives, reader, &mut all) } else { Vec::new() };
        let (rows, places) = rows.into_iter().unzip();
        all.places.push(RecodePlaces { table: reader.text.of(name), rows: places });
        all.recodes.push(Recode { id: name.get_ref().clone(), columns, gives, rows, unlisted: unlisted(raw.unlisted) });
    }
    all
}

fn rows(
    files: &BTreeMap<String, String>,
    name: &Spanned<String>,
    raw: &RawRecode,
    gives: &[DimensionId],
    reader: &mut Reader<'_>,
    all: &mut RecodeOf,
) -> Vec<(RecodeRow, Place)> {
    match (&raw.codes, &raw.table) {
        (Some(codes), None) if raw.columns.len() == 1 && gives.len() == 1 => {
            let row = |(key, code): (&Spanned<String>, &Spanned<String>)| {
                let place = reader.text.of(key);
                Some((plain_row(key.get_ref().trim(), reader.code_at(gives[0], code)?), place))
            };
            codes.iter().filter_map(row).collect()
        }
        (None, Some(table)) => {
            let path = beside(reader.text.path, table.get_ref());
            match files.get_key_value(&path) {
                Some((path, text)) => {
                    all.tables.push(path.clone());
                    from_table(Text { path, text }, raw, gives, reader)
                }
                None => {
                    let problem = invalid(
                        reader.text.of(table),
                        "The table stands beside the mapping.",
                        format!("no file `{path}`"),
                    );
                    reader.problems.push(problem);
                    Vec::new()
                }
            }
        }
        _ => {
            let expected = "A recode has `codes` (one column, one output) or a `table`.";
            let problem =
                invalid(reader.text.of(name), expected, "both, none, or `codes` with several columns or outputs");
            reader.problems.push(problem);
            Vec::new()
        }
    }
}

fn invalid(place: Place, expected: &str, found: impl Into<String>) -> Problem {
    Problem::error(ProblemCode::RecodeInvalid, place, expected, found)
        .help("See `indicator-specs/README.md`, section Mappings.")
}

fn plain_row(key: &str, code: CodeId) -> RecodeRow {
    RecodeRow {
        keys: vec![key.to_owned()],
        codes: vec![code],
        out_of_scope: None,
        validity: Validity::default(),
        relation: Relation::Exact,
        note: String::new(),
    }
}

fn beside(mapping: &str, table: &str) -> String {
    mapping.rsplit_once('/').map_or_else(|| table.to_owned(), |(folder, _)| format!("{folder}/{table}"))
}

fn from_table(
    text: Text<'_>,
    raw: &RawRecode,
    gives: &[DimensionId],
    reader: &mut Reader<'_>,
) -> Vec<(RecodeRow, Place)> {
    let columns: Vec<&str> = raw.columns.iter().map(|name| name.get_ref().as_str()).collect();
    let outputs: Vec<&str> = raw.gives.iter().map(|name| name.get_ref().as_str()).collect();
    let required: Vec<&str> = columns.iter().chain(&outputs).copied().collect();
    let Some(table) = Table::read(text, &required, reader.problems) else { return Vec::new() };
    let known = ["out_of_scope", "valid_from", "valid_to", "relation", "note"];
    for column in
        table.header.iter().filter(|name| !required.contains(&name.as_str()) && !known.contains(&name.as_str()))
    {
        let expected =
            "The columns of the table are its keys, its outputs, out_of_scope, valid_from, valid_to, relation, note.";
        reader.problems.push(invalid(text.whole(), expected, format!("a column `{column}`")));
    }
    let mut rows = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let keys = columns.iter().map(|name| table.field(row, name).to_owned()).collect();
        rows.extend(table_row(&table, row, keys, gives, &outputs, reader).map(|made| (made, table.at(row))));
    }
    rows
}

fn table_row(
    table: &Table<'_>,
    row: &TableRow,
    keys: Vec<String>,
    gives: &[DimensionId],
    outputs: &[&str],
    reader: &mut Reader<'_>,
) -> Option<RecodeRow> {
    let reason = table.field(row, "out_of_scope");
    let out_of_scope = (!reason.is_empty()).then(|| reason.to_owned());
    let mut codes = Vec::with_capacity(gives.len());
    for (dimension, name) in gives.iter().zip(outputs) {
        let field = table.field(row, name);
        if field.is_empty() && out_of_scope.is_some() {
            codes.push(CodeId::UNKNOWN);
        } else {
            codes.push(reader.code(*dimension, field, |_| table.at(row))?);
        }
    }
    let mut year = |name| table.number(row, name, reader.problems);
    let validity = Validity { from: year("valid_from"), to: year("valid_to") };
    let relation = relation(table, row, reader)?;
    Some(RecodeRow { keys, codes, out_of_scope, validity, relation, note: table.field(row, "note").to_owned() })
}

fn relation(table: &Table<'_>, row: &TableRow, reader: &mut Reader<'_>) -> Option<Relation> {
    Some(match table.field(row, "relation") {
        "" | "exact" => Relation::Exact,
        "broader" => Relation::Broader,
        "narrower" => Relation::Narrower,
        "close" => Relation::Close,
        other => {
            let expected = "A relation is exact, broader, narrower or close.";
            reader.problems.push(invalid(table.at(row), expected, format!("`{other}`")));
            return None;
        }
    })
}
