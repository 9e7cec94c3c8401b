//! Spreadsheets.

use std::fmt::Write;

use matricula_spec::model::batch::FileFormat;

use super::archive::zip;
use super::{Folder, codes, find_files, problems, rows, source};

/// `xl/worksheets/sheet1.xml` of rows of cells, each the XML within its row; `after` follows the rows.
fn sheet(rows: &[&[&str]], after: &str) -> String {
    let mut xml =
        String::from(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#);
    for (number, cells) in (1..).zip(rows) {
        if !cells.is_empty() {
            let cells: String = cells
                .iter()
                .zip("ABCDEFGH".chars())
                .map(|(cell, column)| cell.replacen("<c", &format!("<c r=\"{column}{number}\""), 1))
                .collect();
            write!(xml, "<row r=\"{number}\">{cells}</row>").unwrap();
        }
    }
    xml + "</sheetData>" + after + "</worksheet>"
}

fn text(text: &str) -> String {
    format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// A workbook of sheets by name; style 1 is a day, style 2 a duration.
fn book(sheets: &[(&str, &str, String)]) -> Vec<u8> {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let (mut list, mut links) = (String::new(), String::new());
    for (number, (name, state, _)) in (1..).zip(sheets) {
        write!(list, r#"<sheet name="{name}" sheetId="{number}" state="{state}" r:id="r{number}"/>"#).unwrap();
        let kind = format!("{office}/worksheet");
        write!(links, r#"<Relationship Id="r{number}" Type="{kind}" Target="worksheets/sheet{number}.xml"/>"#).unwrap();
    }
    let top = format!(
        r#"<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let workbook = format!(r#"<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{list}</sheets></workbook>"#);
    let links = format!(
        r#"<Relationships xmlns="{package}">{links}<Relationship Id="s" Type="{office}/styles" Target="styles.xml"/></Relationships>"#
    );
    let styles = format!(
        r#"<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="46"/></cellXfs></styleSheet>"#
    );
    let paths: Vec<_> = (1..=sheets.len()).map(|number| format!("xl/worksheets/sheet{number}.xml")).collect();
    let mut members = vec![
        ("_rels/.rels", top.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
    ];
    members.extend(paths.iter().zip(sheets).map(|(path, (_, _, sheet))| (path.as_str(), sheet.as_bytes())));
    zip(&members)
}

/// A folder with a workbook of one sheet.
fn of(rows: &[&[&str]], after: &str) -> Folder {
    Folder::with("a.xlsx", book(&[("Hoja1", "visible", sheet(rows, after))]))
}

const NAMES: &[&str] = &["<c t=\"str\"><v>id</v></c>", "<c t=\"str\"><v> sex </v></c>", "<c><v>2019</v></c>"];

#[test]
fn cells_of_every_kind_as_text() {
    let long = text("a\u{f1}o &amp; \"x\"");
    let folder = of(
        &[
            &[],
            NAMES,
            &["<c><v>123456789</v></c>", &text("007"), "<c s=\"1\"><v>44621</v></c>"],
            &[],
            &["<c><f>2*3</f><v>6</v></c>", "<c t=\"b\"><v>1</v></c>", "<c s=\"1\"><v>44621.5</v></c>"],
            &["<c/>", &text("  "), "<c s=\"1\"/>"],
            &["<c/>", &long, "<c t=\"d\"><v>2022-03-01T00:00:00</v></c>"],
            &["<c><v>1E3</v></c>", "<c t=\"str\"><f>A1</f><v></v></c>", "<c s=\"2\"><v>2</v></c>"],
        ],
        "",
    );
    let expected = [
        ["123456789", "007", "2022-03-01"],
        ["6", "true", "2022-03-01T12:00:00"],
        ["", "a\u{f1}o & \"x\"", "2022-03-01"],
        ["1000", "", "2"],
    ];
    let plan = folder.plan(&["id", "sex", "2019"]);
    assert_eq!(rows(&plan), expected);
    assert_eq!(rows(&folder.plan(&["2019", "id", "2019"]))[0], ["2022-03-01", "123456789", "2022-03-01"]);
    assert_eq!(rows(&folder.plan(&[])).len(), 4);
    assert_eq!(codes(&folder.plan(&["gone", "id"])), ["D003"]);
}

#[test]
fn the_first_sheet_that_is_shown_or_the_one_named() {
    let of = |value: &str| sheet(&[NAMES, &[&text(value), "<c><v>1</v></c>"]], "");
    let sheets = [("Oculta", "hidden", of("a")), ("Datos 2019", "visible", of("b")), ("Otra", "visible", of("c"))];
    let folder = Folder::with("a.xlsx", book(&sheets));
    let mut plan = folder.plan(&["id"]);
    assert_eq!(rows(&plan), [["b"]]);
    for (sheet, value) in [("Oculta", "a"), ("Otra", "c")] {
        plan.sheet = Some(sheet.to_owned());
        assert_eq!(rows(&plan), [[value]]);
    }
    plan.sheet = Some("Datos 2018".to_owned());
    let found = problems(&plan);
    assert_eq!((found[0].code.id(), found[0].candidates[0].as_str()), ("D002", "Datos 2019"));
}

fn check(folder: &Folder, columns: &[&str], code: &str, found: &str) {
    let problems = problems(&folder.plan(columns));
    let problem = &problems[0];
    assert_eq!((problem.code.id(), problem.found.as_str()), (code, found));
    assert!(!problem.help.is_empty());
}

#[test]
fn headers_that_leave_a_doubt() {
    let unnamed = "values in a column without a name";
    let row: &[&str] = &["<c><v>1</v></c>", &text("SECRET"), "<c><v>3</v></c>"];
    let title = of(&[&[&text("Matr\u{ed}cula 2022")], NAMES, row], "");
    check(&title, &["id"], "D003", unnamed);
    let note = of(&[NAMES, &row[..1], &[row[0], row[1], row[2], &text("SECRET")]], "");
    check(&note, &["id"], "D003", unnamed);
    let merge = |cells: &str| format!("<mergeCells><mergeCell ref=\"{cells}\"/></mergeCells>");
    check(&of(&[NAMES, row], &merge("A1:B1")), &["id"], "D003", "a header with merged cells");
    check(&of(&[NAMES, row], &merge("C1:C2")), &["id"], "D003", "a header with merged cells");
    let below = of(&[NAMES, row, row], &merge("A2:A3"));
    check(&below, &["id"], "D014", "merged cells, of which only the first has a value");
    assert_eq!(rows(&below.plan(&["sex"])).len(), 2);
    check(&of(&[NAMES], ""), &["id"], "D006", "a header and no row");
    check(&of(&[], ""), &["id"], "D006", "a sheet without a value");
}

#[test]
fn cells_that_hold_no_code() {
    let fraction = of(&[NAMES, &["<c><v>1</v></c>", "<c/>", "<c><v>1</v></c>"], &["<c><v>1.5</v></c>"]], "");
    check(&fraction, &["id"], "D014", "numbers with a fraction");
    let mut plan = fraction.plan(&["id"]);
    plan.numeric[0] = true;
    assert_eq!(rows(&plan), [["1"], ["1.5"]]);
    let large = of(&[NAMES, &["<c><v>1234567890123456</v></c>"]], "");
    check(&large, &["id"], "D014", "whole numbers of more than 15 digits, which spreadsheets round");
    let error = of(&[NAMES, &["<c t=\"e\"><f>NA()</f><v>#N/A</v></c>"]], "");
    check(&error, &["id"], "D014", "cells with an error, such as #N/A");
    assert_eq!(rows(&error.plan(&["sex"])), [[""]]);
    for cell in ["<c><f>1+1</f></c>", "<c><f>1+1</f><v></v></c>", "<c><f>1+1</f><v/></c>"] {
        check(&of(&[NAMES, &[cell]], ""), &["id"], "D014", "formulas whose value was never computed");
    }
}

#[test]
fn damaged_files_and_other_files() {
    let whole = book(&[("Hoja1", "visible", sheet(&[NAMES, &["<c><v>1</v></c>"; 3]], ""))]);
    let folder = Folder::new();
    for length in 0..whole.len() {
        folder.write("a.xlsx", &whole[..length]);
        let found = codes(&folder.plan(&["id"]));
        assert!(found == ["D002"] || found == ["D007"], "{length}: {found:?}");
    }
    for position in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[position] ^= 0xFF;
        folder.write("a.xlsx", &bytes);
        super::read_by(&folder.plan(&["id"]), 100, 100);
    }
    for content in [b"id,sex\n1,M\n" as &[u8], SMALL, b"<html></html>", b"", &zip(&[("a.csv", b"id\n1\n")])] {
        folder.write("a.xlsx", content);
        assert_eq!(codes(&folder.plan(&["id"])), ["D002"]);
    }
    folder.write("a.xlsx", zip(&[("xl/workbook.xml", &vec![b' '; 30 << 20])]));
    check(&folder, &["id"], "D002", "more, as in an archive made to exhaust a computer");
}

/// Written by xlwt 1.3: a sheet `Datos` with a row of every kind of cell, `Unida` with a merged header.
const SMALL: &[u8] = include_bytes!("files/small.xls");

#[test]
fn workbooks_of_excel_up_to_2003() {
    let folder = Folder::with("a.xls", SMALL);
    let mut plan = folder.plan(&["id", "texto", "fecha", "marca", "cuenta"]);
    assert_eq!(codes(&plan), ["D014"]);
    plan.numeric[4] = true;
    let expected = [["123456789", "007", "2022-03-02", "true", "2.5"], ["5", "a\u{f1}o", "", "", "3"]];
    assert_eq!(rows(&plan), expected);
    plan.sheet = Some("Unida".to_owned());
    assert_eq!(problems(&plan)[0].found, "a header with merged cells");
    for length in (0..SMALL.len() - 512).step_by(61) {
        folder.write("a.xls", &SMALL[..length]);
        assert_eq!(codes(&folder.plan(&["id"])), ["D002"], "{length}");
    }
    let mut many_rows = SMALL.to_vec();
    let dimensions = SMALL.windows(4).position(|four| four == [0, 2, 14, 0]).unwrap();
    many_rows[dimensions + 11] = 0x7F;
    for content in [&book(&[]) as &[u8], &many_rows, b"<html></html>", b"", &SMALL[..1000]] {
        folder.write("a.xls", content);
        assert_eq!(codes(&folder.plan(&["id"])), ["D002"]);
    }
}

/// An OpenDocument spreadsheet of one table, of its rows as XML.
fn open_document(rows: &str) -> Vec<u8> {
    let space = "urn:oasis:names:tc:opendocument:xmlns";
    let content = format!(
        r#"<office:document-content xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Hoja1">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

#[test]
fn open_document_spreadsheets() {
    let string = |text: &str| {
        format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
    };
    let number = |value: &str| format!(r#"<table:table-cell office:value-type="float" office:value="{value}"/>"#);
    let day = r#"<table:table-cell office:value-type="date" office:date-value="2022-03-02"/>"#;
    let row = |cells: &[&str]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let header = row(&[&string("id"), &string("sex"), &string("day")]);
    let empty = r#"<table:table-row table:number-rows-repeated="1000"><table:table-cell table:number-columns-repeated="100"/></table:table-row>"#;
    let first = row(&[&number("12"), &string("007"), day]);
    let folder = Folder::with("a.ods", open_document(&(header.clone() + &first + empty + &first + empty)));
    let expected = [["12", "007", "2022-03-02"]; 2];
    assert_eq!(rows(&folder.plan(&["id", "sex", "day"])), expected);
    let found = find_files(folder.dir.path(), &source(&["a.ods"])).unwrap();
    assert_eq!(found[0].format, FileFormat::Ods);
    folder.write("a.ods", open_document(&(header + &row(&[&number("1.5")]))));
    check(&folder, &["id"], "D014", "numbers with a fraction");
    let merged = |rows, columns, text: &str| {
        let span = format!(r#"table:number-rows-spanned="{rows}" table:number-columns-spanned="{columns}""#);
        string(text).replacen("<table:table-cell", &format!("<table:table-cell {span}"), 1)
    };
    let covered = "<table:covered-table-cell/>";
    let title = row(&[&string("id"), &merged(1, 2, "sex"), covered]) + empty + &first;
    folder.write("a.ods", open_document(&title));
    check(&folder, &["id"], "D003", "a header with merged cells");
    // Cells that span one row and column are not merged; rows that are repeated count as many.
    let plain = row(&[&string("id"), &string("sex"), &merged(1, 1, "day")]);
    let below = row(&[&number("12"), &merged(2, 1, "007"), day]) + &row(&[&number("13"), covered, day]);
    folder.write("a.ods", open_document(&(plain + &first + empty + &below)));
    check(&folder, &["sex"], "D014", "merged cells, of which only the first has a value");
    assert_eq!(rows(&folder.plan(&["id", "day"])).len(), 3);
    folder.write("a.ods", zip(&[("mimetype", b"x")]));
    assert_eq!(codes(&folder.plan(&["id"])), ["D002"]);
}
