//! Planted mutations of the engine: each must make the test against the naive reference fail.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "what became of each mutation is printed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// File below `crates/matricula/src`, a text that stands there once, what takes its place.
const MUTATIONS: &[(&str, &str, &str)] = &[
    ("harmonize/recode.rs", "holds_in(year)", "holds_in(year + 1)"),
    ("harmonize/step.rs", "*bound <= number", "*bound < number"),
    ("harmonize/scope.rs", "== *listed", "!= *listed"),
    ("harmonize/amount.rs", "chain(kept)", "chain(&kept[..kept.len().min(1)])"),
    ("harmonize/identifier.rs", "if self.first_only && !blank", "if self.first_only && blank"),
    (
        "validate/mod.rs",
        "if rule.rule.consequence == Consequence::SetAside",
        "if rule.rule.consequence == Consequence::Report",
    ),
    ("validate/unique.rs", "== Ordering::Less {", "== Ordering::Greater {"),
    ("aggregate/identities.rs", "group.len() > 1", "group.len() > 2"),
    ("aggregate/duplicates.rs", "early.of(block, row, rule)", "early.of(block, row, rule).map(|identity| !identity)"),
    ("aggregate/duplicates.rs", "best.drain().for_each(|(_, candidate)| self.stays(&candidate, &mut stay));", ""),
    (
        "aggregate/duplicates.rs",
        "(layout, dimensions, &loser.codes), loser.amount)",
        "(layout, dimensions, &loser.codes), 0)",
    ),
    ("aggregate/duplicates.rs", "&loser.codes)), loser.amount)", "&loser.codes)), 0)"),
    ("aggregate/cuboids.rs", "(number / stride) % room", "(number / stride) % room.min(&1)"),
    ("harmonize/part.rs", "+= u64::from(*weight)", "+= 1"),
    ("validate/state.rs", "self.records[number] += 1", "self.records[number] = 1"),
    ("cube/reduce.rs", "units -= self.given(*sibling)", "units += self.given(*sibling)"),
    ("cube/pieces.rs", "list.is_margin(*code) && coverage", "!list.is_margin(*code) && coverage"),
    ("cube/pieces.rs", "number != 0 && rest", "number == 0 && rest"),
    ("cube/coverage.rs", "Needs::Any => parts.iter().any(", "Needs::Any => parts.iter().all("),
    ("formulas.rs", "{ 2.0 - 1.0 / index }", "{ 2.0 + 1.0 / index }"),
    ("indicator/outcome.rs", "(below != Number::ZERO)", "(below > Number::from_millionths(1_000_000))"),
    ("indicator/crossing.rs", "!indicator.never_cross", "indicator.never_cross"),
    ("condition.rs", "a.at_least.max(b.at_least)", "a.at_least.min(b.at_least)"),
    ("official_age.rs", "Some(age - (*official)?)", "Some(age - (*official)? - 1)"),
    ("official_age.rs", "Some(level.duration - grade)", "Some(level.duration - grade - 1)"),
    ("cube/slice.rs", "between.contains(duration - number)", "between.contains(duration - number - 1)"),
    ("cube/slice.rs", "|number| number > duration", "|number| number >= duration"),
    ("cube/reduce.rs", "|| self.step.none.contains(&code)", ""),
    ("cube/reduce.rs", "|| collected.may_be_absent.contains(&code)", ""),
    ("cube/pieces.rs", "cell.units / leaves.len() as i128", "cell.units"),
    ("formulas.rs", "outcome.leavers *= grade.promotion / stay", "outcome.leavers *= grade.promotion"),
    ("formulas.rs", "for _ in 0..most", "for _ in 0..=most"),
    ("formulas.rs", "vec![0.0; most as usize + 1]", "vec![0.0; most as usize + 2]"),
    ("indicator/cohort.rs", "at_grade(reader, grade + 1, at)", "at_grade(reader, grade, at)"),
    ("indicator/cohort.rs", "let grades = 1..last", "let grades = 2..last"),
    ("indicator/cohort.rs", "if with_factors { *factor }", "if !with_factors { *factor }"),
    ("indicator/cohort.rs", "stayed > 1.0", "stayed >= 1.0"),
    ("indicator/figure.rs", "Selection { condition, year: 1,", "Selection { condition, year: 0,"),
    ("indicator/outcome.rs", "(group.uncapped.ok().flatten(),", "(group.value.ok().flatten(),"),
    ("indicator/quotient.rs", "percent > threshold", "percent < threshold"),
    ("indicator/quotient.rs", "scaled(whole.number.millionths(), known)", "scaled(known, known)"),
    ("indicator/quotient.rs", "of(of(own) * factor)", "of(own * factor)"),
    ("indicator/reader.rs", "if *minus { -units }", "if *minus { units }"),
    ("indicator/rows.rs", "coordinates.retain(|codes| released(", "coordinates.retain(|codes| !released("),
    ("indicator/segregation.rs", "as_f64(*a) / as_f64(a + b)", "as_f64(*a) / as_f64(a + b + b)"),
    ("indicator/segregation.rs", "(a * of_comparison - b * of_group)", "(a * of_comparison + b * of_group)"),
    ("indicator/sexes.rs", "reduce(f64::max)", "reduce(f64::min)"),
    ("indicator/sums_over_codes.rs", "*code == CodeId::UNKNOWN", "*code == CodeId::NOT_APPLICABLE"),
    ("indicator/sums_over_codes.rs", "f64::from(last - first + 1)", "f64::from(last - first)"),
    ("indicator/linked.rs", "(1..last).map(of_grade)", "(2..last).map(of_grade)"),
    ("link/outcome.rs", "2.. => Step::Skipped", "3.. => Step::Skipped"),
    ("link/outcome.rs", "if to == from + 1 && to_entry", "if to == from && to_entry"),
    ("link/resolve.rs", "in_year(after, year + 1)", "in_year(after, year + 2)"),
    ("link/resolve.rs", "followed.dedup_by_key(|record| (record.ref_area, record.year));", ""),
    ("link/bridge.rs", "Some(next) => at = *next", "Some(_) => at = pseudonym"),
    ("link/normalise.rs", "b'0' if normal.is_empty() => {}", "b'0' if normal.len() > 99 => {}"),
    ("aggregate/counted.rs", "kept.1 += next.1", "kept.1 = next.1"),
    ("cubes/merge.rs", "Some(unique.role) != disjoint", "Some(unique.role) == disjoint"),
    ("cubes/file.rs", "wanted.iter().all(|dimension|", "wanted.iter().any(|dimension|"),
    ("incremental.rs", "counted.inputs == prepared.inputs", "counted.inputs != prepared.inputs"),
    ("run.rs", "asked.crossed <= batch.crossed", "asked.crossed >= batch.crossed"),
    ("link/slices.rs", "FIRST_RECORD\" => reaches_back", "FIRST_RECORD\" => !reaches_back"),
];

/// Beginnings of the files that cubes and cache alone use.
const OF_CUBES: [&str; 4] = ["cubes/", "incremental.rs", "aggregate/counted.rs", "run.rs"];

/// The test, and what of it, that is to notice a mutation of a file: linking has a reference of its own,
/// and cubes are held against the files.
fn watching(file: &str) -> (&'static str, &'static str) {
    if file.starts_with("link/") {
        ("link", "engine_and_naive_follower_agree")
    } else if OF_CUBES.iter().any(|of_cubes| file.starts_with(of_cubes)) {
        ("engine_against_reference", "cubes_and_cache_say_what_the_files_say")
    } else {
        ("engine_against_reference", "engine_and_reference_agree")
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn copy(from: &Path, to: &Path) {
    if from.is_file() {
        fs::copy(from, to).expect("copied");
        return;
    }
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder of the project") {
        let entry = entry.expect("an entry");
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}

/// Most mutations are noticed in a world or two, so that building is what takes the time. Since nothing else is built
/// like this, no mutated engine stays where another checkout with the same target folder would take it for its own.
const UNOPTIMISED: [&str; 4] =
    ["--config", "profile.dev.package.matricula.opt-level=0", "--config", "profile.dev.debug=false"];

/// Whether the test of the copy compiles, and whether it passes.
fn verdict(copy: &Path, (target, name): (&str, &str)) -> (bool, bool) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let test = |further: &[&str]| {
        let mut command = Command::new(&cargo);
        // As the whole workspace is tested: a single package takes polars with other features, and would build it again.
        command.args(["test", "--workspace", "--test", target, "--locked"]).args(UNOPTIMISED).args(further);
        command.current_dir(copy).env("MATRICULA_MUTATION", "1").output().expect("cargo runs").status.success()
    };
    let compiles = test(&["--no-run"]);
    (compiles, compiles && test(&[name]))
}

#[test]
#[ignore = "builds the engine once for each mutation: minutes; the continuous integration runs it"]
fn every_planted_mutation_is_caught() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["Cargo.toml", "Cargo.lock", "crates", "indicator-specs", "fixtures", "benches"] {
        copy(&root().join(name), &folder.path().join(name));
    }
    for file in ["link/", "cubes/", ""] {
        assert_eq!(verdict(folder.path(), watching(file)), (true, true), "the engine itself");
    }
    let mut survived = Vec::new();
    // One file at a time while its mutations are written: `MATRICULA_MUTATIONS=indicator/cohort.rs`.
    let only = std::env::var("MATRICULA_MUTATIONS").unwrap_or_default();
    for (file, text, other) in MUTATIONS.iter().filter(|(file, ..)| file.starts_with(&only)) {
        let path = folder.path().join("crates/matricula/src").join(file);
        let original = fs::read_to_string(&path).expect("a file of the engine");
        assert_eq!(original.matches(text).count(), 1, "`{text}` does not stand in {file} once");
        fs::write(&path, original.replacen(text, other, 1)).expect("written");
        let (compiles, passes) = verdict(folder.path(), watching(file));
        assert!(compiles, "the mutation `{text}` of {file} does not compile");
        println!("{} {file}: {}", if passes { "SURVIVED" } else { "caught  " }, text.trim());
        if passes {
            survived.push((file, text));
        }
        fs::write(&path, original).expect("written");
    }
    assert!(survived.is_empty(), "mutations that no test notices: {survived:?}");
}
