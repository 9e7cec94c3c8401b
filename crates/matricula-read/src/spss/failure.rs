//! Why an SPSS file cannot be read.

use std::io::{self, ErrorKind};

use matricula_spec::{Place, Problem, ProblemCode};

use crate::files::file::unreadable;

/// Why an SPSS file cannot be read.
#[derive(Debug)]
pub(crate) enum Failure {
    Damaged,
    CutOff,
    /// Numbers as mainframes of old kept them.
    OtherNumbers,
    /// A character set that is not known here; its name or number.
    UnknownText(String),
    /// Bytes that are not in the character set that the file says.
    OtherText,
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::UnexpectedEof => Self::CutOff,
            ErrorKind::Other | ErrorKind::InvalidInput | ErrorKind::InvalidData => Self::Damaged,
            _ => Self::Io(error),
        }
    }
}

impl Failure {
    /// The finding; it shows none of the file's text.
    pub(crate) fn problem(&self, place: Place) -> Box<Problem> {
        let again = "Copy the file again, or write it again with SPSS or PSPP: `SAVE OUTFILE='FILE.sav'`.";
        let complete = "An SPSS file is complete and as its dictionary says.";
        let text = "Text in an SPSS file is in the character set that the file says.";
        let unicode = "Open it in SPSS or PSPP and save it again in Unicode; or declare `encoding` of the source if the file does not say its own.";
        let (code, rule, found, help) = match self {
            Self::Io(error) => return unreadable(place, error),
            Self::CutOff => {
                let found = "a file that ends before the rows it declares".to_owned();
                (ProblemCode::FileUnreadable, complete, found, again)
            }
            Self::Damaged => (ProblemCode::FileUnreadable, complete, "a damaged file".to_owned(), again),
            Self::OtherNumbers => {
                let found = "numbers as mainframes of old kept them".to_owned();
                (ProblemCode::FileUnreadable, "An SPSS file has numbers as today's computers keep them.", found, again)
            }
            Self::UnknownText(name) => {
                (ProblemCode::EncodingWrong, text, format!("the character set `{name}`, which is not read"), unicode)
            }
            Self::OtherText => {
                (ProblemCode::EncodingWrong, text, "bytes that are not in this character set".to_owned(), unicode)
            }
        };
        Box::new(Problem::error(code, place, rule, found).help(help))
    }
}
