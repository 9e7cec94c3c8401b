//! Cubes of sources: a run from them says what a run from the files says, or why it cannot.

use std::fs;

use crate::link;
use crate::support::{World, batch, matricula, pupils};

/// A world with dirt in it, and its cubes; what stands in `out` is a run on its files.
fn with_cubes() -> World {
    let world = World::new(300);
    let dirt = "7;P;1;1;6;N\n8;P;2;2;;N\n9;P;3;1;200;N\nx;P;9;2;11;E\ny;P;40;2;11;E\n;S;1;1;13;N\n";
    world.file("chl.csv", &pupils(300, dirt));
    world.file("batch.toml", &batch("\"all\"", 2));
    world.done("run", "batch.toml", &["--out", "out"]);
    world.done("cube", "batch.toml", &["--out", "cubes"]);
    world
}

/// A run from the cubes, which is refused for a reason.
fn refused(world: &World, further: &[&str], says: &[&str]) {
    let arguments = ["run", "batch.toml", "--specs", "specs", "--out", "from", "--cubes", "cubes"];
    let said = matricula(world.path(), &[&arguments[..], further].concat());
    assert_eq!(said.code, Some(1), "{}", said.err);
    for text in says {
        assert!(said.err.contains(text), "`{text}` is not in {}", said.err);
    }
    assert!(!world.names("from").contains(&"estimates.csv".to_owned()));
}

#[test]
fn a_run_from_cubes_is_the_run_on_the_files() {
    let world = with_cubes();
    assert_eq!(
        world.names("cubes"),
        [
            "README.txt",
            "bra.parquet",
            "chl.parquet",
            "ledger.csv",
            "manifest.json",
            "population.parquet",
            "problems.csv"
        ]
    );
    for file in ["chl.csv", "bra.csv", "population.csv"] {
        fs::remove_file(world.path().join(file)).expect("removed");
    }
    world.done("run", "batch.toml", &["--out", "from", "--cubes", "cubes"]);
    world.same("out", "from");
    let manifest = fs::read_to_string(world.path().join("from/manifest.json")).expect("a manifest");
    assert!(manifest.contains("chl.parquet"), "{manifest}");
    // A folder or its files, it is the same.
    let files = ["chl", "bra", "population"].map(|name| format!("cubes/{name}.parquet"));
    let named: Vec<&str> = files.iter().flat_map(|file| ["--cubes", file.as_str()]).collect();
    world.done("run", "batch.toml", &[&["--out", "from"], &named[..]].concat());
    world.same("out", "from");
}

#[test]
fn questions_are_answered_from_cubes() {
    let world = with_cubes();
    let figure =
        ["explain", "OAEPG.1", "--batch", "batch.toml", "--country", "CHL", "--year", "2018", "--specs", "specs"];
    let crossed = [&figure[..], &["--by", "sex=F", "--by", "grade=G2"]].concat();
    let compare = ["compare", "OAEPG.1", "--batch", "batch.toml", "--specs", "specs"];
    let questions = [&figure[..], &crossed, &compare];
    let said = |question: &[&str], further: &[&str]| {
        let said = matricula(world.path(), &[question, further].concat());
        (said.code, said.out, said.err)
    };
    let expected = questions.map(|question| said(question, &[]));
    for file in ["chl.csv", "bra.csv", "population.csv"] {
        fs::remove_file(world.path().join(file)).expect("removed");
    }
    assert!(expected.iter().all(|(code, out, _)| *code == Some(0) && out.contains("CHL")), "{expected:?}");
    assert_eq!(questions.map(|question| said(question, &["--cubes", "cubes"])), expected);
    let said = matricula(world.path(), &["explain", "GER.1", "--cubes", "cubes", "--specs", "specs"]);
    assert_eq!(said.code, Some(2), "a method sheet is not computed: {}", said.err);
}

#[test]
fn cubes_are_written_again_byte_for_byte_and_replace_cubes_only() {
    let world = with_cubes();
    let before = world.bytes("cubes");
    world.done("cube", "batch.toml", &["--out", "cubes", "--threads", "3"]);
    assert!(before == world.bytes("cubes"), "equal sources give equal cubes");
    let said = matricula(world.path(), &["cube", "batch.toml", "--specs", "specs", "--out", "out"]);
    assert_eq!(said.code, Some(3), "{}", said.err);
    let said = matricula(world.path(), &["run", "batch.toml", "--specs", "specs", "--out", "cubes"]);
    assert_eq!(said.code, Some(3), "{}", said.err);
    let readme = fs::read_to_string(world.path().join("cubes/README.txt")).expect("a text");
    assert!(readme.contains("RESTRICTED - personal data"), "{readme}");
    let cube = fs::read(world.path().join("cubes/chl.parquet")).expect("a cube");
    assert!(String::from_utf8_lossy(&cube).contains("RESTRICTED: personal data"));
}

#[test]
fn a_cube_serves_what_asks_for_less_and_refuses_what_asks_for_more() {
    let world = with_cubes();
    world.file("batch.toml", &batch("\"GER.1\", \"SOTM.1\"", 1).replace("\"grade\", \"age\"", "\"grade\""));
    world.done("run", "batch.toml", &["--out", "out"]);
    world.done("run", "batch.toml", &["--out", "from", "--cubes", "cubes"]);
    world.same("out", "from");
    world.file("batch.toml", &batch("\"GER.1\", \"SOTM.1\"", 1));
    world.done("cube", "batch.toml", &["--out", "cubes"]);
    world.file("batch.toml", &batch("\"all\"", 1));
    refused(&world, &[], &["error[D032]", "chl.parquet", "`grade`"]);
}

#[test]
fn damage_is_noticed_wherever_it_is() {
    let world = with_cubes();
    let path = world.path().join("cubes/chl.parquet");
    let sound = fs::read(&path).expect("a cube");
    for position in (0..sound.len()).step_by(sound.len() / 12).chain([sound.len() - 1]) {
        let mut damaged = sound.clone();
        damaged[position] ^= 1;
        fs::write(&path, &damaged).expect("written");
        refused(&world, &[], &["error[D030]", "chl.parquet"]);
    }
    for damaged in [&sound[..sound.len() / 2], b"", b"a,b\n1,2\n"] {
        fs::write(&path, damaged).expect("written");
        refused(&world, &[], &["error[D030]"]);
    }
    fs::remove_file(&path).expect("removed");
    refused(&world, &[], &["error[D001]", "manifest lists"]);
    fs::remove_file(world.path().join("cubes/manifest.json")).expect("removed");
    refused(&world, &[], &["error[D033]", "source `chl`"]);
    refused(&world, &["--cubes", "nowhere"], &["error[D001]", "nowhere"]);
}

#[test]
fn a_cube_that_would_be_another_now_is_refused_with_the_part_that_changed() {
    let check = |file: &str, text: &str, other: &str, part: &str| {
        let world = with_cubes();
        world.replace(file, text, other);
        refused(&world, &[], &["error[D031]", part]);
    };
    check("specs/mappings/tiny.toml", "\"E\" = \"migrant\"", "\"E\" = \"refugee\"", "another mapping");
    check(
        "batch.toml",
        "age_reference_date = 2018-06-30",
        "age_reference_date = 2018-03-31",
        "declaration of the source",
    );
    check("batch.toml", "crossed = 2", "crossed = 2\nrules = [\"student-counted-once\"]", "rules that apply");
    let world = with_cubes();
    let (catalogue, _) = matricula::open_catalogue(None);
    let catalogue = catalogue.expect("the catalogue");
    let systems = catalogue.files().iter().find(|(path, _)| path.starts_with("systems/")).expect("systems");
    world.file(&format!("specs/{}", systems.0), &format!("{}\n", systems.1));
    refused(&world, &[], &["error[D031]", "another education systems"]);
}

#[test]
fn cubes_of_sources_that_nobody_asked_for_are_told() {
    let world = with_cubes();
    world.replace("batch.toml", "id = \"bra\"", "id = \"brazil\"");
    refused(&world, &[], &["warning[D034]", "source `bra`", "error[D033]", "source `brazil`"]);
    let said = matricula(
        world.path(),
        &["run", "batch.toml", "--specs", "specs", "--out", "from", "--cubes", "cubes", "--keep-going"],
    );
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(world.names("from").contains(&"estimates.csv".to_owned()), "the others are finished");
}

#[test]
fn a_source_with_errors_has_no_cube() {
    let world = World::new(300);
    world.file("chl.csv", &pupils(300, "1;2\n"));
    let said = matricula(world.path(), &["cube", "batch.toml", "--specs", "specs", "--out", "cubes"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.err.contains("error[D005]"), "{}", said.err);
    assert!(!world.names("cubes").contains(&"chl.parquet".to_owned()));
    assert!(world.names("cubes").contains(&"bra.parquet".to_owned()));
}

#[test]
fn linked_pupils_have_a_cube_of_their_own() {
    let world = link::world();
    let key = ["--key-file", "key"];
    world.done("run", "batch.toml", &[&["--out", "out"][..], &key].concat());
    world.done("cube", "batch.toml", &[&["--out", "cubes"][..], &key].concat());
    assert!(world.names("cubes").contains(&"linked-CHL.parquet".to_owned()), "{:?}", world.names("cubes"));
    world.done("run", "batch.toml", &["--out", "from", "--cubes", "cubes"]);
    world.same("out", "from");
    // Neither the key nor an identifier is in a cube.
    for (name, bytes) in world.bytes("cubes") {
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains("88000") && !text.contains("a secret of a test"),
            "{name} holds an identifier or the key"
        );
    }
    // Pupils were followed through other records than those of this cube.
    world.replace("2018.csv", ";P;2;", ";P;3;");
    world.done("cube", "batch.toml", &[&["--out", "later"][..], &key].concat());
    let path = |folder: &str| world.path().join(folder).join("chl-2018.parquet");
    let sound = fs::read(path("cubes")).expect("a cube");
    fs::copy(path("later"), path("cubes")).expect("copied");
    refused(&world, &[], &["error[D031]", "linked-CHL.parquet", "set of sources"]);
    fs::write(path("cubes"), sound).expect("written");
    fs::remove_file(world.path().join("cubes/linked-CHL.parquet")).expect("removed");
    fs::remove_file(world.path().join("cubes/manifest.json")).expect("removed");
    refused(&world, &[], &["error[D033]", "linked pupils", "CHL"]);
}

#[test]
fn cubes_without_a_key_are_a_run_without_a_key() {
    let world = link::world();
    world.done("run", "batch.toml", &["--out", "out"]);
    world.done("cube", "batch.toml", &["--out", "cubes"]);
    let said = world.done("run", "batch.toml", &["--out", "from", "--cubes", "cubes"]);
    assert!(said.err.contains("D025"), "{}", said.err);
    world.same("out", "from");
}
