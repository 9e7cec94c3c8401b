//! Real figures and real records: a batch and a comparison; every spec they need is in the catalogue.

use std::collections::BTreeMap;

use matricula::{Estimate, NoProgress};

use crate::data::files::{Table, required};
use crate::data::{self, Place, compute, figures, run_options};
use crate::reference;

/// The Chilean batch; `rules` as a TOML list.
fn chile(rules: &str) -> String {
    format!(
        "format = 1\nid = \"chile\"\nindicators = [\"FAILP.3\", \"ENRL.3\"]\n\
         breakdowns = [\"sex\", \"sector_edu\", \"area_national\"]\ncrossed = 3\nrules = {rules}\n\
         [[source]]\nid = \"chl-2024\"\ncountry = \"CHL\"\nschool_year = {{ start = 2024-03-04, end = 2024-12-20 }}\n\
         enrolment_moment = \"final\"\nage_reference_date = 2024-06-30\nmapping = \"chl-rendimiento-media-rm\"\n\
         files = [\"rendimiento_2024_rm_media.csv.gz\"]\n"
    )
}

fn count(figures: &BTreeMap<Place, Estimate>, indicator: &str, by: &[(&str, &str)]) -> (i128, i128) {
    let by = by.iter().map(|(d, c)| ((*d).to_owned(), (*c).to_owned())).collect();
    let row = &figures[&(indicator.to_owned(), "CHL".to_owned(), "2024".to_owned(), by)];
    let whole = |number: Option<matricula::Number>| number.map_or(0, |number| number.millionths() / 1_000_000);
    (whole(row.numerator), whole(row.denominator))
}

#[test]
fn real_pupils_of_chile_add_up() {
    let Some(data) = required() else { return };
    let (catalogue, _) = matricula::open_catalogue(None);
    let catalogue = catalogue.expect("the embedded catalogue holds together");
    let run = compute(&catalogue, &chile("[]"), &data.join("chile"));
    assert!(!run.problems.has_errors(), "{:#?}", run.problems);
    let account = &run.ledger.accounts()[0];
    assert_eq!((account.read, account.kept), (244_954, 244_954));
    let all = figures(&catalogue, &run);
    assert_eq!(count(&all, "FAILP.3", &[("sex", "M")]), (3_838, 122_843));
    assert_eq!(count(&all, "FAILP.3", &[("sex", "F")]), (2_318, 122_111));

    let run = compute(&catalogue, &chile("[\"student-counted-once\"]"), &data.join("chile"));
    let account = &run.ledger.accounts()[0];
    assert!(account.adds_up());
    assert_eq!((account.read, account.kept), (244_954, 244_945));
    assert_eq!(account.duplicates, [("student-counted-once".to_owned(), 9)]);
    let once = figures(&catalogue, &run);
    assert_eq!(count(&once, "ENRL.3", &[]).0, 244_945);
    let finest = once.iter().filter(|((indicator, _, _, by), _)| {
        let commune = by.get("area_national").is_some_and(|code| code.len() == "CL-13101".len());
        indicator == "ENRL.3" && by.len() == 3 && commune
    });
    let sum: i128 = finest.map(|(_, row)| row.numerator.map_or(0, |n| n.millionths() / 1_000_000)).sum();
    assert_eq!(sum, 244_945, "commune x sector x sex sums to the total");
}

#[test]
fn real_pupils_give_the_same_on_one_and_two_threads() {
    let Some(data) = required() else { return };
    let (catalogue, _) = matricula::open_catalogue(None);
    let catalogue = catalogue.expect("the embedded catalogue holds together");
    let batch = data::batch(&catalogue, &chile("[\"student-counted-once\"]"));
    let on = |threads| {
        let options = run_options(&data.join("chile"), threads);
        matricula::run(&catalogue, &batch, &options, &NoProgress).expect("it runs")
    };
    let (one, two) = (on(1), on(2));
    assert_eq!(one.cube_hash, two.cube_hash);
    assert_eq!(one.estimates, two.estimates);
    assert_eq!(one.ledger, two.ledger);
}

#[test]
fn real_pupils_of_chile_equal_the_naive_reference() {
    let Some(data) = required() else { return };
    let (catalogue, _) = matricula::open_catalogue(None);
    let catalogue = catalogue.expect("the embedded catalogue holds together");
    let batch = data::batch(&catalogue, &chile("[\"student-counted-once\"]"));
    let base = data.join("chile");
    let run = matricula::run(&catalogue, &batch, &run_options(&base, 2), &NoProgress).expect("it runs");
    let reference = reference::compute(&catalogue, &batch, &base);
    assert_eq!(reference::compare::difference(&catalogue, &run, &reference), None);
}

#[test]
fn real_pupils_give_the_same_shuffled_and_split() {
    let Some(data) = required() else { return };
    let (catalogue, _) = matricula::open_catalogue(None);
    let catalogue = catalogue.expect("the embedded catalogue holds together");
    let text = chile("[\"student-counted-once\"]");
    let whole = compute(&catalogue, &text, &data.join("chile"));
    let table = Table::open(&data.join("chile").join("rendimiento_2024_rm_media.csv.gz"));
    let folder = tempfile::tempdir().expect("a folder");
    for part in 0..3 {
        let mut writer = csv::Writer::from_path(folder.path().join(format!("part{part}.csv"))).expect("a file");
        writer.write_record(&table.header).expect("written");
        let mut rows: Vec<_> = table.rows().skip(part).step_by(3).collect();
        rows.reverse();
        rows.iter().for_each(|row| writer.write_record(row).expect("written"));
        writer.flush().expect("written");
    }
    let split = compute(&catalogue, &text.replace("rendimiento_2024_rm_media.csv.gz", "part*.csv"), folder.path());
    assert!(whole.cube_hash == split.cube_hash && whole.estimates == split.estimates && whole.ledger == split.ledger);
}
