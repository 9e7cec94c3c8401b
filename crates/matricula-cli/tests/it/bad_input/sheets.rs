//! Workbooks: the same figures as from text, and what is wrong with some.

use std::io::{Cursor, Read, Write};

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{Says, change, check, check_mended, write};
use crate::support::{World, estimates, pupils};

/// The pupils in a workbook, and what else is done to its sheet. Identifiers are moved by `shift`.
fn workbook(rows: usize, shift: f64, more: impl Fn(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, line) in (0..).zip(pupils(rows, "").lines()) {
        for (column, text) in (0..).zip(line.split(';')) {
            match text.parse::<f64>() {
                Ok(number) if column == 0 => sheet.write(row, column, number + shift),
                Ok(number) => sheet.write(row, column, number),
                Err(_) => sheet.write(row, column, text),
            }
            .expect("written");
        }
    }
    more(sheet);
    workbook.save_to_buffer().expect("written")
}

/// The workbook without the values of its formulas, as programs write it that do not compute any.
fn uncomputed(workbook: &[u8]) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(workbook)).expect("an archive");
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for position in 0..from.len() {
        let mut member = from.by_index(position).expect("a member");
        let mut text = String::new();
        member.read_to_string(&mut text).expect("text");
        to.start_file(member.name().expect("a name"), SimpleFileOptions::default()).expect("started");
        to.write_all(text.replace("<v>0.25</v>", "").as_bytes()).expect("written");
    }
    to.finish().expect("finished").into_inner()
}

#[test]
fn a_workbook_gives_the_figures_of_text() {
    let world = World::new(500);
    assert_eq!(world.run(&[]).code, Some(0));
    let from_text = estimates(&world);
    change(&world, "batch.toml", "\"chl.csv\"", "\"chl.xlsx\"");
    write(&world, "chl.xlsx", &workbook(500, 0.0, |_| {}));
    check_mended(&world);
    assert_eq!(estimates(&world), from_text);
}

#[test]
fn formulas_that_were_never_computed_merged_headers_and_identifiers_that_are_none() {
    let world = World::new(100);
    change(&world, "batch.toml", "\"bra.csv\"", "\"bra.xlsx\"");
    let whole = workbook(100, 31_415_926.0, |_| {});
    let formula = uncomputed(&workbook(100, 31_415_926.0, |sheet| {
        sheet.write_formula(50, 3, Formula::new("=31415926").set_result("0.25")).expect("written");
    }));
    let merged = workbook(100, 31_415_926.0, |sheet| {
        sheet.merge_range(0, 0, 0, 1, "id", &Format::new()).expect("merged");
    });
    let of_sex = "error[D014] bra.xlsx (source `bra`, at `sex`)";
    let of_id = "error[D014] bra.xlsx (source `bra`, at `id`)";
    let broken = [
        (formula, of_sex, "formulas whose value was never computed", "let it compute, and save it"),
        (merged, "error[D003] bra.xlsx (source `bra`)", "a header with merged cells", "split merged cells"),
        (workbook(100, 31_415_926.5, |_| {}), of_id, "numbers with a fraction", "as text or as whole numbers"),
        (workbook(100, 31_415_926e11, |_| {}), of_id, "more than 15 digits", "as text"),
        (whole[..whole.len() / 2].to_vec(), "error[D007] bra.xlsx (source `bra`)", "cut off", "Copy or download"),
    ];
    for (bytes, error, found, help) in broken {
        write(&world, "bra.xlsx", &bytes);
        check(&world, &world.run(&[]), &Says { exit: 1, error, with: &["expected: ", found], help });
    }
    write(&world, "bra.xlsx", &whole);
    check_mended(&world);
}
