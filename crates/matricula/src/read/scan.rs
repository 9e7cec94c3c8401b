//! Where separators, quotes and line ends stand.

/// Bytes looked at together.
pub(super) const BLOCK: usize = 64;

/// Positions of the separators, quotes and line ends in a text, ascending.
///
/// Sixty-four bytes are compared at once, without branches, into a word of bits: fields in
/// enrolment records are a few bytes long, too short for a search per field to pay.
pub(super) struct Marks<'a> {
    bytes: &'a [u8],
    separator: u8,
    base: usize,
    next: usize,
    bits: u64,
}

impl<'a> Marks<'a> {
    /// The marks of a text.
    pub(super) fn new(bytes: &'a [u8], separator: u8) -> Self {
        Self { bytes, separator, base: 0, next: 0, bits: 0 }
    }

    /// Having met an opening quote, goes past the one that closes it, if there is one.
    pub(super) fn skip_quoted(&mut self) {
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
pub(super) fn padded(rest: &[u8]) -> [u8; BLOCK] {
    let mut block = [b'x'; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    block
}

#[inline]
fn bits(block: &[u8; BLOCK], separator: u8) -> u64 {
    mask(block, |byte| (byte == separator) | (byte == b'"') | (byte == b'\n') | (byte == b'\r'))
}

/// One bit for each byte of which something is true, the first byte lowest.
#[inline]
pub(super) fn mask(block: &[u8; BLOCK], test: impl Fn(u8) -> bool) -> u64 {
    let mut hits = [0_u8; BLOCK];
    for (hit, byte) in hits.iter_mut().zip(block) {
        *hit = u8::from(test(*byte));
    }
    let mut bits = 0;
    for (word, eight) in hits.as_chunks::<8>().0.iter().enumerate() {
        // Gathers the lowest bit of each of eight bytes in the highest byte of the product.
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits |= gathered << (8 * word);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_found_wherever_it_stands() {
        for length in 0..200 {
            let text: Vec<u8> = (0..length).map(|i| b"ab;\"c\r\nd\x80\xff"[i * 7 % 10]).collect();
            let expected: Vec<_> = (0..length).filter(|i| b";\"\r\n".contains(&text[*i])).collect();
            assert_eq!(Marks::new(&text, b';').collect::<Vec<_>>(), expected);
        }
    }
}
