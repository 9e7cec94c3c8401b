//! Against the `csv` crate, on texts made of the characters that matter.

use std::io::Write;

use super::{Folder, input, read_by};

/// A small deterministic generator (xorshift), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    fn of<'a>(&mut self, pieces: &[&'a str]) -> &'a str {
        pieces[self.below(pieces.len())]
    }

    /// Text that a program would write.
    fn well_formed(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.below(12) {
            for field in 0..3 {
                let mut content = String::new();
                (0..self.below(5))
                    .for_each(|_| content.push_str(self.of(&["x", "ab", ",", "\"", "\n", "\r\n", "\u{f1}"])));
                let quoted = content.contains([',', '"', '\n', '\r']) || self.below(3) == 0;
                let content = if quoted { format!("\"{}\"", content.replace('"', "\"\"")) } else { content };
                text.push_str(&content);
                text.push_str(if field < 2 { "," } else { self.of(&["\n", "\r\n", "\r", "\n\n"]) });
            }
        }
        text
    }

    /// Text that nobody should write.
    fn wild(&mut self) -> String {
        let pieces = ["x", "ab", ",", ",", "\"", "\"\"", "\",\"", "\n", "\r\n", "\r", " ", "\u{f1}"];
        (0..self.below(100)).map(|_| self.of(&pieces)).collect()
    }
}

/// Rows of three fields, and how many others there are.
fn by_csv_crate(text: &str) -> (Vec<Vec<String>>, u64) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let (mut rows, mut ragged) = (Vec::new(), 0);
    for record in reader.records() {
        let record = record.unwrap();
        match record.len() {
            3 => rows.push(record.iter().map(|field| field.trim_ascii().to_owned()).collect()),
            _ => ragged += 1,
        }
    }
    (rows, ragged)
}

/// Compares unless the text leaves a quote open, which the `csv` crate lets pass.
fn check(folder: &Folder, text: &str, sizes: &[usize]) -> bool {
    let path = folder.dir.path().join("a.csv");
    let mut file = std::fs::File::create(&path).unwrap();
    write!(file, "a,b,c\n{text}").unwrap();
    let mut plan = Folder::with("x.csv", "").plan(&["a", "b", "c"]);
    plan.files = vec![input(path)];
    let expected = by_csv_crate(text);
    let mut compared = false;
    for size in sizes {
        let found = read_by(&plan, *size, 1);
        match found.problems.first().map(|problem| problem.code.id()) {
            Some(code) => assert!(code == "D005" || text.trim_matches(['\n', '\r']).is_empty(), "{code}: {text:?}"),
            None => {
                assert_eq!((&found.rows, found.ragged), (&expected.0, expected.1), "by {size}: {text:?}");
                compared = true;
            }
        }
    }
    compared
}

#[test]
fn well_formed_texts_are_read_as_the_csv_crate_reads_them() {
    let (folder, mut random) = (Folder::new(), Random(42));
    let compared = (0..800).filter(|_| check(&folder, &random.well_formed(), &[1, 2, 3, 7, 64, 4096])).count();
    assert!(compared > 700, "{compared}");
}

#[test]
fn wild_texts_are_read_as_the_csv_crate_reads_them() {
    let (folder, mut random) = (Folder::new(), Random(7));
    let compared = (0..2000).filter(|_| check(&folder, &random.wild(), &[1, 4, 16, 4096])).count();
    assert!(compared > 800, "{compared}");
}
