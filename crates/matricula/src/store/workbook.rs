//! Sheets as a workbook for people: a frozen head, columns as wide as their text, nothing but text in the cells.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::path::Path;

use matricula_spec::docs::Sheet;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use zip::ZipArchive;

use super::pages::write_file;
use crate::error::StoreError;

/// Says in every workbook where it comes from; an earlier one is known by it.
const GENERATED: &str = "Generated from indicator-specs by `matricula mapping`.";
/// Most characters of the name of a sheet.
const LONGEST_NAME: usize = 31;
/// Fewest and most characters that a column is wide.
const WIDTHS: (usize, usize) = (12, 70);
const HEAD: u32 = 0x001F_4E78;
const HEAD_TEXT: u32 = 0x00FF_FFFF;

/// Writes sheets to a workbook, beside its place and moved there by renaming; missing folders above it are made.
/// The same sheets give the same bytes.
///
/// A file that stands there is replaced if it is an earlier workbook of this kind.
///
/// # Errors
/// Where a folder or another file stands there, or nothing can be written.
pub fn write_workbook(path: &Path, sheets: &[Sheet]) -> Result<(), StoreError> {
    write_file(path, &workbook(sheets)?, is_ours)
}

fn workbook(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // Otherwise the clock would be in the bytes.
    let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_comment(GENERATED).set_creation_datetime(&day));
    let mut taken = BTreeSet::new();
    for sheet in sheets {
        let name = name(&sheet.name, &mut taken);
        write_sheet(workbook.add_worksheet().set_name(name)?, sheet)?;
    }
    workbook.save_to_buffer()
}

fn write_sheet(worksheet: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let top = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let head =
        top.clone().set_bold().set_background_color(HEAD).set_font_color(HEAD_TEXT).set_border(FormatBorder::Thin);
    let first = top.clone().set_bold();
    for (column, name) in (0_u16..).zip(&sheet.head) {
        worksheet.write_string_with_format(0, column, name, &head)?;
        worksheet.set_column_width(column, width(sheet, usize::from(column)) as f64)?;
    }
    for (row, cells) in (1_u32..).zip(&sheet.rows) {
        for (column, text) in (0_u16..).zip(cells) {
            let format = if column == 0 { &first } else { &top };
            worksheet.write_string_with_format(row, column, text, format)?;
        }
    }
    worksheet.set_freeze_panes(1, 0)?;
    worksheet.set_landscape().set_repeat_rows(0, 0)?.set_print_fit_to_pages(1, 0);
    Ok(())
}

/// As wide as the longest text, within bounds; longer text is wrapped.
fn width(sheet: &Sheet, column: usize) -> usize {
    let texts = std::iter::once(&sheet.head).chain(&sheet.rows).filter_map(|row| row.get(column));
    let longest = texts.map(|text| text.chars().count()).max().unwrap_or_default();
    (longest + 2).clamp(WIDTHS.0, WIDTHS.1)
}

/// A name as workbooks allow it: of 31 characters at most, without some signs, and differing by more than its case.
fn name(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = wanted.replace(['[', ']', ':', '*', '?', '/', '\\', '\''], " ");
    let cut = |length: usize| plain.trim().chars().take(length).collect::<String>();
    let mut name = cut(LONGEST_NAME);
    let mut number = 2;
    while name.is_empty() || !taken.insert(name.to_lowercase()) {
        let after = format!(" {number}");
        name = cut(LONGEST_NAME - after.len()) + &after;
        number += 1;
    }
    name
}

fn is_ours(earlier: &[u8]) -> bool {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(earlier)) else { return false };
    let Ok(properties) = archive.by_name("docProps/core.xml") else { return false };
    let mut text = String::new();
    properties.take(1 << 16).read_to_string(&mut text).is_ok() && text.contains(GENERATED)
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx};

    use super::*;

    fn sheet(name: &str, rows: &[&[&str]]) -> Sheet {
        let texts = |row: &[&str]| row.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let mut rows = rows.iter().map(|row| texts(row));
        Sheet { name: name.to_owned(), head: rows.next().expect("a head"), rows: rows.collect() }
    }

    #[test]
    fn what_was_written_is_read_back_as_text() {
        let long = "x".repeat(40);
        let sheets = [
            sheet("Tabla", &[&["Code", "Label"], &["007", "=1+1"], &["", "a\u{f1}o"]]),
            sheet("TABLA", &[&["1"]]),
            sheet(&long, &[&["1"]]),
            sheet(&(long.clone() + "y"), &[&["1"]]),
            sheet("a/b:[c]", &[&["1"]]),
        ];
        let bytes = workbook(&sheets).expect("written");
        assert_eq!(bytes, workbook(&sheets).expect("written"));
        let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
        let cut = |length| "x".repeat(length);
        assert_eq!(book.sheet_names(), ["Tabla", "TABLA 2", &cut(31), &(cut(29) + " 2"), "a b  c"]);
        let range = book.worksheet_range("Tabla").expect("a sheet");
        let cells: Vec<_> = range.rows().map(<[Data]>::to_vec).collect();
        let text = |text: &str| Data::String(text.to_owned());
        assert_eq!(cells[0], [text("Code"), text("Label")]);
        assert_eq!(cells[1], [text("007"), text("=1+1")]);
        assert_eq!(cells[2], [Data::Empty, text("a\u{f1}o")]);
    }

    #[test]
    fn an_earlier_workbook_is_replaced_and_no_other_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/a.xlsx");
        write_workbook(&path, &[sheet("a", &[&["first"]])]).expect("written");
        write_workbook(&path, &[sheet("b", &[&["second"]])]).expect("written");
        let other = folder.path().join("b.xlsx");
        let mut foreign = Workbook::new();
        foreign.add_worksheet();
        for content in [foreign.save_to_buffer().expect("a workbook"), b"mine".to_vec()] {
            std::fs::write(&other, &content).expect("written");
            let refused = write_workbook(&other, &[sheet("a", &[&["x"]])]);
            assert!(matches!(refused, Err(StoreError::NotOurFile { .. })));
            assert_eq!(std::fs::read(&other).expect("a file"), content);
        }
    }
}
