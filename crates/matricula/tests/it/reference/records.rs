//! From a row of a file to records: codes of our lists and an amount, or the reason why it is out of scope.

use std::collections::BTreeMap;

use matricula::spec::Catalogue;
use matricula::spec::model::batch::Source;
use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::model::mapping::{
    Amount, BirthDate, Derived, Identifier, Mapping, NumberFormat, RecodeRow, Variable,
};
use matricula::spec::model::text::Date;

use super::Codes;
use super::files::FileRow;

/// Why a row of a table that holds no number is left out.
const COUNT_MISSING: &str = "count-missing";

/// What became of one row (of one unpivoted column of it).
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// All dimensions that the source gives, measure, country and year among them.
    pub(crate) codes: Codes,
    /// Millionths.
    pub(crate) amount: i128,
    /// What identifies it, by role.
    pub(crate) identifiers: BTreeMap<String, Vec<String>>,
}

/// Reads rows of one source.
pub(crate) struct Harmonizer<'a> {
    catalogue: &'a Catalogue,
    source: &'a Source,
    mapping: &'a Mapping,
    /// The rows of each recode table by their keys.
    tables: Vec<BTreeMap<Vec<&'a str>, Vec<&'a RecodeRow>>>,
}

impl<'a> Harmonizer<'a> {
    pub(crate) fn new(catalogue: &'a Catalogue, source: &'a Source) -> Self {
        let mapping = &catalogue.mappings()[source.mapping];
        let mut tables = Vec::new();
        for recode in &mapping.recodes {
            let mut table: BTreeMap<Vec<&str>, Vec<&RecodeRow>> = BTreeMap::new();
            for row in &recode.rows {
                table.entry(row.keys.iter().map(|key| key.trim()).collect()).or_default().push(row);
            }
            tables.push(table);
        }
        Self { catalogue, source, mapping, tables }
    }

    /// The codes that can be used in the record's year.
    pub(crate) fn usable(&self, codes: &Codes) -> Codes {
        let period = self.catalogue.known().time_period;
        let year = self.number(period, codes[&period]).expect("a year");
        let available = |dimension| self.mapping.available.get(dimension).is_none_or(|years| years.holds_in(year));
        codes.iter().filter(|(dimension, _)| available(*dimension)).map(|(d, c)| (*d, *c)).collect()
    }

    /// One record for a row, or one for each unpivoted column; `Err` is the reason for leaving it out.
    pub(crate) fn records(&self, row: &FileRow) -> Vec<Result<Record, String>> {
        let columns = match &self.mapping.amount {
            Amount::Rows => return vec![self.record(row, Some(1_000_000), &Codes::new())],
            Amount::Column(column) => {
                return vec![self.record(row, amount(row.text(&column.name), &column.number), &Codes::new())];
            }
            Amount::Unpivoted(number) => self.mapping.unpivot.iter().map(move |column| (column, number)),
        };
        columns
            .map(|(column, number)| self.record(row, amount(row.text(&column.name), number), &column.codes))
            .collect()
    }

    fn record(&self, row: &FileRow, amount: Option<i128>, unpivoted: &Codes) -> Result<Record, String> {
        for scope in &self.mapping.out_of_scope {
            let holds = scope.tests.iter().all(|test| {
                let text = row.text(&test.column);
                test.values.iter().any(|value| value.trim() == text) == test.listed
            });
            if holds {
                return Err(scope.reason.clone());
            }
        }
        let known = self.catalogue.known();
        let mut codes = unpivoted.clone();
        codes.extend(self.source.ref_area.map(|code| (known.ref_area, code)));
        codes.extend(self.source.time_period.map(|code| (known.time_period, code)));
        if let Some(variable) = self.mapping.variables.get(&known.time_period) {
            codes.extend(self.code(known.time_period, variable, row, 0).map(|code| (known.time_period, code)));
        }
        let year = self.number(known.time_period, codes[&known.time_period]).expect("a year");
        for (position, recode) in self.mapping.recodes.iter().enumerate() {
            let used = self
                .mapping
                .variables
                .values()
                .any(|v| matches!(v, Variable::Recode { recode, .. } if *recode == position));
            let found = self.recoded(position, row, year);
            if let Some(reason) = found.filter(|_| used).and_then(|row| row.out_of_scope.as_ref()) {
                return Err(reason.clone());
            }
            assert_eq!(recode.columns.len(), recode.rows[0].keys.len(), "a key for each column");
        }
        let amount = amount.ok_or_else(|| COUNT_MISSING.to_owned())?;
        for (dimension, variable) in &self.mapping.variables {
            codes.extend(self.code(*dimension, variable, row, year).map(|code| (*dimension, code)));
        }
        Ok(Record { codes, amount, identifiers: self.identifiers(row) })
    }

    fn number(&self, dimension: DimensionId, code: CodeId) -> Option<i32> {
        self.catalogue.dimension(dimension).codes.code(code).number()
    }

    fn listed(&self, dimension: DimensionId, text: &str) -> CodeId {
        self.catalogue.dimension(dimension).codes.find(text).unwrap_or(CodeId::UNKNOWN)
    }

    /// The row of a recode table that holds in the year, if there is one.
    fn recoded(&self, recode: usize, row: &FileRow, year: i32) -> Option<&'a RecodeRow> {
        let keys: Vec<&str> = self.mapping.recodes[recode].columns.iter().map(|column| row.text(column)).collect();
        self.tables[recode].get(&keys)?.iter().copied().find(|row| row.validity.holds_in(year))
    }

    /// The code on a dimension; nothing where the source does not give the dimension.
    fn code(&self, dimension: DimensionId, variable: &Variable, row: &FileRow, year: i32) -> Option<CodeId> {
        Some(match variable {
            Variable::NotCollected(_) | Variable::Impossible(_) => return None,
            Variable::Fixed(code) => *code,
            Variable::Column { name, .. } => self.listed(dimension, row.text(name)),
            Variable::Recode { recode, output } => {
                self.recoded(*recode, row, year).map_or(CodeId::UNKNOWN, |row| row.codes[*output])
            }
            Variable::Derived(derived) => self.derived(dimension, derived, row),
        })
    }

    fn derived(&self, dimension: DimensionId, derived: &Derived, row: &FileRow) -> CodeId {
        match derived {
            Derived::AgeAtReference(birth) => {
                let at = self.source.age_reference_date.expect("a reference date");
                let age = birth_date(birth, row).map(|birth| at.completed_years_since(birth));
                age.map_or(CodeId::UNKNOWN, |age| self.listed(dimension, &age.to_string()))
            }
            Derived::NumberedCode { column, prefix, offset, .. } => {
                let number = row.text(column).parse::<i32>();
                number.map_or(CodeId::UNKNOWN, |n| self.listed(dimension, &format!("{prefix}{}", n + offset)))
            }
            Derived::FirstNonEmpty { columns, .. } => {
                let first = columns.iter().map(|column| row.text(column)).find(|text| !text.is_empty());
                first.map_or(CodeId::UNKNOWN, |text| self.listed(dimension, text))
            }
            Derived::Band { column, bounds, codes } => {
                let number = row.text(column).parse::<i32>();
                number.map_or(CodeId::UNKNOWN, |n| codes[bounds.iter().filter(|bound| n >= **bound).count()])
            }
        }
    }

    fn identifiers(&self, row: &FileRow) -> BTreeMap<String, Vec<String>> {
        let mut all = BTreeMap::new();
        for (role, identifier) in &self.mapping.identifiers {
            let texts: Vec<String> = identifier.columns().iter().map(|column| row.text(column).to_owned()).collect();
            let first = texts.iter().position(|text| !text.is_empty());
            let key = match (identifier, first) {
                (_, None) => continue,
                (Identifier::Columns(_), _) if texts.iter().any(String::is_empty) => continue,
                (Identifier::Columns(_), _) => texts,
                // The same number in two columns is not the same pupil.
                (Identifier::FirstNonEmpty(columns), Some(first)) => vec![columns[first].clone(), texts[first].clone()],
            };
            all.insert(role.clone(), key);
        }
        all
    }
}

/// Millionths of a count; nothing where the text means *missing*.
fn amount(text: &str, format: &NumberFormat) -> Option<i128> {
    if text.is_empty() || format.missing.iter().any(|missing| missing.trim() == text) {
        return None;
    }
    let thousands = format.thousands_separator.map(char::from);
    let plain: String = text.trim_end_matches('%').trim().chars().filter(|c| Some(*c) != thousands).collect();
    let (whole, fraction) = plain.split_once(char::from(format.decimal_separator)).unwrap_or((&plain, ""));
    let digits = format!("{whole}{fraction:0<6}");
    Some(digits.parse().expect("a number"))
}

fn birth_date(birth: &BirthDate, row: &FileRow) -> Option<Date> {
    match birth {
        BirthDate::Text { column, format } => {
            let text = row.text(column);
            let same = |(f, t): (char, char)| if "YMD".contains(f) { t.is_ascii_digit() } else { f == t };
            if text.chars().count() != format.chars().count() || !format.chars().zip(text.chars()).all(same) {
                return None;
            }
            let part = |letter| -> String {
                format.chars().zip(text.chars()).filter(|(f, _)| *f == letter).map(|(_, t)| t).collect()
            };
            let day = if format.contains('D') { part('D').parse().ok()? } else { 1 };
            Date::new(part('Y').parse().ok()?, part('M').parse().ok()?, day)
        }
        BirthDate::Parts { year, month, day } => {
            let day = day.as_ref().map_or(Some(1), |day| row.text(day).parse().ok())?;
            Date::new(row.text(year).parse().ok()?, row.text(month).parse().ok()?, day)
        }
    }
}
