//! `matricula mapping`: the document for the office that produces a file.

use std::fs;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};

use crate::support::{World, matricula};

/// Rows of the table below a heading, head and line left out.
fn rows(document: &str, dimension: &str) -> usize {
    let heading = format!("(`{dimension}`)");
    let below = document.lines().skip_while(|line| !(line.starts_with("### ") && line.ends_with(&heading))).skip(1);
    let table = below.take_while(|line| !line.starts_with('#')).filter(|line| line.starts_with('|'));
    table.count().saturating_sub(2)
}

#[test]
fn long_tables_are_printed_in_full() {
    let said = matricula(Path::new("."), &["mapping", "chl-matricula", "--language", "es"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert!(said.out.contains("# Correspondencia de un archivo nacional: Chile: matrícula por estudiante"));
    assert_eq!((rows(&said.out, "area_national"), rows(&said.out, "grade")), (346, 392));
    assert!(said.out.contains("| `1101` | `CL-01101` | Iquique | exacta |"));
    assert!(said.out.contains("INT_ALU tells support of the school integration programme"));
    assert!(said.out.contains("\n## Firma\n"));
}

#[test]
fn every_mapping_of_the_catalogue_has_a_document() {
    let (catalogue, _) = matricula::open_catalogue(None);
    for mapping in catalogue.expect("the catalogue").mappings() {
        let said = matricula(Path::new("."), &["mapping", &mapping.id, "--language", "pt"]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", mapping.id);
        assert!(said.out.contains(&format!("- Correspondência: `{}`\n", mapping.id)), "{}", mapping.id);
    }
}

#[test]
fn an_unknown_mapping_is_said_with_what_was_probably_meant() {
    let check = |id: &str, meant: &str| {
        let said = matricula(Path::new("."), &["mapping", id]);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
        assert!(said.err.starts_with(&format!("error: the catalogue has no mapping `{id}`")), "{}", said.err);
        assert!(said.err.contains(meant), "{}", said.err);
    };
    check("chl-matricla", "did you mean `chl-matricula`?");
    // Nothing is near: all there are.
    check("ministry", "`uis-stat`");
    assert_eq!(matricula(Path::new("."), &["mapping"]).code, Some(2));
}

#[test]
fn a_document_is_written_to_a_file_and_replaces_an_earlier_one() {
    let world = World::new(10);
    let arguments = ["mapping", "tiny", "--specs", "specs", "--out", "documents/tiny.md"];
    for language in ["en", "es"] {
        let said = matricula(world.path(), &[&arguments[..], &["--language", language]].concat());
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
        assert_eq!(said.out, "Written to documents/tiny.md\n");
    }
    assert_eq!(world.names("documents"), ["tiny.md"]);
    let document = fs::read_to_string(world.path().join("documents/tiny.md")).expect("a document");
    assert!(document.contains("Un archivo muy pequeño"), "{document}");
}

#[test]
fn a_place_where_no_document_can_stand_is_said() {
    let world = World::new(10);
    let check = |out: &str, error: &str, help: &str| {
        let said = matricula(world.path(), &["mapping", "tiny", "--specs", "specs", "--out", out]);
        assert_eq!((said.code, said.out.as_str()), (Some(3), ""), "{}", said.err);
        assert!(said.err.starts_with(error) && said.err.contains(help), "{}", said.err);
    };
    let before = world.names(".");
    check("specs", "error: `specs` is a folder", "name a file in it");
    check("chl.csv", "error: the file `chl.csv` is no earlier page", "it was not touched");
    check("chl.csv/tiny.md", "error: `chl.csv` is not a folder", "name a folder");
    #[cfg(target_os = "linux")]
    check("/proc/tiny.md", "error: cannot write `/proc/tiny.md`", "may be written to");
    assert_eq!(world.names("."), before);
}

/// The sheets of a workbook: their names, and their cells as texts.
fn sheets(path: &Path) -> Vec<(String, Vec<Vec<String>>)> {
    let mut book: Xlsx<_> = open_workbook(path).expect("a workbook");
    let text = |cell: &Data| match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        other => panic!("{other:?} is no text"),
    };
    let names = book.sheet_names();
    names
        .into_iter()
        .map(|name| {
            let range = book.worksheet_range(&name).expect("a sheet");
            let rows = range.rows().map(|row| row.iter().map(text).collect()).collect();
            (name, rows)
        })
        .collect()
}

#[test]
fn a_workbook_says_what_the_document_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["mapping", "chl-matricula", "--language", "es", "--out", "chl.XLSX"];
    let said = matricula(folder.path(), &arguments);
    assert_eq!((said.code, said.err.as_str(), said.out.as_str()), (Some(0), "", "Written to chl.XLSX\n"));
    let path = folder.path().join("chl.XLSX");
    let first = fs::read(&path).expect("a workbook");
    assert_eq!(matricula(folder.path(), &arguments).code, Some(0));
    assert_eq!(fs::read(&path).expect("a workbook"), first, "the same bytes");
    let sheets = sheets(&path);
    let document = matricula(folder.path(), &["mapping", "chl-matricula", "--language", "es"]).out;
    let rows = |name: &str| &sheets.iter().find(|(sheet, _)| sheet == name).expect("a sheet").1;
    let names: Vec<_> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((names[0], names[1], names[names.len() - 1]), ("Correspondencia", "Variables", "Firma"));
    // Every table of a variable is there in full, under the name that the sheet of variables gives.
    let mut tables = 0;
    for variable in &rows("Variables")[1..] {
        if !variable[3].is_empty() {
            assert_eq!(rows(&variable[3]).len() - 1, self::rows(&document, &variable[1]), "{variable:?}");
            tables += 1;
        }
    }
    assert!(tables > 5, "{tables}");
    let commune = rows("commune").iter().find(|row| row[0] == "1101");
    assert!(commune.is_some_and(|row| row.contains(&"CL-01101".to_owned()) && row.contains(&"exacta".to_owned())));
    assert!(rows("Correspondencia").iter().any(|row| row == &["Correspondencia", "chl-matricula"]));
    assert!(rows("Firma").iter().any(|row| row[0] == "Cargo e institución"), "{:?}", rows("Firma"));
}

#[test]
fn every_mapping_of_the_catalogue_has_a_workbook() {
    let folder = tempfile::tempdir().expect("a folder");
    let (catalogue, _) = matricula::open_catalogue(None);
    for mapping in catalogue.expect("the catalogue").mappings() {
        let out = format!("{}.xlsx", mapping.id);
        let said = matricula(folder.path(), &["mapping", &mapping.id, "--out", &out]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", mapping.id);
        assert!(sheets(&folder.path().join(out)).len() >= 3 + mapping.recodes.len(), "{}", mapping.id);
    }
}
