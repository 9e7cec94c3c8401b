//! Files that are not there, or not what the batch says they are.

use std::fs;

use super::{Says, change, check, check_mended, write};
use crate::support::{World, pupils};

/// A bad `bra.csv` is refused; a good one in its place is not.
fn check_file(bytes: &[u8], says: &Says<'_>) {
    let world = World::new(100);
    write(&world, "bra.csv", bytes);
    check(&world, &world.run(&[]), says);
    world.file("bra.csv", &pupils(100, ""));
    check_mended(&world);
}

#[test]
fn missing_file() {
    let world = World::new(100);
    fs::rename(world.path().join("bra.csv"), world.path().join("bar.csv")).expect("moved");
    let says = Says {
        exit: 1,
        error: "error[D001] bra.csv (source `bra`)",
        with: &["expected: `bra.csv` names at least one file", "found: no such file in the folder"],
        help: "Correct `files` of the source",
    };
    let said = world.run(&[]);
    check(&world, &said, &says);
    assert!(said.err.contains("did you mean `bar.csv`?"), "{}", said.err);
    change(&world, "batch.toml", "\"bra.csv\"", "\"bar.csv\"");
    check_mended(&world);
}

#[test]
fn wrong_separator() {
    let says = Says {
        exit: 1,
        error: "error[D003] bra.csv (source `bra`)",
        with: &["expected: The header has the columns", "found: a header of a single column, with other separators"],
        help: "`separator = \",\"`",
    };
    check_file(pupils(100, "31415926;Q77;1;1;6;N\n").replace(';', ",").as_bytes(), &says);
}

#[test]
fn missing_column() {
    let says = Says {
        exit: 1,
        error: "error[D003] bra.csv (source `bra`, at `level`)",
        with: &["expected: The header has the column `level`", "found: a header of 6 columns without it"],
        help: "Check that this is the mapping for this kind of file",
    };
    check_file(pupils(100, "31415926;Q77;1;1;6;N\n").replacen("level", "levels", 1).as_bytes(), &says);
}

#[test]
fn column_twice() {
    let says = Says {
        exit: 1,
        error: "error[D003] bra.csv (source `bra`, at `level`)",
        with: &["expected: The header has the column `level` once", "found: a header that has it 2 times"],
        help: "Give one of them another name",
    };
    check_file(pupils(100, "31415926;Q77;1;1;6;N\n").replacen("level;", "level;level;", 1).as_bytes(), &says);
}

const NOT_UTF8: Says<'_> = Says {
    exit: 1,
    error: "error[D004] bra.csv (source `bra`)",
    with: &["expected: The file is text in UTF-8, as declared", "found: bytes that are not UTF-8"],
    help: "`encoding = \"windows-1252\"`",
};

#[test]
fn windows_1252_declared_as_utf_8() {
    // In the header, in the part of the file that is looked at first, and long after it.
    let text = pupils(100, "").into_bytes();
    check_file(&[b"ni\xF1o;".as_slice(), &text].concat(), &NOT_UTF8);
    check_file(&[text.as_slice(), b"31415926;Q77\xF1;1;1;6;N\n"].concat(), &NOT_UTF8);
    check_file(&[pupils(20_000, "").as_bytes(), b"31415926;Q77\xF1;1;1;6;N\n"].concat(), &NOT_UTF8);
}

#[test]
fn utf_8_declared_as_windows_1252() {
    let world = World::new(100);
    let batch = fs::read_to_string(world.path().join("batch.toml")).expect("a batch");
    let declared = "files = [\"bra.csv\"]\nencoding = \"windows-1252\"";
    world.file("batch.toml", &batch.replace("files = [\"bra.csv\"]", declared));
    world.file("bra.csv", &pupils(100, "31415926;Q77\u{f1};1;1;6;N\n"));
    let says = Says {
        exit: 1,
        error: "error[D004] bra.csv (source `bra`)",
        with: &["expected: The file is text in Windows-1252, as declared", "found: text that is UTF-8 throughout"],
        help: "Declare `encoding = \"utf-8\"`",
    };
    check(&world, &world.run(&[]), &says);
}

#[test]
fn empty_file() {
    let says = |found| Says {
        exit: 1,
        error: "error[D006] bra.csv (source `bra`)",
        with: found,
        help: "Copy or download the file again",
    };
    check_file(b"", &says(&["expected: The file has a header and at least one row", "found: no byte of text"]));
    check_file(b"\r\n\n", &says(&["found: no byte of text"]));
    check_file(pupils(0, "").as_bytes(), &says(&["found: a header and no row"]));
}

#[test]
#[cfg(target_os = "linux")]
fn unreadable_file() {
    let world = World::new(100);
    // Not even the superuser can read this one from its beginning.
    change(&world, "batch.toml", "files = [\"bra.csv\"]", "files = [\"/proc/self/mem\"]\nformat = \"csv\"");
    let says = Says {
        exit: 1,
        error: "error[D002] /proc/self/mem",
        with: &["expected: The file can be opened and read to its end", "found: "],
        help: "Check that it can be opened with another program",
    };
    check(&world, &world.run(&[]), &says);
}

/// A gzip file whose content is stored and not compressed.
fn gzip(text: &[u8]) -> Vec<u8> {
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let blocks: Vec<_> = text.chunks(60_000).collect();
    for (position, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).expect("a short block");
        file.push(u8::from(position + 1 == blocks.len()));
        file.extend(length.to_le_bytes().into_iter().chain((!length).to_le_bytes()));
        file.extend_from_slice(block);
    }
    let length = u32::try_from(text.len()).expect("a short text");
    file.extend(checksum(text).to_le_bytes().into_iter().chain(length.to_le_bytes()));
    file
}

/// CRC-32, bit by bit.
fn checksum(text: &[u8]) -> u32 {
    let bit = |sum: u32, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 };
    !text.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), bit))
}

fn check_gzip(rows: usize, damage: impl Fn(&mut Vec<u8>), found: &str) {
    let world = World::new(100);
    change(&world, "batch.toml", "\"bra.csv\"", "\"bra.csv.gz\"");
    let sound = gzip(pupils(rows, "31415926;P;1;1;6;N\n").as_bytes());
    let mut damaged = sound.clone();
    damage(&mut damaged);
    write(&world, "bra.csv.gz", &damaged);
    let says = Says {
        exit: 1,
        error: "error[D007] bra.csv.gz (source `bra`)",
        with: &["expected: A compressed file is a complete gzip stream", found],
        help: "`gzip -t` must accept it",
    };
    check(&world, &world.run(&[]), &says);
    write(&world, "bra.csv.gz", &sound);
    check_mended(&world);
}

#[test]
fn truncated_gzip() {
    // Cut off at once, and where the header was read long ago.
    for rows in [100, 20_000] {
        let found = "found: the file ends before its compressed content does";
        check_gzip(rows, |file| file.truncate(file.len() - 100), found);
    }
}

#[test]
fn gzip_with_a_damaged_checksum() {
    for rows in [100, 20_000] {
        let damage = |file: &mut Vec<u8>| {
            let checksum = file.len() - 8;
            file[checksum] ^= 1;
        };
        check_gzip(rows, damage, "found: bytes that are no gzip stream, or a checksum that differs");
    }
}
