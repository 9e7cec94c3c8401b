//! Merged cells of OpenDocument spreadsheets, which the reader of their values does not tell.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek};

use calamine::Dimensions;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::workbook::BookError;

/// The merged cells of a sheet.
pub(crate) fn merged_cells(file: &mut File, sheet: &str) -> Result<Vec<Dimensions>, BookError> {
    file.rewind()?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|_| BookError::Damaged)?;
    let content = archive.by_name("content.xml").map_err(|_| BookError::Damaged)?;
    Sheet::new(sheet).read(Reader::from_reader(BufReader::with_capacity(1 << 18, content)))
}

/// A sheet on the way through its rows.
struct Sheet<'a> {
    name: &'a str,
    /// Tables that are open, from this sheet's on: a cell may hold another table.
    depth: usize,
    row: u32,
    column: u32,
    /// How often the row is repeated.
    repeated: u32,
    merged: Vec<Dimensions>,
}

impl<'a> Sheet<'a> {
    fn new(name: &'a str) -> Self {
        Self { name, depth: 0, row: 0, column: 0, repeated: 1, merged: Vec::new() }
    }

    fn read(mut self, mut reader: Reader<impl BufRead>) -> Result<Vec<Dimensions>, BookError> {
        let mut buffer = Vec::new();
        loop {
            match reader.read_event_into(&mut buffer).map_err(|_| BookError::Damaged)? {
                Event::Start(element) => self.start(&element, true),
                Event::Empty(element) => self.start(&element, false),
                Event::End(element) => match element.local_name().as_ref() {
                    "table" if self.depth == 1 => return Ok(self.merged),
                    "table" => self.depth = self.depth.saturating_sub(1),
                    "table-row" if self.depth == 1 => self.end_row(),
                    _ => {}
                },
                Event::Eof => return Ok(self.merged),
                _ => {}
            }
            buffer.clear();
        }
    }

    fn start(&mut self, element: &BytesStart<'_>, open: bool) {
        let name = element.local_name();
        match name.as_ref() {
            "table" if open && (self.depth > 0 || text(element, "name").is_some_and(|name| name == self.name)) => {
                self.depth += 1;
            }
            "table-row" if self.depth == 1 => {
                self.repeated = number(element, "number-rows-repeated");
                self.column = 0;
                if !open {
                    self.end_row();
                }
            }
            "table-cell" | "covered-table-cell" if self.depth == 1 => self.cell(element),
            _ => {}
        }
    }

    fn end_row(&mut self) {
        self.row = self.row.saturating_add(self.repeated);
    }

    fn cell(&mut self, element: &BytesStart<'_>) {
        let (rows, columns) = (number(element, "number-rows-spanned"), number(element, "number-columns-spanned"));
        if rows > 1 || columns > 1 {
            let end = (self.row.saturating_add(rows - 1), self.column.saturating_add(columns - 1));
            self.merged.push(Dimensions { start: (self.row, self.column), end });
        }
        self.column = self.column.saturating_add(number(element, "number-columns-repeated"));
    }
}

/// An attribute, whatever the prefix of its name.
fn text(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
}

/// A whole number, 1 where it is not said.
fn number(element: &BytesStart<'_>, name: &str) -> u32 {
    text(element, name).and_then(|number| number.parse().ok()).filter(|number| *number > 0).unwrap_or(1)
}
