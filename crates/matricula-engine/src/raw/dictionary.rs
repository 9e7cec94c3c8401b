//! The distinct texts of a column, numbered as they are met: what is recoded is looked at once a text, not once a row.

use std::borrow::Cow;
use std::ops::Range;

use hashbrown::HashMap;

use super::block::TextColumn;

/// Longest text that is compared as one word, and as two.
const SHORT: usize = 8;
const MIDDLING: usize = 16;

/// Between blocks a dictionary with more texts is begun anew, so that a column of identifiers does not fill the memory.
const MOST_TEXTS: usize = 1 << 17;

/// Slots for each text that is a word, at least.
const SPARSE: usize = 3;

/// No text has this number.
const NOBODY: u32 = u32::MAX;

/// The texts of one column.
#[derive(Debug, Clone)]
pub struct Dictionary {
    texts: TextColumn,
    /// Texts of one byte, by it.
    single: Box<[u32; 256]>,
    /// Most codes are short, and their table should stay in the cache of a core.
    short: Words<u64>,
    middling: Words<u128>,
    /// What is too long for a word, or holds a zero byte, with which words are filled up.
    others: HashMap<Box<[u8]>, u32>,
    /// The numbers of another dictionary in this one, as far as they were asked for, and which other that is.
    translated: (u64, Vec<u32>),
}

/// The numbers of texts that are words; open addressing, a power of two of slots, few of them full.
///
/// A slot holds no more than a number, so that the slots of ten thousand schools, too, stay in the cache of a core.
#[derive(Debug, Clone)]
struct Words<W> {
    slots: Vec<u32>,
    /// By number; what stands at the number of another kind of text is never asked for.
    words: Vec<W>,
    held: usize,
}

/// A text filled up with zeros.
trait Word: Copy + Eq + Default {
    /// Where the search for it begins, before it is brought to the number of slots.
    fn place(self) -> usize;
}

impl Word for u64 {
    #[inline]
    fn place(self) -> usize {
        let mixed = self.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        (mixed >> 40) as usize ^ (mixed >> 20) as usize
    }
}

impl Word for u128 {
    #[inline]
    fn place(self) -> usize {
        (self as u64 ^ ((self >> 64) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)).place()
    }
}

impl<W: Word> Default for Words<W> {
    fn default() -> Self {
        Self { slots: vec![NOBODY; 64], words: Vec::new(), held: 0 }
    }
}

impl<W: Word> Words<W> {
    #[inline]
    fn find(&self, word: W) -> Option<u32> {
        let last = self.slots.len() - 1;
        let mut at = word.place() & last;
        loop {
            let number = self.slots[at & last];
            match self.words.get(number as usize) {
                // No text has the number of an empty slot.
                None => return None,
                Some(held) if *held == word => return Some(number),
                Some(_) => at += 1,
            }
        }
    }

    fn insert(&mut self, word: W, number: u32) {
        self.held += 1;
        self.words.resize(number as usize + 1, W::default());
        self.words[number as usize] = word;
        if SPARSE * self.held > self.slots.len() {
            let larger = vec![NOBODY; 2 * self.slots.len()];
            let held = std::mem::replace(&mut self.slots, larger);
            held.into_iter().filter(|number| *number != NOBODY).for_each(|number| self.put(number));
        }
        self.put(number);
    }

    fn put(&mut self, number: u32) {
        let last = self.slots.len() - 1;
        let mut at = self.words[number as usize].place() & last;
        while self.slots[at] != NOBODY {
            at = (at + 1) & last;
        }
        self.slots[at] = number;
    }
}

impl Default for Dictionary {
    fn default() -> Self {
        Self {
            texts: TextColumn::default(),
            single: Box::new([NOBODY; 256]),
            short: Words::default(),
            middling: Words::default(),
            others: HashMap::new(),
            translated: (0, Vec::new()),
        }
    }
}

impl Dictionary {
    /// The numbers of texts of another dictionary in this one; `other` names it and is never 0.
    /// Each text is looked at once, however often rows of that dictionary come, but none that stands in no row.
    pub fn translate(&mut self, other: u64, texts: &TextColumn, numbers: &[u32]) -> Vec<u32> {
        let (known, mut translated) = std::mem::take(&mut self.translated);
        if known != other {
            translated.clear();
            translated.resize(texts.len(), NOBODY);
        }
        let number = |of_other: &u32| {
            let translated = &mut translated[*of_other as usize];
            if *translated == NOBODY {
                *translated = self.number(texts.get(*of_other as usize));
            }
            *translated
        };
        let numbers = numbers.iter().map(number).collect();
        self.translated = (other, translated);
        numbers
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A text by its number, blanks around it dropped.
    pub fn text(&self, number: u32) -> &[u8] {
        self.texts.get(number as usize)
    }

    /// The number of a text that is as it is meant.
    pub fn number(&mut self, text: &[u8]) -> u32 {
        self.number_in(text, 0..text.len(), Cow::Borrowed)
    }

    /// The number of a part of a text; `decode` says what it means and is asked once.
    /// Two spellings of one text get two numbers.
    #[inline]
    pub fn number_in<'a>(
        &mut self,
        bytes: &'a [u8],
        span: Range<usize>,
        decode: impl FnOnce(&'a [u8]) -> Cow<'a, [u8]>,
    ) -> u32 {
        let (length, rest) = (span.end - span.start, &bytes[span.start..]);
        let found = if length == 1 {
            Some(self.single[usize::from(rest[0])]).filter(|number| *number != NOBODY)
        } else if length <= SHORT {
            rest.first_chunk().and_then(|window| self.short.find(short(window, length)))
        } else if length <= MIDDLING {
            rest.first_chunk().and_then(|window| self.middling.find(middling(window, length)))
        } else {
            None
        };
        found.unwrap_or_else(|| self.add(&bytes[span], decode))
    }

    #[cold]
    fn add<'a>(&mut self, raw: &'a [u8], decode: impl FnOnce(&'a [u8]) -> Cow<'a, [u8]>) -> u32 {
        let next = u32::try_from(self.texts.len()).unwrap_or(NOBODY);
        let held = if raw.len() > MIDDLING || raw.contains(&0) {
            let held = self.others.get(raw).copied();
            if held.is_none() {
                self.others.insert(raw.into(), next);
            }
            held
        } else if raw.len() > SHORT {
            held_or_inserted(&mut self.middling, middling(&filled(raw), raw.len()), next)
        } else {
            held_or_inserted(&mut self.short, short(&filled(raw), raw.len()), next)
        };
        if let [single] = raw {
            self.single[usize::from(*single)] = held.unwrap_or(next);
        }
        held.unwrap_or_else(|| {
            self.texts.push(&decode(raw));
            next
        })
    }
}

/// The number of a word; where it had none it has `next` from now on.
fn held_or_inserted<W: Word>(words: &mut Words<W>, word: W, next: u32) -> Option<u32> {
    let held = words.find(word);
    if held.is_none() {
        words.insert(word, next);
    }
    held
}

/// A text that is not longer than the window.
fn filled<const LENGTH: usize>(text: &[u8]) -> [u8; LENGTH] {
    let mut window = [0; LENGTH];
    window[..text.len()].copy_from_slice(text);
    window
}

/// The bytes up to a length as a word, zeros after them.
#[inline]
fn short(window: &[u8; SHORT], length: usize) -> u64 {
    u64::from_le_bytes(*window) & KEPT[length] as u64
}

/// The same of a longer text.
#[inline]
fn middling(window: &[u8; MIDDLING], length: usize) -> u128 {
    u128::from_le_bytes(*window) & KEPT[length]
}

/// For each length, the bits that the bytes up to it fill.
const KEPT: [u128; MIDDLING + 1] = {
    let mut kept = [0; MIDDLING + 1];
    let mut length = 1;
    while length <= MIDDLING {
        kept[length] = u128::MAX >> (8 * (MIDDLING - length));
        length += 1;
    }
    kept
};

/// One dictionary for each column of a source; those of columns that are read as text stay empty.
#[derive(Debug, Clone, Default)]
pub struct Dictionaries(Vec<Dictionary>);

impl Dictionaries {
    /// Empty ones for so many columns.
    pub fn new(columns: usize) -> Self {
        Self(vec![Dictionary::default(); columns])
    }

    /// The dictionary of a column.
    pub fn of(&self, column: usize) -> &Dictionary {
        &self.0[column]
    }

    /// The same, to be added to.
    #[inline]
    pub fn of_mut(&mut self, column: usize) -> &mut Dictionary {
        &mut self.0[column]
    }

    /// Whether it is time to begin anew.
    pub fn are_crowded(&self) -> bool {
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
    fn numbers_of_other_dictionaries_are_translated() {
        let column = |texts: &[&str]| {
            let mut column = TextColumn::default();
            texts.iter().for_each(|text| column.push(text.as_bytes()));
            column
        };
        let (one, other) = (column(&["a", "b", "c"]), column(&["c", "x", "a"]));
        let mut dictionary = Dictionary::default();
        let texts = |dictionary: &Dictionary, numbers: Vec<u32>| {
            numbers.iter().map(|number| dictionary.text(*number)[0] as char).collect::<String>()
        };
        for (name, of, numbers, expected) in [
            (1, &one, [2, 0, 2], "cac"),
            (1, &one, [1, 1, 0], "bba"),
            (2, &other, [0, 2, 0], "cac"),
            (1, &one, [0, 1, 2], "abc"),
        ] {
            let translated = dictionary.translate(name, of, &numbers);
            assert_eq!(texts(&dictionary, translated), expected);
        }
        assert_eq!(dictionary.len(), 3, "what stands in no row is not met");
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
