//! Where the fields of a text begin and end, found for all of its rows at once.

use super::boundary::{opens_or_closes, parity};
use super::scan::{BLOCK, mask3, padded};

/// The rows of a text whose quotes, if it has any, stand where a field begins and ends or in pairs within.
#[derive(Debug)]
pub(crate) struct Lines {
    /// One more than the position of each separator and line end outside quotes, after a 0 for the start.
    after: Vec<u32>,
    /// For each row that has as many fields as it should, the place in `after` of what stands before it.
    rows: Vec<u32>,
    ragged: u64,
    fields: usize,
}

impl Lines {
    /// The rows of a text that begins with a record; nothing if a quote is a character like others.
    pub(crate) fn of(bytes: &[u8], separator: u8, fields: usize) -> Option<Self> {
        u32::try_from(bytes.len() + 2).ok()?;
        let mut after = Vec::with_capacity(bytes.len() / 4 + 2);
        after.push(0);
        let mut lines = Self { after, rows: Vec::new(), ragged: 0, fields };
        let (mut line, mut inside, mut before) = (0, 0_u64, 1);
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        let last = padded(rest);
        let ends = blocks.len() * BLOCK;
        for (block, base) in blocks.iter().chain((!rest.is_empty()).then_some(&last)).zip((0_u32..).step_by(BLOCK)) {
            let [separators, line_ends, quotes] = mask3(block, separator);
            let (mut marks, mut line_ends) = (separators | line_ends, line_ends);
            if base as usize == ends {
                // A separator may be the letter that the last block is filled up with.
                marks &= (1 << rest.len()) - 1;
            }
            if quotes | inside != 0 {
                let within = parity(quotes) ^ inside;
                if !opens_or_closes(quotes, within, marks | quotes, &mut before) {
                    return None;
                }
                marks &= !within;
                line_ends &= marks;
                inside = if within >> (BLOCK - 1) == 0 { 0 } else { u64::MAX };
            } else {
                before = marks >> (BLOCK - 1);
            }
            let held = lines.after.len();
            let mut open = marks;
            while open != 0 {
                lines.after.push(base + open.trailing_zeros() + 1);
                open &= open - 1;
            }
            while line_ends != 0 {
                let until = line_ends & line_ends.wrapping_neg();
                line = lines.end(line, held + (marks & (until - 1)).count_ones() as usize);
                line_ends ^= until;
            }
        }
        let end = bytes.len() as u32;
        if lines.after.last().is_some_and(|after| *after <= end && (*after < end || line + 1 < lines.after.len())) {
            lines.after.push(end + 1);
            lines.end(line, lines.after.len() - 1);
        }
        Some(lines)
    }

    /// Takes note of the row between two places in `after`; the second of them.
    fn end(&mut self, before: usize, after: usize) -> usize {
        let is_blank = after == before + 1 && self.after[after] == self.after[before] + 1;
        if after - before == self.fields && !is_blank {
            self.rows.push(before as u32);
        } else if !is_blank {
            self.ragged += 1;
        }
        after
    }

    /// Number of rows with as many fields as there should be.
    pub(crate) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Leaves only the rows that pass, by their place among those with as many fields as there should be.
    pub(crate) fn keep(&mut self, passes: impl Fn(usize) -> bool) {
        let mut place = 0..;
        self.rows.retain(|_| place.next().is_some_and(&passes));
    }

    /// Number of rows with more or fewer.
    pub(crate) fn ragged(&self) -> u64 {
        self.ragged
    }

    /// Where the field at a position begins and ends in each row.
    pub(crate) fn field(&self, position: usize) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        self.rows.iter().map(move |row| {
            let at = *row as usize + position;
            self.after[at] as usize..self.after[at + 1] as usize - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::record::Records;

    /// What the slow reader finds.
    fn expected(text: &str, fields: usize) -> (Vec<Vec<String>>, u64) {
        let mut records = Records::new(text.as_bytes(), b',');
        let (mut rows, mut ragged) = (Vec::new(), 0);
        loop {
            let mut row = Vec::new();
            match records.next(|_, span| row.push(text[span].to_owned())) {
                None => return (rows, ragged),
                Some(count) if count == fields => rows.push(row),
                Some(_) => ragged += 1,
            }
        }
    }

    fn check(text: &str, fields: usize) {
        let lines = Lines::of(text.as_bytes(), b',', fields).expect("regular quotes");
        let columns: Vec<Vec<_>> = (0..fields).map(|position| lines.field(position).collect()).collect();
        let row = |row: usize| columns.iter().map(|column: &Vec<_>| text[column[row].clone()].to_owned()).collect();
        let found: Vec<Vec<String>> = (0..lines.rows()).map(row).collect();
        assert_eq!((found, lines.ragged()), expected(text, fields), "{text:?}");
    }

    #[test]
    fn rows_are_those_of_the_slow_reader() {
        for shift in 0..140 {
            let long = "x".repeat(shift);
            check(&format!("{long},b\nc,d\r\n\r\ne,f\rg,h"), 2);
            check(&format!("{long},b\nc,d,e\nf\n\n,\n"), 2);
            check(&format!("\"{long},\n\",\"b\"\"b\"\n\"c\",d\n"), 2);
            check(&format!("{long}\n\n\"\"\na\n"), 1);
            check(&format!("{long},"), 2);
        }
        for text in ["", "\n", "a", ",", "\r\n\r\n", "a,b", "a,b\n", "\"a\",b"] {
            check(text, 2);
            check(text, 1);
        }
    }

    #[test]
    fn quotes_that_are_characters_are_left_to_the_slow_reader() {
        assert!(Lines::of(b"5\" pipe,x\n", b',', 2).is_none());
        assert!(Lines::of(b"\"a\"b\",x\n", b',', 2).is_none());
    }
}
