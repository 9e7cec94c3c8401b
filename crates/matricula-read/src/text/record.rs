//! From text to records: where each field begins and ends, and what a quoted field says.

use std::borrow::Cow;
use std::ops::Range;

use super::scan::Marks;

/// The records of a text that begins with one.
///
/// A quote opens a field only as its first byte; elsewhere it is a character like others. Line
/// ends are LF, CR or both; a line without a character is no record.
pub(crate) struct Records<'a> {
    bytes: &'a [u8],
    separator: u8,
    marks: Marks<'a>,
    start: usize,
}

impl<'a> Records<'a> {
    /// The records of a text.
    pub(crate) fn new(bytes: &'a [u8], separator: u8) -> Self {
        Self { bytes, separator, marks: Marks::new(bytes, separator), start: 0 }
    }

    /// Tells the position and the bytes of each field of the next record, then how many there were.
    #[inline]
    pub(crate) fn next(&mut self, mut field: impl FnMut(usize, Range<usize>)) -> Option<usize> {
        let mut count = 0;
        while let Some(mark) = self.marks.next() {
            let byte = self.bytes[mark];
            if byte == self.separator {
                field(count, self.start..mark);
                count += 1;
                self.start = mark + 1;
            } else if byte == b'"' {
                if mark == self.start {
                    self.marks.skip_quoted();
                }
            } else if count == 0 && mark == self.start {
                self.start += 1;
            } else {
                field(count, self.start..mark);
                self.start = mark + 1;
                return Some(count + 1);
            }
        }
        self.last(count, field)
    }

    /// Where the next record begins.
    pub(crate) fn position(&self) -> usize {
        self.start
    }

    fn last(&mut self, count: usize, mut field: impl FnMut(usize, Range<usize>)) -> Option<usize> {
        let end = self.bytes.len();
        if count == 0 && self.start >= end {
            return None;
        }
        field(count, self.start..end);
        self.start = end;
        Some(count + 1)
    }
}

/// What a field says: without its quotes, doubled quotes made single.
#[inline]
pub(crate) fn unquote(field: &[u8]) -> Cow<'_, [u8]> {
    let Some(quoted) = field.strip_prefix(b"\"") else { return Cow::Borrowed(field) };
    match memchr::memchr(b'"', quoted) {
        Some(close) if close + 1 == quoted.len() => Cow::Borrowed(&quoted[..close]),
        Some(_) => Cow::Owned(unescape(quoted)),
        None => Cow::Borrowed(quoted),
    }
}

fn unescape(mut quoted: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(quoted.len());
    while let Some(quote) = memchr::memchr(b'"', quoted) {
        text.extend_from_slice(&quoted[..quote]);
        quoted = &quoted[quote + 1..];
        match quoted.strip_prefix(b"\"") {
            Some(rest) => {
                text.push(b'"');
                quoted = rest;
            }
            None => break,
        }
    }
    text.extend_from_slice(quoted);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&[&str]]) {
        let mut records = Records::new(text.as_bytes(), b',');
        let mut found: Vec<Vec<String>> = Vec::new();
        loop {
            let mut fields = Vec::new();
            let texts = |_, span: Range<usize>| {
                fields.push(String::from_utf8_lossy(&unquote(&text.as_bytes()[span])).into_owned());
            };
            let Some(count) = records.next(texts) else { break };
            assert_eq!(count, fields.len());
            found.push(fields);
        }
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn line_ends_of_every_kind() {
        check("a,b\nc,d\r\ne,f\rg,h", &[&["a", "b"], &["c", "d"], &["e", "f"], &["g", "h"]]);
        check("\n\r\n\ra\n\n\nb\r\n\r\n", &[&["a"], &["b"]]);
        check("a,", &[&["a", ""]]);
        check(",\n", &[&["", ""]]);
        check("", &[]);
    }

    #[test]
    fn quotes() {
        check("\"a,b\",\"c\n\r\nd\"\ne", &[&["a,b", "c\n\r\nd"], &["e"]]);
        check("\"say \"\"so\"\"\",\"\"\"\",\"\"", &[&["say \"so\"", "\"", ""]]);
        check("5\" pipe,x\ny\"", &[&["5\" pipe", "x"], &["y\""]]);
        check("\"a\"b\"c\",\"d\" \n", &[&["ab\"c\"", "d "]]);
    }
}
