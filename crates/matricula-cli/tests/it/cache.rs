//! The cache: what has not changed is not read, and nothing in it is believed.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use crate::link;
use crate::support::{Said, World, batch, command, matricula, pupils};

const RUN: [&str; 8] = ["run", "batch.toml", "--specs", "specs", "--out", "cached", "--cache", "cache"];

/// A world whose files were not touched for an hour, and a run on them without a cache.
fn world() -> World {
    let world = World::new(300);
    world.file("batch.toml", &batch("\"all\"", 2));
    settle(&world, &["chl.csv", "bra.csv", "population.csv"]);
    world.done("run", "batch.toml", &["--out", "out"]);
    world
}

/// Files as if they had been written an hour ago.
fn settle(world: &World, files: &[&str]) {
    let then = SystemTime::now() - Duration::from_secs(3600);
    for file in files {
        let file = fs::File::options().append(true).open(world.path().join(file)).expect("a file");
        file.set_modified(then).expect("a time");
    }
}

fn cached(world: &World, further: &[&str], read: &str) -> Said {
    let said = matricula(world.path(), &[&RUN[..], further].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains(read), "{}", said.out);
    said
}

/// Whether a run from the cache is what a run on the files is.
fn assert_as_on_files(world: &World, further: &[&str]) {
    world.done("run", "batch.toml", &[&["--out", "out"], further].concat());
    world.same("out", "cached");
}

fn entries(world: &World) -> Vec<PathBuf> {
    let names = world.names("cache").into_iter().filter(|name| name.ends_with(".parquet"));
    names.map(|name| world.path().join("cache").join(name)).collect()
}

#[test]
fn what_has_not_changed_is_not_read() {
    let world = world();
    cached(&world, &[], "read 3 of 3 sources, 0 from the cache");
    world.same("out", "cached");
    cached(&world, &[], "read 0 of 3 sources, 3 from the cache");
    world.same("out", "cached");
    // Not even its bytes: another file of the same size and time passes for the same.
    let modified = fs::metadata(world.path().join("chl.csv")).expect("a file").modified().expect("a time");
    let text = fs::read_to_string(world.path().join("chl.csv")).expect("a text");
    let path = world.file("chl.csv", &text.replace(";1;6;N", ";2;6;N"));
    fs::File::options().append(true).open(path).expect("a file").set_modified(modified).expect("a time");
    cached(&world, &[], "read 0 of 3 sources, 3 from the cache");
    world.same("out", "cached");
    cached(&world, &["--rehash"], "read 1 of 3 sources, 2 from the cache");
    assert_as_on_files(&world, &[]);
    let readme = fs::read_to_string(world.path().join("cache/README.txt")).expect("a text");
    assert!(readme.contains("RESTRICTED - personal data"), "{readme}");
}

#[test]
fn one_source_that_changed_is_read() {
    let world = world();
    cached(&world, &[], "read 3 of 3");
    world.file("bra.csv", &pupils(310, ""));
    cached(&world, &[], "read 1 of 3 sources, 2 from the cache");
    assert_as_on_files(&world, &[]);
    // A file written only just now is hashed each time, and nothing is read for it.
    cached(&world, &[], "read 0 of 3 sources, 3 from the cache");
    let text = pupils(310, "");
    world.file("bra.csv", &text.replacen(";1;6;N", ";2;6;N", 1));
    cached(&world, &[], "read 1 of 3 sources, 2 from the cache");
    assert_as_on_files(&world, &[]);
    world.file("bra.csv", &text);
    cached(&world, &[], "read 0 of 3 sources, 3 from the cache");
    assert_as_on_files(&world, &[]);
}

#[test]
fn who_asks_for_less_waits_for_no_file() {
    let world = world();
    let compare = ["compare", "OAEPG.1", "--batch", "batch.toml", "--specs", "specs"];
    let explain =
        ["explain", "OAEPG.1", "--batch", "batch.toml", "--country", "CHL", "--year", "2018", "--specs", "specs"];
    let by = [&explain[..], &["--by", "sex=F", "--by", "grade=G1"]].concat();
    let crossed_further = [&by[..], &["--by", "mobility=migrant"]].concat();
    let questions = [&compare[..], &explain, &by, &crossed_further];
    let said = |question: &[&str], further: &[&str]| {
        let said = matricula(world.path(), &[question, further].concat());
        (said.code, said.out, said.err)
    };
    let expected: Vec<_> = questions.iter().map(|question| said(question, &[])).collect();
    assert!(expected.iter().all(|(code, out, _)| *code == Some(0) && out.contains("CHL")), "{expected:?}");
    world.done("run", "batch.toml", &["--out", "less", "--indicator", "GER.1"]);
    cached(&world, &[], "read 3 of 3");
    // A file that would say something else, if it were read.
    let modified = fs::metadata(world.path().join("chl.csv")).expect("a file").modified().expect("a time");
    let text = fs::read_to_string(world.path().join("chl.csv")).expect("a text");
    let path = world.file("chl.csv", &text.replace(";1;6;N", ";2;6;N"));
    fs::File::options().append(true).open(path).expect("a file").set_modified(modified).expect("a time");
    for (question, expected) in questions.iter().zip(&expected).take(3) {
        assert_eq!(said(question, &["--cache", "cache"]), *expected, "{question:?}");
    }
    assert_ne!(said(questions[2], &["--cache", "cache", "--rehash"]).1, expected[2].1, "it reads what changed");
    world.file("chl.csv", &text);
    // Crossed by more than what the batch counts: read for it, not told as if it were not collected.
    assert_eq!(said(questions[3], &["--cache", "cache"]), expected[3]);
    settle(&world, &["chl.csv"]);
    cached(&world, &["--indicator", "GER.1"], "read 0 of 3 sources, 3 from the cache");
    world.same("less", "cached");
    // With a cache that does not hold all that the batch counts, only the sources behind the figure are looked at.
    world.file("bra.csv", "of another kind\n1\n");
    for _ in 0..2 {
        assert_eq!(said(questions[2], &["--cache", "other"]), expected[2]);
    }
    assert_eq!(world.names("other").iter().filter(|name| name.ends_with(".parquet")).count(), 2);
}

#[test]
fn what_decides_on_counts_makes_them_anew() {
    let world = world();
    cached(&world, &[], "read 3 of 3");
    world.replace("specs/mappings/tiny.toml", "\"E\" = \"migrant\"", "\"E\" = \"refugee\"");
    cached(&world, &[], "read 2 of 3 sources, 1 from the cache");
    assert_as_on_files(&world, &[]);
    world.replace("batch.toml", "crossed = 2", "crossed = 2\nrules = [\"age-in-range\"]");
    cached(&world, &[], "read 2 of 3 sources, 1 from the cache");
    assert_as_on_files(&world, &[]);
    world.replace("batch.toml", "crossed = 2", "crossed = 1");
    cached(&world, &[], "sources, ");
    assert_as_on_files(&world, &[]);
}

#[test]
fn a_damaged_entry_is_counted_again_and_replaced() {
    let world = world();
    cached(&world, &[], "read 3 of 3");
    let sound: Vec<_> = entries(&world).iter().map(|path| fs::read(path).expect("an entry")).collect();
    for part in 0..6 {
        for (path, sound) in entries(&world).iter().zip(&sound) {
            let mut damaged = sound.clone();
            damaged[sound.len() * part / 6] ^= 4;
            fs::write(path, damaged).expect("written");
        }
        cached(&world, &[], "read 3 of 3 sources, 0 from the cache");
        world.same("out", "cached");
    }
    let paths = entries(&world);
    fs::write(&paths[0], &sound[0][..sound[0].len() / 2]).expect("cut off");
    fs::copy(&paths[2], &paths[1]).expect("one in the place of another");
    cached(&world, &[], "read 2 of 3 sources, 1 from the cache");
    world.same("out", "cached");
    cached(&world, &[], "read 0 of 3 sources, 3 from the cache");
    world.file("cache/index.json", "{");
    cached(&world, &[], "read 0 of 3 sources, 3 from the cache");
    world.same("out", "cached");
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_a_cache_that_can_be_used() {
    let world = world();
    for milliseconds in [1, 5, 10, 20, 40, 80, 160, 320] {
        let mut run = command(world.path(), &RUN);
        let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
        sleep(Duration::from_millis(milliseconds));
        run.kill().expect("it can be killed");
        run.wait().expect("it ends");
    }
    cached(&world, &[], "sources, ");
    world.same("out", "cached");
    cached(&world, &[], "read 0 of 3 sources, 3 from the cache");
    world.same("out", "cached");
    let left: Vec<_> = world.names("cache").into_iter().filter(|name| name.starts_with('.')).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_folder_that_is_no_cache_is_refused() {
    let world = world();
    world.file("cache/thesis.txt", "not ours");
    let said = matricula(world.path(), &RUN);
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert!(said.err.contains("is no cache"), "{}", said.err);
    assert_eq!(world.names("cache"), ["thesis.txt"]);
}

#[test]
fn a_source_with_errors_is_not_kept() {
    let world = world();
    world.file("chl.csv", &pupils(300, "1;2\n"));
    for _ in 0..2 {
        let said = matricula(world.path(), &RUN);
        assert_eq!(said.code, Some(1), "{}", said.err);
        assert!(said.err.contains("error[D005]"), "{}", said.err);
    }
    assert_eq!(entries(&world).len(), 2);
}

#[test]
fn the_years_of_a_country_are_linked_again_together() {
    let world = link::world();
    settle(&world, &["2017.csv", "2018.csv"]);
    let key = ["--key-file", "key"];
    cached(&world, &key, "read 2 of 2 sources, 0 from the cache");
    assert_as_on_files(&world, &key);
    cached(&world, &key, "read 0 of 2 sources, 2 from the cache");
    assert_as_on_files(&world, &key);
    // No figure depends on the key, and no entry on it.
    world.file("key", "another secret, of another length than the first one\n");
    cached(&world, &key, "read 0 of 2 sources, 2 from the cache");
    assert_as_on_files(&world, &key);
    world.replace("2018.csv", ";P;2;", ";P;3;");
    cached(&world, &key, "read 2 of 2 sources, 0 from the cache");
    assert_as_on_files(&world, &key);
    // Without a key pupils are not followed, and each source stands for itself.
    cached(&world, &[], "read 2 of 2 sources, 0 from the cache");
    assert_as_on_files(&world, &[]);
    for (name, bytes) in world.bytes("cache") {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("88000") && !text.contains("secret"), "{name} holds an identifier or the key");
    }
}
