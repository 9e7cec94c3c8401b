//! Real figures and real records: a batch and a comparison; every spec they need is in the catalogue.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod data;
mod reference;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use approx::abs_diff_eq;
use data::{Table, compute, number, required, run_options};
use matricula::spec::Catalogue;
use matricula::{Estimate, NoProgress, ObsStatus, Run};

/// Coordinates of a figure: indicator, country, year, then the codes that are neither `_T` nor `_Z`.
type Place = (String, String, String, BTreeMap<String, String>);

fn place_of(catalogue: &Catalogue, run: &Run, row: &Estimate) -> Place {
    let known = catalogue.known();
    let code = |dimension, code| catalogue.dimension(dimension).codes.code(code).id.clone();
    let codes = run.estimates.dimensions().iter().zip(&row.coordinates);
    let named = codes.map(|(d, c)| (catalogue.dimension(*d).id.clone(), code(*d, *c)));
    let by = named.filter(|(_, code)| code != "_T" && code != "_Z").collect();
    (row.indicator.clone(), code(known.ref_area, row.ref_area), code(known.time_period, row.time_period), by)
}

fn figures(catalogue: &Catalogue, run: &Run) -> BTreeMap<Place, Estimate> {
    run.estimates.rows().iter().map(|row| (place_of(catalogue, run, row), row.clone())).collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "agreement is printed per series")]
fn published_rates_follow_from_published_counts() {
    let Some(data) = required() else { return };
    let uis = data.join("uis");
    let identities = Table::open(&uis.join("identities_lac_2012_2016.csv"));
    let published = published(&Table::open(&uis.join("uisstat_2012_2016_lac_long.csv.gz")));
    let (catalogue, _) = matricula::open_catalogue(None);
    let catalogue = catalogue.expect("the embedded catalogue holds together");
    let batch = batch_of(&catalogue);
    let run = compute(&catalogue, &batch, &uis);
    assert!(!run.problems.has_errors(), "{:#?}", run.problems);
    let account = &run.ledger.accounts()[0];
    assert!(account.adds_up());
    assert_eq!(account.read, 172_186);
    let figures = figures(&catalogue, &run);
    let tolerances = Tolerances::read();
    let mut report = String::new();
    let mut behind = Vec::new();
    for series in identities.rows() {
        let of = |name: &str| identities.field(&series, name);
        let found = compare(&catalogue, &figures, &published, of("published"), tolerances.of(of("published")));
        let expected: (usize, usize) = (number(of("agree")), number(of("compared")));
        writeln!(
            report,
            "{:18} {:3} of {:3}  (file: {:3} of {:3})",
            of("published"),
            found.0,
            found.1,
            expected.0,
            expected.1
        )
        .expect("a string");
        if found.0 < expected.0 || found.1 < expected.1 {
            behind.push(of("published").to_owned());
        }
    }
    println!("{report}");
    assert!(behind.is_empty(), "fewer agree than the acceptance table says: {behind:?}\n{report}");
}

fn batch_of(catalogue: &Catalogue) -> String {
    let crosswalk = catalogue.crosswalks().iter().find(|c| c.id == "uis-stat").expect("the crosswalk");
    let mut indicators: Vec<_> = crosswalk.rows.iter().map(|row| format!("\"{}\"", row.indicator)).collect();
    indicators.sort_unstable();
    indicators.dedup();
    format!(
        "format = 1\nid = \"uis\"\nindicators = [{}]\nbreakdowns = [\"sex\", \"grade\"]\ncrossed = 2\n\
         [[source]]\nid = \"uis\"\nmapping = \"uis-stat\"\nfiles = [\"uisstat_2012_2016_lac_long.csv.gz\"]\n",
        indicators.join(", ")
    )
}

/// What UIS published, by series, country and year.
fn published(table: &Table) -> BTreeMap<(String, String, String), f64> {
    let row = |fields: Vec<String>| {
        let of = |name: &str| table.field(&fields, name).to_owned();
        Some(((of("indicator"), of("iso3"), of("year")), of("value").parse().ok()?))
    };
    table.rows().filter_map(row).collect()
}

/// Country-years in which the engine's figure agrees with the published one, and in which both exist.
fn compare(
    catalogue: &Catalogue,
    figures: &BTreeMap<Place, Estimate>,
    published: &BTreeMap<(String, String, String), f64>,
    series: &str,
    tolerance: f64,
) -> (usize, usize) {
    let crosswalk = catalogue.crosswalks().iter().flat_map(|crosswalk| &crosswalk.rows);
    let row = crosswalk.into_iter().find(|row| row.published == series).expect("the series is in the crosswalk");
    let code = |(d, c): (&_, &_)| {
        let dimension = catalogue.dimension(*d);
        (dimension.id.clone(), dimension.codes.code(*c).id.clone())
    };
    let by: BTreeMap<String, String> = row.coordinates.iter().map(code).collect();
    let mut agree = 0;
    let mut compared = 0;
    for ((_, area, year), value) in published.iter().filter(|((indicator, ..), _)| indicator == series) {
        let place = (row.indicator.clone(), area.clone(), year.clone(), by.clone());
        let Some(estimate) = figures.get(&place).filter(|e| e.obs_status == ObsStatus::Normal) else { continue };
        let ours = estimate.value.expect("a figure").to_f64();
        compared += 1;
        // Ours is rounded to six decimals, published figures to five.
        agree += usize::from(abs_diff_eq!(ours, *value, epsilon = tolerance));
    }
    (agree, compared)
}

/// The one reviewed file of tolerances.
struct Tolerances(BTreeMap<String, f64>);

impl Tolerances {
    fn read() -> Self {
        Self(toml::from_str(include_str!("tolerances.toml")).expect("tolerances are a table of numbers"))
    }

    /// The tolerance of the longest prefix of a series that has one.
    fn of(&self, series: &str) -> f64 {
        let fits = self.0.iter().filter(|(prefix, _)| series.starts_with(prefix.as_str()));
        *fits.max_by_key(|(prefix, _)| prefix.len()).map(|(_, tolerance)| tolerance).expect("a default")
    }
}

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
        writer.write_record(table.header()).expect("written");
        let mut rows: Vec<_> = table.rows().skip(part).step_by(3).collect();
        rows.reverse();
        rows.iter().for_each(|row| writer.write_record(row).expect("written"));
        writer.flush().expect("written");
    }
    let split = compute(&catalogue, &text.replace("rendimiento_2024_rm_media.csv.gz", "part*.csv"), folder.path());
    assert!(whole.cube_hash == split.cube_hash && whole.estimates == split.estimates && whole.ledger == split.ledger);
}
