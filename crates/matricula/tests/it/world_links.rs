//! Following pupils of generated worlds: what the engine says became of them is what the lives say.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use matricula::spec::Catalogue;
use matricula::{Counts, NoProgress, Reuse, Run, RunOptions};
use matricula_fixtures::world::{Format, Structure, WorldOptions};
use tempfile::TempDir;

use crate::catalogues::{batch_at, catalogue_of, embedded};
use crate::generated;
use crate::generated::truth::is_truth;
use crate::invented::{Conditions, STEPS, counts_of_followed};
use crate::runs::{self, code_of, linking, run_file};
use crate::tables::{Row, rows, rows_of, text};

/// Conditions, by the id of the indicator that counts them.
fn asked() -> BTreeMap<String, Conditions> {
    let outcomes = STEPS.iter().chain(&["GRADUATED", "NO_RECORD", "NO_IDENTIFIER"]).map(|code| ("outcome", *code));
    let origins = STEPS.iter().chain(&["RETURNED", "FIRST_RECORD", "ABSENT_BEFORE", "NO_IDENTIFIER"]);
    let single = outcomes.chain(origins.map(|code| ("came_from", *code)));
    let mut asked = BTreeMap::new();
    for (dimension, code) in single {
        for programme in ["INITIAL", "ADULT"] {
            let id = format!("{dimension}.{code}.{programme}");
            asked.insert(id, vec![(dimension, code), ("programme", programme)]);
        }
    }
    // Two years at once, and the school.
    for (outcome, came_from) in [("PROMOTED", "PROMOTED"), ("REPEATED", "PROMOTED"), ("NO_RECORD", "REPEATED")] {
        for changed in ["Y", "N"] {
            let id = format!("three.{outcome}.{came_from}.{changed}");
            let school = if outcome == "NO_RECORD" { ("edu_cat", "V") } else { ("changed_school", changed) };
            asked.insert(id, vec![("outcome", outcome), ("came_from", came_from), school]);
        }
    }
    asked
}

/// By what the indicators are broken down.
const BREAKDOWNS: [&str; 4] = ["edu_level", "grade", "sex", "mobility"];

fn catalogue() -> Catalogue {
    catalogue_of(counts_of_followed(&asked(), &BREAKDOWNS))
}

/// Runs the linked batch of a format for the indicators of this test.
fn run(catalogue: &Catalogue, folder: &Path) -> Run {
    let text = fs::read_to_string(folder.join("batch-linked.toml")).expect("a batch");
    let (before, after) = text.split_once("indicators = [").expect("indicators");
    let (_, after) = after.split_once("[[source]]").expect("sources");
    let ask = "indicators = [\"all\"]\nbreakdowns = [\"edu_level\", \"grade\", \"sex\", \"mobility\"]\ncrossed = 3\n";
    fs::write(folder.join("asked.toml"), format!("{before}{ask}[[source]]{after}")).expect("a batch");
    run_file(catalogue, &folder.join("asked.toml"))
}

/// Indicator, year, level, grade, sex, mobility; `_T` where not broken down.
type Key = [String; 6];
/// What the lives say: by level, grade and sex, and by level, sex and mobility.
fn truth(folder: &Path) -> BTreeMap<Key, i128> {
    let asked = asked();
    let mut counts = BTreeMap::new();
    for row in rows(&folder.join("truth_links.csv")) {
        let pupils: i128 = row["pupils"].parse().expect("a number");
        let holds = |(dimension, code): &(&str, &str)| row[*dimension] == *code;
        for (id, _) in asked.iter().filter(|(_, conditions)| conditions.iter().all(holds)) {
            let total = || "_T".to_owned();
            let of = |name: &str| row[name].clone();
            let place = |grade, mobility| [id.clone(), of("time_period"), of("edu_level"), grade, of("sex"), mobility];
            *counts.entry(place(of("grade"), total())).or_default() += pupils;
            *counts.entry(place(total(), of("mobility"))).or_default() += pupils;
        }
    }
    counts
}

/// What the engine says at the same places.
fn told(catalogue: &Catalogue, run: &Run) -> BTreeMap<Key, i128> {
    let known = catalogue.known();
    let by = BREAKDOWNS.map(|name| catalogue.find_dimension(name).expect("a dimension"));
    let mut counts = BTreeMap::new();
    for row in run.estimates.rows() {
        let [level, grade, sex, mobility] = by.map(|dimension| code_of(catalogue, run, row, dimension).to_owned());
        let finest = ["L01", "L02", "L1", "L2", "L3"].contains(&level.as_str());
        let compared = finest && sex != "_T" && ((grade == "_T") != (mobility == "_T"));
        if let Some(count) = row.numerator.filter(|_| compared) {
            let year = catalogue.dimension(known.time_period).codes.code(row.time_period).id.clone();
            counts.insert([row.indicator.clone(), year, level, grade, sex, mobility], count.millionths() / 1_000_000);
        }
    }
    counts
}

fn engine_is_truth(catalogue: &Catalogue, folder: &Path) {
    let run = run(catalogue, folder);
    let (mut truth, mut told) = (truth(folder), told(catalogue, &run));
    if folder.ends_with("chl-rendimiento") {
        // The results have no nationality: there is no breakdown by mobility.
        truth.retain(|key, _| key[5] == "_T");
    }
    told.retain(|key, count| *count != 0 || truth.contains_key(key));
    let wrong: Vec<String> = truth
        .keys()
        .chain(told.keys())
        .filter(|key| truth.get(*key) != told.get(*key))
        .map(|key| format!("{key:?}: {:?} in truth, {:?}", truth.get(key), told.get(key)))
        .take(30)
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), truth.len(), wrong.join("\n"));
    assert!(truth.len() > 500, "only {} counts", truth.len());
}

/// A world of each structure, and the formats in it: Brazil's structure in the canonical format only.
fn worlds(seed: u64) -> [(TempDir, Vec<Format>); 2] {
    let of = |structure, formats: Vec<Format>| {
        let formats_of = formats.clone();
        let options =
            WorldOptions { pupils: 3_000, seed, years: (2019, 2022), formats: formats_of, structure, dirt: 0 };
        (generated::world(&options), formats)
    };
    [of(Structure::Chile, Format::ALL.to_vec()), of(Structure::Brazil, vec![Format::Canonical])]
}

#[test]
fn what_became_of_pupils_is_what_their_lives_say() {
    let catalogue = catalogue();
    for (world, formats) in worlds(11) {
        for format in formats {
            engine_is_truth(&catalogue, &world.path().join(format.name()));
        }
    }
}

/// Pupils who were followed once are told the same of from cubes and from the cache, and nobody is read again.
#[test]
fn cubes_and_cache_tell_of_pupils_what_their_records_tell() {
    let catalogue = embedded();
    let formats = vec![Format::ChileEnrolment, Format::BrazilEnrolment, Format::Canonical];
    let (structure, years) = (Structure::Chile, (2019, 2021));
    let options = WorldOptions { pupils: 1_000, seed: 2, years, formats: formats.clone(), structure, dirt: 50 };
    let world = generated::world(&options);
    for format in formats {
        let folder = world.path().join(format.name());
        let batch = batch_at(&folder.join("batch-linked.toml"), catalogue);
        let direct = runs::run(catalogue, &batch, &folder);
        assert!(!direct.flows.is_empty());
        let options = |linking| RunOptions { linking, ..runs::options(&folder) };
        let cubes = matricula::cubes(catalogue, &batch, &options(Some(linking())), &NoProgress).expect("cubes");
        matricula::store::write_cubes(&folder.join("cubes"), &cubes).expect("written");
        let run = |linking, counts: &Counts| {
            let run = matricula::run_from(catalogue, &batch, &options(linking), counts, &NoProgress);
            let run = run.expect("it runs");
            assert!(run.cube_hash == direct.cube_hash && run.estimates == direct.estimates, "{format}: figures differ");
            assert!(run.flows == direct.flows && run.provenance == direct.provenance, "{format}: flows differ");
            assert!(run.ledger == direct.ledger && run.inputs == direct.inputs, "{format}: accounts differ");
            assert_eq!(run.problems, direct.problems, "{format}");
            run.reuse
        };
        run(None, &Counts::Cubes(vec![folder.join("cubes")]));
        let cache = Counts::Cache { folder: folder.join("cache"), rehash: false };
        let sources = batch.sources.len();
        assert_eq!(run(Some(linking()), &cache), Some(Reuse { read: sources, from_cache: 0 }));
        assert_eq!(run(Some(linking()), &cache), Some(Reuse { read: 0, from_cache: sources }));
    }
}

/// Every figure of the linked batches, by sex, mobility and grade: numerator and denominator exactly, value to 1e-6.
#[test]
fn figures_of_pupils_who_are_followed_are_the_truth() {
    for (world, formats) in worlds(5) {
        for format in formats {
            let folder = world.path().join(format.name());
            let [mut truth, linked] = ["truth_indicators.csv", "truth_linked.csv"].map(|name| rows(&folder.join(name)));
            assert!(linked.len() > 600, "{format}: only {} figures", linked.len());
            truth.extend(linked);
            is_truth(embedded(), &run_file(embedded(), &folder.join("batch-linked.toml")), &truth, 1_600);
        }
    }
}

/// Numbers with blanks and leading zeros are read as without; a blank one is none, and the outcome says so.
#[test]
fn in_a_dirty_world_nobody_is_without_a_number_but_those_whose_number_was_taken() {
    let catalogue = catalogue();
    let formats = vec![Format::ChileEnrolment, Format::BrazilEnrolment, Format::Canonical];
    let options = WorldOptions {
        pupils: 3_000,
        seed: 11,
        years: (2019, 2022),
        formats: formats.clone(),
        structure: Structure::Chile,
        dirt: 150,
    };
    let world = generated::world(&options);
    let planted = rows(&world.path().join("planted.csv"));
    for format in formats {
        let run = run(&catalogue, &world.path().join(format.name()));
        let mut without: BTreeMap<String, i128> = BTreeMap::new();
        for (key, pupils) in told(&catalogue, &run) {
            if key[0].starts_with("outcome.NO_IDENTIFIER") && key[5] == "_T" && pupils > 0 {
                *without.entry(key[1].clone()).or_default() += pupils;
            }
        }
        let blank = planted.iter().filter(|row| {
            row["format"] == format.name() && row["kind"] == "number-blank" && row["time_period"] != "2022"
        });
        let blank: BTreeMap<String, i128> =
            blank.map(|row| (row["time_period"].clone(), row["rows"].parse().expect("a number"))).collect();
        assert_eq!(without, blank, "{format}");
        assert_eq!(blank.len(), 3);
    }
}

/// Pupils who are not found a year later.
fn not_found(catalogue: &Catalogue, run: &Run) -> i128 {
    let lost =
        told(catalogue, run).into_iter().filter(|(key, _)| key[0].starts_with("outcome.NO_RECORD") && key[5] == "_T");
    lost.map(|(_, pupils)| pupils).sum()
}

#[test]
fn without_the_bridge_whoever_gets_a_definitive_number_is_lost() {
    let catalogue = catalogue();
    let formats = vec![Format::ChileEnrolment];
    let options =
        WorldOptions { pupils: 3_000, seed: 11, years: (2019, 2022), formats, structure: Structure::Chile, dirt: 0 };
    let world = generated::world(&options);
    let folder = world.path().join("chl");
    let with_bridge = not_found(&catalogue, &run(&catalogue, &folder));
    let batch = text(&folder.join("batch-linked.toml"));
    let (without, _) = batch.split_once("[[bridge]]").expect("a bridge");
    fs::write(folder.join("batch-linked.toml"), without).expect("a batch");
    let lost = not_found(&catalogue, &run(&catalogue, &folder)) - with_bridge;
    // Who graduates with a provisional number is a graduate, not lost; the others are the changes from one year to the next.
    let number = |year: i32| -> Vec<Row> { rows_of(&text(&folder.join(format!("matricula_{year}.csv"))), b';') };
    let bridge = text(&folder.join("bridge.csv"));
    let definitive: BTreeMap<&str, &str> = bridge.lines().filter_map(|line| line.split_once(';')).collect();
    let changes = (2019..2022).map(|year| {
        let next: Vec<String> = number(year + 1).into_iter().map(|row| row["MRUN"].clone()).collect();
        let changed =
            |row: &Row| definitive.get(row["MRUN_IPE"].as_str()).is_some_and(|mrun| next.iter().any(|one| one == mrun));
        number(year).iter().filter(|row| changed(row)).count()
    });
    let changes = i128::try_from(changes.sum::<usize>()).expect("a number");
    assert_eq!(lost, changes);
    assert!(lost > 20, "hardly anybody's number changes");
}
