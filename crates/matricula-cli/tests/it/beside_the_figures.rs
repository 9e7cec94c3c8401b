//! What a run says beside its figures: aggregates with their coverage, breakdowns that are not there, national methods.

use std::fs;

use crate::support::{World, batch, matricula, pupils};

/// An area of the two countries of the world and one more.
const AREA: &str =
    "code,parts,needs,label_en,label_es,label_pt\nTHREE,CHL BRA URY,any,Three countries,Tres países,Três países\n";

#[test]
fn aggregates_are_written_with_their_coverage() {
    let world = World::new(200);
    world.file("specs/codelists/ref_area.three.csv", AREA);
    world.file("batch.toml", &format!("{}\n[aggregates]\nareas = [\"THREE\"]\n", batch("\"GER.1\"", 1)));
    let said = world.run(&[]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("THREE: 1 over 2 to 2 of 3 countries; 0 below the minimum coverage"), "{}", said.out);
    let table = fs::read_to_string(world.path().join("out/aggregates.csv")).expect("a table");
    let total = table.lines().nth(1).expect("a row");
    // 200 pupils and 1,200 people of ages 6 to 11 in either country; ages 6 to 10 in Brazil.
    assert!(total.starts_with("GER.1,THREE,2018,"), "{total}");
    assert!(total.contains(",400,2200,2,3,66.666667,percent,aggregated"), "{total}");

    let demanding = format!("{}\n[aggregates]\nareas = [\"THREE\"]\nminimum_coverage = 90\n", batch("\"GER.1\"", 1));
    world.file("batch.toml", &demanding);
    let said = world.run(&[]);
    assert!(said.out.contains("THREE: none; 1 below the minimum coverage of 3 countries"), "{}", said.out);
}

#[test]
fn an_area_without_countries_is_refused() {
    let world = World::new(10);
    world.file("batch.toml", &format!("{}\n[aggregates]\nareas = [\"CHL\"]\n", batch("\"GER.1\"", 1)));
    let said = world.run(&[]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("S025") && said.err.contains("`CHL`"), "{}", said.err);
    assert!(world.names("out").is_empty());
}

#[test]
fn every_permitted_breakdown_is_accounted_for() {
    let world = World::new(200);
    assert_eq!(world.run(&[]).code, Some(0));
    let table = fs::read_to_string(world.path().join("out/disaggregation.csv")).expect("a table");
    let state = |start: &str| table.lines().find(|line| line.starts_with(start)).unwrap_or_default();
    assert!(state("GER.1,CHL,2018,sex,").ends_with(",computed,"), "{table}");
    assert!(state("GER.1,CHL,2018,mobility,").contains(",denominator-missing,source population: "), "{table}");
    assert!(state("GER.1,CHL,2018,location,").contains(",unmapped,the mapping `tiny` "), "{table}");
}

#[test]
fn what_records_cannot_give_is_refused_with_the_reason() {
    let world = World::new(10);
    for command in [["run", "batch.toml", "--indicator", "CR.1"], ["compare", "CR.1", "--batch", "batch.toml"]] {
        let further: &[&str] = if command[0] == "run" { &["--out", "out"] } else { &[] };
        let said = matricula(world.path(), &[&command[..], &["--specs", "specs"], further].concat());
        assert_eq!(said.code, Some(2), "{}", said.err);
        assert!(said.err.contains("`CR.1` cannot come from") && said.err.contains("census"), "{}", said.err);
    }
    world.file("batch.toml", &batch("\"CR.1\"", 1));
    let said = world.run(&[]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("S007") && said.err.contains("which cannot"), "{}", said.err);
    assert!(world.names("out").is_empty());
}

#[test]
fn a_national_method_says_how_it_differs() {
    let world = World::new(600);
    world.file("batch.toml", &batch("\"BRA.TDI.1\"", 1));
    let explain = ["explain", "BRA.TDI.1", "--batch", "batch.toml", "--specs", "specs", "--year", "2018"];
    let said = matricula(world.path(), &[&explain[..], &["--country", "BRA"]].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("national method    BRA, beside OAEPG.1"), "{}", said.out);
    assert!(said.out.contains("how it differs"), "{}", said.out);
    // It is computed for its own country only.
    let said = matricula(world.path(), &[&explain[..], &["--country", "CHL"]].concat());
    assert_eq!(said.code, Some(2), "{}", said.out);
}

#[test]
fn the_account_for_people_is_exact_and_in_the_language_asked_for() {
    let world = World::new(200);
    // One code that is not listed, twice; a code that could be taken for a tag.
    world.file("chl.csv", &pupils(200, "201;P;1;1;<b>;N\n202;P;1;1;<b>;N\n"));
    let said = world.run(&["--language", "es", "--threads", "1"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(!said.err.contains("<b>") && !said.out.contains("<b>"), "{}{}", said.out, said.err);
    let first = world.bytes("out");
    let read = |name: &str| fs::read_to_string(world.path().join("out").join(name)).expect("a text");
    let (markdown, html) = (read("account.md"), read("account.html"));
    assert!(markdown.starts_with("# Rendición de cuentas de los registros: tiny\n"), "{markdown}");
    assert!(markdown.contains("| `<b>` | sin correspondencia | `_U` | Desconocido |  | 2 |"), "{markdown}");
    assert!(markdown.contains("| Registros leídos |  |  | 202 |\n| = conservados |  |  | 202 |"), "{markdown}");
    assert!(html.contains("<html lang=\"es\">") && html.contains("<code>&lt;b&gt;</code>"), "{html}");
    assert!(read("manifest.json").contains("--language"));
    assert_eq!(world.run(&["--language", "es", "--threads", "2"]).code, Some(0));
    assert!(world.bytes("out") == first, "the folder has changed");
    assert_eq!(world.run(&["--language", "fr"]).code, Some(2));
}
