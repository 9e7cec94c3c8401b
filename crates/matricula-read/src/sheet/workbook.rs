//! Workbooks of Excel and of OpenDocument: their cells, one after the other.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Seek};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Data, DataType, Dimensions, ExcelDateTime, Ods, OdsError, Range, Reader, Sheet, SheetType, SheetVisible, Xls,
    XlsError, Xlsx, XlsxError,
};
use matricula_spec::model::batch::FileFormat;
use zip::result::ZipError;

use super::compound;
use super::open_document::merged_cells;

/// What a cell holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell<'a> {
    /// Nothing, or only blanks.
    Blank,
    Text(&'a str),
    Whole(i64),
    Number(f64),
    Flag(bool),
    Moment(ExcelDateTime),
    /// A day or moment as ISO 8601 has it.
    Iso(&'a str),
    /// An error such as `#N/A`.
    Error,
    /// A formula without the value that it had when the workbook was saved.
    Uncomputed,
}

impl<'a> Cell<'a> {
    fn of(cell: &'a impl DataType) -> Self {
        if let Some(text) = cell.get_string() {
            return if text.trim().is_empty() { Self::Blank } else { Self::Text(text) };
        }
        let iso = || cell.get_datetime_iso().or(cell.get_duration_iso()).map(Self::Iso);
        let error = || cell.get_error().map(|_| Self::Error);
        let found = cell.get_float().map(Self::Number).or(cell.get_int().map(Self::Whole));
        let found = found.or(cell.get_bool().map(Self::Flag)).or(cell.get_datetime().map(Self::Moment));
        found.or_else(iso).or_else(error).unwrap_or(Self::Blank)
    }
}

/// Why a workbook cannot be read.
#[derive(Debug)]
pub(crate) enum BookError {
    Io(io::Error),
    /// It needs a password.
    Password,
    /// It is cut off or not of this kind.
    Damaged,
    /// It has no sheet of this name, but these.
    NoSheet(Vec<String>),
}

impl From<io::Error> for BookError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::Other => {
                Self::Damaged
            }
            _ => Self::Io(error),
        }
    }
}

impl From<XlsxError> for BookError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::Io(error) | XlsxError::Zip(ZipError::Io(error)) => error.into(),
            XlsxError::Password => Self::Password,
            _ => Self::Damaged,
        }
    }
}

impl From<XlsError> for BookError {
    fn from(error: XlsError) -> Self {
        match error {
            XlsError::Io(error) => error.into(),
            XlsError::Password => Self::Password,
            _ => Self::Damaged,
        }
    }
}

impl From<OdsError> for BookError {
    fn from(error: OdsError) -> Self {
        match error {
            OdsError::Io(error) | OdsError::Zip(ZipError::Io(error)) => error.into(),
            OdsError::Password => Self::Password,
            _ => Self::Damaged,
        }
    }
}

enum Kind {
    Xlsx(Box<Xlsx<BufReader<File>>>),
    Xls(Box<Xls<BufReader<File>>>),
    /// With the file, which holds more than the reader tells.
    Ods(Box<Ods<BufReader<File>>>, File),
}

/// A sheet of an open workbook.
pub(crate) struct Workbook {
    kind: Kind,
    sheet: String,
}

impl Workbook {
    /// Opens a workbook at the sheet named, or at the first that is not hidden.
    pub(crate) fn open(file: File, format: FileFormat, sheet: Option<&str>) -> Result<Self, BookError> {
        guarded(|| Self::open_unguarded(file, format, sheet))
    }

    fn open_unguarded(mut file: File, format: FileFormat, sheet: Option<&str>) -> Result<Self, BookError> {
        if format == FileFormat::Xls && !compound::is_complete(&mut file)? {
            return Err(BookError::Damaged);
        }
        file.rewind()?;
        let again = file.try_clone()?;
        let file = BufReader::with_capacity(1 << 18, file);
        let kind = match format {
            FileFormat::Xls => Kind::Xls(Box::new(Xls::new(file)?)),
            FileFormat::Ods => Kind::Ods(Box::new(Ods::new(file)?), again),
            _ => Kind::Xlsx(Box::new(Xlsx::new(file)?)),
        };
        let sheets = match &kind {
            Kind::Xlsx(book) => book.sheets_metadata(),
            Kind::Xls(book) => book.sheets_metadata(),
            Kind::Ods(book, _) => book.sheets_metadata(),
        };
        let tables = || sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let shown = |found: &&Sheet| found.visible == SheetVisible::Visible;
        let found = match sheet {
            Some(name) => tables().find(|sheet| sheet.name == name),
            None => tables().find(shown),
        };
        let names = || tables().map(|sheet| sheet.name.clone()).collect();
        let sheet = found.ok_or_else(|| BookError::NoSheet(names()))?.name.clone();
        Ok(Self { kind, sheet })
    }

    /// The merged cells of the sheet.
    pub(crate) fn merged(&mut self) -> Result<Vec<Dimensions>, BookError> {
        guarded(|| {
            Ok(match &mut self.kind {
                Kind::Xlsx(book) => book.merge_cells_by_sheet_name(&self.sheet)?,
                Kind::Xls(book) => book.merge_cells_by_sheet_name(&self.sheet)?,
                // All values were read when it was opened, so that nothing else stands in the file any more.
                Kind::Ods(_, file) => merged_cells(file, &self.sheet)?,
            })
        })
    }

    /// Visits the cells that are not blank, row by row, with their row and column from 0.
    pub(crate) fn cells(
        &mut self,
        visit: &mut dyn FnMut(u32, u32, Cell<'_>) -> ControlFlow<()>,
    ) -> Result<(), BookError> {
        guarded(|| {
            match &mut self.kind {
                Kind::Xlsx(book) => return stream(book, &self.sheet, visit),
                Kind::Xls(book) => visit_range(&book.worksheet_range(&self.sheet)?, visit),
                Kind::Ods(book, _) => visit_range(&book.worksheet_range(&self.sheet)?, visit),
            }
            Ok(())
        })
    }
}

/// A damaged workbook may make its reader panic: to us that is one more way of being damaged.
/// What was being read is not used afterwards.
fn guarded<T>(read: impl FnOnce() -> Result<T, BookError>) -> Result<T, BookError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(BookError::Damaged))
}

/// Cell by cell as they stand in the file: a sheet of a million rows is never whole in memory.
fn stream(
    book: &mut Xlsx<BufReader<File>>,
    sheet: &str,
    visit: &mut dyn FnMut(u32, u32, Cell<'_>) -> ControlFlow<()>,
) -> Result<(), BookError> {
    let mut cells = book.worksheet_cells_reader(sheet)?;
    let mut last = 0;
    while let Some(record) = cells.next_cell_with_formula_metadata()? {
        let (row, column) = record.pos;
        if row < last {
            return Err(BookError::Damaged);
        }
        last = row;
        let cell = match (record.value.is_empty(), record.formula.is_some()) {
            (true, true) => Cell::Uncomputed,
            (true, false) => continue,
            (false, _) => Cell::of(&record.value),
        };
        if !matches!(cell, Cell::Blank) && visit(row, column, cell).is_break() {
            break;
        }
    }
    Ok(())
}

fn visit_range(range: &Range<Data>, visit: &mut dyn FnMut(u32, u32, Cell<'_>) -> ControlFlow<()>) {
    let Some((top, left)) = range.start() else { return };
    for (row, cells) in (top..).zip(range.rows()) {
        for (column, cell) in (left..).zip(cells) {
            let cell = Cell::of(cell);
            if !matches!(cell, Cell::Blank) && visit(row, column, cell).is_break() {
                return;
            }
        }
    }
}
