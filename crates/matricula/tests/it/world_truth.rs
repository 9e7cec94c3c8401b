//! The engine on generated worlds against their truth: figures on a clean world, the account of rows on a dirty one.
//!
//! The truth is added up from the lives by the generator, which reads no file and shares no code with the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use matricula::spec::model::dimension::CodeId;
use matricula::spec::model::formula::Formula;
use matricula::{Number, Run};
use matricula_fixtures::world::{Format, Structure, WorldOptions};
use tempfile::TempDir;

use crate::catalogues::embedded;
use crate::generated;
use crate::generated::truth::is_truth;
use crate::runs::{code_of, run_file};
use crate::tables::rows;

fn world(structure: Structure, size: Size, dirt: u64) -> TempDir {
    let Size { seed, pupils, years } = size;
    generated::world(&WorldOptions { pupils, seed, years, formats: Format::ALL.to_vec(), structure, dirt })
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

fn run(folder: &Path) -> Run {
    run_file(embedded(), &folder.join("batch.toml"))
}

fn engine_is_truth(folder: &Path, least: usize) {
    is_truth(embedded(), &run(folder), &rows(&folder.join("truth_indicators.csv")), least);
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
    let (catalogue, run) = (embedded(), run(&folder));
    let mut sums: BTreeMap<[String; 4], i128> = BTreeMap::new();
    for row in rows(&world.path().join("truth.csv")) {
        let key = ["edu_level", "time_period", "location", "sector_edu"].map(|name| row[name].clone());
        *sums.entry(key).or_default() += row["pupils"].parse::<i128>().expect("a number");
    }
    let wanted = ["location", "sector_edu"].map(|id| catalogue.find_dimension(id).expect("a dimension"));
    let mut compared = 0;
    for row in run.estimates.rows() {
        let Some(level) = row.indicator.strip_prefix("ENRL.").filter(|level| ["02", "1", "2", "3"].contains(level))
        else {
            continue;
        };
        let [location, sector] = wanted.map(|dimension| code_of(catalogue, &run, row, dimension).to_owned());
        let year = catalogue.dimension(catalogue.known().time_period).codes.code(row.time_period).id.clone();
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
    let others: Vec<String> = embedded()
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
    let run = run(&folder);
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
        let run = run(&world.path().join(format));
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
    let catalogue = embedded();
    let run = run_file(catalogue, &folder.join("batch-linked.toml"));
    let mut truth = rows(&folder.join("truth_indicators.csv"));
    truth.extend(rows(&folder.join("truth_linked.csv")));
    is_truth(catalogue, &run, &truth, least);
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
