//! The engine on generated worlds against their truth: figures on a clean world, the account of rows on a dirty one.
//!
//! The truth is added up from the lives by the generator, which reads no file and shares no code with the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use matricula::spec::Catalogue;
use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::model::formula::Formula;
use matricula::{Estimate, Linking, NoProgress, Number, PseudonymKey, Run, RunOptions};
use matricula_fixtures::world::{Format, Structure, WorldOptions, write_world};
use tempfile::TempDir;

fn world(structure: Structure, size: Size, dirt: u64) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let Size { seed, pupils, years } = size;
    let options = WorldOptions { pupils, seed, years, formats: Format::ALL.to_vec(), structure, dirt };
    write_world(&options, folder.path()).expect("a world");
    folder
}

/// How large a world is, and when.
#[derive(Clone, Copy)]
struct Size {
    seed: u64,
    pupils: u64,
    years: (i32, i32),
}

const LARGE: Size = Size { seed: 7, pupils: 3_000, years: (2019, 2022) };
/// Many groups have nobody of one sex, or nobody at all; and Chile records nationality in the later years only.
const SMALL: Size = Size { seed: 3, pupils: 120, years: (2014, 2017) };

fn run(folder: &Path) -> (Catalogue, Run) {
    run_batch(folder, "batch.toml")
}

/// Runs a batch of a world; one that follows pupils with a key of this test.
fn run_batch(folder: &Path, file: &str) -> (Catalogue, Run) {
    let (catalogue, problems) = matricula::open_catalogue(None);
    let catalogue = catalogue.unwrap_or_else(|| panic!("{problems:#?}"));
    let (batch, problems) = matricula::open_batch(&folder.join(file), &catalogue);
    let batch = batch.unwrap_or_else(|| panic!("{problems:#?}"));
    let key = PseudonymKey::read(&b"a key that stands in a public test and serves nowhere"[..]).expect("a key");
    let linking = batch.link.is_some().then_some(Linking { key });
    let options = RunOptions { threads: Some(2), linking, ..RunOptions::new(folder.to_owned(), folder.to_owned()) };
    let run = matricula::run(&catalogue, &batch, &options, &NoProgress).expect("it runs");
    assert!(!run.problems.has_errors(), "{:#?}", run.problems);
    (catalogue, run)
}

type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    let text = fs::read_to_string(path).expect("a file of the world");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let named =
        |record: csv::StringRecord| header.iter().zip(&record).map(|(n, f)| (n.to_owned(), f.to_owned())).collect();
    reader.records().map(|record| named(record.expect("a row"))).collect()
}

/// The coordinates of the truth: indicator, country, year, sex, mobility, grade.
type Key = [String; 6];

/// The figures that the truth can have: those broken down by nothing but sex, mobility and grade.
fn figures<'a>(catalogue: &Catalogue, run: &'a Run) -> BTreeMap<Key, &'a Estimate> {
    let known = catalogue.known();
    let dimension = |id: &str| -> DimensionId { catalogue.find_dimension(id).expect("a dimension") };
    let wanted = ["sex", "mobility", "grade"].map(dimension);
    let columns = run.estimates.dimensions();
    let code = |dimension, code: CodeId| catalogue.dimension(dimension).codes.code(code).id.clone();
    let all = |code: CodeId| code == CodeId::TOTAL || code == CodeId::NOT_APPLICABLE;
    let mut figures = BTreeMap::new();
    for row in run.estimates.rows() {
        let place: Vec<_> = columns.iter().copied().zip(row.coordinates.iter().copied()).collect();
        // `_Z` is a row of its own where the breakdown is permitted: pupils of programmes without grades.
        let permitted = &catalogue.indicator(&row.indicator).expect("it is computed").breakdowns;
        let without = |(dimension, code): &(DimensionId, CodeId)| {
            *code == CodeId::NOT_APPLICABLE && permitted.contains(dimension)
        };
        let further = |(dimension, code): &(DimensionId, CodeId)| !wanted.contains(dimension) && !all(*code);
        if place.iter().any(|of| without(of) || further(of)) {
            continue;
        }
        let at = |wanted: DimensionId| {
            let found = place.iter().find(|(dimension, code)| *dimension == wanted && !all(*code));
            found.map_or_else(|| "_T".to_owned(), |(dimension, value)| code(*dimension, *value))
        };
        let [sex, mobility, grade] = wanted.map(at);
        let country = code(known.ref_area, row.ref_area);
        let year = code(known.time_period, row.time_period);
        figures.insert([row.indicator.clone(), country, year, sex, mobility, grade], row);
    }
    figures
}

/// What is wrong with a figure, if anything is.
fn difference(truth: &Row, figure: Option<&&Estimate>) -> Option<String> {
    let Some(figure) = figure else { return Some("no figure".to_owned()) };
    let Some(value) = figure.value else { return Some(format!("no value: {:?}", figure.obs_status)) };
    for (name, number) in [("numerator", figure.numerator), ("denominator", figure.denominator)] {
        let told = &truth[name];
        let found = number.map_or_else(String::new, |number| number.to_string());
        // Of a parity and the like the truth holds the value only.
        if !told.is_empty() && *told != found {
            return Some(format!("{name} {found}"));
        }
    }
    let told: f64 = truth["value"].parse().expect("a number");
    ((value.to_f64() - told).abs() > 1e-6).then(|| format!("value {value}"))
}

fn key(row: &Row) -> Key {
    ["indicator", "ref_area", "time_period", "sex", "mobility", "grade"].map(|name| row[name].clone())
}

fn engine_is_truth(folder: &Path, least: usize) {
    let (catalogue, run) = run(folder);
    is_truth(&catalogue, &run, &rows(&folder.join("truth_indicators.csv")), least);
}

fn is_truth(catalogue: &Catalogue, run: &Run, truth: &[Row], least: usize) {
    let figures = figures(catalogue, run);
    let wrong: Vec<String> = truth
        .iter()
        .filter_map(|row| {
            let key =
                ["indicator", "ref_area", "time_period", "sex", "mobility", "grade"].map(|name| row[name].clone());
            let difference = difference(row, figures.get(&key))?;
            Some(format!(
                "{key:?}: {} / {} = {} in truth, {difference}",
                row["numerator"], row["denominator"], row["value"]
            ))
        })
        .collect();
    let shown = wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of {} figures are not the truth:\n{shown}", wrong.len(), truth.len());
    let told: BTreeSet<Key> = truth.iter().map(key).collect();
    // Nobody's sex or mobility is unknown, and nobody is displaced; a share of fewer than nobody is no figure.
    let of_nobody = |key: &Key| key.iter().any(|code| code == "_U" || code == "displaced");
    let defined =
        |figure: &Estimate| figure.value.is_some() && figure.denominator.is_none_or(|all| all.millionths() > 0);
    let untold: Vec<&Key> = figures
        .iter()
        .filter(|(key, figure)| defined(figure) && !of_nobody(key) && !told.contains(*key))
        .map(|(key, _)| key)
        .collect();
    assert!(untold.is_empty(), "figures that the truth does not hold: {untold:#?}");
    assert!(truth.len() >= least, "only {} figures", truth.len());
}

#[test]
fn figures_of_a_clean_world_are_its_truth() {
    let world = world(Structure::Chile, LARGE, 0);
    for (format, least) in Format::ALL.into_iter().zip([2_000, 1_000, 2_000, 4_000]) {
        engine_is_truth(&world.path().join(format.name()), least);
    }
}

#[test]
fn figures_of_a_clean_world_in_the_other_structure_are_its_truth() {
    let world = world(Structure::Brazil, LARGE, 0);
    engine_is_truth(&world.path().join("canonical"), 4_000);
}

#[test]
fn figures_of_a_small_world_are_its_truth() {
    for structure in [Structure::Chile, Structure::Brazil] {
        let world = world(structure, SMALL, 0);
        for format in Format::ALL {
            engine_is_truth(&world.path().join(format.name()), 600);
        }
    }
}

/// Figures that the table of indicators cannot hold, from the cells: by location and by sector.
#[test]
fn enrolment_by_location_and_sector_is_the_sum_of_the_cells() {
    let world = world(Structure::Chile, LARGE, 0);
    let folder = world.path().join("canonical");
    let text = fs::read_to_string(folder.join("batch.toml")).expect("a batch");
    let (before, after) = text.split_once("breakdowns = [\"sex\", \"mobility\", \"grade\"]").expect("breakdowns");
    fs::write(folder.join("batch.toml"), format!("{before}breakdowns = [\"location\", \"sector_edu\"]{after}"))
        .expect("a batch");
    let (catalogue, run) = run(&folder);
    let mut sums: BTreeMap<[String; 4], i128> = BTreeMap::new();
    for row in rows(&world.path().join("truth.csv")) {
        let key = ["edu_level", "time_period", "location", "sector_edu"].map(|name| row[name].clone());
        *sums.entry(key).or_default() += row["pupils"].parse::<i128>().expect("a number");
    }
    let wanted = ["location", "sector_edu"].map(|id| catalogue.find_dimension(id).expect("a dimension"));
    let columns = run.estimates.dimensions();
    let mut compared = 0;
    for row in run.estimates.rows() {
        let Some(level) = row.indicator.strip_prefix("ENRL.").filter(|level| ["02", "1", "2", "3"].contains(level))
        else {
            continue;
        };
        let code = |dimension, code: CodeId| catalogue.dimension(dimension).codes.code(code).id.clone();
        let at = wanted.map(|dimension| {
            let position = columns.iter().position(|column| *column == dimension).expect("a column");
            code(dimension, row.coordinates[position])
        });
        let year = code(catalogue.known().time_period, row.time_period);
        let [location, sector] = at;
        if let Some(pupils) = sums.get(&[format!("L{level}"), year, location, sector]) {
            assert_eq!(row.numerator.map(Number::millionths), Some(pupils * 1_000_000), "{}", row.indicator);
            compared += 1;
        }
    }
    assert_eq!(compared, 4 * 4 * 4, "levels, years, and two codes of each");
}

/// Whatever else of the catalogue the engine could tell of a canonical world would be missing in its truth.
#[test]
fn the_truth_leaves_out_nothing_that_a_world_can_tell() {
    let world = world(Structure::Chile, LARGE, 0);
    let folder = world.path().join("canonical");
    let told: BTreeSet<String> =
        rows(&folder.join("truth_indicators.csv")).into_iter().map(|row| row["indicator"].clone()).collect();
    let (catalogue, _) = matricula::open_catalogue(None);
    let catalogue = catalogue.expect("a catalogue");
    let others: Vec<String> = catalogue
        .indicators()
        .iter()
        .filter(|indicator| {
            !matches!(indicator.formula, Formula::NotFromRecords { .. }) && !told.contains(&indicator.id)
        })
        .map(|indicator| format!("\"{}\"", indicator.id))
        .collect();
    let text = fs::read_to_string(folder.join("batch.toml")).expect("a batch");
    let (before, after) = text.split_once("indicators = [").expect("indicators");
    let (_, after) = after.split_once(']').expect("their end");
    fs::write(folder.join("batch.toml"), format!("{before}indicators = [{}]{after}", others.join(", ")))
        .expect("a batch");
    let (_, run) = run(&folder);
    let given: BTreeSet<&str> =
        run.estimates.rows().iter().filter(|row| row.value.is_some()).map(|row| row.indicator.as_str()).collect();
    assert_eq!(given, BTreeSet::new());
}

/// What the ledger says, in the words of `planted.csv`: by year, section, name and detail.
fn said(run: &Run, format: &str) -> BTreeMap<[String; 4], u64> {
    let mut said = BTreeMap::new();
    for row in run.ledger.rows() {
        let Some(year) = row.source.strip_prefix(&format!("{format}-")) else { continue };
        let defects = match row.section.as_str() {
            "rows" => matches!(row.name.as_str(), "out_of_scope" | "set_aside" | "duplicates" | "ragged"),
            _ => matches!(row.detail.as_str(), "missing" | "unmapped"),
        };
        if defects && row.rows > 0 {
            *said.entry([year.to_owned(), row.section, row.name, row.detail]).or_default() += row.rows;
        }
    }
    said
}

#[test]
fn the_ledger_accounts_for_every_planted_defect() {
    let world = world(Structure::Chile, LARGE, 150);
    let planted = rows(&world.path().join("planted.csv"));
    for format in Format::ALL.map(Format::name) {
        let (_, run) = run(&world.path().join(format));
        assert!(run.ledger.accounts().iter().all(matricula::RowAccount::adds_up));
        let mut expected: BTreeMap<[String; 4], u64> = BTreeMap::new();
        for row in planted.iter().filter(|row| row["format"] == format && !row["section"].is_empty()) {
            let key = ["time_period", "section", "name", "detail"].map(|name| row[name].clone());
            *expected.entry(key).or_default() += row["rows"].parse::<u64>().expect("a number");
        }
        assert!(expected.len() > 20, "{format}: hardly any defects");
        assert_eq!(said(&run, format), expected, "{format}");
    }
}

/// Pupils of a grade of initial education by what became of them, or by where they came from.
type ByGrade = BTreeMap<[String; 4], u64>;

/// What `truth_links.csv` or the flows of a run say of every grade, without those of whom nothing is told.
fn add(all: &mut ByGrade, place: [&str; 3], code: &str, pupils: u64) {
    if pupils > 0 && !code.is_empty() {
        *all.entry([place[0].to_owned(), place[1].to_owned(), place[2].to_owned(), code.to_owned()]).or_default() +=
            pupils;
    }
}

fn linked_is_truth(folder: &Path, least: usize) {
    let (catalogue, run) = run_batch(folder, "batch-linked.toml");
    let mut truth = rows(&folder.join("truth_indicators.csv"));
    truth.extend(rows(&folder.join("truth_linked.csv")));
    is_truth(&catalogue, &run, &truth, least);
    let links = rows(&folder.join("truth_links.csv"));
    let (mut outcomes, mut origins) = (ByGrade::new(), ByGrade::new());
    for row in links.iter().filter(|row| row["programme"] == "INITIAL") {
        let pupils = row["pupils"].parse().expect("a number");
        let place = [&*row["time_period"], &*row["edu_level"], &*row["grade"]];
        add(&mut outcomes, place, &row["outcome"], pupils);
        add(&mut origins, place, &row["came_from"], pupils);
    }
    let known = catalogue.known();
    let code = |dimension, code: CodeId| catalogue.dimension(dimension).codes.code(code).id.clone();
    let mut grades = 0;
    for flow in run.flows.iter().filter(|flow| flow.mobility == CodeId::TOTAL) {
        let (year, level) = (code(known.time_period, flow.time_period), code(known.edu_level, flow.edu_level));
        let grade: i32 = code(known.grade, flow.grade)[1..].parse().expect("a number");
        let later = (year.parse::<i32>().expect("a year") + 1).to_string();
        let (grade, next) = (format!("G{grade}"), format!("G{}", grade + 1));
        for (told, truth, place) in [
            (&flow.outcomes, &outcomes, [&year, &level, &grade]),
            (&flow.next_grade, &origins, [&later, &level, &next]),
        ] {
            let here = truth.iter().filter(|(key, _)| place.into_iter().eq(&key[..3]));
            let here: BTreeMap<String, u64> = here.map(|(key, pupils)| (key[3].clone(), *pupils)).collect();
            assert_eq!(*told, here, "{place:?}");
        }
        // The reconstructed cohort differs by who is new in the next grade and was not promoted: arrivals, returns.
        let promoted = flow.outcomes.get("PROMOTED").copied().unwrap_or(0);
        let others = flow.next_grade.iter().filter(|(from, _)| !["PROMOTED", "REPEATED"].contains(&from.as_str()));
        assert_eq!(flow.new_in_next_grade(), promoted + others.map(|(_, pupils)| pupils).sum::<u64>());
        grades += 1;
    }
    assert!(grades > 20, "only {grades} grades");
}

#[test]
fn pupils_who_are_followed_have_the_careers_of_their_lives() {
    let world = world(Structure::Chile, LARGE, 0);
    for (format, least) in
        [(Format::Canonical, 4_000), (Format::ChileEnrolment, 2_000), (Format::BrazilEnrolment, 2_000)]
    {
        linked_is_truth(&world.path().join(format.name()), least);
    }
}
