//! Where separators, quotes and line ends stand.

use wide::u8x16;

/// Bytes looked at together.
pub(crate) const BLOCK: usize = 64;

/// Positions of the separators, quotes and line ends in a text, ascending.
///
/// Sixty-four bytes are compared at once, without branches, into a word of bits: fields in
/// enrolment records are a few bytes long, too short for a search per field to pay.
pub(crate) struct Marks<'a> {
    bytes: &'a [u8],
    separator: u8,
    base: usize,
    next: usize,
    bits: u64,
}

impl<'a> Marks<'a> {
    /// The marks of a text.
    pub(crate) fn new(bytes: &'a [u8], separator: u8) -> Self {
        Self { bytes, separator, base: 0, next: 0, bits: 0 }
    }

    /// Having met an opening quote, goes past the one that closes it, if there is one.
    pub(crate) fn skip_quoted(&mut self) {
        while let Some(mark) = self.next() {
            if self.bytes[mark] != b'"' {
                continue;
            }
            if self.bytes.get(mark + 1) != Some(&b'"') {
                return;
            }
            self.next();
        }
    }

    #[inline]
    fn load(&mut self) -> bool {
        while self.next < self.bytes.len() {
            let rest = &self.bytes[self.next..];
            self.bits = match rest.first_chunk::<BLOCK>() {
                Some(block) => bits(block, self.separator),
                None => last_bits(rest, self.separator),
            };
            self.base = self.next;
            self.next += BLOCK;
            if self.bits != 0 {
                return true;
            }
        }
        false
    }
}

impl Iterator for Marks<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.bits == 0 && !self.load() {
            return None;
        }
        let mark = self.base + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(mark)
    }
}

fn last_bits(rest: &[u8], separator: u8) -> u64 {
    bits(&padded(rest), separator) & ((1 << rest.len()) - 1)
}

/// A text shorter than a block, filled up with letters.
pub(crate) fn padded(rest: &[u8]) -> [u8; BLOCK] {
    let mut block = [b'x'; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    block
}

#[inline]
fn bits(block: &[u8; BLOCK], separator: u8) -> u64 {
    let [separators, line_ends, quotes] = mask3(block, separator);
    separators | line_ends | quotes
}

/// Where separators, line ends and quotes stand: one bit for each byte, the first byte lowest.
#[inline]
pub(crate) fn mask3(block: &[u8; BLOCK], separator: u8) -> [u64; 3] {
    let [separator, feed, carriage, quote] = [separator, b'\n', b'\r', b'"'].map(u8x16::splat);
    let mut masks = [0; 3];
    for (number, sixteen) in block.as_chunks::<16>().0.iter().enumerate() {
        let bytes = u8x16::new(*sixteen);
        let line_ends = bytes.simd_eq(feed) | bytes.simd_eq(carriage);
        for (mask, found) in masks.iter_mut().zip([bytes.simd_eq(separator), line_ends, bytes.simd_eq(quote)]) {
            *mask |= u64::from(found.to_bitmask()) << (16 * number);
        }
    }
    masks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_by_kind_are_those_of_single_tests() {
        for shift in 0..10 {
            let block: [u8; BLOCK] = std::array::from_fn(|i| b"ab;\"c\r\nd\x80\xff"[(i * 7 + shift) % 10]);
            let mask = |wanted: &[u8]| {
                let is_wanted = (0..BLOCK).filter(|at| wanted.contains(&block[*at]));
                is_wanted.fold(0_u64, |mask, at| mask | 1 << at)
            };
            let expected = [mask(b";"), mask(b"\n\r"), mask(b"\"")];
            assert_eq!(mask3(&block, b';'), expected);
        }
    }

    #[test]
    fn every_mark_is_found_wherever_it_stands() {
        for length in 0..200 {
            let text: Vec<u8> = (0..length).map(|i| b"ab;\"c\r\nd\x80\xff"[i * 7 % 10]).collect();
            let expected: Vec<_> = (0..length).filter(|i| b";\"\r\n".contains(&text[*i])).collect();
            assert_eq!(Marks::new(&text, b';').collect::<Vec<_>>(), expected);
        }
    }
}
