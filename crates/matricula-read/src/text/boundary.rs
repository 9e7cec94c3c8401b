//! The last line end of a text that ends a record.

use memchr::{memchr, memchr_iter, memrchr2};

use super::scan::{BLOCK, mask3, padded};

/// What is known of a text that begins with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scan {
    /// After the last line end outside quotes.
    pub(crate) cut: Option<usize>,
    /// Whether the text ends inside quotes.
    pub(crate) open: bool,
}

/// Scans a text, which every byte of a file passes on a single thread: the fastest way that is
/// right for it is taken.
pub(crate) fn scan(bytes: &[u8], separator: u8) -> Scan {
    if memchr(b'"', bytes).is_none() {
        return Scan { cut: after_line_end(bytes, 0, bytes.len()), open: false };
    }
    regular(bytes, separator).unwrap_or_else(|| any(bytes, separator))
}

/// By parity of quotes, 64 bytes at a time. Nothing if a quote stands where it neither begins a
/// field, nor closes it, nor is doubled: then it is a character, and parity would be wrong.
fn regular(bytes: &[u8], separator: u8) -> Option<Scan> {
    let mut cut = None;
    let mut inside = 0;
    let mut before = 1;
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    for (number, block) in blocks.iter().chain([&padded(rest)]).enumerate() {
        let [separators, line_ends, quotes] = mask3(block, separator);
        let within = parity(quotes) ^ inside;
        if !opens_or_closes(quotes, within, quotes | line_ends | separators, &mut before) {
            return None;
        }
        let record_ends = line_ends & !within;
        if record_ends != 0 {
            cut = Some((number + 1) * BLOCK - record_ends.leading_zeros() as usize);
        }
        inside = if within >> (BLOCK - 1) == 0 { 0 } else { u64::MAX };
    }
    Some(Scan { cut, open: inside != 0 })
}

/// Whether each quote of a block opens a field, closes it or is one of a pair; `before` tells whether a mark stands
/// before the block, and then whether one ends it.
pub(crate) fn opens_or_closes(quotes: u64, within: u64, marks: u64, before: &mut u64) -> bool {
    // A quote after a quote is the second of a pair; after another mark it opens a field.
    let wrong = quotes & within & !(marks << 1 | *before);
    *before = marks >> (BLOCK - 1);
    wrong == 0
}

/// For each bit, whether the number of bits up to it is odd.
pub(crate) fn parity(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].iter().fold(bits, |bits, shift| bits ^ (bits << shift))
}

/// From quote to quote; text between them is searched backwards for a line end.
fn any(bytes: &[u8], separator: u8) -> Scan {
    let mut cut = None;
    let mut outside = 0;
    let mut open = false;
    let mut pair = None;
    for quote in memchr_iter(b'"', bytes) {
        if pair == Some(quote) {
            continue;
        }
        if open {
            if bytes.get(quote + 1) == Some(&b'"') {
                pair = Some(quote + 1);
            } else {
                open = false;
                outside = quote + 1;
            }
        } else if quote == 0 || bytes[quote - 1] == separator || matches!(bytes[quote - 1], b'\n' | b'\r') {
            open = true;
            cut = after_line_end(bytes, outside, quote).or(cut);
        }
    }
    if !open {
        cut = after_line_end(bytes, outside, bytes.len()).or(cut);
    }
    Scan { cut, open }
}

fn after_line_end(bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    memrchr2(b'\n', b'\r', &bytes[start..end]).map(|position| start + position + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, cut: Option<usize>, open: bool, is_regular: bool) {
        let expected = Scan { cut, open };
        assert_eq!(any(text.as_bytes(), b','), expected, "{text:?}");
        assert_eq!(regular(text.as_bytes(), b','), is_regular.then_some(expected), "{text:?}");
        assert_eq!(scan(text.as_bytes(), b','), expected, "{text:?}");
    }

    #[test]
    fn line_ends_outside_quotes() {
        check("", None, false, true);
        check("a,b\nc", Some(4), false, true);
        check("a,\"b\n\"\r\"c", Some(7), true, true);
        check("\"a\"\"\nb\"\nc", Some(8), false, true);
        check("\"\"\n", Some(3), false, true);
    }

    #[test]
    fn quotes_that_are_characters() {
        check("5\" pipe\nb", Some(8), false, false);
        check("\"a\"b\"\nc", Some(6), false, false);
        check("a\"\"\n", Some(4), false, false);
    }

    #[test]
    fn both_ways_agree_wherever_a_block_ends() {
        for shift in 0..130 {
            let text = format!("{}\n\"a\"\"\nb\",\"\"\n\"c\n", "x".repeat(shift));
            check(&text, Some(shift + 12), true, true);
            let text = format!("{}\ny\",\"\n\"\nz", "x".repeat(shift));
            check(&text, Some(shift + 8), false, false);
        }
    }
}
