//! `rules/*.toml`.

use std::collections::BTreeMap;

use super::Lowered;
use super::common::{citations, header, label, status};
use super::dimensions::files_of;
use super::mappings::counted;
use super::names::{Names, Reader};
use crate::model::condition::Between;
use crate::model::rule::{Check, Consequence, Preference, Rule};
use crate::problem::{Place, Problems};
use crate::raw::rule::{RawCheck, RawConsequence, RawPreference, RawRule};

/// Where a rule says what it says.
#[derive(Debug, Clone, Default)]
pub(crate) struct RulePlaces {
    pub(crate) check: Place,
}

/// Reads the rules.
pub(crate) fn rules(
    files: &BTreeMap<String, String>,
    names: Names<'_>,
    problems: &mut Problems,
) -> Vec<Lowered<Rule, RulePlaces>> {
    let mut rules = Vec::new();
    for text in files_of(files, "rules/", ".toml") {
        match text.parse::<RawRule>() {
            Ok(raw) => {
                let mut reader = Reader { names, text, problems };
                rules.extend(rule(&raw, &mut reader));
            }
            Err(problem) => problems.push(*problem),
        }
    }
    rules
}

fn rule(raw: &RawRule, reader: &mut Reader<'_>) -> Option<Lowered<Rule, RulePlaces>> {
    let text = reader.text;
    header(&text, &raw.format, &raw.id, reader.problems);
    let id = text.of(&raw.id);
    let check = check(raw.check.get_ref(), reader);
    let model = Rule {
        id: raw.id.get_ref().clone(),
        status: status(raw.status),
        default: raw.default,
        units: raw.units.iter().map(|unit| counted(*unit)).collect(),
        consequence: match raw.consequence {
            RawConsequence::SetAside => Consequence::SetAside,
            RawConsequence::Report => Consequence::Report,
        },
        label: label(&raw.label, &text, &id, reader.problems),
        check: check?,
        sources: citations(&raw.source, id, reader.problems),
    };
    let places = RulePlaces { check: text.of(&raw.check) };
    Some(Lowered { model, places, path: text.path.to_owned(), tables: Vec::new() })
}

fn check(raw: &RawCheck, reader: &mut Reader<'_>) -> Option<Check> {
    match raw {
        RawCheck::Range(raw) => {
            let condition = reader.condition(&raw.condition);
            let between = Between { at_least: raw.at_least, at_most: raw.at_most };
            Some(Check::Range { variable: reader.dimension_at(&raw.variable)?, between, condition })
        }
        RawCheck::YearsOverAge(raw) => {
            let between = Between { at_least: raw.at_least, at_most: raw.at_most };
            Some(Check::YearsOverAge { between, condition: reader.condition(&raw.condition) })
        }
        RawCheck::Forbidden(raw) => Some(Check::Forbidden { condition: reader.condition(&raw.condition) }),
        RawCheck::Unique(raw) => {
            let prefer = raw.prefer.iter().filter_map(|raw| preference(raw, reader)).collect();
            Some(Check::Unique { identifier: raw.identifier.get_ref().clone(), prefer })
        }
    }
}

fn preference(raw: &RawPreference, reader: &mut Reader<'_>) -> Option<Preference> {
    let variable = reader.dimension_at(&raw.variable)?;
    Some(Preference { variable, order: reader.codes_at(variable, &raw.order) })
}
