//! Parquet and Arrow files.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::types::{Int8Type, Int32Type};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int32Array, LargeStringArray,
    ListArray, RecordBatch, StringArray, StringViewArray, TimestampMillisecondArray,
};
use arrow_ipc::writer::{FileWriter, StreamWriter};
use polars::prelude::{Column, DataFrame, DataType, NamedFrom, ParquetWriter, Series};

use super::{Folder, codes, gzip, rows};

fn parquet(path: &Path, columns: Vec<Series>, row_group: usize) {
    let columns: Vec<Column> = columns.into_iter().map(Column::from).collect();
    let mut frame = DataFrame::new_infer_height(columns).unwrap();
    let writer = ParquetWriter::new(File::create(path).unwrap()).with_row_group_size(Some(row_group));
    writer.finish(&mut frame).unwrap();
}

fn parquet_columns() -> Vec<Series> {
    let text = Series::new("text".into(), [Some("M"), None, Some(" \u{f1} "), Some("M"), Some("F")]);
    let number = Series::new("number".into(), [Some(-1_i64), None, Some(20), Some(3), Some(400)]);
    let small = Series::new("small".into(), [1_u8, 2, 3, 4, 5]);
    let flag = Series::new("flag".into(), [Some(true), Some(false), None, Some(true), Some(true)]);
    let days = Series::new("day".into(), [Some(0_i32), Some(-1), None, Some(19_000), Some(1)]);
    let amounts = Series::new("amount".into(), [Some("1.50"), Some("0.05"), None, Some("-2"), Some("12.3")]);
    let float = Series::new("float".into(), [Some(5.0), Some(0.1), None, Some(1e15), Some(2.5)]);
    let amount = amounts.cast(&DataType::Decimal(10, 2)).unwrap();
    vec![text, number, small, flag, days.cast(&DataType::Date).unwrap(), amount, float]
}

const NAMES: [&str; 6] = ["text", "number", "small", "flag", "day", "amount"];

fn expected() -> [[&'static str; 6]; 5] {
    [
        ["M", "-1", "1", "true", "1970-01-01", "1.50"],
        ["", "", "2", "false", "1969-12-31", "0.05"],
        ["\u{f1}", "20", "3", "", "", ""],
        ["M", "3", "4", "true", "2022-01-08", "-2.00"],
        ["F", "400", "5", "true", "1970-01-02", "12.30"],
    ]
}

#[test]
fn parquet_values_as_text() {
    let folder = Folder::with("a.parquet", "");
    for row_group in [2, 100] {
        parquet(&folder.dir.path().join("a.parquet"), parquet_columns(), row_group);
        assert_eq!(rows(&folder.plan(&NAMES)), expected());
        assert_eq!(rows(&folder.plan(&["flag", "text", "flag"]))[0], ["true", "M", "true"]);
        assert_eq!(rows(&folder.plan(&[])).len(), 5);
    }
}

#[test]
fn floats_only_as_counts() {
    let folder = Folder::with("a.parquet", "");
    parquet(&folder.dir.path().join("a.parquet"), parquet_columns(), 100);
    let mut plan = folder.plan(&["text", "float"]);
    assert_eq!(codes(&plan), ["D014"]);
    plan.numeric[1] = true;
    let floats: Vec<_> = rows(&plan).into_iter().map(|row| row[1].clone()).collect();
    assert_eq!(floats, ["5", "0.1", "", "1000000000000000", "2.5"]);
    plan.columns.push("float".to_owned());
    plan.numeric.push(false);
    assert_eq!(codes(&plan), ["D014"]);
}

/// A file of pyarrow with a column of each type, most of which polars is built without here.
const TYPES: &[u8] = include_bytes!("files/types.parquet");

#[test]
fn parquet_types_that_hold_no_codes() {
    let folder = Folder::with("types.parquet", TYPES);
    let none = ["list", "moment", "moment_ns", "moment_zone", "clock", "struct", "map", "bytes", "fixed", "number"];
    assert_eq!(codes(&folder.plan(&none)), ["D014"; 10]);
    assert_eq!(codes(&folder.plan(&["gone", "good"])), ["D003"]);
}

#[test]
fn parquet_columns_beside_those_of_other_types() {
    let folder = Folder::with("types.parquet", TYPES);
    let all =
        ["decimal", "day", "small", "unsigned", "short", "large", "number", "flag", "category", "nothing", "good"];
    let mut plan = folder.plan(&all);
    plan.numeric[6] = true;
    assert_eq!(
        rows(&plan),
        [
            ["1.50", "2010-05-04", "1", "250", "-300", "9223372036854775808", "1.5", "true", "F", "", "x"],
            ["2.25", "", "2", "251", "2", "3", "2", "", "M", "", "ñ"],
        ]
    );
}

#[test]
fn files_that_are_no_parquet() {
    let folder = Folder::with("a.parquet", "");
    let path = folder.dir.path().join("a.parquet");
    parquet(&path, vec![Series::new("a".into(), ["x"; 500])], 100);
    let whole = std::fs::read(&path).unwrap();
    for content in [&whole[..whole.len() - 9], b"PAR1", b"", b"a,b\n1,2\n", &gzip(&whole)] {
        folder.write("a.parquet", content);
        assert_eq!(codes(&folder.plan(&["a"])), ["D002"]);
    }
    parquet(&path, vec![Series::new("a".into(), [""; 0])], 100);
    assert_eq!(codes(&folder.plan(&["a"])), ["D006"]);
}

fn arrow_batch() -> RecordBatch {
    let plain = StringArray::from(vec![Some("M"), None, Some(" \u{f1} ")]);
    let large = LargeStringArray::from(vec![Some("a"), Some("b"), None]);
    let view = StringViewArray::from(vec![Some("a string that is longer than twelve"), None, Some("c")]);
    let dictionary: DictionaryArray<Int8Type> = vec![Some("x"), None, Some("x")].into_iter().collect();
    let number = Int32Array::from(vec![Some(-1), None, Some(300)]);
    let flag = BooleanArray::from(vec![Some(true), Some(false), None]);
    let day = Date32Array::from(vec![Some(0), None, Some(19_000)]);
    let amount = Decimal128Array::from(vec![Some(150), Some(-5), None]).with_precision_and_scale(10, 2).unwrap();
    let float = Float64Array::from(vec![Some(5.0), Some(1e-7), None]);
    RecordBatch::try_from_iter([
        ("plain", Arc::new(plain) as ArrayRef),
        ("large", Arc::new(large)),
        ("view", Arc::new(view)),
        ("dictionary", Arc::new(dictionary)),
        ("number", Arc::new(number)),
        ("flag", Arc::new(flag)),
        ("day", Arc::new(day)),
        ("amount", Arc::new(amount)),
        ("float", Arc::new(float)),
    ])
    .unwrap()
}

fn arrow_file(path: &Path, batches: &[RecordBatch]) {
    let mut writer = FileWriter::try_new(File::create(path).unwrap(), &batches[0].schema()).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.finish().unwrap();
}

fn arrow_stream(path: &Path, batches: &[RecordBatch]) {
    let mut writer = StreamWriter::try_new(File::create(path).unwrap(), &batches[0].schema()).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.finish().unwrap();
}

#[test]
fn arrow_values_as_text() {
    let names = ["plain", "large", "view", "dictionary", "number", "flag", "day", "amount"];
    let expected = [
        ["M", "a", "a string that is longer than twelve", "x", "-1", "true", "1970-01-01", "1.50"],
        ["", "b", "", "", "", "false", "", "-0.05"],
        ["\u{f1}", "", "c", "x", "300", "", "2022-01-08", ""],
    ];
    for write in [arrow_file, arrow_stream] {
        let folder = Folder::with("a.arrow", "");
        write(&folder.dir.path().join("a.arrow"), &[arrow_batch(), arrow_batch().slice(0, 0), arrow_batch()]);
        let found = rows(&folder.plan(&names));
        assert_eq!(found[..3], expected);
        assert_eq!(found[3..], expected);
        assert_eq!(rows(&folder.plan(&["flag", "plain"]))[0], ["true", "M"]);
        assert_eq!(rows(&folder.plan(&[])).len(), 6);
        assert_eq!(codes(&folder.plan(&["float", "plan"])), ["D003"]);
        assert_eq!(codes(&folder.plan(&["float"])), ["D014"]);
        let mut counts = folder.plan(&["float"]);
        counts.numeric[0] = true;
        assert_eq!(rows(&counts)[..3], [["5"], ["0.0000001"], [""]]);
    }
}

#[test]
fn arrow_types_that_hold_no_codes() {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)])]);
    let moment = TimestampMillisecondArray::from(vec![0]);
    let batch =
        RecordBatch::try_from_iter([("list", Arc::new(list) as ArrayRef), ("moment", Arc::new(moment))]).unwrap();
    let folder = Folder::with("a.arrow", "");
    arrow_file(&folder.dir.path().join("a.arrow"), &[batch]);
    assert_eq!(codes(&folder.plan(&["list", "moment"])), ["D014", "D014"]);
}

#[test]
fn arrow_days_beyond_years_of_four_digits() {
    let folder = Folder::with("a.arrow", "");
    let path = folder.dir.path().join("a.arrow");
    let of_days = |days: &[i32]| {
        let column: ArrayRef = Arc::new(Date32Array::from(days.to_vec()));
        arrow_file(&path, &[RecordBatch::try_from_iter([("day", column)]).unwrap()]);
    };
    of_days(&[2_932_897, -719_529]);
    assert_eq!(rows(&folder.plan(&["day"])), [["+10000-01-01"], ["-0001-12-31"]]);
    for day in [95_026_237, -96_465_293] {
        of_days(&[0, day]);
        assert_eq!(codes(&folder.plan(&["day"])), ["D002"]);
    }
}

#[test]
fn files_that_are_no_arrow() {
    let folder = Folder::with("a.arrow", "");
    let path = folder.dir.path().join("a.arrow");
    arrow_file(&path, &[arrow_batch()]);
    let whole = std::fs::read(&path).unwrap();
    for content in [&whole[..whole.len() - 9], b"ARROW1", b"", b"a,b\n1,2\n"] {
        folder.write("a.arrow", content);
        assert_eq!(codes(&folder.plan(&["plain"])), ["D002"], "{} bytes", content.len());
    }
    arrow_file(&path, &[arrow_batch().slice(0, 0)]);
    assert_eq!(codes(&folder.plan(&["plain"])), ["D006"]);
}
