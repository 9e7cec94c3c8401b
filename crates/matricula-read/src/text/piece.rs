//! A text file in pieces: opened, cut at records, its encoding watched.

use std::io::Read;

use matricula_engine::location;
use matricula_spec::model::batch::Encoding;
use matricula_spec::{Place, Problem, ProblemCode};

use super::cutter::{CutError, Cutter};
use crate::encoding::{self, MARK, Utf8Watch, Wrong, check_start};
use crate::files::file::{Packing, TextStream, broken, unreadable};
use crate::files::find::InputFile;

/// A text file and how it is written.
#[derive(Debug, Clone)]
pub(crate) struct TextFile {
    /// The source it belongs to.
    pub(crate) source: String,
    /// The file.
    pub(crate) file: InputFile,
    /// Its declared encoding.
    pub(crate) encoding: Encoding,
    /// Its declared separator.
    pub(crate) separator: u8,
}

impl TextFile {
    /// Where findings about it stand.
    pub(crate) fn place(&self) -> Place {
        location::of_file(&self.source, &self.file.name)
    }

    /// The finding that its encoding is not the declared one.
    pub(crate) fn wrong_encoding(&self, wrong: Wrong) -> Box<Problem> {
        encoding::problem(self.place(), self.encoding, wrong)
    }
}

/// The pieces of a text file, one after the other.
pub(crate) struct Pieces {
    text: TextFile,
    cutter: Cutter<Box<dyn Read + Send>>,
    packing: Packing,
    started: bool,
    watch: Option<Utf8Watch>,
}

impl Pieces {
    /// Opens a file, to be cut in pieces of about `size` bytes.
    pub(crate) fn open(text: &TextFile, size: usize) -> Result<Self, Box<Problem>> {
        let stream = TextStream::open(&text.file).map_err(|error| unreadable(text.place(), &error))?;
        let packing = stream.packing();
        let cutter = Cutter::new(stream.into_reader(), text.separator, size);
        let watch = (text.encoding == Encoding::Windows1252).then(Utf8Watch::default);
        Ok(Self { text: text.clone(), cutter, packing, started: false, watch })
    }

    /// The next piece, which holds a record and ends with one; nothing after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, Box<Problem>> {
        loop {
            let mut piece = self.cutter.next().map_err(|error| self.cut(&error))?;
            self.look(piece.as_deref()).map_err(|wrong| self.text.wrong_encoding(wrong))?;
            if let (false, Some(first)) = (self.started, &mut piece)
                && first.starts_with(MARK)
            {
                first.drain(..MARK.len());
            }
            self.started = true;
            if !piece.as_deref().is_some_and(is_blank) {
                return Ok(piece);
            }
        }
    }

    fn look(&mut self, piece: Option<&[u8]>) -> Result<(), Wrong> {
        if let (false, Some(first)) = (self.started, piece) {
            check_start(first, self.text.encoding)?;
        }
        match (&mut self.watch, piece) {
            (Some(watch), Some(piece)) => watch.see(piece),
            (Some(watch), None) => watch.end(),
            (None, _) => Ok(()),
        }
    }

    fn cut(&self, error: &CutError) -> Box<Problem> {
        match error {
            CutError::Read(error) => broken(self.text.place(), self.packing, error),
            CutError::QuoteOpen => {
                let rule =
                    "A quote that opens a field is closed before the file ends, and a record is shorter than 64 MiB.";
                let problem =
                    Problem::error(ProblemCode::RowsRagged, self.text.place(), rule, "a quoted field left open");
                Box::new(problem.help("The file is cut off, or a field begins with a quote that is part of its text."))
            }
        }
    }
}

/// Whether a text holds no record: nothing but line ends.
pub(crate) fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b'\n' | b'\r'))
}
