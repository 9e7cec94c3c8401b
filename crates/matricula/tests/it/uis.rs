//! Rates that UIS published for Latin America and the Caribbean, 2012-2016, against ours from the counts it published.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use approx::abs_diff_eq;
use matricula::spec::Catalogue;
use matricula::{Estimate, Number, ObsStatus};

use crate::data::files::{Table, required};
use crate::data::{Place, compute, figures};

/// Country and year.
type Where = (String, String);

/// One run over the extract, and what UIS published.
struct Computed {
    uis: PathBuf,
    catalogue: Catalogue,
    figures: BTreeMap<Place, Estimate>,
    published: BTreeMap<String, BTreeMap<Where, f64>>,
    tolerances: Tolerances,
}

/// How a series compares.
#[derive(Debug, Default)]
struct Found {
    agree: usize,
    compared: usize,
    /// Country-years that differ, with the published value and ours.
    differ: Vec<(Where, f64, f64)>,
}

impl Found {
    fn plus(mut self, other: Self) -> Self {
        self.agree += other.agree;
        self.compared += other.compared;
        self.differ.extend(other.differ);
        self
    }
}

/// Computed once for all tests; nothing where the data are not there.
fn computed() -> Option<&'static Computed> {
    static COMPUTED: OnceLock<Option<Computed>> = OnceLock::new();
    COMPUTED.get_or_init(|| Some(Computed::new(required()?.join("uis")))).as_ref()
}

impl Computed {
    fn new(uis: PathBuf) -> Self {
        let (catalogue, _) = matricula::open_catalogue(None);
        let catalogue = catalogue.expect("the embedded catalogue holds together");
        let run = compute(&catalogue, &batch_of(&catalogue), &uis);
        assert!(!run.problems.has_errors(), "{:#?}", run.problems);
        let account = &run.ledger.accounts()[0];
        assert!(account.adds_up());
        assert_eq!(account.read, 172_186);
        let figures = figures(&catalogue, &run);
        let published = published(&Table::open(&uis.join("uisstat_2012_2016_lac_long.csv.gz")));
        Self { uis, catalogue, figures, published, tolerances: Tolerances::read() }
    }

    /// Our rows at the coordinates of a published series, with what UIS published.
    fn rows<'a>(&'a self, series: &'a str) -> impl Iterator<Item = (&'a Where, f64, Place, Option<&'a Estimate>)> {
        let crosswalk = self.catalogue.crosswalks().iter().flat_map(|crosswalk| &crosswalk.rows);
        let row = crosswalk.into_iter().find(|row| row.published == series).expect("the series is in the crosswalk");
        let code = |(d, c): (&_, &_)| {
            let dimension = self.catalogue.dimension(*d);
            (dimension.id.clone(), dimension.codes.code(*c).id.clone())
        };
        let by: BTreeMap<String, String> = row.coordinates.iter().map(code).collect();
        self.published.get(series).into_iter().flatten().map(move |(at, value)| {
            let place = (row.indicator.clone(), at.0.clone(), at.1.clone(), by.clone());
            let estimate = self.figures.get(&place);
            (at, *value, place, estimate)
        })
    }

    /// Country-years in which our figure agrees with the published one, and in which both exist.
    fn compare(&self, series: &str) -> Found {
        let with = |_: &Place| true;
        self.compare_where(series, with, |estimate| estimate.value)
    }

    fn compare_where(
        &self,
        series: &str,
        counts: impl Fn(&Place) -> bool,
        value: impl Fn(&Estimate) -> Option<Number>,
    ) -> Found {
        let tolerance = self.tolerances.of(series);
        let mut found = Found::default();
        for (at, published, place, estimate) in self.rows(series) {
            let normal = estimate.filter(|e| e.obs_status == ObsStatus::Normal && counts(&place));
            let Some(ours) = normal.and_then(&value).map(Number::to_f64) else { continue };
            found.compared += 1;
            // Ours is rounded to six decimals, published figures to five.
            if abs_diff_eq!(ours, published, epsilon = tolerance) {
                found.agree += 1;
            } else {
                found.differ.push((at.clone(), published, ours));
            }
        }
        found
    }

    fn has_figure(&self, place: &Place) -> bool {
        self.figures.get(place).is_some_and(|estimate| estimate.obs_status == ObsStatus::Normal)
    }
}

fn batch_of(catalogue: &Catalogue) -> String {
    let crosswalk = catalogue.crosswalks().iter().find(|c| c.id == "uis-stat").expect("the crosswalk");
    let indicators: BTreeSet<_> = crosswalk.rows.iter().map(|row| format!("\"{}\"", row.indicator)).collect();
    let indicators: Vec<_> = indicators.into_iter().collect();
    format!(
        "format = 1\nid = \"uis\"\nindicators = [{}]\nbreakdowns = [\"sex\", \"grade\"]\ncrossed = 2\n\
         [[source]]\nid = \"uis\"\nmapping = \"uis-stat\"\nfiles = [\"uisstat_2012_2016_lac_long.csv.gz\"]\n",
        indicators.join(", ")
    )
}

/// What UIS published, by series, then country and year.
fn published(table: &Table) -> BTreeMap<String, BTreeMap<Where, f64>> {
    let mut series: BTreeMap<String, BTreeMap<Where, f64>> = BTreeMap::new();
    for row in table.rows() {
        let of = |name: &str| table.field(&row, name).to_owned();
        let Ok(value) = of("value").parse() else { continue };
        series.entry(of("indicator")).or_default().insert((of("iso3"), of("year")), value);
    }
    series
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

fn number(text: &str) -> usize {
    text.parse().expect("a whole number")
}

/// The rows of a reviewed table beside the tests.
fn reviewed(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "agreement is printed per series")]
fn published_rates_follow_from_published_counts() {
    let Some(computed) = computed() else { return };
    let identities = Table::open(&computed.uis.join("identities_lac_2012_2016.csv"));
    let mut report = String::new();
    let mut behind = Vec::new();
    for series in identities.rows() {
        let of = |name: &str| identities.field(&series, name);
        let found = computed.compare(of("published"));
        let (agree, compared): (usize, usize) = (number(of("agree")), number(of("compared")));
        let (published, Found { agree: ours, compared: both, .. }) = (of("published"), &found);
        writeln!(report, "{published:18} {ours:3} of {both:3}  (file: {agree:3} of {compared:3})").expect("a string");
        if found.agree < agree || found.compared < compared {
            behind.push(published.to_owned());
        }
    }
    println!("{report}");
    assert!(behind.is_empty(), "fewer agree than the acceptance table says: {behind:?}\n{report}");
}

#[test]
#[expect(clippy::print_stdout, reason = "agreement is printed per indicator")]
fn every_series_of_the_crosswalk_follows_from_counts() {
    let Some(computed) = computed() else { return };
    let crosswalk = computed.catalogue.crosswalks().iter().find(|c| c.id == "uis-stat").expect("the crosswalk");
    let stated: BTreeMap<String, (usize, usize)> = reviewed(include_str!("uis_acceptance.csv"))
        .into_iter()
        .map(|row| (row[0].clone(), (number(&row[1]), number(&row[2]))))
        .collect();
    let mut known: BTreeMap<(String, Where), String> = reviewed(include_str!("uis_known_disagreements.csv"))
        .into_iter()
        .map(|row| ((row[0].clone(), (row[1].clone(), row[2].clone())), row[3].clone()))
        .collect();
    let mut problems = Vec::new();
    let mut families: BTreeMap<&str, (Found, usize)> = BTreeMap::new();
    for row in &crosswalk.rows {
        let series = &row.published;
        let found = computed.compare(series);
        println!("{series:24} {:4} of {:4}", found.agree, found.compared);
        match stated.get(series) {
            Some((agree, compared)) if found.agree < *agree || found.compared < *compared => {
                let Found { agree: ours, compared: both, .. } = found;
                problems.push(format!("{series}: {ours} of {both} agree, {agree} of {compared} should"));
            }
            Some(_) => {}
            None => problems.push(format!("{series}: not in the acceptance table")),
        }
        for (at, published, ours) in &found.differ {
            if known.remove(&(series.clone(), at.clone())).is_none() {
                problems.push(format!("{series} {at:?}: published {published}, ours {ours}"));
            }
        }
        let rows = computed.published.get(series).map_or(0, BTreeMap::len);
        let family = families.entry(&row.indicator).or_default();
        *family = (std::mem::take(&mut family.0).plus(found), family.1 + rows);
    }
    problems.extend(known.keys().map(|series| format!("{series:?}: known to disagree, and does not")));
    for (indicator, (found, published)) in &families {
        println!("{indicator:20} {:4} of {:4} agree, {published:4} published", found.agree, found.compared);
    }
    let all = families.into_values().map(|(found, _)| found).reduce(Found::plus).unwrap_or_default();
    println!("all                  {:4} of {:4} agree", all.agree, all.compared);
    assert!(problems.is_empty(), "{problems:#?}");
}

/// With and without the factor of an open cohort, on the same country-years.
#[test]
fn open_cohorts_as_uis_treats_them_and_as_observed() {
    let Some(computed) = computed() else { return };
    // The last grade has no promotion and no dropout, and its rate is not scaled.
    let not_last =
        |place: &Place| computed.has_figure(&("DRG.1".to_owned(), place.1.clone(), place.2.clone(), place.3.clone()));
    let always = |_: &Place| true;
    let both = |series: &[String], counts: &dyn Fn(&Place) -> bool| {
        let of = |value: fn(&Estimate) -> Option<Number>| {
            let found = series.iter().map(|series| computed.compare_where(series, counts, value));
            let found = found.reduce(Found::plus).unwrap_or_default();
            (found.agree, found.compared)
        };
        (of(|estimate| estimate.value), of(|estimate| estimate.uncapped))
    };
    let by_sex = |before: &str, after: &str| ["", "_F", "_M"].map(|sex| format!("{before}{sex}{after}"));
    let repetition: Vec<_> = (1..=7).flat_map(|grade| by_sex(&format!("REPR_1_G{grade}"), "_CP")).collect();
    // The method states 1145 and 65. In Saint Kitts and Nevis 2012 (grades 3 and 4) and the Cayman Islands 2012
    // no girl repeated: UIS leaves the cell out, and girls are the total minus boys.
    assert_eq!(both(&repetition, &not_last), ((1148, 1148), (822, 1148)), "repetition by grade, primary");
    let survival = ["SR_1_GLAST_CP".to_owned()];
    assert_eq!(both(&survival, &always), ((66, 66), (31, 66)), "survival to the last grade, primary");
    let transition = by_sex("TRANRA_2_GPV", "_CP");
    assert_eq!(both(&transition, &always), ((239, 239), (174, 239)), "effective transition");
}

/// Figures that the method names, each over its sexes.
#[test]
fn acceptance_of_the_method() {
    let Some(computed) = computed() else { return };
    let of = |series: &[&str]| {
        let found = series.iter().map(|series| computed.compare(series)).reduce(Found::plus).unwrap_or_default();
        (found.agree, found.compared)
    };
    assert_eq!(of(&["AIR_1_GLAST", "AIR_1_GLAST_F", "AIR_1_GLAST_M"]), (314, 314));
    assert_eq!(of(&["REPP_1"]), (128, 128));
    assert_eq!(of(&["REPP_2_GPV", "REPP_2_GPV_F", "REPP_2_GPV_M"]), (357, 357));
    assert_eq!(of(&["ECDP_1"]), (86, 86));
    // Indices of survival are taken before the factors of the grades.
    assert_eq!(of(&["SR_1_GLAST_GPI", "SR_2_GLAST_GPI"]), (144, 144));
}
