//! What is found before a row is read.

use super::{Folder, codes, gzip, input, problems};

#[test]
fn a_missing_column_is_named_with_what_was_probably_meant() {
    let folder = Folder::with("a.csv", "GENERO_ALU,EDAD_ALUM,MRUN\n1,2,SECRET\n");
    let found = problems(&folder.plan(&["GEN_ALU", "EDAD_ALU", "MRUN"]));
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].place.field.as_deref(), Some("GEN_ALU"));
    assert_eq!(found[0].candidates, ["GENERO_ALU"]);
    assert_eq!(found[1].candidates, ["EDAD_ALUM"]);
}

#[test]
fn an_optional_column_that_is_not_there_is_blank_and_told() {
    let folder = Folder::with("a.csv", "b,c\n1,2\n3,4\n");
    let mut plan = folder.plan(&["a", "b"]);
    plan.optional = vec![true, false];
    let chunks = crate::chunk::open(&plan).expect("it opens");
    let told: Vec<_> =
        chunks.lacking().iter().map(|problem| (problem.code.id(), problem.place.field.clone())).collect();
    assert_eq!(told, [("D003", Some("a".to_owned()))]);
    for chunk in chunks {
        let block = chunk.expect("a chunk").parse().expect("a block");
        let texts = |column: usize| (0..block.rows()).map(|row| block.column(column).get(row)).collect::<Vec<_>>();
        assert_eq!((texts(0), texts(1)), (vec![&b""[..]; 2], vec![&b"1"[..], b"3"]));
    }
}

#[test]
fn names_are_compared_without_blanks_and_quotes() {
    let folder = Folder::with("a.csv", " \"a\" ,'b',\" c \"\n1,2,3\n");
    assert_eq!(codes(&folder.plan(&["a", "b", " c"])), [""; 0]);
}

#[test]
fn another_separator_is_one_finding_that_says_which() {
    for (text, separator) in [("a;b;c\n1;2;3\n", "\";\""), ("a\tb\n1\t2\n", "\"\\t\""), ("a|b\n", "\"|\"")] {
        let found = problems(&Folder::with("a.csv", text).plan(&["a", "b"]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].code.id(), "D003");
        assert!(found[0].help.contains(separator), "{}", found[0].help);
    }
}

#[test]
fn a_wanted_column_that_stands_twice() {
    let folder = Folder::with("a.csv", "a,b,a\n1,2,3\n");
    let found = problems(&folder.plan(&["a", "b"]));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code.id(), "D003");
    assert!(found[0].found.contains("2 times"));
    assert_eq!(codes(&folder.plan(&["b"])), [""; 0]);
}

#[test]
fn empty_files() {
    for text in ["", "\n\n", "\u{feff}", "a,b", "a,b\n", "a,b\r\n\r\n\r\n"] {
        assert_eq!(codes(&Folder::with("a.csv", text).plan(&["a"])), ["D006"], "{text:?}");
    }
    let long = format!("a,{}\n", "b".repeat(70_000));
    assert_eq!(codes(&Folder::with("a.csv", &long).plan(&["a"])), ["D006"]);
    assert_eq!(codes(&Folder::with("a.csv", format!("{long}1,2\n")).plan(&["a"])), [""; 0]);
    assert_eq!(codes(&Folder::with("a.csv.gz", gzip("")).plan(&["a"])), ["D006"]);
}

#[test]
fn every_file_is_checked_before_one_is_read() {
    let folder = Folder::with("a.csv", "a\n1\n");
    folder.write("b.csv", "");
    folder.write("c.csv", "x\n1\n");
    folder.write("d.parquet", "a\n1\n");
    assert_eq!(codes(&folder.plan(&["a"])), ["D006", "D003", "D002"]);
}

#[test]
fn a_file_that_went_away_or_is_a_folder() {
    let folder = Folder::with("a.csv", "a\n1\n");
    let mut plan = folder.plan(&["a"]);
    plan.files = vec![input(folder.dir.path().join("gone.csv")), input(folder.dir.path().to_path_buf())];
    assert_eq!(codes(&plan), ["D001", "D002"]);
}
