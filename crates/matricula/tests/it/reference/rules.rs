//! Rules on records, duplicates, and the account of rows.

use std::collections::BTreeMap;
use std::path::Path;

use matricula::spec::model::batch::Source;
use matricula::spec::model::condition::Condition;
use matricula::spec::model::dimension::{CodeId, CodeList, DimensionId};
use matricula::spec::model::rule::{Check, Consequence, Preference, Rule};
use matricula::spec::model::system::System;
use matricula::spec::{Batch, Catalogue};

use super::files::for_each_row;
use super::records::{Harmonizer, Record};
use super::{Account, Codes};

/// The records that stay, and what became of the others.
pub(crate) fn kept(catalogue: &Catalogue, batch: &Batch, source: &Source, base: &Path) -> (Account, Vec<Record>) {
    let mut account = Account::default();
    let mut records = Vec::new();
    let harmonizer = Harmonizer::new(catalogue, source);
    let rules = rules_of(catalogue, batch, source);
    for_each_row(source, base, |row| {
        for made in harmonizer.records(row) {
            account.read += 1;
            match made {
                Err(reason) => *account.out_of_scope.entry(reason).or_default() += 1,
                Ok(record) => match first_failed(catalogue, &rules, &harmonizer.usable(&record.codes)) {
                    Some(rule) => *account.set_aside.entry(rule.id.clone()).or_default() += 1,
                    None => records.push(record),
                },
            }
        }
    });
    for rule in rules.iter().filter(|rule| rule.consequence == Consequence::SetAside) {
        if let Check::Unique { identifier, prefer } = &rule.check {
            let before = records.len();
            records = once_each(records, identifier, prefer);
            let dropped = before - records.len();
            if dropped > 0 {
                account.duplicates.insert(rule.id.clone(), u64::try_from(dropped).expect("a count"));
            }
        }
    }
    account.kept = u64::try_from(records.len()).expect("a count");
    (account, records)
}

/// The rules of the batch that apply to what the source counts.
fn rules_of<'a>(catalogue: &'a Catalogue, batch: &Batch, source: &Source) -> Vec<&'a Rule> {
    let mapping = &catalogue.mappings()[source.mapping];
    let units = source.unit.map_or_else(|| mapping.units.clone(), |unit| vec![unit]);
    let applies = |rule: &&Rule| rule.units.iter().any(|unit| units.contains(unit));
    batch.rules.iter().map(|position| &catalogue.rules()[*position]).filter(applies).collect()
}

fn first_failed<'a>(catalogue: &Catalogue, rules: &[&'a Rule], codes: &Codes) -> Option<&'a Rule> {
    let fails = |rule: &&&Rule| rule.consequence == Consequence::SetAside && fails(catalogue, &rule.check, codes);
    rules.iter().find(fails).copied()
}

fn fails(catalogue: &Catalogue, check: &Check, codes: &Codes) -> bool {
    match check {
        Check::Range { variable, between, condition } => {
            let number = codes.get(variable).and_then(|code| catalogue.dimension(*variable).codes.code(*code).number());
            meets(catalogue, condition, codes) && number.is_some_and(|number| !between.contains(number))
        }
        Check::YearsOverAge { between, condition } => {
            meets(catalogue, condition, codes)
                && years_over_age(catalogue, codes).is_some_and(|years| !between.contains(years))
        }
        Check::Forbidden { condition } => meets(catalogue, condition, codes),
        Check::Unique { .. } => false,
    }
}

/// Whether a record meets a condition; what its source does not give meets none.
fn meets(catalogue: &Catalogue, condition: &Condition, codes: &Codes) -> bool {
    let passes = |(dimension, wanted): &(_, Vec<CodeId>)| {
        codes.get(dimension).is_some_and(|code| lies_under(&catalogue.dimension(*dimension).codes, wanted, *code))
    };
    condition.codes.iter().all(passes)
        && condition
            .years_over_age
            .is_none_or(|between| years_over_age(catalogue, codes).is_some_and(|years| between.contains(years)))
        && condition
            .grades_before_last
            .is_none_or(|between| grades_before_last(catalogue, codes).is_some_and(|grades| between.contains(grades)))
}

/// Whether a code lies under one of the wanted codes.
pub(crate) fn lies_under(list: &CodeList, wanted: &[CodeId], code: CodeId) -> bool {
    wanted.iter().any(|wanted| list.covers(*wanted, code))
}

/// Single age minus (entry age + grade - 1) of the record's own structure.
pub(crate) fn years_over_age(catalogue: &Catalogue, codes: &Codes) -> Option<i32> {
    let known = catalogue.known();
    let system = own_system(catalogue, codes)?;
    let grade = number(catalogue, codes, known.grade)?;
    let official = system.official_age(*codes.get(&known.edu_level)?, grade)?;
    Some(number(catalogue, codes, known.age)? - official)
}

/// Duration of the level minus the grade, in the record's own structure.
pub(crate) fn grades_before_last(catalogue: &Catalogue, codes: &Codes) -> Option<i32> {
    let known = catalogue.known();
    let system = own_system(catalogue, codes)?;
    let level = codes.get(&known.edu_level)?;
    let duration = system.levels().iter().find(|of_system| of_system.edu_level == *level)?.duration;
    Some(duration - number(catalogue, codes, known.grade)?)
}

/// The education system of a record: of its structure, or where that is not known the reference.
fn own_system<'a>(catalogue: &'a Catalogue, codes: &Codes) -> Option<System<'a>> {
    let known = catalogue.known();
    let year = number(catalogue, codes, known.time_period)?;
    let structure = codes.get(&known.structure).copied().filter(|code| *code != CodeId::UNKNOWN);
    Some(catalogue.systems().of(codes[&known.ref_area], structure, year))
}

/// The number in a record's finest code on a dimension.
fn number(catalogue: &Catalogue, codes: &Codes, dimension: DimensionId) -> Option<i32> {
    let code = catalogue.dimension(dimension).codes.code(*codes.get(&dimension)?);
    code.number().filter(|_| code.parts.is_empty())
}

/// Of the records with one identifier, the preferred one.
fn once_each(records: Vec<Record>, identifier: &str, prefer: &[Preference]) -> Vec<Record> {
    let mut kept = Vec::new();
    let mut by_identifier: BTreeMap<Vec<String>, Vec<Record>> = BTreeMap::new();
    for record in records {
        match record.identifiers.get(identifier) {
            Some(key) => by_identifier.entry(key.clone()).or_default().push(record),
            None => kept.push(record),
        }
    }
    for same in by_identifier.into_values() {
        // Among equals one without a school comes first.
        let order = |record: &Record| {
            (ranks(&record.codes, prefer), record.codes.clone(), record.identifiers.contains_key("school"))
        };
        kept.extend(same.into_iter().min_by_key(order));
    }
    kept
}

/// Place in each order of preference; what is not listed comes after all that is.
fn ranks(codes: &Codes, prefer: &[Preference]) -> Vec<usize> {
    let rank = |step: &Preference| {
        let code = codes.get(&step.variable);
        step.order.iter().position(|listed| Some(listed) == code).unwrap_or(step.order.len())
    };
    prefer.iter().map(rank).collect()
}
