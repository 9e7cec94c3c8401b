//! Zip archives.

use std::io::{Cursor, Write};

use matricula_spec::model::batch::FileFormat;
use zip::write::{FileOptions, SimpleFileOptions};
use zip::{CompressionMethod, ZipWriter};

use super::{Folder, codes, find_files, gzip, problems, read_by, rows, source};

const STORED: CompressionMethod = CompressionMethod::Stored;

/// An archive of members by name.
pub(super) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        let method = if content.len() > 40 { CompressionMethod::Deflated } else { STORED };
        let options: SimpleFileOptions = FileOptions::default().compression_method(method);
        if name.ends_with('/') {
            writer.add_directory(*name, options).unwrap();
        } else {
            writer.start_file(*name, options).unwrap();
            writer.write_all(content).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

fn of(members: &[(&str, &[u8])]) -> Folder {
    Folder::with("a.zip", zip(members))
}

const TABLE: &[u8] = b"id,sex\n1,M\n2,F\n3,M\n4,F\n5,M\n6,F\n7,M\n8,F\n9,M\n";

#[test]
fn the_only_data_file_is_read() {
    for members in [
        &[("a.csv", TABLE)] as &[(&str, &[u8])],
        &[("__MACOSX/._a.csv", b"x"), ("in/", b""), ("in/a.csv", TABLE), ("in/.DS_Store", b"x"), ("in/read.pdf", b"x")],
        &[("A.TXT", TABLE)],
    ] {
        let folder = of(members);
        let plan = folder.plan(&["sex", "id"]);
        assert_eq!(plan.files[0].format, FileFormat::Csv);
        assert_eq!(rows(&plan)[..2], [["M", "1"], ["F", "2"]]);
        assert_eq!(rows(&plan).len(), 9);
    }
}

#[test]
fn a_named_member_and_a_declared_format() {
    let folder = of(&[("in/a.csv", TABLE), ("in/b.csv", b"id,sex\n9,X\n")]);
    let mut named = source(&["a.zip"]);
    named.member = Some("in/b.csv".to_owned());
    let mut plan = folder.plan_of(find_files(folder.dir.path(), &named).unwrap(), &["id", "sex"]);
    assert_eq!(rows(&plan), [["9", "X"]]);
    let mut declared = source(&["a.zip"]);
    declared.format = Some(FileFormat::Csv);
    let folder = of(&[("table.dat", TABLE)]);
    plan = folder.plan_of(find_files(folder.dir.path(), &declared).unwrap(), &["id"]);
    assert_eq!(rows(&plan).len(), 9);
}

fn refused(folder: &Folder, member: Option<&str>, code: &str, found: &str, candidates: &[&str]) {
    let mut of = source(&["a.zip"]);
    of.member = member.map(str::to_owned);
    let problems = find_files(folder.dir.path(), &of).unwrap_err();
    let problem = problems.iter().next().unwrap();
    assert_eq!((problem.code.id(), problem.found.as_str()), (code, found));
    assert_eq!(problem.place.source.as_deref(), Some("demo"));
    assert_eq!(problem.candidates, candidates);
    assert!(!problem.help.is_empty());
}

#[test]
fn archives_without_one_data_file() {
    let folder = of(&[("a.csv", TABLE), ("b.csv", TABLE)]);
    refused(&folder, None, "D002", "an archive of 2 data files", &["a.csv", "b.csv"]);
    refused(&folder, Some("c.csv"), "D002", "an archive without it", &["a.csv", "b.csv"]);
    refused(&of(&[("in/", b"")]), Some("in/"), "D002", "a folder", &[]);
    refused(&of(&[("in/", b"")]), None, "D002", "an archive without a data file", &[]);
    refused(&of(&[("a.pdf", b"x"), ("b.pdf", b"x")]), None, "D002", "an archive without a data file", &[]);
    refused(&of(&[("a.pdf", b"x")]), None, "D002", "another ending", &[]);
    let other = "a data file of another format, or one that is compressed itself";
    for name in ["a.dta", "a.xlsx", "a.parquet", "a.csv.gz"] {
        refused(&of(&[(name, b"x")]), None, "D002", other, &[]);
    }
}

#[test]
fn archives_that_could_do_harm() {
    let dots = "a member whose path has `..`";
    for (name, found) in [
        ("../a.csv", dots),
        ("in/../../a.csv", dots),
        ("in\\..\\a.csv", dots),
        ("/etc/a.csv", "a member with an absolute path"),
        ("\\\\host\\a.csv", "a member with an absolute path"),
        ("C:\\a.csv", "a member with an absolute path"),
    ] {
        // The writer would mend some names: they are put in place afterwards, in both directories.
        let plain = "x".repeat(name.len());
        let mut bytes = zip(&[(&plain, TABLE)]);
        replace(&mut bytes, plain.as_bytes(), name.as_bytes());
        refused(&Folder::with("a.zip", &bytes), None, "D002", found, &[]);
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_symlink("a.csv", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    let link = writer.finish().unwrap().into_inner();
    refused(&Folder::with("a.zip", link), None, "D002", "a member that is a link", &[]);
}

fn replace(bytes: &mut [u8], old: &[u8], new: &[u8]) {
    for start in 0..=bytes.len() - old.len() {
        if &bytes[start..start + old.len()] == old {
            bytes[start..start + old.len()].copy_from_slice(new);
        }
    }
}

#[test]
fn archives_that_are_too_much() {
    let zeros = vec![b'0'; 30 << 20];
    let bomb = "more, as in an archive made to exhaust a computer";
    refused(&of(&[("a.csv", &zeros)]), None, "D002", bomb, &[]);
    let names: Vec<_> = (0..1001).map(|number| format!("{number}.csv")).collect();
    let members: Vec<_> = names.iter().map(|name| (name.as_str(), b"x" as &[u8])).collect();
    refused(&of(&members), None, "D002", "an archive of 1001 members", &[]);
}

/// The start of a member's record in the central directory.
fn directory(bytes: &[u8]) -> usize {
    bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap()
}

#[test]
fn encrypted_and_otherwise_compressed_members() {
    let mut bytes = zip(&[("a.csv", TABLE)]);
    let start = directory(&bytes);
    bytes[start + 8] |= 1;
    refused(&Folder::with("a.zip", &bytes), None, "D002", "an encrypted member", &[]);
    bytes[start + 8] &= !1;
    bytes[start + 10] = 9;
    refused(&Folder::with("a.zip", &bytes), None, "D002", "another compression", &[]);
}

#[test]
fn damaged_archives() {
    let whole = zip(&[("a.csv", TABLE)]);
    let no_archive = "a file that is cut off or no zip archive";
    for content in [&whole[..whole.len() / 2], b"", b"id,sex\n1,M\n", &gzip(TABLE)] {
        refused(&Folder::with("a.zip", content), None, "D007", no_archive, &[]);
    }
    let start = directory(&whole);
    // The checksum, the size when decompressed (smaller and larger than it is).
    for (position, value) in [(16, 0), (24, 20), (24, 200)] {
        let mut bytes = whole.clone();
        bytes[start + position] = value;
        let plan = Folder::with("a.zip", &bytes);
        let plan = plan.plan(&["id"]);
        assert_eq!(codes(&plan), ["D007"], "{position} {value}");
        assert!(problems(&plan)[0].help.contains("unzip -t"));
    }
    let mut bytes = whole;
    let name = bytes.windows(5).position(|five| five == b"a.csv").unwrap();
    bytes[name + 8] ^= 0xFF;
    let plan = Folder::with("a.zip", &bytes);
    assert!(!read_by(&plan.plan(&["id"]), 1 << 20, 1 << 20).problems.is_empty());
}

#[test]
fn member_and_sheet_only_where_they_mean_something() {
    let folder = Folder::with("a.csv", TABLE);
    let mut with_member = source(&["a.csv"]);
    with_member.member = Some("x".to_owned());
    let mut with_sheet = source(&["a.csv"]);
    with_sheet.sheet = Some("x".to_owned());
    for source in [with_member, with_sheet] {
        let problems = find_files(folder.dir.path(), &source).unwrap_err();
        assert_eq!(problems.iter().next().unwrap().found, "a file of another kind");
    }
}
