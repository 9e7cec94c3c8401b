//! What to read of a source.

use matricula_engine::location;
use matricula_spec::model::batch::Encoding;
use matricula_spec::{Problem, ProblemCode};

use crate::files::find::InputFile;

/// Rows of a binary format in a chunk.
pub(crate) const CHUNK_ROWS: usize = 128 << 10;

/// What to read of a source.
#[derive(Debug, Clone)]
pub struct ReadPlan {
    /// Its name, for findings.
    pub source: String,
    /// Its files.
    pub files: Vec<InputFile>,
    /// The columns to read; blocks have them in this order.
    pub columns: Vec<String>,
    /// For each column, whether it holds counts and may be of a floating-point type.
    pub numeric: Vec<bool>,
    /// For each column, whether a file may lack it; it is then blank.
    pub optional: Vec<bool>,
    /// For each column, whether its texts are numbered; none means that all are read as text.
    pub coded: Vec<bool>,
    /// Encoding of text, if declared.
    pub encoding: Option<Encoding>,
    /// Separator of text files.
    pub separator: u8,
    /// Sheet of a spreadsheet, if declared.
    pub sheet: Option<String>,
}

/// The finding that a file has nothing to read.
pub(crate) fn empty(plan: &ReadPlan, file: &InputFile, found: &str) -> Box<Problem> {
    let rule = "The file has a header and at least one row.";
    let problem = Problem::error(ProblemCode::FileEmpty, location::of_file(&plan.source, &file.name), rule, found);
    Box::new(problem.help("Copy or download the file again, or take it out of `files` of the source."))
}
