//! SPSS's system files.

mod write;

use matricula_spec::model::batch::Encoding as Declared;

use super::{Folder, codes, gzip, problems, rows};
use write::{ABSENT, Kind, Said, Variable, file};

const KINDS: [Kind; 6] = [
    Kind { big: false, compression: 0 },
    Kind { big: true, compression: 0 },
    Kind { big: false, compression: 1 },
    Kind { big: true, compression: 1 },
    Kind { big: false, compression: 2 },
    Kind { big: true, compression: 2 },
];
const PLAIN: Kind = KINDS[0];

fn folder(bytes: &[u8]) -> Folder {
    Folder::with("a.sav", bytes)
}

fn number(short: &str, format: u8, missing: (i32, &[f64]), values: &[f64]) -> Variable {
    Variable::number(short, format, missing, values)
}

/// Variables of every kind, the third row without a value.
fn table() -> Vec<Variable> {
    let long = "x".repeat(299) + "\u{f1}";
    vec![
        number("SEX", 5, (0, &[]), &[1.0, 2.0, ABSENT]).named("sexo del alumno"),
        number("BORN", 20, (0, &[]), &[160_469.0 * 86_400.0, 0.0, ABSENT]),
        number("SEEN", 22, (0, &[]), &[141_428.0 * 86_400.0 + 59.0, 86_399.0, ABSENT]),
        number("LEVEL", 5, (-3, &[90.0, 99.0, -7.0]), &[-7.0, 95.0, 100.0]),
        Variable::text("NAME", 11, &[], &["a\u{f1}o", "12345678901", ""]),
        Variable::text("KIND", 2, &["NS"], &["A", "NS", ""]).labelled(),
        number("ID", 5, (1, &[0.0]), &[123_456_789_012.0, -150.0, 0.0]),
        Variable::text("LONG", 301, &[], &[&long, "short", ""]),
        Variable::text("CODE", 20, &["none"], &["none", "none      x", "other"]),
    ]
}

const NAMES: [&str; 9] = ["sexo del alumno", "BORN", "SEEN", "LEVEL", "NAME", "KIND", "ID", "LONG", "CODE"];

#[test]
fn values_of_every_kind_as_text() {
    let long = "x".repeat(299) + "\u{f1}";
    let expected = [
        ["1", "2022-02-18", "1970-01-01T00:00:59", "", "a\u{f1}o", "A", "123456789012", &long, ""],
        ["2", "1582-10-14", "1582-10-14T23:59:59", "", "12345678901", "", "-150", "short", "none      x"],
        ["", "", "", "100", "", "", "", "", "other"],
    ];
    for kind in KINDS {
        for said in [Said::Rows, Said::No] {
            let folder = folder(&file(kind, said, &table()));
            assert_eq!(rows(&folder.plan(&NAMES)), expected, "{kind:?} {said:?}");
            assert_eq!(rows(&folder.plan(&["ID", "LONG", "ID"]))[1], ["-150", "short", "-150"]);
            assert_eq!(rows(&folder.plan(&[])).len(), 3);
            assert_eq!(codes(&folder.plan(&["SEX", "gone"])), ["D003", "D003"]);
        }
    }
}

#[test]
fn fractions_and_numbers_that_may_have_been_rounded() {
    let values =
        [number("SECRET_D", 5, (0, &[]), &[1.0, 2.25]), number("F", 5, (0, &[]), &[9_007_199_254_740_994.0, 1.0])];
    let folder = folder(&file(PLAIN, Said::Rows, &values));
    assert_eq!(codes(&folder.plan(&["F"])), ["D014"]);
    let mut plan = folder.plan(&["SECRET_D", "F"]);
    plan.numeric = vec![true, true];
    assert_eq!(rows(&plan), [["1", "9007199254740994"], ["2.25", "1"]]);
    let values = [number("D", 5, (0, &[]), &[1.5])];
    let found = problems(&self::folder(&file(PLAIN, Said::Rows, &values)).plan(&["D"]));
    assert_eq!(found[0].found, "numbers with a fraction");
    assert_eq!(found[0].place.field.as_deref(), Some("D"));
}

#[test]
fn character_sets() {
    let variables = [Variable::text("A", 12, &[], &["\u{d1}u\u{f1}oa"])];
    let latin = file(PLAIN, Said::Latin, &variables);
    assert_eq!(rows(&folder(&latin).plan(&["A"])), [["\u{d1}u\u{f1}oa"]]);
    let replaced = |from: &[u8], to: &[u8]| {
        let at = latin.windows(from.len()).position(|window| window == from).unwrap();
        let mut bytes = latin.clone();
        bytes[at..at + to.len()].copy_from_slice(to);
        folder(&bytes)
    };
    assert_eq!(rows(&replaced(b"windows-1252", b"cp1252      ").plan(&["A"])), [["\u{d1}u\u{f1}oa"]]);
    let found = problems(&replaced(b"windows-1252", b"UTF-8       ").plan(&["A"]));
    assert_eq!((found[0].code.id(), found[0].found.as_str()), ("D004", "bytes that are not in this character set"));
    let found = problems(&replaced(b"windows-1252", b"KLINGON     ").plan(&["A"]));
    assert_eq!(
        (found[0].code.id(), found[0].found.as_str()),
        ("D004", "the character set `KLINGON`, which is not read")
    );
    // A file that does not say it: as declared, else Windows-1252.
    let silent = folder(&file(PLAIN, Said::Nothing, &variables));
    let mut plan = silent.plan(&["A"]);
    plan.encoding = Some(Declared::Utf8);
    assert_eq!(rows(&plan), [["\u{d1}u\u{f1}oa"]]);
    plan.encoding = None;
    assert_eq!(rows(&plan), [["\u{c3}\u{2018}u\u{c3}\u{b1}oa"]]);
}

#[test]
fn cut_files_and_other_files() {
    for kind in KINDS {
        let whole = file(kind, Said::Rows, &table());
        let folder = folder(&whole);
        for length in (0..whole.len() - 24).step_by(7) {
            folder.write("a.sav", &whole[..length]);
            let found = codes(&folder.plan(&["NAME", "LEVEL"]));
            assert_eq!(found, ["D002"], "{kind:?} {length} of {}", whole.len());
        }
        // Any byte may be wrong: a finding or other values, never a panic.
        for position in (0..whole.len()).step_by(3) {
            let mut bytes = whole.clone();
            bytes[position] ^= 0xFF;
            folder.write("a.sav", &bytes);
            super::read_by(&folder.plan(&["NAME", "LEVEL", "LONG"]), 100, 100);
        }
    }
    let folder = Folder::new();
    let whole = file(PLAIN, Said::Rows, &table());
    let encrypted = b"\x1c\0\0\0\0\0\0\0ENCRYPTEDSAV\x15\0";
    for content in
        [b"id,sex\n1,M\n" as &[u8], &gzip(&whole), b"", b"$FL2", encrypted, &[b"$FL2" as &[u8], &[0xFF; 500]].concat()]
    {
        folder.write("a.sav", content);
        assert_eq!(codes(&folder.plan(&["NAME"])), ["D002"]);
    }
}

#[test]
fn files_without_a_row() {
    for kind in KINDS {
        for said in [Said::Rows, Said::No] {
            let folder = folder(&file(kind, said, &[number("A", 5, (0, &[]), &[])]));
            assert_eq!(codes(&folder.plan(&["A"])), ["D006"], "{kind:?} {said:?}");
        }
    }
}
