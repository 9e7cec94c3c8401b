//! What is counted, in words and with the codes of the specification.

use matricula::spec::Catalogue;
use matricula::spec::model::condition::{Between, Condition, Quantity, Selection};
use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::model::system::System;

/// Codes shown of a long list.
const MOST: usize = 8;

/// `students with edu_level L1, years_over_age at least 2`.
pub(crate) fn words(catalogue: &Catalogue, system: &System<'_>, selection: &Selection) -> String {
    let measures = &catalogue.dimension(catalogue.known().measure).codes;
    let measure = &measures.code(selection.measure).id;
    match condition(catalogue, system, &selection.condition) {
        conditions if conditions.is_empty() => measure.clone(),
        conditions => format!("{measure} with {conditions}"),
    }
}

/// Selections added and subtracted; `or else` what stands for a measure that no source gives.
pub(crate) fn quantity(catalogue: &Catalogue, system: &System<'_>, quantity: &Quantity) -> String {
    let mut text = String::new();
    for (position, term) in quantity.terms.iter().enumerate() {
        let sign = match (position, term.minus) {
            (0, _) => "",
            (_, true) => " minus ",
            (_, false) => " plus ",
        };
        text.push_str(sign);
        text.push_str(&words(catalogue, system, &term.selection));
        match term.selection.year {
            0 => {}
            year if year > 0 => text.push_str(&format!(" ({year} year later)")),
            year => text.push_str(&format!(" ({} year before)", -year)),
        }
    }
    if let Some(otherwise) = &quantity.otherwise {
        text.push_str(", or else ");
        text.push_str(&self::quantity(catalogue, system, otherwise));
    }
    text
}

/// The tests of a condition.
pub(crate) fn condition(catalogue: &Catalogue, system: &System<'_>, condition: &Condition) -> String {
    let tests = condition.codes.iter().map(|(dimension, codes)| test(catalogue, system, *dimension, codes));
    let over_age = condition.years_over_age.map(|between| format!("years_over_age {}", bounds(between)));
    let before_last = condition.grades_before_last.map(|between| format!("grades_before_last {}", bounds(between)));
    tests.chain(over_age).chain(before_last).collect::<Vec<_>>().join(", ")
}

fn test(catalogue: &Catalogue, system: &System<'_>, dimension: DimensionId, codes: &[CodeId]) -> String {
    let of = catalogue.dimension(dimension);
    let mut names: Vec<String> = codes.iter().take(MOST).map(|code| of.codes.code(*code).id.clone()).collect();
    if dimension == catalogue.known().age_class {
        names.iter_mut().zip(codes).for_each(|(name, code)| name.push_str(&ages(catalogue, system, *code)));
    }
    if codes.len() > MOST {
        names.push(format!("… ({} codes)", codes.len()));
    }
    format!("{} {}", of.id, names.join(" or "))
}

/// The ages of an age class where and when the figure stands.
fn ages(catalogue: &Catalogue, system: &System<'_>, code: CodeId) -> String {
    let edu_levels = &catalogue.dimension(catalogue.known().edu_level).codes;
    match catalogue.age_class(code).and_then(|class| system.ages(class, edu_levels)) {
        Some((first, last)) if first == last => format!(" (age {first})"),
        Some((first, last)) => format!(" (ages {first} to {last})"),
        None => " (ages not known)".to_owned(),
    }
}

fn bounds(between: Between) -> String {
    match (between.at_least, between.at_most) {
        (Some(least), Some(most)) => format!("from {least} to {most}"),
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => "any".to_owned(),
    }
}
