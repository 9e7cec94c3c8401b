//! `matricula sql`: the query as it is written, and what is said where none can be.

use std::path::Path;

use crate::support::matricula;

const CHILE: [&str; 10] = [
    "sql",
    "chl-matricula",
    "--dialect",
    "duckdb",
    "--country",
    "CHL",
    "--year",
    "2022",
    "--age-reference-date",
    "2022-06-30",
];

#[test]
fn a_query_of_a_mapping_and_of_a_source_are_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let typed = matricula(&root, &CHILE);
    assert_eq!((typed.code, typed.err.as_str()), (Some(0), ""));
    assert!(typed.out.contains("FROM \"enrolment\"") && typed.out.contains("'set-aside:age-in-range'"));
    let demo = ["sql", "--dialect", "duckdb", "--batch", "fixtures/demo/batch.toml", "--source", "chl-2022"];
    let of_batch = matricula(&root, &demo);
    assert_eq!((of_batch.code, of_batch.err.as_str()), (Some(0), ""));
    assert_eq!(typed.out, of_batch.out);
}

#[test]
fn what_cannot_be_written_is_said_with_what_was_probably_meant() {
    let check = |arguments: &[&str], error: &str, help: &str| {
        let said = matricula(Path::new("."), arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
        assert!(said.err.starts_with(error), "{}", said.err);
        assert!(said.err.contains(help), "{}", said.err);
    };
    let with = |more: &[&'static str]| [&CHILE[..], more].concat();
    check(
        &["sql", "chl-matricla", "--dialect", "spark"],
        "error: there is no mapping `chl-matricla`",
        "`chl-matricula`",
    );
    check(&CHILE[..8], "error: mapping `chl-matricula` gives ages", "--age-reference-date 2022-06-30");
    check(&CHILE[..4], "error: mapping `chl-matricula`: country and year are needed", "--country");
    check(&with(&["--by", "sxe"]), "error: there is no dimension of the mapping `sxe`", "`sex`");
    check(&with(&["--rules", "age-in-rnge"]), "error: there is no rule `age-in-rnge`", "`age-in-range`");
    check(&with(&["--without", "MRUN_IP"]), "error: column `MRUN_IP` is not among those", "`MRUN_IPE`");
    let table = ["sql", "uis-stat", "--dialect", "postgres"];
    check(&table, "error: a row of mapping `uis-stat` holds counts", "export it");
    check(&["sql", "--dialect", "duckdb"], "error: the following required arguments", "MAPPING");
    check(&with(&["--batch", "b.toml", "--source", "x"]), "error: the argument", "cannot be used with");
}
