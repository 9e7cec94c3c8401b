//! Cuts a stream into pieces that end with a record.

use std::io::{self, Read};

use super::boundary::scan;

/// A record longer than this is taken for a quoted field that nobody closed.
const LONGEST_RECORD: usize = 64 << 20;

/// Why a stream could not be cut.
#[derive(Debug)]
pub(crate) enum CutError {
    /// It could not be read.
    Read(io::Error),
    /// A quote is open at the end of the stream, or for too long.
    QuoteOpen,
}

/// A stream of text in pieces that end with a record.
pub(crate) struct Cutter<R> {
    reader: R,
    carried: Vec<u8>,
    separator: u8,
    size: usize,
    ended: bool,
}

impl<R: Read> Cutter<R> {
    /// Pieces of about `size` bytes; a single record may be longer.
    pub(crate) fn new(reader: R, separator: u8, size: usize) -> Self {
        Self { reader, carried: Vec::new(), separator, size, ended: false }
    }

    /// The next piece; nothing after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, CutError> {
        let mut piece = Vec::with_capacity(self.carried.len() + self.size + 1);
        piece.append(&mut self.carried);
        loop {
            self.fill(&mut piece).map_err(CutError::Read)?;
            let scan = scan(&piece, self.separator);
            if self.ended {
                return if scan.open { Err(CutError::QuoteOpen) } else { Ok((!piece.is_empty()).then_some(piece)) };
            }
            if let Some(cut) = scan.cut {
                self.carried = piece.split_off(cut);
                return Ok(Some(piece));
            }
            if piece.len() > LONGEST_RECORD {
                return Err(CutError::QuoteOpen);
            }
        }
    }

    fn fill(&mut self, piece: &mut Vec<u8>) -> io::Result<()> {
        // What a long record needs doubles, so that looking for its end again stays linear.
        let wanted = self.size.max(piece.len()) as u64;
        let read = self.reader.by_ref().take(wanted).read_to_end(piece)? as u64;
        self.ended = read < wanted;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, size: usize, expected: &[&str]) {
        let mut cutter = Cutter::new(text.as_bytes(), b',', size);
        let mut pieces = Vec::new();
        while let Some(piece) = cutter.next().unwrap() {
            pieces.push(String::from_utf8(piece).unwrap());
        }
        assert_eq!(pieces, expected, "{text:?} by {size}");
    }

    #[test]
    fn pieces_end_with_a_record_outside_quotes() {
        check("a,b\nc,d\ne,f\n", 9, &["a,b\nc,d\n", "e,f\n"]);
        check("a,\"b\nb\"\nc,d\n", 4, &["a,\"b\nb\"\n", "c,d\n"]);
        check("a\" b\nc,d\n", 6, &["a\" b\n", "c,d\n"]);
        check("a,\"b\"\"\nb\"\nc,d\ne,f\ng", 8, &["a,\"b\"\"\nb\"\nc,d\n", "e,f\ng"]);
        check("", 4, &[]);
        check("abcdefghij", 2, &["abcdefghij"]);
    }

    #[test]
    fn a_pair_of_quotes_over_the_edge_of_a_piece_stays_a_pair() {
        for size in 1..12 {
            let mut cutter = Cutter::new(&b"\"a\"\"\nb\"\nc\n"[..], b',', size);
            let first = cutter.next().unwrap().unwrap();
            assert!(first.starts_with(b"\"a\"\"\nb\"\n"), "{size}");
        }
    }

    #[test]
    fn an_open_quote_at_the_end_is_an_error() {
        let mut cutter = Cutter::new(&b"a\n\"b\nc\n"[..], b',', 100);
        assert!(matches!(cutter.next(), Err(CutError::QuoteOpen)));
    }

    #[test]
    fn a_quote_open_for_too_long_is_an_error_before_the_end_is_reached() {
        let endless = io::Read::chain(&b"\""[..], io::repeat(b'x'));
        let mut cutter = Cutter::new(endless, b',', 8 << 20);
        assert!(matches!(cutter.next(), Err(CutError::QuoteOpen)));
    }
}
