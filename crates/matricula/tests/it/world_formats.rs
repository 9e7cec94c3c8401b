//! One simulated world in the files of several programs and of several ministries: the same figures wherever the
//! formats carry the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use matricula::spec::Catalogue;
use matricula::{Estimate, Run};
use matricula_fixtures::world::{Format, Structure, WorldOptions};

use crate::catalogues::embedded;
use crate::generated;
use crate::other_programs::named;
use crate::runs::{code_of, run_file};

fn world(structure: Structure) -> tempfile::TempDir {
    let formats = Format::ALL.to_vec();
    generated::world(&WorldOptions { pupils: 1_500, seed: 11, years: (2019, 2021), formats, structure, dirt: 0 })
}

/// Everything of a figure but its provenance, which names the batch's files.
fn without_provenance(rows: &[Estimate]) -> Vec<Estimate> {
    rows.iter().map(|row| Estimate { provenance_id: String::new(), ..row.clone() }).collect()
}

#[test]
fn stata_spss_and_excel_files_give_the_figures_of_the_canonical_text() {
    // A Python with pandas and pyreadstat.
    let Some(python) = named("MATRICULA_PYTHON") else { return };
    let world = world(Structure::Chile);
    let folder = world.path().join(Format::Canonical.name());
    let batch = folder.join("batch-linked.toml");
    let text = fs::read_to_string(&batch).expect("a batch");
    let canonical = run_file(embedded(), &batch);
    assert!(canonical.estimates.rows().len() > 5_000, "hardly any figures");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/formats/convert.py");
    for file in fs::read_dir(&folder).expect("a folder") {
        let file = file.expect("an entry").path();
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        if name.ends_with(".csv") && text.contains(&format!("files = [\"{name}\"]")) && !name.starts_with("population")
        {
            let converted = Command::new(&python).arg(&script).arg(&file).arg(&folder).status().expect("it runs");
            assert!(converted.success(), "{name} is not converted");
        }
    }
    for ending in ["dta", "sav", "zsav", "xlsx"] {
        let other = folder.join(format!("batch-{ending}.toml"));
        let lines = text.lines().map(|line| {
            let students = line.starts_with("files = [") && !line.contains("population");
            if students { line.replace(".csv", &format!(".{ending}")) } else { line.to_owned() }
        });
        fs::write(&other, lines.collect::<Vec<_>>().join("\n")).expect("written");
        let run = run_file(embedded(), &other);
        assert_eq!(run.cube_hash, canonical.cube_hash, "{ending}");
        assert_eq!(run.ledger.accounts(), canonical.ledger.accounts(), "{ending}");
        let [found, expected] = [&run, &canonical].map(|run| without_provenance(run.estimates.rows()));
        assert_eq!(found, expected, "{ending}");
    }
}

/// Indicator and all codes but the country's: what can be compared between two files of one world.
fn by_place(catalogue: &Catalogue, run: &Run) -> BTreeMap<String, Estimate> {
    let known = catalogue.known();
    let code = |dimension, code| catalogue.dimension(dimension).codes.code(code).id.as_str();
    let dimensions = run.estimates.dimensions();
    let place = |row: &Estimate| {
        let coordinates = dimensions.iter().zip(&row.coordinates).map(|(dimension, of)| code(*dimension, *of));
        let coordinates: Vec<&str> = coordinates.collect();
        format!("{} {} {}", row.indicator, code(known.time_period, row.time_period), coordinates.join(" "))
    };
    run.estimates.rows().iter().map(|row| (place(row), row.clone())).collect()
}

/// Whether a figure says something about mobility, for which each national file has a proxy of its own.
fn about_mobility(catalogue: &Catalogue, run: &Run, row: &Estimate) -> bool {
    let mobility = catalogue.known().mobility;
    let code = code_of(catalogue, run, row, mobility);
    let indicator = catalogue.indicator(&row.indicator).expect("it is computed");
    let whole = ["_T", "_Z"].contains(&code);
    !whole || catalogue.tested_by(&indicator.formula).contains(&mobility)
}

#[test]
fn national_files_give_the_figures_of_the_canonical_file_but_where_mobility_has_another_proxy() {
    for (national, structure) in
        [(Format::ChileEnrolment, Structure::Chile), (Format::BrazilEnrolment, Structure::Brazil)]
    {
        let world = world(structure);
        let catalogue = embedded();
        let batch = |format: Format| world.path().join(format.name()).join("batch.toml");
        let [ours, theirs] = [Format::Canonical, national].map(|format| run_file(catalogue, &batch(format)));
        let canonical = by_place(catalogue, &ours);
        let (mut same, mut by_proxy) = (0, 0);
        for (place, row) in by_place(catalogue, &theirs) {
            let Some(expected) = canonical.get(&place).filter(|_| row.value.is_some()) else { continue };
            let told = |row: &Estimate| (row.value, row.numerator, row.denominator, row.obs_status);
            let equal = told(&row) == told(expected);
            if about_mobility(catalogue, &theirs, &row) {
                by_proxy += usize::from(!equal);
            } else {
                assert!(equal, "{} {place}: {:?}, canonical {:?}", national.name(), told(&row), told(expected));
                same += 1;
            }
        }
        assert!(same > 500, "{}: only {same} figures compared", national.name());
        // Brazil's file takes those who returned for migrants: both are on the move, so that the groups are the same.
        let expected = national == Format::ChileEnrolment;
        assert_eq!(by_proxy > 50, expected, "{}: {by_proxy} figures differ by the proxy", national.name());
    }
}
