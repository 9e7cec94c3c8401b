//! A formula written out.

use super::words::{Language, Word, word};
use crate::model::catalogue::Catalogue;
use crate::model::condition::{Condition, Selection};
use crate::model::indicator::{Among, Formula, ParityIndex};

/// The formula in words and codes, one line each step.
pub(super) fn formula(catalogue: &Catalogue, formula: &Formula, language: Language) -> Vec<String> {
    let of = |selection: &Selection| self::selection(catalogue, selection, language);
    match formula {
        Formula::Count { of: counted } => vec![of(counted)],
        Formula::Ratio { numerator, denominator, scale } => {
            vec![format!("{scale} x  {}", of(numerator)), format!("    /  {}", of(denominator))]
        }
        Formula::Share { of: whole, group, among, scale } => {
            let mut lines = vec![
                format!("{scale} x  {}; {}", of(whole), condition(catalogue, group, language)),
                format!("    /  {}", of(whole)),
            ];
            if *among == Among::Known {
                lines.push(format!("({})", word(Word::Known, language)));
            }
            lines
        }
        Formula::Parity { of: id, dimension, group, comparison, index } => {
            let dimension = catalogue.dimension(*dimension);
            let code = |code| dimension.codes.code(code).id.as_str();
            let mut lines = vec![format!(
                "x = {id} [{} = {}] / {id} [{} = {}]",
                dimension.id,
                code(*group),
                dimension.id,
                code(*comparison)
            )];
            if *index == ParityIndex::Adjusted {
                lines.push("x <= 1: x;  x > 1: 2 - 1/x".to_owned());
            }
            lines
        }
    }
}

fn selection(catalogue: &Catalogue, selection: &Selection, language: Language) -> String {
    let list = &catalogue.dimension(catalogue.known().measure).codes;
    let measure = language.of(&list.code(selection.measure).label).to_owned();
    let tests = condition(catalogue, &selection.condition, language);
    if tests.is_empty() { measure } else { format!("{measure}, {} {tests}", word(Word::Where, language)) }
}

/// Most codes that are spelled out for one dimension.
const SPELLED_OUT: usize = 12;

fn condition(catalogue: &Catalogue, condition: &Condition, language: Language) -> String {
    let test = |(dimension, codes): &(_, Vec<_>)| {
        let dimension = catalogue.dimension(*dimension);
        let named: Vec<_> =
            codes.iter().take(SPELLED_OUT).map(|code| dimension.codes.code(*code).id.as_str()).collect();
        let rest = if codes.len() > SPELLED_OUT { " ..." } else { "" };
        format!("{} = {}{rest}", dimension.id, named.join(" | "))
    };
    let mut tests: Vec<_> = condition.codes.iter().map(test).collect();
    if let Some(years) = condition.years_over_age {
        let bounds = match (years.at_least, years.at_most) {
            (Some(least), Some(most)) => format!("{least} .. {most}"),
            (Some(least), None) => format!(">= {least}"),
            (None, Some(most)) => format!("<= {most}"),
            (None, None) => String::new(),
        };
        tests.push(format!("{} {bounds}", word(Word::YearsOverAge, language)));
    }
    tests.join(", ")
}
