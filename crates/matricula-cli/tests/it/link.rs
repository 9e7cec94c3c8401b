//! Following pupils: where the key comes from, what is said without one, and that no identifier is told.

use std::fs;

use crate::support::{Said, World, matricula};

const KEY: &str = "a secret of a test, which is long enough\n";

/// The mapping of the world with an identifier that is followed.
fn mapping() -> String {
    format!(
        "{}\n[[pseudonym]]\ncolumn = \"id\"\nid_type = \"card\"\nnormalisation = \"digits-1\"\n",
        crate::support::MAPPING
    )
}

const INDICATOR: &str = r#"
format = 1
id = "FOUND.1"
status = "provisional"
sdg = []
matrix = { dimension = "adaptability", cut = "permanence-progression" }
unit = "percent"
better = "higher"
breakdowns = ["sex"]
[label]
en = "Found a year later"
es = "x"
pt = "x"
[definition]
en = "x"
es = "x"
pt = "x"
[formula.ratio]
scale = 100
numerator = { measure = "students_linked", where = { edu_level = { in = ["L1"] }, outcome = { in = ["RECORD"] } } }
denominator = { measure = "students_linked", where = { edu_level = { in = ["L1"] } } }
[[source]]
title = "A test"
"#;

/// 400 pupils in grades 1 to 5 of Chile in 2017; in 2018 a quarter of them are gone. Numbers are nobody's.
pub(crate) fn world() -> World {
    let world = World::new(0);
    world.file("specs/mappings/tiny.toml", &mapping());
    world.file("specs/indicators/FOUND.1.toml", INDICATOR);
    let row = |pupil: usize, year: usize| {
        let grade = pupil % 5 + 1 + year;
        format!("{};P;{grade};{};{};N\n", 880_000_000 + 7 * pupil, pupil % 2 + 1, grade + 5)
    };
    for year in 0..2 {
        let stayed = (0..400).filter(|pupil| year == 0 || pupil % 4 != 0);
        let rows: String = stayed.map(|pupil| row(pupil, year)).collect();
        world.file(&format!("{}.csv", 2017 + year), &format!("id;level;grade;sex;age;nationality\n{rows}"));
    }
    let source = |year: i32| {
        format!(
            "[[source]]\nid = \"chl-{year}\"\ncountry = \"CHL\"\n\
             school_year = {{ start = {year}-03-05, end = {year}-12-14 }}\nenrolment_moment = \"census-date\"\n\
             age_reference_date = {year}-06-30\nmapping = \"tiny\"\nfiles = [\"{year}.csv\"]\nseparator = \";\"\n"
        )
    };
    let head = "format = 1\nid = \"linked\"\nindicators = [\"FOUND.1\"]\nbreakdowns = [\"sex\"]\n";
    world.file("batch.toml", &format!("{head}{}{}[link]\n", source(2017), source(2018)));
    world.file("key", KEY);
    world
}

fn assert_silent(said: &Said) {
    for text in [&said.out, &said.err] {
        assert!(!text.contains("88000"), "an identifier is told: {text}");
        assert!(!text.contains("a secret of a test"), "the key is told: {text}");
    }
}

#[test]
fn a_key_file_links_and_leaves_nothing_behind() {
    let world = world();
    let said = world.run(&["--key-file", "key"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("75.00"), "{}", said.out);
    assert_silent(&said);
    let written = world.bytes("out");
    assert!(written.iter().any(|(name, _)| name == "flows.csv"), "{:?}", world.names("out"));
    for (name, bytes) in &written {
        let text = String::from_utf8_lossy(bytes);
        assert!(
            !text.contains("88000") && !text.contains("a secret of a test"),
            "{name} holds an identifier or the key"
        );
    }
    let left = world.names(".");
    assert_eq!(
        left,
        ["2017.csv", "2018.csv", "batch.toml", "bra.csv", "chl.csv", "key", "out", "population.csv", "specs"]
    );
    // The figures do not depend on the key.
    let before = fs::read(world.path().join("out/estimates.csv")).expect("a table");
    world.file("key", "another secret, of another length than the first one\n");
    assert_eq!(world.run(&["--key-file", "key"]).code, Some(0));
    assert!(before == fs::read(world.path().join("out/estimates.csv")).expect("a table"));
}

#[test]
fn explain_and_compare_take_the_key_too() {
    let world = world();
    let common = ["--batch", "batch.toml", "--specs", "specs", "--key-file", "key"];
    let explain = ["explain", "FOUND.1", "--country", "CHL", "--year", "2017"];
    let said = matricula(world.path(), &[&explain[..], &common].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("75"), "{}", said.out);
    assert_silent(&said);
    let said = matricula(world.path(), &[&["compare", "FOUND.1"][..], &common].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_silent(&said);
}

#[test]
fn without_a_key_the_run_says_that_nobody_is_followed() {
    let world = world();
    let said = world.run(&[]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("D025") && said.err.contains("--key-file"), "{}", said.err);
    assert!(!world.names("out").contains(&"flows.csv".to_owned()));
}

#[test]
fn a_key_that_cannot_be_used_is_refused_before_a_row_is_read() {
    let world = world();
    world.file("short", "too short\n");
    let said = world.run(&["--key-file", "short"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("short: the key has fewer than 32 bytes"), "{}", said.err);
    assert!(said.err.contains("openssl rand"), "{}", said.err);
    assert_eq!(world.run(&["--key-file", "nowhere"]).code, Some(3));
    assert!(world.names("out").is_empty());
}

#[test]
fn a_key_that_nothing_asks_for_is_an_error() {
    let world = world();
    let text = fs::read_to_string(world.path().join("batch.toml")).expect("a batch");
    world.file("batch.toml", &text.replace("[link]\n", ""));
    let said = world.run(&["--key-file", "key"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("does not ask to follow pupils"), "{}", said.err);
}

#[cfg(unix)]
#[test]
fn a_descriptor_serves_as_well() {
    let world = world();
    let script = "exec 7<key; \"$0\" run batch.toml --specs specs --out out --key-descriptor 7";
    let status = std::process::Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_matricula")])
        .current_dir(world.path())
        .output()
        .expect("a shell");
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    assert!(String::from_utf8_lossy(&status.stdout).contains("75.00"));
}

#[test]
fn a_bridge_that_contradicts_itself_is_told_without_its_numbers() {
    let world = world();
    let end = |column: &str, id_type: &str| {
        format!("{{ column = \"{column}\", id_type = \"{id_type}\", normalisation = \"digits-1\" }}")
    };
    let text = fs::read_to_string(world.path().join("batch.toml")).expect("a batch");
    let bridge = format!(
        "{text}[[bridge]]\ncountry = \"CHL\"\nfile = \"bridge.csv\"\nfrom = {}\nto = {}\n",
        end("provisional", "visit"),
        end("definitive", "card")
    );
    world.file("batch.toml", &bridge);
    let check = |rows: &str, code: &str, says: &str| {
        world.file("bridge.csv", rows);
        let said = world.run(&["--key-file", "key"]);
        assert_eq!(said.code, Some(1), "{}", said.err);
        assert!(said.err.contains(code) && said.err.contains(says), "{}", said.err);
        assert_silent(&said);
    };
    check("provisional,definitive\n5,880000007\n5,880000014\n", "D028", "stand for two pupils");
    check("provisional,definitive\n5,\n", "D028", "blank");
    check("provisional;definitive\n5;880000007\n", "D003", "no such column");
    check("provisional,definitive\n5\n", "D005", "another length");
    fs::remove_file(world.path().join("bridge.csv")).expect("removed");
    let said = world.run(&["--key-file", "key"]);
    assert!(said.err.contains("D001"), "{}", said.err);
    world.file("bridge.csv", "provisional,definitive\n5,880000007\n");
    let said = world.run(&["--key-file", "key"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let manifest = fs::read_to_string(world.path().join("out/manifest.json")).expect("a manifest");
    assert!(manifest.contains("bridge.csv"), "{manifest}");
}
