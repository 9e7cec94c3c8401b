//! The official ages that rules look at, as lists of values.

use std::collections::BTreeSet;

use matricula_spec::model::dimension::CodeId;
use matricula_spec::model::mapping::Validity;

use super::plan::{Available, Plan};
use super::stage::Stage;

/// Official entry ages, by country, structure and level; the structure of reference has the structure ''.
pub(super) fn official(plan: &Plan<'_>) -> Stage {
    let known = plan.catalogue.known();
    let mut rows = BTreeSet::new();
    for level in &plan.catalogue.systems().levels {
        if !is_of_place(plan, level.ref_area, level.validity) {
            continue;
        }
        let row = |structure: String| {
            let [from, to] = [level.validity.from.unwrap_or(0), level.validity.to.unwrap_or(9999)];
            vec![
                plan.code(known.ref_area, level.ref_area),
                structure,
                plan.code(known.edu_level, level.edu_level),
                from.to_string(),
                to.to_string(),
                level.entry_age.to_string(),
            ]
        };
        if level.reference {
            rows.insert(row("''".to_owned()));
        }
        if plan.available(known.structure) != Available::Never {
            rows.insert(row(plan.code(known.structure, level.structure)));
        }
    }
    let columns = ["ref_area", "structure", "edu_level", "valid_from", "valid_to", "entry_age"].map(str::to_owned);
    let remarks = vec!["Official entry ages of the education system; '' is the structure of reference.".to_owned()];
    let nobody = ["''", "''", "''", "0", "0", "0"].map(str::to_owned).to_vec();
    Stage::values(remarks, "official".to_owned(), columns.to_vec(), &or_else(rows, nobody))
}

/// How a record is joined with its official entry age.
pub(super) fn join_official(plan: &Plan<'_>) -> String {
    let known = plan.catalogue.known();
    let of_record = |dimension| format!("records.{}", plan.named(dimension));
    let structure = of_record(known.structure);
    let told = format!("{structure} NOT IN ('_T', '_U')");
    let structure = match plan.available(known.structure) {
        Available::Never => "''".to_owned(),
        Available::Always => format!("CASE WHEN {told} THEN {structure} ELSE '' END"),
        Available::When(condition) => format!("CASE WHEN {condition} AND {told} THEN {structure} ELSE '' END"),
    };
    format!(
        "\nLEFT JOIN official ON official.ref_area = {} AND {} BETWEEN official.valid_from AND official.valid_to \
         AND official.structure = {structure} AND official.edu_level = {}",
        of_record(known.ref_area),
        plan.record_year(),
        of_record(known.edu_level)
    )
}

/// First and last age of the classes that rules name, by country and years, in the structure of reference.
pub(super) fn age_classes(plan: &Plan<'_>, classes: &BTreeSet<CodeId>) -> Stage {
    let catalogue = plan.catalogue;
    let known = catalogue.known();
    let edu_levels = &catalogue.dimension(known.edu_level).codes;
    let list = &catalogue.dimension(known.time_period).codes;
    let mut years: Vec<i32> = list.ids().filter_map(|code| list.code(code).number()).collect();
    years.retain(|year| plan.year.is_none_or(|only| only == *year));
    years.sort_unstable();
    let areas: BTreeSet<CodeId> = catalogue.systems().levels.iter().map(|level| level.ref_area).collect();
    let mut rows = BTreeSet::new();
    for area in areas.into_iter().filter(|area| is_of_place(plan, *area, Validity::default())) {
        for class in classes {
            let Some(meaning) = catalogue.age_class(*class) else { continue };
            let ages = |year: &i32| catalogue.systems().of(area, None, *year).ages(meaning, edu_levels);
            for (from, to, (first, last)) in spans(years.iter().filter_map(|year| Some((*year, ages(year)?)))) {
                let names = [plan.code(known.age_class, *class), plan.code(known.ref_area, area)];
                let numbers = [from, to, first, last].map(|number| number.to_string());
                rows.insert([names.to_vec(), numbers.to_vec()].concat());
            }
        }
    }
    let columns = ["age_class", "ref_area", "valid_from", "valid_to", "first_age", "last_age"].map(str::to_owned);
    let remarks = vec!["Ages of the classes that rules name, in the structure of reference.".to_owned()];
    let nobody = ["''", "''", "0", "0", "0", "0"].map(str::to_owned).to_vec();
    Stage::values(remarks, "age_classes".to_owned(), columns.to_vec(), &or_else(rows, nobody))
}

/// How a record is joined with the ages of a class, under the name of its code.
pub(super) fn join_age_class(plan: &Plan<'_>, class: CodeId) -> String {
    let known = plan.catalogue.known();
    let alias = age_class_alias(plan, class);
    format!(
        "\nLEFT JOIN age_classes AS {alias} ON {alias}.age_class = {} AND {alias}.ref_area = records.{} \
         AND {} BETWEEN {alias}.valid_from AND {alias}.valid_to",
        plan.code(known.age_class, class),
        plan.named(known.ref_area),
        plan.record_year()
    )
}

/// The name under which the ages of a class are joined.
pub(super) fn age_class_alias(plan: &Plan<'_>, class: CodeId) -> String {
    plan.dialect.identifier(plan.spelled(plan.catalogue.known().age_class, class))
}

fn is_of_place(plan: &Plan<'_>, ref_area: CodeId, validity: Validity) -> bool {
    let here = plan.fixed(plan.catalogue.known().ref_area).is_none_or(|only| only == ref_area);
    here && plan.year.is_none_or(|year| validity.holds_in(year))
}

/// Years in a row that have the same ages.
fn spans(years: impl Iterator<Item = (i32, (i32, i32))>) -> Vec<(i32, i32, (i32, i32))> {
    let mut spans: Vec<(i32, i32, (i32, i32))> = Vec::new();
    for (year, ages) in years {
        match spans.last_mut() {
            Some((_, to, same)) if *same == ages && *to + 1 == year => *to = year,
            _ => spans.push((year, year, ages)),
        }
    }
    spans
}

/// A list has a row: one that no record meets, where nothing is known.
fn or_else(rows: BTreeSet<Vec<String>>, nobody: Vec<String>) -> Vec<Vec<String>> {
    if rows.is_empty() { vec![nobody] } else { rows.into_iter().collect() }
}

#[cfg(test)]
mod tests {
    use super::spans;

    #[test]
    fn years_with_the_same_ages_are_one_span() {
        let years = [(2012, (6, 11)), (2013, (6, 11)), (2014, (6, 10)), (2016, (6, 10))];
        let expected = [(2012, 2013, (6, 11)), (2014, 2014, (6, 10)), (2016, 2016, (6, 10))];
        assert_eq!(spans(years.into_iter()), expected);
    }
}
