//! Following pupils of generated worlds: what the engine says became of them is what the lives say.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use matricula::spec::model::dimension::CodeId;
use matricula::spec::{Batch, Catalogue};
use matricula::{Counts, Linking, NoProgress, PseudonymKey, Reuse, Run, RunOptions};
use matricula_fixtures::world::{Format, Structure, WorldOptions, write_world};

const KEY: &[u8] = b"the key of a public test, which serves nowhere else";

const STEPS: [&str; 7] = ["PROMOTED", "TRANSITION", "SKIPPED", "REPEATED", "PLACED_LOWER", "OTHER_PROGRAMME", "FOUND"];

/// Conditions, by the id of the indicator that counts them.
fn asked() -> BTreeMap<String, Vec<(&'static str, &'static str)>> {
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

fn catalogue() -> Catalogue {
    let mut files = matricula::embedded_specs();
    files.retain(|path, _| !path.starts_with("indicators/") && !path.starts_with("crosswalks/"));
    let label = "en = \"x\"\nes = \"x\"\npt = \"x\"\n";
    for (id, conditions) in asked() {
        let tests: Vec<String> =
            conditions.iter().map(|(dimension, code)| format!("{dimension} = {{ in = [\"{code}\"] }}")).collect();
        let text = format!(
            "format = 1\nid = \"{id}\"\nstatus = \"provisional\"\nsdg = []\n\
             matrix = {{ dimension = \"adaptability\", cut = \"permanence-progression\" }}\nunit = \"number\"\n\
             better = \"neutral\"\nbreakdowns = [\"edu_level\", \"grade\", \"sex\", \"mobility\"]\n\
             [label]\n{label}[definition]\n{label}[formula.count]\n\
             of = {{ measure = \"students_linked\", where = {{ {} }} }}\n[[source]]\ntitle = \"invented\"\n",
            tests.join(", ")
        );
        files.insert(format!("indicators/{id}.toml"), text);
    }
    let (catalogue, problems) = Catalogue::read(files);
    assert!(!problems.has_errors(), "{problems:#?}");
    catalogue.expect("no problems")
}

/// Runs the linked batch of a format for the indicators of this test.
fn run(catalogue: &Catalogue, folder: &Path) -> Run {
    let text = fs::read_to_string(folder.join("batch-linked.toml")).expect("a batch");
    let (before, after) = text.split_once("indicators = [").expect("indicators");
    let (_, after) = after.split_once("[[source]]").expect("sources");
    let ask = "indicators = [\"all\"]\nbreakdowns = [\"edu_level\", \"grade\", \"sex\", \"mobility\"]\ncrossed = 3\n";
    fs::write(folder.join("asked.toml"), format!("{before}{ask}[[source]]{after}")).expect("a batch");
    let (batch, problems) = matricula::open_batch(&folder.join("asked.toml"), catalogue);
    let batch = batch.unwrap_or_else(|| panic!("{problems:#?}"));
    let linking = Linking { key: PseudonymKey::read(KEY).expect("a key") };
    let options = RunOptions {
        threads: Some(2),
        linking: Some(linking),
        ..RunOptions::new(folder.to_owned(), folder.to_owned())
    };
    let run = matricula::run(catalogue, &batch, &options, &NoProgress).expect("it runs");
    assert!(!run.problems.has_errors(), "{:#?}", run.problems);
    run
}

/// Indicator, year, level, grade, sex, mobility; `_T` where not broken down.
type Key = [String; 6];
type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    let text = fs::read_to_string(path).expect("a file of the world");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let named =
        |record: csv::StringRecord| header.iter().zip(&record).map(|(n, f)| (n.to_owned(), f.to_owned())).collect();
    reader.records().map(|record| named(record.expect("a row"))).collect()
}

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
    let columns = run.estimates.dimensions();
    let code = |dimension, code: CodeId| catalogue.dimension(dimension).codes.code(code).id.clone();
    let mut counts = BTreeMap::new();
    for row in run.estimates.rows() {
        let at = |name: &str| {
            let dimension = catalogue.find_dimension(name).expect("a dimension");
            let position = columns.iter().position(|column| *column == dimension).expect("a column");
            code(dimension, row.coordinates[position])
        };
        let [level, grade, sex, mobility] = ["edu_level", "grade", "sex", "mobility"].map(at);
        let finest = ["L01", "L02", "L1", "L2", "L3"].contains(&level.as_str());
        let compared = finest && sex != "_T" && ((grade == "_T") != (mobility == "_T"));
        if let Some(count) = row.numerator.filter(|_| compared) {
            let year = code(known.time_period, row.time_period);
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

#[test]
fn what_became_of_pupils_is_what_their_lives_say() {
    let catalogue = catalogue();
    for structure in [Structure::Chile, Structure::Brazil] {
        let folder = tempfile::tempdir().expect("a folder");
        let formats = if structure == Structure::Chile { Format::ALL.to_vec() } else { vec![Format::Canonical] };
        let options =
            WorldOptions { pupils: 3_000, seed: 11, years: (2019, 2022), formats: formats.clone(), structure, dirt: 0 };
        write_world(&options, folder.path()).expect("a world");
        for format in formats {
            engine_is_truth(&catalogue, &folder.path().join(format.name()));
        }
    }
}

fn linked_batch(catalogue: &Catalogue, folder: &Path) -> Batch {
    let (batch, problems) = matricula::open_batch(&folder.join("batch-linked.toml"), catalogue);
    batch.unwrap_or_else(|| panic!("{problems:#?}"))
}

/// Runs the linked batch as it stands, with the catalogue as it is.
fn run_as_is(catalogue: &Catalogue, folder: &Path) -> Run {
    let batch = linked_batch(catalogue, folder);
    let linking = Linking { key: PseudonymKey::read(KEY).expect("a key") };
    let options = RunOptions {
        threads: Some(2),
        linking: Some(linking),
        ..RunOptions::new(folder.to_owned(), folder.to_owned())
    };
    let run = matricula::run(catalogue, &batch, &options, &NoProgress).expect("it runs");
    assert!(!run.problems.has_errors(), "{:#?}", run.problems);
    run
}

/// Pupils who were followed once are told the same of from cubes and from the cache, and nobody is read again.
#[test]
fn cubes_and_cache_tell_of_pupils_what_their_records_tell() {
    let (catalogue, problems) = matricula::open_catalogue(None);
    let catalogue = catalogue.unwrap_or_else(|| panic!("{problems:#?}"));
    let world = tempfile::tempdir().expect("a folder");
    let formats = vec![Format::ChileEnrolment, Format::BrazilEnrolment, Format::Canonical];
    let (structure, years) = (Structure::Chile, (2019, 2021));
    let options = WorldOptions { pupils: 1_000, seed: 2, years, formats: formats.clone(), structure, dirt: 50 };
    write_world(&options, world.path()).expect("a world");
    for format in formats {
        let folder = world.path().join(format.name());
        let direct = run_as_is(&catalogue, &folder);
        assert!(!direct.flows.is_empty());
        let batch = linked_batch(&catalogue, &folder);
        let linking = Linking { key: PseudonymKey::read(KEY).expect("a key") };
        let options =
            |linking| RunOptions { threads: Some(2), linking, ..RunOptions::new(folder.clone(), folder.clone()) };
        let cubes = matricula::cubes(&catalogue, &batch, &options(Some(linking.clone())), &NoProgress).expect("cubes");
        matricula::store::write_cubes(&folder.join("cubes"), &cubes).expect("written");
        let run = |linking, counts: &Counts| {
            let run = matricula::run_from(&catalogue, &batch, &options(linking), counts, &NoProgress);
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
        assert_eq!(run(Some(linking.clone()), &cache), Some(Reuse { read: sources, from_cache: 0 }));
        assert_eq!(run(Some(linking), &cache), Some(Reuse { read: 0, from_cache: sources }));
    }
}

/// Every figure of pupils who are followed, by sex, mobility and grade: numerator and denominator exactly, value to 1e-6.
#[test]
fn figures_of_pupils_who_are_followed_are_the_truth() {
    let (catalogue, problems) = matricula::open_catalogue(None);
    let catalogue = catalogue.unwrap_or_else(|| panic!("{problems:#?}"));
    for structure in [Structure::Chile, Structure::Brazil] {
        let world = tempfile::tempdir().expect("a folder");
        let formats = if structure == Structure::Chile { Format::ALL.to_vec() } else { vec![Format::Canonical] };
        let options =
            WorldOptions { pupils: 3_000, seed: 5, years: (2019, 2022), formats: formats.clone(), structure, dirt: 0 };
        write_world(&options, world.path()).expect("a world");
        for format in formats {
            let folder = world.path().join(format.name());
            let run = run_as_is(&catalogue, &folder);
            let told = linked_figures(&catalogue, &run);
            let truth = rows(&folder.join("truth_linked.csv"));
            let wrong: Vec<String> = truth
                .iter()
                .filter_map(|row| {
                    let key = ["indicator", "time_period", "sex", "mobility", "grade"].map(|name| row[name].clone());
                    let found = told.get(&key).cloned().unwrap_or_default();
                    let same = |name: &str, place: usize| row[name].is_empty() || row[name] == found[place];
                    let value = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
                    let close = (value(&row["value"]) - value(&found[2])).abs() <= 1e-6;
                    (!same("numerator", 0) || !same("denominator", 1) || !close)
                        .then(|| format!("{key:?}: {row:?} in truth, {found:?}"))
                })
                .take(30)
                .collect();
            assert!(wrong.is_empty(), "{format}:\n{}", wrong.join("\n"));
            assert!(truth.len() > 600, "{format}: only {} figures", truth.len());
        }
    }
}

/// Numerator, denominator and value, by indicator, year, sex, mobility and grade; `_T` where not broken down.
fn linked_figures(catalogue: &Catalogue, run: &Run) -> BTreeMap<[String; 5], [String; 3]> {
    let columns = run.estimates.dimensions();
    let wanted = ["sex", "mobility", "grade"].map(|id| catalogue.find_dimension(id).expect("a dimension"));
    let code = |dimension, code: CodeId| catalogue.dimension(dimension).codes.code(code).id.clone();
    let all = |code: CodeId| code == CodeId::TOTAL || code == CodeId::NOT_APPLICABLE;
    let mut figures = BTreeMap::new();
    for row in run.estimates.rows() {
        let at = wanted.map(|dimension| {
            let position = columns.iter().position(|column| *column == dimension).expect("a column");
            let found = row.coordinates[position];
            if all(found) { "_T".to_owned() } else { code(dimension, found) }
        });
        let [sex, mobility, grade] = at;
        let year = code(catalogue.known().time_period, row.time_period);
        let text = [row.numerator, row.denominator, row.value].map(|n| n.map_or_else(String::new, |n| n.to_string()));
        figures.entry([row.indicator.clone(), year, sex, mobility, grade]).or_insert(text);
    }
    figures
}

/// Numbers with blanks and leading zeros are read as without; a blank one is none, and the outcome says so.
#[test]
fn in_a_dirty_world_nobody_is_without_a_number_but_those_whose_number_was_taken() {
    let catalogue = catalogue();
    let world = tempfile::tempdir().expect("a folder");
    let formats = vec![Format::ChileEnrolment, Format::BrazilEnrolment, Format::Canonical];
    let options = WorldOptions {
        pupils: 3_000,
        seed: 11,
        years: (2019, 2022),
        formats: formats.clone(),
        structure: Structure::Chile,
        dirt: 150,
    };
    write_world(&options, world.path()).expect("a world");
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
    let world = tempfile::tempdir().expect("a folder");
    let formats = vec![Format::ChileEnrolment];
    let options =
        WorldOptions { pupils: 3_000, seed: 11, years: (2019, 2022), formats, structure: Structure::Chile, dirt: 0 };
    write_world(&options, world.path()).expect("a world");
    let folder = world.path().join("chl");
    let with_bridge = not_found(&catalogue, &run(&catalogue, &folder));
    let text = fs::read_to_string(folder.join("batch-linked.toml")).expect("a batch");
    let (without, _) = text.split_once("[[bridge]]").expect("a bridge");
    fs::write(folder.join("batch-linked.toml"), without).expect("a batch");
    let lost = not_found(&catalogue, &run(&catalogue, &folder)) - with_bridge;
    // Who graduates with a provisional number is a graduate, not lost; the others are the changes from one year to the next.
    let number = |year: i32| -> Vec<Row> {
        let text = fs::read_to_string(folder.join(format!("matricula_{year}.csv"))).expect("a file");
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
        let header = reader.headers().expect("a header").clone();
        let named =
            |record: csv::StringRecord| header.iter().zip(&record).map(|(n, f)| (n.to_owned(), f.to_owned())).collect();
        reader.records().map(|record| named(record.expect("a row"))).collect()
    };
    let bridge = fs::read_to_string(folder.join("bridge.csv")).expect("a bridge");
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
