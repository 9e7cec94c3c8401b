//! Which sources of a batch can feed an indicator.

use super::{BATCH, batch, small};
use crate::model::feeding::Feed;

fn check(batch_text: &str, id: &str, expected: &str) {
    let catalogue = small();
    let batch = batch(batch_text, &catalogue);
    let indicator = catalogue.indicator(id).expect("an indicator");
    let found = match batch.feeds(&catalogue, indicator) {
        Feed::Fed => "fed".to_owned(),
        Feed::NotFromRecords => "not from records".to_owned(),
        Feed::Lacks(missing) => format!("{missing:?}"),
    };
    assert!(found.contains(expected), "{id}: {found}");
}

#[test]
fn a_measure_and_its_dimensions_come_from_one_source() {
    check(BATCH, "GER.1", "fed");
    check(BATCH, "GER.1.GPI", "fed");
    check(BATCH, "OVERAGE.1", "fed");
    check(BATCH, "AAA.GER.1", "fed");
    check(BATCH, "SPENDING", "not from records");
    check(BATCH, "LAST.1", "fed");
    let other = BATCH.replace("mapping = \"records\"", "mapping = \"census\"");
    check(&other, "LAST.1", "Dimensions { measure: CodeId(3), source: \"pupils\", lacks: [Lack");
    check(BATCH, "APART", "Identifier { source: \"pupils\", role: \"school\" }");
    let without = BATCH.split("[[population]]").next().expect("sources");
    check(without, "GER.1", "Measure { measure: CodeId(4), year: 0 }");
}

#[test]
fn a_code_that_never_occurs_is_told() {
    // The records hold no upper secondary education, without which there is no secondary.
    check(BATCH, "SHARE.3", "Code { measure: CodeId(3), source: \"pupils\", dimension: DimensionId(");
}

#[test]
fn two_years_need_two_years_of_one_country() {
    let second = "[[source]]\nid = \"next\"\ncountry = \"AAA\"\nmapping = \"records\"\nfiles = [\"p.csv\"]\n\
                  school_year = { start = 2023-03-01, end = 2023-12-16 }\nage_reference_date = 2023-06-30\n";
    check(BATCH, "DROPOUT.1", "Measure { measure: CodeId(3), year: 1 }");
    check(&format!("{BATCH}{second}"), "DROPOUT.1", "fed");
    check(&format!("{BATCH}{}", second.replace("AAA", "BBB")), "DROPOUT.1", "Measure");
}

#[test]
fn a_national_indicator_needs_its_country() {
    let people = BATCH.rfind("[[population]]").expect("a population");
    let other = BATCH[..people].replace("AAA", "BBB");
    check(&other, "AAA.GER.1", "Country(");
}
