//! Opening files, through gzip or zip where they are compressed, and what can go wrong with that.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use matricula_spec::{Place, Problem, ProblemCode};

use super::archive::MemberReader;
use super::find::InputFile;

/// A finding about a file that cannot be opened or read.
pub(crate) fn unreadable(place: Place, error: &io::Error) -> Box<Problem> {
    let (code, expected) = match error.kind() {
        ErrorKind::NotFound => (ProblemCode::FileMissing, "The path names something that exists."),
        _ => (ProblemCode::FileUnreadable, "The file can be opened and read to its end."),
    };
    let found = match error.kind() {
        ErrorKind::NotFound => "nothing at this path".to_owned(),
        ErrorKind::IsADirectory => "a folder".to_owned(),
        kind => kind.to_string(),
    };
    let help = match error.kind() {
        ErrorKind::NotFound => "Check the spelling, and the folder from which the path starts.",
        ErrorKind::IsADirectory => "Name a file in it.",
        ErrorKind::PermissionDenied => "Ask for the right to read it, or copy it to where you may.",
        _ => "Check that it can be opened with another program; copy or download it again if not.",
    };
    Box::new(Problem::error(code, place, expected, found).help(help))
}

/// The first bytes of a file, fewer if it is shorter.
pub(crate) fn first_bytes(path: &Path, count: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_file(path)?.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file; a folder is refused, which some systems would only notice when reading.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() { Err(ErrorKind::IsADirectory.into()) } else { Ok(file) }
}

/// The text of a file, decompressed.
pub(crate) struct TextStream {
    reader: Box<dyn Read + Send>,
    packing: Packing,
}

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// Not at all.
    Plain,
    /// By gzip.
    Gzip,
    /// In a zip archive.
    Zip,
}

impl TextStream {
    /// Opens a file; what begins like gzip or is named like it is decompressed.
    pub(crate) fn open(input: &InputFile) -> io::Result<Self> {
        let file = open_file(&input.path)?;
        if let Some(member) = &input.member {
            return Ok(Self { reader: Box::new(MemberReader::new(file, member)?), packing: Packing::Zip });
        }
        if !named(&input.path, "gz") && !is_gzip(&first_bytes(&input.path, 2)?) {
            return Ok(Self { reader: Box::new(file), packing: Packing::Plain });
        }
        let reader = Box::new(MultiGzDecoder::new(BufReader::with_capacity(1 << 18, file)));
        Ok(Self { reader, packing: Packing::Gzip })
    }

    /// What reads the text. It is not wrapped in a reader of ours, which would fill every buffer with zeros first.
    pub(crate) fn into_reader(self) -> Box<dyn Read + Send> {
        self.reader
    }

    /// How the file is compressed.
    pub(crate) fn packing(&self) -> Packing {
        self.packing
    }
}

/// Whether a file's first bytes say gzip.
pub(crate) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Whether a file's name has an ending.
pub(crate) fn named(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

/// A finding about a stream that broke off: damage of compressed text has a code of its own.
pub(crate) fn broken(place: Place, packing: Packing, error: &io::Error) -> Box<Problem> {
    let damage = matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::InvalidInput | ErrorKind::InvalidData);
    let (rule, help) = match packing {
        Packing::Gzip if damage => (
            "A compressed file is a complete gzip stream.",
            "Copy or download the file again; `gzip -t` must accept it.",
        ),
        Packing::Zip if damage => (
            "A zip archive is complete and as its directory says.",
            "Copy or download the file again; `unzip -t` must accept it.",
        ),
        Packing::Plain | Packing::Gzip | Packing::Zip => return unreadable(place, error),
    };
    let found = match error.kind() {
        ErrorKind::UnexpectedEof => "the file ends before its compressed content does",
        _ if packing == Packing::Gzip => "bytes that are no gzip stream, or a checksum that differs",
        _ => "bytes that are no compressed text, or a size or checksum that differs",
    };
    Box::new(Problem::error(ProblemCode::CompressionDamaged, place, rule, found).help(help))
}
