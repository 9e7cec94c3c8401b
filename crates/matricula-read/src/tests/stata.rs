//! Stata files.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use dta::stata::dta::byte_order::ByteOrder;
use dta::stata::dta::dta_writer::DtaWriter;
use dta::stata::dta::header::Header;
use dta::stata::dta::release::Release;
use dta::stata::dta::schema::Schema;
use dta::stata::dta::value::Value;
use dta::stata::dta::variable::Variable;
use dta::stata::dta::variable_type::VariableType as T;
use dta::stata::missing_value::MissingValue;
use dta::stata::stata_byte::StataByte;
use dta::stata::stata_double::StataDouble;
use dta::stata::stata_float::StataFloat;
use dta::stata::stata_int::StataInt;
use dta::stata::stata_long::StataLong;
use encoding_rs::Encoding;
use matricula_spec::model::batch::Encoding as Declared;

use super::{Folder, codes, gzip, problems, rows};

/// A release, the order of bytes, the encoding of its strings.
type Kind = (Release, ByteOrder, &'static Encoding);

const NEW: Kind = (Release::V118, ByteOrder::LittleEndian, encoding_rs::UTF_8);
const OLD: Kind = (Release::V114, ByteOrder::BigEndian, encoding_rs::WINDOWS_1252);
const KINDS: [Kind; 6] = [
    NEW,
    OLD,
    (Release::V119, ByteOrder::BigEndian, encoding_rs::UTF_8),
    (Release::V117, ByteOrder::LittleEndian, encoding_rs::WINDOWS_1252),
    (Release::V115, ByteOrder::LittleEndian, encoding_rs::WINDOWS_1252),
    (Release::V110, ByteOrder::LittleEndian, encoding_rs::WINDOWS_1252),
];

/// A variable: its type, name and display format.
type Column = (T, &'static str, &'static str);

fn write(path: &Path, (release, order, encoding): Kind, columns: &[Column], rows: &[Vec<Value<'_>>]) {
    let mut schema = Schema::builder();
    for (kind, name, format) in columns {
        schema = schema.add_variable(Variable::builder(*kind, *name).format(*format));
    }
    let header = Header::builder(release, order).build();
    let file = BufWriter::new(File::create(path).unwrap());
    let writer = DtaWriter::new().encoding(encoding).from_writer(file).write_header(header).unwrap();
    let mut writer = writer.write_schema(schema.build().unwrap()).unwrap().into_record_writer().unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_long_string_writer().unwrap().into_value_label_writer().unwrap().finish().unwrap();
}

fn folder(kind: Kind, columns: &[Column], rows: &[Vec<Value<'_>>]) -> Folder {
    let folder = Folder::with("a.dta", "");
    write(&folder.dir.path().join("a.dta"), kind, columns, rows);
    folder
}

fn double(value: f64) -> Value<'static> {
    Value::Double(StataDouble::Present(value))
}

fn float(value: f32) -> Value<'static> {
    Value::Float(StataFloat::Present(value))
}

const COLUMNS: [Column; 7] = [
    (T::Byte, "sex", "%8.0g"),
    (T::Int, "level", "%8.0g"),
    (T::Long, "id", "%12.0g"),
    (T::Float, "grade", "%9.0g"),
    (T::Double, "school", "%10.0g"),
    (T::FixedString(9), "name", "%9s"),
    (T::Long, "born", "%tdD_m_Y"),
];

fn table() -> Vec<Vec<Value<'static>>> {
    let first = vec![
        Value::Byte(StataByte::Present(1)),
        Value::Int(StataInt::Present(-300)),
        Value::Long(StataLong::Present(123_456_789)),
        float(6.0),
        double(9_007_199_254_740_991.0),
        Value::string(" a\u{f1}o "),
        Value::Long(StataLong::Present(22_705)),
    ];
    let blank = vec![
        Value::Byte(StataByte::Missing(MissingValue::System)),
        Value::Int(StataInt::Missing(MissingValue::System)),
        Value::Long(StataLong::Missing(MissingValue::System)),
        Value::Float(StataFloat::Missing(MissingValue::System)),
        Value::Double(StataDouble::Missing(MissingValue::System)),
        Value::string(""),
        Value::Long(StataLong::Missing(MissingValue::System)),
    ];
    let mut third = first.clone();
    third[6] = Value::Long(StataLong::Present(-1));
    third[5] = Value::string("123456789");
    vec![first, blank, third]
}

#[test]
fn values_of_every_type_and_release_as_text() {
    let names = COLUMNS.map(|(_, name, _)| name);
    let expected = [
        ["1", "-300", "123456789", "6", "9007199254740991", "a\u{f1}o", "2022-03-01"],
        ["", "", "", "", "", "", ""],
        ["1", "-300", "123456789", "6", "9007199254740991", "123456789", "1959-12-31"],
    ];
    for kind in KINDS {
        let folder = folder(kind, &COLUMNS, &table());
        assert_eq!(rows(&folder.plan(&names)), expected, "{kind:?}");
        assert_eq!(rows(&folder.plan(&["id", "sex", "id"]))[0], ["123456789", "1", "123456789"]);
        assert_eq!(rows(&folder.plan(&[])).len(), 3);
        assert_eq!(codes(&folder.plan(&["gone", "id"])), ["D003"]);
    }
}

#[test]
fn every_kind_of_missing_is_blank() {
    let tagged = [MissingValue::System, MissingValue::A, MissingValue::Z];
    let values: Vec<_> = tagged
        .iter()
        .map(|missing| vec![Value::Byte(StataByte::Missing(*missing)), Value::Double(StataDouble::Missing(*missing))])
        .collect();
    let columns = [(T::Byte, "a", "%8.0g"), (T::Double, "b", "%td")];
    assert_eq!(rows(&folder(NEW, &columns, &values).plan(&["a", "b"])), [["", ""], ["", ""], ["", ""]]);
}

#[test]
fn fractions_only_where_the_mapping_allows_them() {
    let values = [vec![double(1.0), float(0.5)], vec![double(2.25), float(3.0)]];
    let folder = folder(NEW, &[(T::Double, "SECRET_d", "%9.0g"), (T::Float, "f", "%9.0g")], &values);
    for column in ["f", "g"] {
        let plan = folder.plan(&[column]);
        assert_eq!(codes(&plan), [if column == "f" { "D014" } else { "D003" }]);
    }
    let mut plan = folder.plan(&["SECRET_d", "f"]);
    plan.numeric = vec![true, true];
    assert_eq!(rows(&plan), [["1", "0.5"], ["2.25", "3"]]);
    let found = problems(&folder.plan(&["f"]));
    assert_eq!(found[0].found, "numbers with a fraction");
    assert_eq!(found[0].place.field.as_deref(), Some("f"));
}

#[test]
fn numbers_that_may_have_been_rounded_are_no_codes() {
    let columns = [(T::Float, "f", "%9.0g"), (T::Double, "d", "%9.0g")];
    let folder = folder(NEW, &columns, &[vec![float(16_777_216.0), double(9_007_199_254_740_994.0)]]);
    assert_eq!(rows(&folder.plan(&["f"])), [["16777216"]]);
    assert_eq!(codes(&folder.plan(&["d"])), ["D014"]);
    let folder = self::folder(NEW, &columns, &[vec![float(16_777_218.0), double(1.0)]]);
    assert_eq!(codes(&folder.plan(&["f"])), ["D014"]);
    let mut plan = folder.plan(&["f"]);
    plan.numeric[0] = true;
    assert_eq!(rows(&plan), [["16777218"]]);
}

#[test]
fn days_in_any_numeric_type_and_moments_left_as_numbers() {
    let columns = [
        (T::Float, "a", "%td"),
        (T::Double, "b", "%-tdCCYY.NN.DD"),
        (T::Int, "c", "%dD_m_Y"),
        (T::Double, "d", "%tc"),
        (T::Int, "e", "%tm"),
    ];
    let int = |value| Value::Int(StataInt::Present(value));
    let values = [vec![float(0.0), double(22_705.0), int(59), double(86_400_000.0), int(700)]];
    let expected = [["1960-01-01", "2022-03-01", "1960-02-29", "86400000", "700"]];
    assert_eq!(rows(&folder(NEW, &columns, &values).plan(&["a", "b", "c", "d", "e"])), expected);
    let folder = folder(NEW, &columns[..1], &[vec![float(0.5)]]);
    assert_eq!(codes(&folder.plan(&["a"])), ["D014"]);
}

#[test]
fn encodings_of_old_and_new_files() {
    let columns = [(T::FixedString(20), "a", "%20s")];
    let values = [vec![Value::string("\u{d1}u\u{f1}oa")]];
    let mistaken = (Release::V118, ByteOrder::LittleEndian, encoding_rs::WINDOWS_1252);
    let found = problems(&folder(mistaken, &columns, &values).plan(&["a"]));
    assert_eq!(found[0].code.id(), "D004");
    let folder = folder(OLD, &columns, &values);
    let mut plan = folder.plan(&["a"]);
    plan.encoding = Some(Declared::Windows1252);
    assert_eq!(rows(&plan), [["\u{d1}u\u{f1}oa"]]);
    plan.encoding = Some(Declared::Utf8);
    assert_eq!(codes(&plan), ["D004"]);
    let utf8 = (Release::V114, ByteOrder::BigEndian, encoding_rs::UTF_8);
    write(&plan.files[0].path, utf8, &columns, &values);
    assert_eq!(rows(&plan), [["\u{d1}u\u{f1}oa"]]);
    plan.encoding = None;
    assert_eq!(problems(&plan)[0].found, "text that is UTF-8 throughout");
}

#[test]
fn a_label_cut_in_a_character_does_no_harm() {
    let columns = [(T::Byte, "a", "%8.0g")];
    let folder = folder(NEW, &columns, &[vec![Value::Byte(StataByte::Present(1))]]);
    let path = folder.dir.path().join("a.dta");
    let mut bytes = std::fs::read(&path).unwrap();
    let label = bytes.windows(17).position(|window| window == b"<variable_labels>").unwrap() + 17;
    bytes[label] = 0xC3;
    std::fs::write(path, bytes).unwrap();
    assert_eq!(rows(&folder.plan(&["a"])), [["1"]]);
}

#[test]
fn damaged_files_and_other_files() {
    for kind in KINDS {
        let folder = folder(kind, &COLUMNS, &table());
        let whole = std::fs::read(folder.dir.path().join("a.dta")).unwrap();
        // After the last row stand the value labels, which are not read.
        let rows = if kind.0.is_xml_like() { whole.len() - 120 } else { whole.len() - 1 };
        for length in (0..rows).step_by(13) {
            folder.write("a.dta", &whole[..length]);
            let found = codes(&folder.plan(&["sex", "name"]));
            assert!(found == ["D002"], "{kind:?} {length} of {}: {found:?}", whole.len());
        }
    }
    let whole = std::fs::read(folder(NEW, &COLUMNS, &table()).dir.path().join("a.dta")).unwrap();
    let folder = Folder::new();
    for content in [b"id,sex\n1,M\n" as &[u8], &gzip(&whole), b"", b"<stata_dta>", &[114, 2, 1, 0, 255, 255]] {
        folder.write("a.dta", content);
        assert_eq!(codes(&folder.plan(&["sex"])), ["D002"]);
    }
    // Any byte may be wrong: a finding or other values, never a panic.
    for position in (0..whole.len()).step_by(3) {
        let mut bytes = whole.clone();
        bytes[position] ^= 0xFF;
        folder.write("a.dta", &bytes);
        super::read_by(&folder.plan(&["sex", "name", "grade"]), 100, 100);
    }
}

#[test]
fn files_without_a_row_or_with_long_strings() {
    let columns = [(T::LongString, "a", "%9s"), (T::Byte, "b", "%8.0g")];
    let folder = folder(NEW, &columns, &[]);
    assert_eq!(codes(&folder.plan(&["b"])), ["D006"]);
    assert_eq!(codes(&folder.plan(&["a"])), ["D014", "D006"]);
}
