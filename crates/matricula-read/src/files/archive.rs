//! Zip archives: which member holds the data, and its text.
//!
//! Nothing is ever unpacked to a disk: the one member is decompressed while it is read.
//! An archive that could do harm elsewhere is refused all the same, since it is not what a
//! ministry sent.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use matricula_spec::{Place, Problem, ProblemCode};
use zip::read::ZipFileEntry;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::file::{named, open_file, unreadable};
use crate::nearest::nearest;

/// Most members of an archive.
const MOST_MEMBERS: usize = 1000;
/// Most bytes of a member, decompressed: 64 GiB.
const MOST_BYTES: u64 = 64 << 30;
/// Most bytes for each compressed byte. Deflate gives 1,032 at its best, and text far less.
const MOST_RATIO: u64 = 1000;
/// Endings of files that hold data.
const DATA: &[&str] = &[
    "csv", "tsv", "txt", "parquet", "pq", "arrow", "arrows", "feather", "ipc", "dta", "sav", "zsav", "sas7bdat",
    "xlsx", "xlsm", "xls", "ods", "zip",
];

/// Where in an archive a member stands, and what its text must come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name in the archive.
    pub name: String,
    start: u64,
    compressed: u64,
    size: u64,
    deflated: bool,
    checksum: u32,
}

/// The member of an archive that holds the data: the one named, or the only one.
///
/// # Errors
/// The archive is damaged (D007), or it has not exactly one such member, or one that is refused (D002).
pub(crate) fn choose(path: &Path, place: &Place, wanted: Option<&str>) -> Result<Member, Box<Problem>> {
    let file = open_file(path).map_err(|error| unreadable(place.clone(), &error))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(place, &error))?;
    let names = checked_names(&archive, place)?;
    let position = match wanted {
        Some(wanted) => names.iter().position(|name| name == wanted).ok_or_else(|| absent(place, wanted, &names))?,
        None => only(place, &names)?,
    };
    let name = names[position].clone();
    let entry = archive.by_index_data(position).map_err(|error| damaged(place, &error))?;
    check_member(&entry, place)?;
    let raw = archive.by_index_raw(position).map_err(|error| damaged(place, &error))?;
    let start = raw.data_start().ok_or_else(|| damaged(place, &ZipError::FileNotFound))?;
    let deflated = raw.compression() == CompressionMethod::Deflated;
    let (compressed, size, checksum) = (raw.compressed_size(), raw.size(), raw.crc32());
    Ok(Member { name, start, compressed, size, deflated, checksum })
}

/// The names of all members, none of which would leave the folder where it is unpacked.
fn checked_names(archive: &ZipArchive<BufReader<File>>, place: &Place) -> Result<Vec<String>, Box<Problem>> {
    if archive.len() > MOST_MEMBERS {
        let found = format!("an archive of {} members", archive.len());
        return Err(refused(place, "An archive has at most 1,000 members.", found, "Unpack it and name the file."));
    }
    if archive.has_duplicate_names() {
        let found = "two members of one name".to_owned();
        return Err(refused(place, "The members of an archive differ by name.", found, "Unpack it and name the file."));
    }
    let mut names = Vec::new();
    for position in 0..archive.len() {
        let entry = archive.by_index_data(position).map_err(|error| damaged(place, &error))?;
        let name = entry.name().map_err(|error| damaged(place, &error))?.into_owned();
        if let Some(found) = harm(&name, entry.is_symlink()) {
            let rule = "The members of an archive are files below the folder where it is unpacked.";
            let help = "Ask who made the archive; do not unpack it. A sound one has names such as `folder/file.csv`.";
            return Err(refused(place, rule, found.to_owned(), help));
        }
        names.push(name);
    }
    Ok(names)
}

/// What is wrong with a member that would be written elsewhere than below a folder.
fn harm(name: &str, link: bool) -> Option<&'static str> {
    let drive = matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if link {
        Some("a member that is a link")
    } else if drive || name.starts_with(['/', '\\']) {
        Some("a member with an absolute path")
    } else if name.split(['/', '\\']).any(|part| part == "..") {
        Some("a member whose path has `..`")
    } else {
        None
    }
}

/// Whether a member is a file, and none that operating systems add for themselves.
fn is_file(name: &str) -> bool {
    let own = name.rsplit('/').next().unwrap_or_default();
    !own.is_empty() && !own.starts_with('.') && !name.starts_with("__MACOSX/")
}

fn holds_data(name: &str) -> bool {
    let path = Path::new(name);
    let stem = if named(path, "gz") { path.with_extension("") } else { path.to_path_buf() };
    DATA.iter().any(|ending| named(&stem, ending))
}

fn only(place: &Place, names: &[String]) -> Result<usize, Box<Problem>> {
    let files: Vec<usize> = (0..names.len()).filter(|position| is_file(&names[*position])).collect();
    let data: Vec<usize> = files.iter().copied().filter(|position| holds_data(&names[*position])).collect();
    let rule = "An archive holds one data file, or `member` of the source names one.";
    match (data.as_slice(), files.as_slice()) {
        ([one], _) | ([], [one]) => Ok(*one),
        ([], _) => {
            let found = "an archive without a data file".to_owned();
            let help = "Check that it is the right archive; `member` names a file with another ending.";
            Err(refused(place, rule, found, help))
        }
        (several, _) => {
            let found = format!("an archive of {} data files", several.len());
            let problem = refused(place, rule, found, "Write `member = \"NAME\"` in the source.");
            let names = several.iter().take(3).map(|position| names[*position].clone());
            Err(Box::new(problem.candidates(names.collect())))
        }
    }
}

fn absent(place: &Place, wanted: &str, names: &[String]) -> Box<Problem> {
    let rule = format!("The archive has the member `{wanted}`.");
    let help = "Correct `member` of the source; folders in the archive are part of the name.";
    let problem = refused(place, &rule, "an archive without it".to_owned(), help);
    let files = names.iter().filter(|name| is_file(name)).map(String::as_str);
    Box::new(problem.candidates(nearest(wanted, files)))
}

fn check_member(entry: &ZipFileEntry<'_>, place: &Place) -> Result<(), Box<Problem>> {
    let unpack = "Unpack the archive and name the file.";
    if entry.encrypted() {
        let rule = "The data in an archive are not encrypted.";
        return Err(refused(place, rule, "an encrypted member".to_owned(), unpack));
    }
    if entry.is_dir() {
        let rule = "`member` names a file.";
        return Err(refused(place, rule, "a folder".to_owned(), "Name a file in it."));
    }
    if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
        let rule = "The data in an archive are compressed with deflate, as zip programs do by default.";
        return Err(refused(place, rule, "another compression".to_owned(), unpack));
    }
    check_size(entry, place)
}

fn check_size(entry: &ZipFileEntry<'_>, place: &Place) -> Result<(), Box<Problem>> {
    if entry.size() > MOST_BYTES {
        let rule = "A member of an archive has at most 64 GiB when decompressed.";
        return Err(refused(place, rule, "a larger one".to_owned(), "Unpack the archive and name the file."));
    }
    if entry.size() > entry.compressed_size().saturating_mul(MOST_RATIO) {
        let rule = "A member of an archive has at most 1,000 bytes for each byte of its compressed text.";
        let help = "No table compresses so well: ask who made the archive.";
        return Err(refused(place, rule, "more, as in an archive made to exhaust a computer".to_owned(), help));
    }
    Ok(())
}

/// Checks the sizes of all members, for formats that are archives themselves.
pub(crate) fn check_sizes(path: &Path, place: &Place) -> Result<(), Box<Problem>> {
    let file = open_file(path).map_err(|error| unreadable(place.clone(), &error))?;
    let archive = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(place, &error))?;
    for position in 0..archive.len() {
        let entry = archive.by_index_data(position).map_err(|error| damaged(place, &error))?;
        check_size(&entry, place)?;
    }
    Ok(())
}

/// The finding that a member must be unpacked before it can be read.
pub(crate) fn packed(place: &Place) -> Box<Problem> {
    let rule = "Only separated text is read from within an archive.";
    let found = "a data file of another format, or one that is compressed itself".to_owned();
    refused(place, rule, found, "Unpack the archive and name the file.")
}

fn refused(place: &Place, rule: &str, found: String, help: &str) -> Box<Problem> {
    Box::new(Problem::error(ProblemCode::FileUnreadable, place.clone(), rule, found).help(help))
}

fn damaged(place: &Place, error: &ZipError) -> Box<Problem> {
    if let ZipError::Io(error) = error
        && !matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::InvalidInput)
    {
        return unreadable(place.clone(), error);
    }
    let rule = "A zip archive, as also xlsx and ods files are, is complete.";
    let found = "a file that is cut off or no zip archive";
    let problem = Problem::error(ProblemCode::CompressionDamaged, place.clone(), rule, found);
    Box::new(problem.help("Copy or download the file again; `unzip -t` must accept it."))
}

/// The decompressed text of a member, which must have the size and checksum that the archive says.
pub struct MemberReader {
    text: Box<dyn Read + Send>,
    left: u64,
    seen: Crc,
    checksum: u32,
}

impl MemberReader {
    /// Reads a member of an open archive.
    pub(crate) fn new(mut archive: File, member: &Member) -> io::Result<Self> {
        archive.seek(SeekFrom::Start(member.start))?;
        let bytes = BufReader::with_capacity(1 << 18, archive.take(member.compressed));
        let text: Box<dyn Read + Send> = match member.deflated {
            true => Box::new(DeflateDecoder::new(bytes)),
            false => Box::new(bytes),
        };
        Ok(Self { text, left: member.size, seen: Crc::new(), checksum: member.checksum })
    }
}

impl Read for MemberReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.text.read(buffer)?;
        // The size may be a lie; what exceeds it is not let through.
        self.left = self.left.checked_sub(count as u64).ok_or(ErrorKind::InvalidData)?;
        self.seen.update(&buffer[..count]);
        if count > 0 || buffer.is_empty() {
            return Ok(count);
        }
        match (self.left, self.seen.sum() == self.checksum) {
            (0, true) => Ok(0),
            (0, false) => Err(ErrorKind::InvalidData.into()),
            _ => Err(ErrorKind::UnexpectedEof.into()),
        }
    }
}
