//! The distinct texts of a column, numbered as they are met: what is recoded is looked at once a text, not once a row.

use std::borrow::Cow;
use std::ops::Range;

use hashbrown::HashMap;

use super::block::TextColumn;

/// Longest text that is compared as two words.
const SHORT: usize = 16;

/// Between blocks a dictionary with more texts is begun anew, so that a column of identifiers does not fill the memory.
const MOST_TEXTS: usize = 1 << 17;

/// No text has this number.
const NOBODY: u32 = u32::MAX;

/// The texts of one column.
#[derive(Debug, Clone)]
pub(crate) struct Dictionary {
    texts: TextColumn,
    /// Open addressing; a power of two, at most half full.
    slots: Vec<Slot>,
    held: usize,
    /// What is too long for a slot, or holds a zero byte, with which slots are filled up.
    others: HashMap<Box<[u8]>, u32>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    words: [u64; 2],
    number: u32,
}

const EMPTY: Slot = Slot { words: [0; 2], number: NOBODY };

impl Default for Dictionary {
    fn default() -> Self {
        Self { texts: TextColumn::default(), slots: vec![EMPTY; 64], held: 0, others: HashMap::new() }
    }
}

impl Dictionary {
    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    /// A text by its number, blanks around it dropped.
    pub(crate) fn text(&self, number: u32) -> &[u8] {
        self.texts.get(number as usize)
    }

    /// The number of a text that is as it is meant.
    pub(super) fn number(&mut self, text: &[u8]) -> u32 {
        self.number_in(text, 0..text.len(), Cow::Borrowed)
    }

    /// The number of a part of a text; `decode` says what it means and is asked once.
    /// Two spellings of one text get two numbers.
    #[inline]
    pub(super) fn number_in<'a>(
        &mut self,
        bytes: &'a [u8],
        span: Range<usize>,
        decode: impl FnOnce(&'a [u8]) -> Cow<'a, [u8]>,
    ) -> u32 {
        let length = span.end - span.start;
        if length <= SHORT
            && let Some(window) = bytes[span.start..].first_chunk::<SHORT>()
            && let Some(number) = self.find(words(window, length))
        {
            return number;
        }
        self.add(&bytes[span], decode)
    }

    #[inline]
    fn find(&self, words: [u64; 2]) -> Option<u32> {
        let last = self.slots.len() - 1;
        let mut at = place(words) & last;
        loop {
            let slot = &self.slots[at & last];
            if slot.number == NOBODY {
                return None;
            }
            if slot.words == words {
                return Some(slot.number);
            }
            at += 1;
        }
    }

    #[cold]
    fn add<'a>(&mut self, raw: &'a [u8], decode: impl FnOnce(&'a [u8]) -> Cow<'a, [u8]>) -> u32 {
        let next = u32::try_from(self.texts.len()).unwrap_or(NOBODY);
        if raw.len() > SHORT || raw.contains(&0) {
            if let Some(number) = self.others.get(raw) {
                return *number;
            }
            self.others.insert(raw.into(), next);
        } else {
            let mut window = [0; SHORT];
            window[..raw.len()].copy_from_slice(raw);
            let words = words(&window, raw.len());
            if let Some(number) = self.find(words) {
                return number;
            }
            self.insert(Slot { words, number: next });
        }
        self.texts.push(&decode(raw));
        next
    }

    fn insert(&mut self, slot: Slot) {
        self.held += 1;
        if 2 * self.held > self.slots.len() {
            let larger = vec![EMPTY; 4 * self.slots.len()];
            let held = std::mem::replace(&mut self.slots, larger);
            held.into_iter().filter(|slot| slot.number != NOBODY).for_each(|slot| self.put(slot));
        }
        self.put(slot);
    }

    fn put(&mut self, slot: Slot) {
        let last = self.slots.len() - 1;
        let mut at = place(slot.words) & last;
        while self.slots[at].number != NOBODY {
            at = (at + 1) & last;
        }
        self.slots[at] = slot;
    }
}

/// For each length, the bits of two words that the bytes up to it fill.
const KEPT: [[u64; 2]; SHORT + 1] = {
    let mut kept = [[0; 2]; SHORT + 1];
    let mut length = 1;
    while length <= SHORT {
        let bits = u128::MAX >> (8 * (SHORT - length));
        kept[length] = [bits as u64, (bits >> 64) as u64];
        length += 1;
    }
    kept
};

/// The bytes up to a length as two words, zeros after them.
#[inline]
fn words(window: &[u8; SHORT], length: usize) -> [u64; 2] {
    let whole = u128::from_le_bytes(*window);
    let [low, high] = KEPT[length];
    [whole as u64 & low, (whole >> 64) as u64 & high]
}

#[inline]
fn place(words: [u64; 2]) -> usize {
    let mixed = (words[0] ^ words[1].wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    (mixed >> 40) as usize ^ (mixed >> 20) as usize
}

/// One dictionary for each column of a source; those of columns that are read as text stay empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dictionaries(Vec<Dictionary>);

impl Dictionaries {
    /// Empty ones for so many columns.
    pub(crate) fn new(columns: usize) -> Self {
        Self(vec![Dictionary::default(); columns])
    }

    /// The dictionary of a column.
    pub(crate) fn of(&self, column: usize) -> &Dictionary {
        &self.0[column]
    }

    /// The same, to be added to.
    pub(super) fn of_mut(&mut self, column: usize) -> &mut Dictionary {
        &mut self.0[column]
    }

    /// Whether it is time to begin anew.
    pub(crate) fn are_crowded(&self) -> bool {
        self.0.iter().any(|dictionary| dictionary.len() > MOST_TEXTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_number_wherever_it_stands() {
        let mut dictionary = Dictionary::default();
        let mut numbers = HashMap::new();
        for round in 0..3 {
            for number in 0..5000_u32 {
                let text = "x".repeat(number as usize % 23) + &number.to_string();
                let surrounded = format!("{text};tail{}", "y".repeat(round * 7));
                let found = dictionary.number_in(surrounded.as_bytes(), 0..text.len(), Cow::Borrowed);
                assert_eq!(*numbers.entry(text.clone()).or_insert(found), found, "{text}");
                assert_eq!(dictionary.text(found), text.as_bytes());
            }
        }
        assert_eq!(dictionary.len(), 5000);
    }

    #[test]
    fn texts_that_look_alike_are_told_apart() {
        let mut dictionary = Dictionary::default();
        let texts: [&[u8]; 8] = [b"", b"\0", b"\0\0", b"a", b"a\0", b"0123456789abcdef", b"0123456789abcdef0", b"b"];
        let numbers: Vec<u32> = texts.iter().map(|text| dictionary.number(text)).collect();
        assert_eq!(numbers, (0..8).collect::<Vec<u32>>());
    }

    #[test]
    fn what_a_spelling_means_is_asked_once() {
        let mut dictionary = Dictionary::default();
        let mut asked = 0;
        for _ in 0..3 {
            let number = dictionary.number_in(b"\" F\",1", 0..4, |_| {
                asked += 1;
                Cow::Borrowed(b" F")
            });
            assert_eq!(dictionary.text(number), b"F");
        }
        assert_eq!(asked, 1);
    }
}
