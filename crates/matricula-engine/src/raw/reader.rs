//! What the engine needs of whoever opens files: header, blocks, and a second look at named columns.

use matricula_spec::{Problem, Problems};

use super::block::{RawBlock, Sieve};
use super::dictionary::Dictionaries;
use crate::input::InputFileHash;

/// The columns that are wanted of every row; a block has them in this order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawColumns {
    /// Their names.
    pub names: Vec<String>,
    /// For each column, whether it holds counts and may be of a floating-point type.
    pub numeric: Vec<bool>,
    /// For each column, whether a file may lack it; it is then blank.
    pub optional: Vec<bool>,
    /// For each column, whether its texts are numbered; none means that all are read as text.
    pub coded: Vec<bool>,
}

/// The files of one source, which may be read several times.
pub trait Reader: Sync {
    /// Size of all files in bytes, as far as it is known.
    fn bytes(&self) -> u64;

    /// The files by name and hash of their bytes.
    ///
    /// # Errors
    /// A file cannot be read to its end (D001, D002).
    fn hashes(&self) -> Result<Vec<InputFileHash>, Problems>;

    /// Checks the header or schema of every file, and begins with the rows.
    ///
    /// # Errors
    /// Every finding about every file: missing (D001), not readable (D002), columns missing (D003), of
    /// the wrong type (D014), another encoding (D004), empty (D006), damaged compression (D007).
    fn open<'a>(&'a self, columns: &RawColumns) -> Result<Opened<'a>, Problems>;
}

/// Files whose headers were checked.
pub struct Opened<'a> {
    /// Optional columns that files lack, as findings.
    pub lacking: Vec<Problem>,
    /// Bounded pieces of the files, one after the other. After an error it goes on with the next file.
    pub chunks: Box<dyn Iterator<Item = Result<Box<dyn Chunk>, Box<Problem>>> + Send + 'a>,
}

/// A bounded piece of a file, read but not yet understood; to be parsed on any thread.
pub trait Chunk: Send {
    /// Bytes of text in it; 0 for binary formats, whose pieces do not lie in the file one after the other.
    fn bytes(&self) -> u64;

    /// The wanted columns of its rows, those numbered that are to be: there is a dictionary for each column.
    /// With a sieve only the rows that pass.
    ///
    /// # Errors
    /// The text is not in the declared encoding (D004), the file is damaged (D002), or numbers of a Stata or
    /// SPSS file are no codes (D014).
    fn parse(&self, dictionaries: &mut Dictionaries, sieve: Option<&Sieve<'_>>) -> Result<RawBlock, Box<Problem>>;
}
