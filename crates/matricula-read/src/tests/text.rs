//! Separated text: rows, encodings, compression.

use matricula_spec::model::batch::Encoding;

use super::{Folder, codes, gzip, open_by, problems, read_by, rows};

fn check(content: impl AsRef<[u8]>, columns: &[&str], expected: &[&[&str]]) {
    assert_eq!(rows(&Folder::with("a.csv", content).plan(columns)), expected);
}

#[test]
fn wanted_columns_come_in_the_order_asked_for() {
    check("a,b,c\n1,2,3\n4,5,6\n", &["c", "a"], &[&["3", "1"], &["6", "4"]]);
    check("a,b,c\n1,2,3\n", &["b", "b", "a", "b"], &[&["2", "2", "1", "2"]]);
}

#[test]
fn without_a_wanted_column_rows_are_still_counted() {
    let folder = Folder::with("a.csv", "a,b\n1,2\n3,4\n");
    assert_eq!(rows(&folder.plan(&[])).len(), 2);
}

#[test]
fn line_ends_and_a_last_line_without_one() {
    let expected: &[&[&str]] = &[&["1", "2"], &["3", "4"]];
    for text in ["a,b\n1,2\n3,4", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4\r", "\n\na,b\n\n1,2\n\n\n3,4\n\n"] {
        check(text, &["a", "b"], expected);
    }
}

#[test]
fn quoted_fields() {
    check("a,b\n\"1,5\",\"x\ny\"\n\"say \"\"so\"\"\",\n", &["a", "b"], &[&["1,5", "x\ny"], &["say \"so\"", ""]]);
    check("a,b\n5\" pipe,2\n", &["a", "b"], &[&["5\" pipe", "2"]]);
}

#[test]
fn blanks_around_a_text_are_dropped() {
    check("a,b\n  1\t,\" 2 \"\n", &["a", "b"], &[&["1", "2"]]);
}

#[test]
fn any_separator() {
    for (separator, text) in [(b';', "a;b\n1,5;2\n"), (b'\t', "a\tb\n1,5\t2\n"), (b'|', "a|b\n1,5|2\n")] {
        let folder = Folder::with("a.csv", text);
        let mut plan = folder.plan(&["a", "b"]);
        plan.separator = separator;
        assert_eq!(rows(&plan), [["1,5", "2"]]);
    }
}

#[test]
fn several_files_may_order_their_columns_differently() {
    let folder = Folder::with("a.csv", "a,b\n1,2\n");
    folder.write("b.csv", "b,x,a\n4,0,3\n");
    assert_eq!(rows(&folder.plan(&["a", "b"])), [["1", "2"], ["3", "4"]]);
}

#[test]
fn ragged_rows_are_counted_and_left_out() {
    let folder = Folder::with("a.csv", "a,b\n1,2\n3\n4,5,6\n7,8\n");
    let found = read_by(&folder.plan(&["a"]), 4 << 20, 1);
    assert_eq!(found.rows, [["1"], ["7"]]);
    assert_eq!(found.ragged, 2);
    for size in 1..9 {
        assert_eq!(read_by(&folder.plan(&["a"]), size, 1).ragged, 2, "in chunks of {size}");
    }
}

#[test]
fn a_quote_left_open_is_a_finding() {
    let folder = Folder::with("a.csv", "a,b\n1,\"SECRET\n3,4\n");
    assert_eq!(codes(&folder.plan(&["a"])), ["D005"]);
}

#[test]
fn utf8_with_and_without_mark() {
    check("\u{feff}a\u{f1}o,b\n1,\u{f1}\n", &["a\u{f1}o", "b"], &[&["1", "\u{f1}"]]);
    check("\u{feff}\"a\",b\n1,2\n", &["a"], &[&["1"]]);
    check("a\u{f1}o,b\n1,\u{f1}\n", &["b"], &[&["\u{f1}"]]);
}

#[test]
fn windows_1252() {
    let folder = Folder::with("a.csv", b"a\xF1o,b\n1,\x80 \xE1\n\"\xE9\"\"\",2\n");
    let mut plan = folder.plan(&["a\u{f1}o", "b"]);
    plan.encoding = Some(Encoding::Windows1252);
    assert_eq!(rows(&plan), [["1", "\u{20ac} \u{e1}"], ["\u{e9}\"", "2"]]);
}

#[test]
fn windows_1252_declared_as_utf8() {
    let folder = Folder::with("a.csv", b"a,b\n1,SECRET\xF1\n");
    let found = problems(&folder.plan(&["a"]));
    assert_eq!(found[0].code.id(), "D004");
    assert!(found[0].help.contains("windows-1252"));
    // Far behind what the check of the header sees.
    let late = Folder::with("a.csv", ["a,b\n", &"1,2\n".repeat(40_000)].concat().into_bytes());
    assert_eq!(codes(&late.plan(&["a"])), [""; 0]);
    late.write("a.csv", [["a,b\n", &"1,2\n".repeat(40_000)].concat().as_bytes(), b"1,\xF1\n"].concat());
    assert_eq!(codes(&late.plan(&["a"])), ["D004"]);
}

#[test]
fn utf8_declared_as_windows_1252() {
    for text in ["a\u{f1}o,b\n1,2\n", "a,b\n1,\u{f1}\n", "\u{feff}a,b\n1,2\n"] {
        let mut plan = Folder::with("a.csv", text).plan(&["b"]);
        plan.encoding = Some(Encoding::Windows1252);
        let folder = Folder::with("a.csv", text);
        plan.files = folder.plan(&["b"]).files;
        let found = problems(&plan);
        assert_eq!(found.len(), 1, "{text:?}");
        assert_eq!(found[0].code.id(), "D004");
        assert!(found[0].help.contains("utf-8"));
    }
}

#[test]
fn utf16_and_binary_files() {
    let utf16: Vec<u8> = "\u{feff}a,b\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for content in [&utf16[..], b"a,b\n1,\0\n", &utf16[2..]] {
        assert_eq!(codes(&Folder::with("a.csv", content).plan(&["a"])), ["D004"]);
    }
}

#[test]
fn gzip_of_one_or_several_members() {
    let members = [gzip("a,b\n1,"), gzip("2\n3,4\n")].concat();
    for (name, content) in
        [("a.csv.gz", gzip("a,b\n1,2\n3,4\n")), ("a.CSV.GZ", members), ("a.csv", gzip("a,b\n1,2\n3,4\n"))]
    {
        let folder = Folder::with(name, content);
        assert_eq!(rows(&folder.plan(&["a", "b"])), [["1", "2"], ["3", "4"]]);
    }
}

#[test]
fn damaged_gzip() {
    let mut numbers = String::from("a,b\n");
    (0..60_000_u32).for_each(|i| numbers.push_str(&format!("{},SECRET\n", i.wrapping_mul(2_654_435_761))));
    let whole = gzip(&numbers);
    assert!(numbers.len() > 1 << 20, "the cut must come behind the check of the header");
    let mut flipped = whole.clone();
    let checksum = flipped.len() - 6;
    flipped[checksum] ^= 1;
    for content in [&whole[..10], &whole[..whole.len() / 2], &whole[..whole.len() - 3], &flipped, b"a,b\n1,2\n"] {
        assert_eq!(codes(&Folder::with("a.csv.gz", content).plan(&["a"])), ["D007"]);
    }
}

#[test]
fn chunks_are_parsed_on_any_thread() {
    use rayon::iter::{ParallelBridge, ParallelIterator};
    let folder = Folder::with("a.csv", ["a,b\n", &"1,2\n".repeat(10_000)].concat());
    let chunks = open_by(&folder.plan(&["a"]), 100, 100).unwrap();
    let rows: usize = chunks.par_bridge().map(|chunk| chunk.unwrap().parse().unwrap().rows()).sum();
    assert_eq!(rows, 10_000);
}

#[test]
fn chunks_after_an_error_come_from_the_next_file() {
    let folder = Folder::with("a.csv", [["a,b\n", &"1,2\n".repeat(40_000)].concat().as_bytes(), b"1,\"x"].concat());
    folder.write("b.csv", "a,b\n8,9\n");
    let found = read_by(&folder.plan(&["a"]), 4 << 20, 1);
    assert_eq!(found.problems.len(), 1);
    assert_eq!(found.rows, [["8"]]);
}
