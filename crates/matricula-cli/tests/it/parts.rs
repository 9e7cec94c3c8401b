//! Cubes of parts of a source, as several machines make them: the whole, exactly, or a reason why not.

use std::fmt::Write as _;

use crate::support::{Said, World, batch, matricula, pupils};

const PARTS: usize = 3;

/// A world whose Chilean file comes in parts, one batch and one folder of cubes each; `further` is added to its source.
fn in_parts(head: &str, further: &str) -> World {
    let world = World::new(200);
    let text = batch("\"all\"", 2).replace("crossed = 2\n", &format!("crossed = 2\n{head}"));
    let (start, rest) = text.split_once("\n[[source]]").expect("a source");
    let (chile, others) = rest.split_once("\n[[source]]").expect("another");
    let chile = chile.replace("chl.csv", "chl-FILE.csv");
    // Codes that no list has are in all parts, and one of them only in the last.
    for part in 0..PARTS {
        let mut rows = format!("u{part};P;40;1;6;N\nv{part};P;1;1;6;N\nv{part};P;1;1;6;N\nw{part};P;2;1;199;N\n");
        if part == PARTS - 1 {
            rows.push_str("z;P;41;1;6;N\n");
        }
        let all = pupils(900, "");
        let mut file = String::from("id;level;grade;sex;age;nationality\n");
        all.lines().skip(1).skip(part).step_by(PARTS).for_each(|line| {
            let _ = writeln!(file, "{line}");
        });
        world.file(&format!("chl-{part}.csv"), &format!("{file}{rows}"));
        let of_part = chile.replace("FILE", &part.to_string());
        world.file(&format!("part-{part}.toml"), &format!("{start}\n[[source]]{of_part}\n"));
        world.done("cube", &format!("part-{part}.toml"), &["--out", &format!("cubes-{part}")]);
    }
    world.file("others.toml", &format!("{start}\n[[source]]{others}"));
    world.done("cube", "others.toml", &["--out", "others"]);
    let whole = chile.replace("FILE", "?").trim_end().to_owned();
    world.file("batch.toml", &format!("{start}\n[[source]]{whole}\n{further}\n[[source]]{others}"));
    world.done("run", "batch.toml", &["--out", "out"]);
    world
}

fn from_cubes(world: &World, folders: &[&str]) -> Said {
    let cubes: Vec<&str> = folders.iter().flat_map(|folder| ["--cubes", folder]).collect();
    let arguments = ["run", "batch.toml", "--specs", "specs", "--out", "from"];
    matricula(world.path(), &[&arguments[..], &cubes].concat())
}

const ALL: [&str; 4] = ["cubes-2", "others", "cubes-0", "cubes-1"];

#[test]
fn parts_that_share_no_pupil_are_the_whole() {
    let world = in_parts("", "disjoint_by = \"student\"");
    let said = from_cubes(&world, &ALL);
    assert_eq!(said.code, Some(0), "{}", said.err);
    world.same("out", "from");
}

#[test]
fn parts_are_the_whole_where_no_rule_compares_rows() {
    let world = in_parts("rules = [\"age-in-range\"]\n", "");
    let said = from_cubes(&world, &ALL);
    assert_eq!(said.code, Some(0), "{}", said.err);
    world.same("out", "from");
}

#[test]
fn parts_that_may_share_pupils_are_refused() {
    let world = in_parts("", "");
    let said = from_cubes(&world, &ALL);
    assert_eq!(said.code, Some(1), "{}", said.err);
    for text in ["error[D035]", "student-counted-once", "disjoint_by = \"student\""] {
        assert!(said.err.contains(text), "{}", said.err);
    }
}

#[test]
fn a_part_is_not_counted_twice() {
    let world = in_parts("", "disjoint_by = \"student\"");
    world.done("cube", "part-0.toml", &["--out", "again"]);
    let said = from_cubes(&world, &["cubes-0", "cubes-1", "cubes-2", "others", "again"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.err.contains("error[D035]") && said.err.contains("one file in two parts"), "{}", said.err);
}

#[test]
fn parts_of_a_table_that_repeats_no_cell_are_refused() {
    let world = World::new(200);
    world.done("cube", "batch.toml", &["--out", "cubes"]);
    world.replace("population.csv", "CHL,2018,3,F,100", "CHL,2018,3,F,101");
    let text = batch("\"GER.1\", \"SOTM.1\"", 1);
    let (start, _) = text.split_once("\n[[source]]").expect("a source");
    let (_, population) = text.split_once("\n[[population]]").expect("a population");
    world.file("part.toml", &format!("{start}\n[[population]]{population}"));
    world.done("cube", "part.toml", &["--out", "part"]);
    let said = from_cubes(&world, &["cubes", "part"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.err.contains("error[D035]") && said.err.contains("source `population`"), "{}", said.err);
}

#[test]
fn what_only_the_whole_can_tell_is_told_of_the_whole() {
    let world = World::new(200);
    let scope = "[[out_of_scope]]\nreason = \"evening\"\nwhere = { level = { in = [\"X\"] } }\n[mobility]\n";
    world.replace("specs/mappings/tiny.toml", "[mobility]\n", scope);
    world.file("evening.csv", "id;level;grade;sex;age;nationality\n1000;X;1;1;6;N\n");
    let text = batch("\"all\"", 2).replace("crossed = 2\n", "crossed = 2\nrules = []\n");
    world.file("batch.toml", &text);
    world.done("cube", "batch.toml", &["--out", "cubes"]);
    let (before, _) = text.split_once("\n[[source]]\nid = \"bra\"").expect("another source");
    world.file("evening.toml", &before.replace("chl.csv", "evening.csv"));
    let said = matricula(world.path(), &["cube", "evening.toml", "--specs", "specs", "--out", "evening"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.err.contains("error[D021]"), "{}", said.err);
    world.file("batch.toml", &text.replace("[\"chl.csv\"]", "[\"chl.csv\", \"evening.csv\"]"));
    world.done("run", "batch.toml", &["--out", "out"]);
    let said = from_cubes(&world, &["cubes", "evening"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    world.same("out", "from");
}
