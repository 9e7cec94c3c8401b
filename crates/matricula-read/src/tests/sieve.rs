//! Columns as numbers of texts, and rows that are let through by the columns that are looked at first.

use std::fs::File;

use matricula_engine::raw::block::{RawBlock, Sieve};
use matricula_engine::raw::dictionary::Dictionaries;
use polars::prelude::{Column, DataFrame, NamedFrom, ParquetWriter, Series};

use super::{Folder, ReadPlan, rows};
use crate::chunk::open_by;

/// The rows of a plan whose first column is text and all others are numbered.
fn numbered(plan: &ReadPlan, size: usize, sieve: Option<&Sieve<'_>>) -> Vec<Vec<String>> {
    let plan = ReadPlan { coded: (0..plan.columns.len()).map(|column| column > 0).collect(), ..plan.clone() };
    let mut dictionaries = Dictionaries::new(plan.columns.len());
    let mut found = Vec::new();
    for chunk in open_by(&plan, size, size).unwrap() {
        let block = chunk.unwrap().parse_wanted(&mut dictionaries, sieve).unwrap();
        let text = |row: usize, column: usize| match column {
            0 => block.column(0).get(row).to_vec(),
            _ => dictionaries.of(column).text(block.numbers(column)[row]).to_vec(),
        };
        let row = |row: usize| {
            (0..plan.columns.len()).map(|column| String::from_utf8(text(row, column)).unwrap()).collect::<Vec<_>>()
        };
        found.extend((0..block.rows()).map(row));
    }
    found
}

/// Numbered columns say what the same columns say as text; a sieve lets through what passes.
fn check(folder: &Folder, columns: &[&str]) {
    let plan = folder.plan(columns);
    let all = rows(&plan);
    let is_wanted = |text: &[u8]| text.len() % 3 == 1;
    let passes = |block: &RawBlock, row: usize| is_wanted(block.column(0).get(row));
    let sieve = Sieve { columns: &[0], passes: &passes };
    let wanted: Vec<_> = all.iter().filter(|row| is_wanted(row[0].as_bytes())).cloned().collect();
    assert!(!wanted.is_empty() && wanted.len() < all.len());
    for size in [1, 3, 50, 1 << 20] {
        assert_eq!(numbered(&plan, size, None), all, "in chunks of {size}");
        assert_eq!(numbered(&plan, size, Some(&sieve)), wanted, "sifted in chunks of {size}");
    }
}

fn csv(quoted: &str) -> String {
    let row = |row: usize| {
        let long = "y".repeat(row % 21);
        format!("{},{},{long}{},{quoted}\n", "x".repeat(row % 7), row % 10, row % 4)
    };
    "id,a,b,c\n".to_owned() + &(0..500).map(row).collect::<String>()
}

#[test]
fn text() {
    check(&Folder::with("a.csv", csv("z")), &["id", "a", "b", "c"]);
    check(&Folder::with("a.csv", csv("\"z,\n\"")), &["id", "c", "b"]);
}

#[test]
fn text_with_quotes_that_are_characters() {
    check(&Folder::with("a.csv", csv("5\" pipe")), &["id", "a", "c"]);
}

#[test]
fn parquet_of_few_and_of_many_texts() {
    let folder = Folder::with("a.parquet", "");
    let text = |row: usize| (row % 11 != 5).then(|| format!("{}{row}", "x".repeat(row % 7)));
    let columns = [
        Series::new("id".into(), (0..700).map(text).collect::<Vec<_>>()),
        Series::new("few".into(), (0..700).map(|row| text(row % 13)).collect::<Vec<_>>()),
        Series::new(
            "number".into(),
            (0..700).map(|row| (row % 9 != 2).then_some(row * 7_919)).collect::<Vec<Option<i64>>>(),
        ),
        Series::new("small".into(), (0..700).map(|row| row % 5 - 2).collect::<Vec<i32>>()),
        Series::new("ratio".into(), (0..700).map(|row| row % 2 == 0).collect::<Vec<bool>>()),
    ];
    for row_group in [40, 1000] {
        let mut frame = DataFrame::new_infer_height(columns.iter().cloned().map(Column::from).collect()).unwrap();
        let file = File::create(folder.dir.path().join("a.parquet")).unwrap();
        let writer = ParquetWriter::new(file).with_row_group_size(Some(row_group)).with_data_page_size(Some(600));
        writer.finish(&mut frame).unwrap();
        check(&folder, &["id", "few", "number", "small", "ratio", "few"]);
    }
}
