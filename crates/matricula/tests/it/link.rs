//! Following pupils over the years against a naive follower written from `docs/links.md`, on random careers;
//! what must not depend on key, threads or the order of rows; and that no identifier leaves.

mod follower;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use matricula::spec::model::dimension::CodeId;
use matricula::spec::{Batch, Catalogue, ProblemCode};
use matricula::{GradeFlow, Linking, NoProgress, ObsStatus, PseudonymKey, Run, RunOptions};

use crate::world::dice::Dice;
use follower::{Counts, Record, follow};

const OUTCOMES: [&str; 10] = [
    "PROMOTED",
    "TRANSITION",
    "SKIPPED",
    "REPEATED",
    "PLACED_LOWER",
    "OTHER_PROGRAMME",
    "FOUND",
    "GRADUATED",
    "NO_RECORD",
    "NO_IDENTIFIER",
];
const ORIGINS: [&str; 4] = ["RETURNED", "FIRST_RECORD", "ABSENT_BEFORE", "NO_IDENTIFIER"];
const LABEL: &str = "[label]\nen = \"x\"\nes = \"x\"\npt = \"x\"\n";
const SOURCE: &str = "[[source]]\ntitle = \"invented\"\n";

/// Dimension and code of every indicator of the test.
fn asked() -> Vec<(&'static str, &'static str)> {
    let outcomes = OUTCOMES.iter().map(|code| ("outcome", *code));
    let origins = OUTCOMES[..7].iter().chain(&ORIGINS).map(|code| ("came_from", *code));
    outcomes.chain(origins).chain([("changed_school", "Y"), ("changed_school", "N")]).collect()
}

fn catalogue() -> Catalogue {
    let mut files = matricula::embedded_specs();
    files.retain(|path, _| !path.starts_with("indicators/") && !path.starts_with("crosswalks/"));
    for (dimension, code) in asked() {
        let id = format!("{dimension}.{code}");
        let text = format!(
            "format = 1\nid = \"{id}\"\nstatus = \"provisional\"\nsdg = []\n\
             matrix = {{ dimension = \"adaptability\", cut = \"permanence-progression\" }}\nunit = \"number\"\n\
             better = \"neutral\"\nbreakdowns = [\"edu_level\", \"sex\"]\n{LABEL}[definition]\nen = \"x\"\nes = \"x\"\n\
             pt = \"x\"\n[formula.count]\n\
             of = {{ measure = \"students_linked\", where = {{ {dimension} = {{ in = [\"{code}\"] }} }} }}\n{SOURCE}"
        );
        files.insert(format!("indicators/{id}.toml"), text);
    }
    let columns = [
        "ref_area",
        "time_period",
        "edu_level",
        "edu_cat",
        "programme",
        "grade",
        "structure",
        "sex",
        "mobility",
        "graduate",
    ];
    let variables: String =
        columns.iter().map(|c| format!("{c} = {{ column = {{ name = \"{c}\", unlisted = \"error\" }} }}\n")).collect();
    let mapping = format!(
        "format = 1\nid = \"pupils\"\nstatus = \"provisional\"\nunits = [\"student\"]\n{LABEL}{SOURCE}[amount.rows]\n\
         [variable]\nmeasure = {{ fixed = \"students\" }}\n{variables}\
         [identifier]\nstudent = {{ columns = [\"id\"] }}\nschool = {{ columns = [\"school\"] }}\n\
         [mobility]\nproxy = \"nationality\"\n[mobility.weakness]\nen = \"x\"\nes = \"x\"\npt = \"x\"\n\
         [[pseudonym]]\ncolumn = \"id\"\nid_type_column = \"id_type\"\nnormalisation = \"digits-1\"\n"
    );
    files.insert("mappings/pupils.toml".to_owned(), mapping);
    let (catalogue, problems) = Catalogue::read(files);
    assert!(!problems.has_errors(), "{problems:#?}");
    catalogue.expect("no problems")
}

/// Careers with everything that can happen to a pupil; who is who is known here and nowhere else.
fn careers(dice: &mut Dice) -> Vec<Record> {
    let mut records = Vec::new();
    for pupil in 0..90_u32 {
        let area = dice.one(&["ARG", "ARG", "CHL"]);
        let sex = dice.one(&["F", "M"]);
        let first = 2014 + dice.below(2);
        for year in first..2018 {
            if dice.chance(20) {
                continue;
            }
            // Half of the time on from the year before, otherwise anywhere.
            let grown = 1 + year - first + dice.below(2);
            let grade = if dice.chance(70) { grown } else { 1 + dice.below(7) };
            let level = dice.one(&["L1", "L1", "L1", "L2", "L2", "L3", "L02", "_U"]);
            let grade = match level {
                "L02" => "_Z".to_owned(),
                _ if dice.chance(8) => "_U".to_owned(),
                "L1" => format!("G{grade}"),
                _ => format!("G{}", 1 + grade % 3),
            };
            let structure = match area {
                "ARG" => dice.one(&["arg-primary-6", "arg-primary-7", "_U"]),
                _ => "national",
            };
            let (pupil, provisional) = ((!dice.chance(6)).then_some(pupil), year == first && dice.chance(30));
            let (id, id_type) = spelled(pupil, provisional, dice);
            let record = Record {
                pupil,
                provisional,
                id,
                id_type,
                area,
                year: i32::try_from(year).expect("a year"),
                level,
                edu_cat: if level == "L3" { dice.one(&["GPV", "V", "_U"]) } else { "_Z" },
                programme: dice.one(&["INITIAL", "INITIAL", "INITIAL", "INITIAL", "ADULT", "_U"]),
                grade,
                structure,
                sex: if dice.chance(95) { sex } else { "_U" },
                mobility: dice.one(&["migrant", "non-migrant"]),
                school: dice.one(&["1", "1", "1", "2", ""]),
                graduate: if dice.chance(15) { "Y" } else { "N" },
            };
            // A second record that the rule prefers less, whatever the first is.
            if record.programme == "INITIAL" && dice.chance(10) {
                records.push(Record { programme: "SPECIAL", school: "9", ..record.clone() });
            }
            records.push(record);
        }
    }
    records
}

/// An identifier in one of its spellings; only digits count, and leading zeros do not.
fn spelled(pupil: Option<u32>, provisional: bool, dice: &mut Dice) -> (String, &'static str) {
    let Some(pupil) = pupil else { return (dice.one(&["", "  ", "x1", "12E+3"]).to_owned(), "card") };
    let (number, id_type) = if provisional { (40_000 + pupil, "visit") } else { (77_000_000 + pupil * 131, "card") };
    let text = match dice.below(3) {
        0 => format!(" 00{number} "),
        1 => format!("{}-{}", number / 1000, format_args!("{:03}", number % 1000)),
        _ => number.to_string(),
    };
    (text, id_type)
}

struct World {
    folder: tempfile::TempDir,
    batch: String,
}

fn world(records: &[Record]) -> World {
    let folder = tempfile::tempdir().expect("a folder");
    let header =
        "ref_area,time_period,edu_level,edu_cat,programme,grade,structure,sex,mobility,graduate,school,id,id_type\n";
    let mut text = header.to_owned();
    let mut bridge = "from;to\n".to_owned();
    for record in records {
        let Record {
            area,
            year,
            level,
            edu_cat,
            programme,
            grade,
            structure,
            sex,
            mobility,
            graduate,
            school,
            id,
            id_type,
            ..
        } = record;
        text += &format!(
            "{area},{year},{level},{edu_cat},{programme},{grade},{structure},{sex},{mobility},{graduate},{school},{id},{id_type}\n"
        );
        if let Some(pupil) = record.pupil.filter(|_| record.provisional) {
            bridge += &format!("{};{}\n", 40_000 + pupil, 77_000_000 + pupil * 131);
        }
    }
    fs::write(folder.path().join("pupils.csv"), text).expect("written");
    fs::write(folder.path().join("bridge.csv"), bridge).expect("written");
    let end = |column: &str, id_type: &str| {
        format!("{{ column = \"{column}\", id_type = \"{id_type}\", normalisation = \"digits-1\" }}")
    };
    let bridges = ["ARG", "CHL"].map(|area| {
        format!(
            "[[bridge]]\ncountry = \"{area}\"\nfile = \"bridge.csv\"\nseparator = \";\"\nfrom = {}\nto = {}\n",
            end("from", "visit"),
            end("to", "card")
        )
    });
    let batch = format!(
        "format = 1\nid = \"batch\"\nindicators = [\"all\"]\nbreakdowns = [\"edu_level\", \"sex\"]\ncrossed = 2\n\
         [[source]]\nid = \"pupils\"\nmapping = \"pupils\"\nfiles = [\"pupils.csv\"]\n{}",
        format_args!("[link]\n{}", bridges.concat())
    );
    World { folder, batch }
}

const KEY: &[u8] = b"the key of a public test, which serves nowhere else";

fn run(
    catalogue: &Catalogue,
    world: &World,
    key: Option<&[u8]>,
    (threads, in_memory): (usize, Option<usize>),
) -> (Batch, Run) {
    let (batch, problems) = Batch::read(&world.batch, "batch.toml", catalogue);
    assert!(!problems.has_errors(), "{problems:#?}");
    let batch = batch.expect("no problems");
    let base = world.folder.path().to_owned();
    let linking = key.map(|key| Linking { key: PseudonymKey::read(key).expect("a key") });
    let options = RunOptions { threads: Some(threads), linking, in_memory, ..RunOptions::new(base.clone(), base) };
    let run = matricula::run(catalogue, &batch, &options, &NoProgress).expect("it runs");
    assert!(!run.problems.has_errors(), "{:#?}", run.problems);
    (batch, run)
}

/// Indicator, country, year, level, sex (`_T` where not broken down) and what the engine says of it.
fn told(catalogue: &Catalogue, run: &Run) -> BTreeMap<[String; 5], (ObsStatus, Option<i128>)> {
    let known = catalogue.known();
    let dimensions = run.estimates.dimensions();
    let rows = run.estimates.rows().iter().map(|row| {
        let code = |dimension| {
            let position = dimensions.iter().position(|d| *d == dimension).expect("it has a column");
            catalogue.dimension(dimension).codes.code(row.coordinates[position]).id.clone()
        };
        let area = catalogue.dimension(known.ref_area).codes.code(row.ref_area).id.clone();
        let year = catalogue.dimension(known.time_period).codes.code(row.time_period).id.clone();
        let count = row.numerator.map(|number| number.millionths() / 1_000_000);
        ([row.indicator.clone(), area, year, code(known.edu_level), code(known.sex)], (row.obs_status, count))
    });
    rows.collect()
}

/// How often each code was counted in all worlds: none may be missing.
fn compare(catalogue: &Catalogue, run: &Run, expected: &Counts, met: &mut BTreeMap<String, i128>) {
    let told = told(catalogue, run);
    // Roll-ups of levels are the cube's business.
    let finest = |level: &str| ["_T", "_U", "L02", "L1", "L2", "L3"].contains(&level);
    for ([indicator, area, year, level, sex], (status, count)) in told.iter().filter(|(key, _)| finest(&key[3])) {
        let key = (indicator.clone(), area.clone(), year.parse().expect("a year"), level.clone(), sex.clone());
        let place = (indicator.split('.').next().expect("a dimension").to_owned(), area.clone(), key.2);
        let code = indicator.split_once('.').expect("a code").1;
        if expected.is_collected(&place, code) {
            let count = count.unwrap_or_else(|| panic!("{key:?} has no count, but {status:?}"));
            assert_eq!(count, expected.counts.get(&key).copied().unwrap_or(0), "{key:?}");
            if level == "_T" && sex == "_T" {
                *met.entry(indicator.clone()).or_default() += count;
            }
        } else {
            assert_eq!(*status, ObsStatus::NotCollected, "{key:?}");
        }
    }
    for ((indicator, area, year, level, sex), count) in &expected.counts {
        let key = [indicator.clone(), area.clone(), year.to_string(), level.clone(), sex.clone()];
        assert!(told.contains_key(&key), "{key:?} should hold {count} and has no row");
    }
}

/// Both years tell the same promotions, so that the methods differ by the other newcomers and by nothing else.
fn assert_explained(catalogue: &Catalogue, run: &Run) {
    assert!(!run.flows.is_empty());
    for flow in run.flows.iter().filter(|flow| flow.mobility == CodeId::TOTAL) {
        let groups = run.flows.iter().filter(|other| {
            let place = |flow: &GradeFlow| (flow.ref_area, flow.time_period, flow.edu_level, flow.grade);
            other.mobility != CodeId::TOTAL && place(other) == place(flow)
        });
        assert_eq!(groups.map(GradeFlow::pupils).sum::<u64>(), flow.pupils(), "{flow:?}");
        // Between two structures the next grade of the level may have the same number.
        let argentina = catalogue.dimension(catalogue.known().ref_area).codes.find("ARG");
        if Some(flow.ref_area) == argentina {
            continue;
        }
        let promoted = [&flow.outcomes, &flow.next_grade].map(|counts| counts.get("PROMOTED").copied().unwrap_or(0));
        assert_eq!(promoted[0], promoted[1], "{flow:?}");
        let others = flow.next_grade.iter().filter(|(from, _)| !["PROMOTED", "REPEATED"].contains(&from.as_str()));
        assert_eq!(flow.new_in_next_grade() - promoted[0], others.map(|(_, pupils)| pupils).sum::<u64>(), "{flow:?}");
    }
}

#[test]
fn engine_and_naive_follower_agree_on_random_careers() {
    let catalogue = catalogue();
    let mut met = BTreeMap::new();
    for seed in 0..60 {
        let mut dice = Dice::new(seed);
        let records = careers(&mut dice);
        let world = world(&records);
        let (_, run) = run(&catalogue, &world, Some(KEY), (1 + seed as usize % 2, (seed % 3 == 0).then_some(500)));
        compare(&catalogue, &run, &follow(&catalogue, &records), &mut met);
        assert_explained(&catalogue, &run);
    }
    for (dimension, code) in asked() {
        let often = met.get(&format!("{dimension}.{code}")).copied().unwrap_or(0);
        assert!(often >= 20, "{dimension} {code} was met {often} times: too few to compare anything");
    }
}

#[test]
fn nothing_depends_on_key_threads_or_the_order_of_rows() {
    let catalogue = catalogue();
    for seed in 100..110 {
        let mut dice = Dice::new(seed);
        let records = careers(&mut dice);
        let forward = world(&records);
        let backward: Vec<Record> = records.iter().rev().cloned().collect();
        let backward = world(&backward);
        let (_, one) = run(&catalogue, &forward, Some(KEY), (1, None));
        let (_, other) = run(&catalogue, &backward, Some(&KEY.repeat(2)), (2, Some(0)));
        assert_eq!(one.cube_hash, other.cube_hash);
        assert_eq!(one.estimates, other.estimates);
    }
}

#[test]
fn without_a_key_nobody_is_followed_and_the_run_says_so() {
    let catalogue = catalogue();
    let mut dice = Dice::new(7);
    let world = world(&careers(&mut dice));
    let (_, run) = run(&catalogue, &world, None, (2, None));
    assert!(run.problems.iter().any(|problem| problem.code == ProblemCode::LinkWithoutKey), "{:#?}", run.problems);
    assert!(run.estimates.rows().iter().all(|row| row.obs_status != ObsStatus::Normal));
}

/// Every file below a folder, whole.
fn bytes_below(folder: &Path, found: &mut Vec<Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            bytes_below(&path, found);
        } else {
            found.push(fs::read(&path).expect("readable"));
        }
    }
}

#[test]
fn no_identifier_is_in_what_is_written_or_left_behind() {
    let catalogue = catalogue();
    let mut dice = Dice::new(11);
    let records: Vec<Record> = careers(&mut dice).into_iter().filter(|record| record.pupil.is_some()).collect();
    let world = world(&records);
    let (batch, run) = run(&catalogue, &world, Some(KEY), (2, None));
    let before: Vec<_> = fs::read_dir(world.folder.path()).expect("a folder").collect();
    assert_eq!(before.len(), 2, "the two inputs, and no temporary file");
    let batch_file = world.folder.path().join("batch.toml");
    fs::write(&batch_file, &world.batch).expect("written");
    let out = world.folder.path().join("out");
    let facts = matricula::store::Facts {
        version: "0".to_owned(),
        arguments: Vec::new(),
        batch_file,
        language: matricula::spec::docs::Language::En,
        threads: None,
    };
    matricula::store::write(&out, &catalogue, &batch, &run, &facts).expect("written");
    let mut written = Vec::new();
    bytes_below(&out, &mut written);
    assert!(written.len() > 8);
    let texts = written.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let texts: Vec<String> = texts.chain([format!("{:?}", run.problems)]).collect();
    for record in &records {
        let number = 77_000_000 + record.pupil.expect("one") * 131;
        let spellings = [number.to_string(), format!("{}-{:03}", number / 1000, number % 1000)];
        let leaked = spellings.iter().any(|spelling| texts.iter().any(|text| text.contains(spelling)));
        assert!(!leaked, "an identifier is in an output");
    }
}
