//! SPSS's system files, `.sav` and `.zsav`: rows, in runs of a bounded number of bytes.
//!
//! Codes stay codes: labels of values are not applied. Values that the file declares to be missing
//! are blank. Rows are decompressed one after the other, and become text in the chunk, on any thread.

mod blocks;
mod bytes;
mod dictionary;
mod extension;
mod failure;
mod missing;
mod rows;
mod value;

use std::io::BufReader;
use std::sync::Arc;

use matricula_engine::location;
use matricula_engine::raw::block::{RawBlock, TextColumn};
use matricula_spec::{Place, Problem, ProblemCode, Problems};

use crate::column::{Wanted, find_columns, unfit};
use crate::files::file::{first_bytes, is_gzip, open_file, unreadable};
use crate::files::find::InputFile;
use crate::plan::{ReadPlan, empty};
use crate::value::Unfit;
use bytes::Bytes;
use dictionary::{Compression, Dictionary, ELEMENT, Variable};
use failure::Failure;
use rows::Rows;
use value::{Reading, write};

/// Bytes of rows in a chunk, unless a single row is longer.
const CHUNK_BYTES: usize = 16 << 20;

/// An SPSS file whose variables were checked.
pub(crate) struct SpssLayout {
    source: String,
    file: InputFile,
    dictionary: Dictionary,
    wanted: Wanted,
    /// Of each element of a row, whether it is read.
    elements: Vec<bool>,
    /// Of each wanted position, with elements counted among those that are read.
    variables: Vec<Variable>,
}

impl SpssLayout {
    /// Where the wanted columns stand.
    pub(crate) fn wanted(&self) -> &Wanted {
        &self.wanted
    }
}

/// The names of all variables of a file.
pub(crate) fn names(plan: &ReadPlan, file: &InputFile) -> Result<Vec<String>, Problems> {
    let here = || location::of_file(&plan.source, &file.name);
    check_mark(file, here())?;
    let dictionary = dictionary(plan, file).map_err(|failure| Problems::from(failure.problem(here())))?;
    Ok(dictionary.variables.iter().map(|variable| variable.name.clone()).collect())
}

/// Checks that a file is SPSS's, has the wanted columns, is as long as it says, and has a row.
pub(crate) fn inspect(plan: &ReadPlan, file: &InputFile) -> Result<SpssLayout, Problems> {
    let here = || location::of_file(&plan.source, &file.name);
    check_mark(file, here())?;
    let failed = |failure: Failure| Problems::from(failure.problem(here()));
    let dictionary = dictionary(plan, file).map_err(failed)?;
    let names: Vec<_> = dictionary.variables.iter().map(|variable| variable.name.clone()).collect();
    let wanted = find_columns(plan, file, &names)?;
    if dictionary.rows == Some(0) || dictionary.elements == 0 {
        return Err((empty(plan, file, "variables and no row")).into());
    }
    let mut elements = vec![false; dictionary.elements];
    let variables: Vec<&Variable> = wanted.positions.iter().map(|position| &dictionary.variables[*position]).collect();
    for element in variables.iter().flat_map(|variable| variable.elements()) {
        // A file that is damaged may name more elements than its rows have.
        *elements.get_mut(element).ok_or_else(|| failed(Failure::Damaged))? = true;
    }
    let position = |element: usize| elements[..element].iter().filter(|wanted| **wanted).count();
    let variables = variables.iter().map(|variable| variable.moved(position)).collect();
    let layout =
        SpssLayout { source: plan.source.clone(), file: file.clone(), dictionary, wanted, elements, variables };
    let any = layout.check_complete().map_err(failed)?;
    if any { Ok(layout) } else { Err((empty(plan, file, "variables and no row")).into()) }
}

fn dictionary(plan: &ReadPlan, file: &InputFile) -> Result<Dictionary, Failure> {
    let opened = open_file(&file.path)?;
    let length = opened.metadata()?.len();
    Dictionary::read(&mut Bytes::new(BufReader::new(opened), length), plan.encoding)
}

fn check_mark(file: &InputFile, place: Place) -> Result<(), Box<Problem>> {
    let start = match first_bytes(&file.path, 20) {
        Ok(start) => start,
        Err(error) => return Err(unreadable(place, &error)),
    };
    if start.starts_with(b"$FL2") || start.starts_with(b"$FL3") {
        return Ok(());
    }
    let (found, help) = if start.ends_with(b"ENCRYPTEDSAV") {
        ("a file that needs a password", "Save it without a password.")
    } else if is_gzip(&start) {
        ("a gzip file", "Decompress the file.")
    } else {
        (
            "a file that does not begin as SPSS's system files do",
            "If it is text, declare `format = \"csv\"` of the source; a portable file is saved again as `.sav`; otherwise copy the file again.",
        )
    };
    let rule = "A file that is named or declared as SPSS's is a system file.";
    Err(Box::new(Problem::error(ProblemCode::FileUnreadable, place, rule, found).help(help)))
}

impl SpssLayout {
    fn place(&self) -> Place {
        location::of_file(&self.source, &self.file.name)
    }

    /// That the file is as long as its rows need, where that can be told beforehand; whether it has a row.
    fn check_complete(&self) -> Result<bool, Failure> {
        let file = open_file(&self.file.path)?;
        let left = file.metadata()?.len().saturating_sub(self.dictionary.start);
        let row = (self.dictionary.elements * ELEMENT) as u64;
        let least = match self.dictionary.compression {
            Compression::None => self.dictionary.rows.map(|rows| rows.saturating_mul(row)),
            // An element takes a byte at least.
            Compression::Bytes => self.dictionary.rows.map(|rows| rows.saturating_mul(row / ELEMENT as u64)),
            // The list of blocks is at the end.
            Compression::Blocks => None,
        };
        if least.is_some_and(|least| least > left) {
            return Err(Failure::CutOff);
        }
        Rows::open(file, &self.dictionary, &self.elements)?.next(&mut Vec::new())
    }
}

/// The chunks of an SPSS file.
pub(crate) struct SpssChunks {
    layout: Arc<SpssLayout>,
    rows: Rows,
    most: usize,
}

impl SpssChunks {
    /// Opens a file again whose variables were checked, for runs of at most so many rows.
    pub(crate) fn open(layout: &Arc<SpssLayout>, rows: usize) -> Result<Self, Box<Problem>> {
        let failed = |failure: Failure| failure.problem(layout.place());
        let row = layout.elements.iter().filter(|wanted| **wanted).count() * ELEMENT;
        let most = rows.min(CHUNK_BYTES / row.max(1)).max(1);
        let file = open_file(&layout.file.path).map_err(|error| failed(error.into()))?;
        let rows = Rows::open(file, &layout.dictionary, &layout.elements).map_err(failed)?;
        Ok(Self { layout: Arc::clone(layout), rows, most })
    }

    /// The next chunk; nothing after the last.
    pub(crate) fn next(&mut self) -> Result<Option<SpssChunk>, Box<Problem>> {
        let (mut bytes, mut rows) = (Vec::new(), 0);
        while rows < self.most {
            let read = self.rows.next(&mut bytes);
            if !read.map_err(|failure| failure.problem(self.layout.place()))? {
                break;
            }
            rows += 1;
        }
        let chunk = SpssChunk { layout: Arc::clone(&self.layout), bytes, rows };
        Ok((rows > 0).then_some(chunk))
    }
}

/// Some rows, with the elements that are wanted.
pub(crate) struct SpssChunk {
    layout: Arc<SpssLayout>,
    bytes: Vec<u8>,
    rows: usize,
}

impl SpssChunk {
    /// Which columns are wanted.
    pub(crate) fn wanted(&self) -> &Wanted {
        self.layout.wanted()
    }

    /// Its wanted columns as text.
    pub(crate) fn parse(&self) -> Result<RawBlock, Box<Problem>> {
        let layout = &self.layout;
        let mut columns = vec![TextColumn::default(); layout.variables.len()];
        let row = self.bytes.len() / self.rows;
        let mut text = String::new();
        for (column, (variable, numeric)) in columns.iter_mut().zip(layout.variables.iter().zip(&layout.wanted.numeric))
        {
            for row in (0..self.rows).map(|number| &self.bytes[number * row..(number + 1) * row]) {
                let reading = Reading { row, variable, numeric: *numeric, dictionary: &layout.dictionary };
                write(&mut text, &reading).map_err(|wrong| layout.wrong(variable, wrong))?;
                column.push(text.as_bytes());
            }
        }
        Ok(RawBlock::new(layout.wanted.arrange(columns, self.rows), self.rows, 0))
    }
}

impl SpssLayout {
    fn wrong(&self, variable: &Variable, wrong: value::Wrong) -> Box<Problem> {
        let (found, help) = match wrong {
            value::Wrong::Text => return Failure::OtherText.problem(self.place()),
            value::Wrong::Number(Unfit::Fraction) => (
                "numbers with a fraction",
                "Store it in SPSS as a string or as whole numbers; if fractions are right, list the column under `whole_numbers` of the mapping.",
            ),
            value::Wrong::Number(Unfit::Large) => (
                "whole numbers so large that they may have been rounded when stored (above 2^53)",
                "Store it in SPSS as a string, from the data before they were numbers.",
            ),
        };
        unfit(self.place(), &variable.name, found, help)
    }
}
