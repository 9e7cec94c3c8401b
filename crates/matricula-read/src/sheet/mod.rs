//! Spreadsheets: a sheet whose first row that is not empty is the header.
//!
//! The wanted columns of a sheet are in memory as a whole, as text: a sheet has at most 1,048,576
//! rows. (Of `.xls` and `.ods` the other columns are, too, while they are read.)

mod compound;
mod open_document;
mod workbook;

use std::collections::VecDeque;
use std::fmt::Write;
use std::ops::ControlFlow;
use std::sync::Arc;

use calamine::{Dimensions, ExcelDateTime};
use matricula_engine::location;
use matricula_engine::raw::block::{RawBlock, TextColumn};
use matricula_spec::model::batch::FileFormat;
use matricula_spec::{Place, Problem, ProblemCode, Problems};

use crate::column::{Wanted, find_columns, unfit};
use crate::files::archive;
use crate::files::file::{first_bytes, open_file, unreadable};
use crate::files::find::InputFile;
use crate::nearest::nearest;
use crate::plan::{ReadPlan, empty};
use crate::sheet::workbook::{BookError, Cell, Workbook};
use crate::value::{Unfit, number, whole};

/// Spreadsheets keep 15 digits of a number.
const EXACT: f64 = 1e15;
/// Serial numbers of days up to the last of 9999.
const DAYS: f64 = 2_958_466.0;

/// A sheet whose header was checked.
pub(crate) struct SheetLayout {
    source: String,
    file: InputFile,
    sheet: Option<String>,
    header: Header,
    wanted: Wanted,
}

impl SheetLayout {
    /// Where the wanted columns stand.
    pub(crate) fn wanted(&self) -> &Wanted {
        &self.wanted
    }
}

/// Where the header stands, and its names by column.
#[derive(Debug, Default)]
struct Header {
    row: u32,
    names: Vec<String>,
    columns: Vec<u32>,
}

impl SheetLayout {
    fn place(&self) -> Place {
        location::of_file(&self.source, &self.file.name)
    }
}

/// Checks that a file is a workbook, that its sheet has a header with the wanted columns, and a row.
pub(crate) fn inspect(plan: &ReadPlan, file: &InputFile) -> Result<SheetLayout, Problems> {
    let here = || location::of_file(&plan.source, &file.name);
    check_mark(file, here())?;
    let failed = |error| Problems::from(problem(here(), plan.sheet.as_deref(), error));
    let mut book = open(file, plan.sheet.as_deref()).map_err(failed)?;
    let (header, row) = head(&mut book).map_err(failed)?;
    if header.columns.is_empty() {
        return Err(empty(plan, file, "a sheet without a value").into());
    }
    let merged = book.merged().map_err(failed)?;
    if merged.iter().any(|cells| cells.start.0 <= header.row && cells.end.0 >= header.row) {
        return Err(header_problem(here(), "a header with merged cells").into());
    }
    match row {
        Row::None => return Err(empty(plan, file, "a header and no row").into()),
        Row::Unnamed => return Err(unnamed(here()).into()),
        Row::Named => {}
    }
    let wanted = find_columns(plan, file, &header.names)?;
    if let Some(position) = wanted.positions.iter().find(|position| merged_below(&merged, &header, **position)) {
        let help = "Split these cells in the workbook, and write the value in each of them.";
        let found = "merged cells, of which only the first has a value";
        return Err(unfit(here(), &header.names[*position], found, help).into());
    }
    Ok(SheetLayout { source: plan.source.clone(), file: file.clone(), sheet: plan.sheet.clone(), header, wanted })
}

/// The names in the header of a sheet.
pub(crate) fn names(plan: &ReadPlan, file: &InputFile) -> Result<Vec<String>, Problems> {
    let here = || location::of_file(&plan.source, &file.name);
    check_mark(file, here())?;
    let failed = |error| Problems::from(problem(here(), plan.sheet.as_deref(), error));
    let mut book = open(file, plan.sheet.as_deref()).map_err(failed)?;
    let (header, _) = head(&mut book).map_err(failed)?;
    if header.names.is_empty() { Err(empty(plan, file, "a sheet without a value").into()) } else { Ok(header.names) }
}

fn merged_below(merged: &[Dimensions], header: &Header, position: usize) -> bool {
    let column = header.columns[position];
    merged.iter().any(|cells| cells.end.0 > header.row && cells.start.1 <= column && column <= cells.end.1)
}

fn open(file: &InputFile, sheet: Option<&str>) -> Result<Workbook, BookError> {
    Workbook::open(open_file(&file.path)?, file.format, sheet)
}

/// The first row below the header.
enum Row {
    None,
    Named,
    /// It has a value in a column without a name.
    Unnamed,
}

/// The header, and what the row after it is like; no more is read than these.
fn head(book: &mut Workbook) -> Result<(Header, Row), BookError> {
    let mut header = Header::default();
    let mut first = Row::None;
    let mut below = None;
    book.cells(&mut |row, column, cell| {
        if header.columns.is_empty() {
            header.row = row;
        }
        if row == header.row {
            let mut name = String::new();
            // A name may be any number, such as a year; an error is no name of a wanted column.
            let _ = write_cell(&mut name, cell, true);
            header.columns.push(column);
            header.names.push(name);
            return ControlFlow::Continue(());
        }
        if *below.get_or_insert(row) != row {
            return ControlFlow::Break(());
        }
        match header.columns.contains(&column) {
            true if matches!(first, Row::None) => first = Row::Named,
            true => {}
            false => first = Row::Unnamed,
        }
        ControlFlow::Continue(())
    })?;
    // Cells of a row need not stand in order.
    let mut cells: Vec<_> = header.columns.into_iter().zip(header.names).collect();
    cells.sort();
    (header.columns, header.names) = cells.into_iter().unzip();
    Ok((header, first))
}

fn check_mark(file: &InputFile, place: Place) -> Result<(), Box<Problem>> {
    let start = match first_bytes(&file.path, 8) {
        Ok(start) => start,
        Err(error) => return Err(unreadable(place, &error)),
    };
    let zipped = start.starts_with(b"PK");
    let compound = start.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]);
    let (found, help) = match file.format {
        FileFormat::Xls if compound => return Ok(()),
        FileFormat::Xls if zipped => {
            ("a workbook of Excel since 2007", "Declare `format = \"xlsx\"` of the source, or rename the file.")
        }
        FileFormat::Xls => ("a file that does not begin as workbooks do", MARK_HELP),
        _ if zipped => return archive::check_sizes(&file.path, &place),
        _ if compound => (
            "an encrypted workbook, or one of Excel up to 2003",
            "Save it without a password; for Excel up to 2003 declare `format = \"xls\"` of the source.",
        ),
        _ => ("a file that does not begin as workbooks do", MARK_HELP),
    };
    let rule = "A file that is named or declared as a spreadsheet is one.";
    Err(Box::new(Problem::error(ProblemCode::FileUnreadable, place, rule, found).help(help)))
}

const MARK_HELP: &str =
    "If it is text, declare `format = \"csv\"` of the source; if it is a page of HTML, save it again as xlsx.";

fn problem(place: Place, sheet: Option<&str>, error: BookError) -> Box<Problem> {
    let (rule, found, help) = match error {
        BookError::Io(error) => return unreadable(place, &error),
        BookError::NoSheet(names) => {
            let (rule, found) = match sheet {
                Some(sheet) => (format!("The workbook has the sheet `{sheet}`."), "a workbook without it"),
                None => ("The workbook has a sheet that is shown.".to_owned(), "none"),
            };
            let problem = Problem::error(ProblemCode::FileUnreadable, place, rule, found);
            let near = nearest(sheet.unwrap_or_default(), names.iter().map(String::as_str));
            let candidates = if near.is_empty() { names.into_iter().take(3).collect() } else { near };
            return Box::new(problem.help("Correct `sheet` of the source.").candidates(candidates));
        }
        BookError::Password => {
            ("A workbook is not encrypted.", "one that needs a password", "Save it without a password.")
        }
        BookError::Damaged => (
            "A workbook is complete and of the kind that its name or `format` says.",
            "a damaged, cut-off or unusual one",
            "Open it in its program and save it again, or copy it again.",
        ),
    };
    Box::new(Problem::error(ProblemCode::FileUnreadable, place, rule, found).help(help))
}

fn unnamed(place: Place) -> Box<Problem> {
    header_problem(place, "values in a column without a name")
}

fn header_problem(place: Place, found: &str) -> Box<Problem> {
    let rule = "The first row of a sheet that is not empty is the header: one cell with a name over every column that has values.";
    let problem = Problem::error(ProblemCode::ColumnMissing, place, rule, found);
    Box::new(problem.help("Delete titles above the header and notes beside the table, split merged cells, and name every column; or declare another `sheet`."))
}

/// The chunks of a sheet.
pub(crate) struct SheetChunks {
    pending: VecDeque<SheetChunk>,
}

impl SheetChunks {
    /// Reads a sheet whose header was checked.
    pub(crate) fn open(layout: &Arc<SheetLayout>, rows: usize) -> Result<Self, Box<Problem>> {
        let failed = |error| problem(layout.place(), layout.sheet.as_deref(), error);
        let mut book = open(&layout.file, layout.sheet.as_deref()).map_err(failed)?;
        let mut table = Table::new(layout, rows);
        let mut found = None;
        book.cells(&mut |row, column, cell| match table.add(row, column, cell) {
            Ok(()) => ControlFlow::Continue(()),
            Err(problem) => {
                found = Some(problem);
                ControlFlow::Break(())
            }
        })
        .map_err(failed)?;
        match found {
            Some(problem) => Err(problem),
            None => Ok(Self { pending: table.finish() }),
        }
    }

    /// The next chunk; nothing after the last.
    pub(crate) fn next(&mut self) -> Option<SheetChunk> {
        self.pending.pop_front()
    }
}

/// Some rows of a sheet.
pub(crate) struct SheetChunk {
    layout: Arc<SheetLayout>,
    columns: Vec<TextColumn>,
    rows: usize,
}

impl SheetChunk {
    /// Which columns are wanted.
    pub(crate) fn wanted(&self) -> &Wanted {
        self.layout.wanted()
    }

    /// Its wanted columns as text.
    pub(crate) fn parse(&self) -> RawBlock {
        RawBlock::new(self.layout.wanted.arrange(self.columns.clone(), self.rows), self.rows, 0)
    }
}

/// The wanted columns of a sheet on their way into chunks.
struct Table<'a> {
    layout: &'a Arc<SheetLayout>,
    most: usize,
    chunks: VecDeque<SheetChunk>,
    columns: Vec<TextColumn>,
    rows: usize,
    /// The row that is being filled, and its wanted texts.
    row: Option<u32>,
    texts: Vec<String>,
}

impl<'a> Table<'a> {
    fn new(layout: &'a Arc<SheetLayout>, most: usize) -> Self {
        let columns = layout.wanted.positions.len();
        Self {
            layout,
            most,
            chunks: VecDeque::new(),
            columns: vec![TextColumn::default(); columns],
            rows: 0,
            row: None,
            texts: vec![String::new(); columns],
        }
    }

    fn add(&mut self, row: u32, column: u32, cell: Cell<'_>) -> Result<(), Box<Problem>> {
        let header = &self.layout.header;
        if row <= header.row {
            return Ok(());
        }
        if self.row != Some(row) {
            self.end_row();
            self.row = Some(row);
        }
        let position = header.columns.binary_search(&column).map_err(|_| unnamed(self.layout.place()))?;
        let Ok(wanted) = self.layout.wanted.positions.binary_search(&position) else { return Ok(()) };
        let numeric = self.layout.wanted.numeric[wanted];
        write_cell(&mut self.texts[wanted], cell, numeric)
            .map_err(|(found, help)| unfit(self.layout.place(), &header.names[position], found, help))
    }

    fn end_row(&mut self) {
        if self.row.is_none() {
            return;
        }
        for (column, text) in self.columns.iter_mut().zip(&mut self.texts) {
            column.push(text.as_bytes());
            text.clear();
        }
        self.rows += 1;
        if self.rows >= self.most {
            self.end_chunk();
        }
    }

    fn end_chunk(&mut self) {
        let columns = std::mem::replace(&mut self.columns, vec![TextColumn::default(); self.texts.len()]);
        let chunk = SheetChunk { layout: Arc::clone(self.layout), columns, rows: self.rows };
        self.rows = 0;
        self.chunks.push_back(chunk);
    }

    fn finish(mut self) -> VecDeque<SheetChunk> {
        self.end_row();
        if self.rows > 0 {
            self.end_chunk();
        }
        self.chunks
    }
}

/// Writes a cell in place of a text; what is wrong with it, and what to do, if it cannot be a code or a count.
fn write_cell(text: &mut String, cell: Cell<'_>, numeric: bool) -> Result<(), (&'static str, &'static str)> {
    text.clear();
    match cell {
        Cell::Blank => {}
        Cell::Text(found) => text.push_str(found),
        Cell::Whole(found) => number(text, Some(found)),
        Cell::Flag(found) => number(text, Some(found)),
        Cell::Number(found) if numeric => number(text, Some(found)),
        Cell::Number(found) => match whole(found, EXACT) {
            Ok(found) => number(text, Some(found)),
            Err(Unfit::Fraction) => {
                let help = "Write the column as text or as whole numbers; if fractions are right, list it under `whole_numbers` of the mapping.";
                return Err(("numbers with a fraction", help));
            }
            Err(Unfit::Large) => {
                let found = "whole numbers of more than 15 digits, which spreadsheets round";
                return Err((found, "Write the column as text, from the data before they were in a spreadsheet."));
            }
        },
        Cell::Moment(found) => moment(text, found),
        Cell::Iso(found) => text.push_str(found.split_once("T00:00:00").map_or(found, |(day, _)| day)),
        Cell::Error => {
            return Err(("cells with an error, such as #N/A", "Correct the formulas, or clear these cells."));
        }
        Cell::Uncomputed => {
            let help = "Open the workbook in its program, let it compute, and save it.";
            return Err(("formulas whose value was never computed", help));
        }
    }
    Ok(())
}

/// A day, with its time where it is not midnight; what is no day of the calendar stays a number.
fn moment(text: &mut String, moment: ExcelDateTime) {
    if !moment.is_datetime() || !(1.0..DAYS).contains(&moment.as_f64()) {
        return number(text, Some(moment.as_f64()));
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    // Writing to a string cannot fail.
    let _ = write!(text, "{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) != (0, 0, 0) {
        let _ = write!(text, "T{hour:02}:{minute:02}:{second:02}");
    }
}
