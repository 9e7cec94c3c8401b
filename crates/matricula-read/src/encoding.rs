//! Whether a text has the encoding that was declared, and decoding it.

use std::borrow::Cow;

use matricula_spec::model::batch::Encoding;
use matricula_spec::{Place, Problem, ProblemCode};

/// So many characters that are valid UTF-8 of several bytes do not occur in a Windows-1252 text
/// by chance.
const CERTAIN: u64 = 1000;

/// What is wrong with an encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// A mark of UTF-16, or the zero bytes it is full of.
    Utf16,
    /// Zero bytes without such a mark.
    ZeroBytes,
    /// Declared UTF-8 and is not.
    NotUtf8,
    /// Declared Windows-1252 and is UTF-8.
    IsUtf8,
}

/// The byte order mark of UTF-8.
pub(crate) const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Checks how a file begins.
pub(crate) fn check_start(bytes: &[u8], encoding: Encoding) -> Result<(), Wrong> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(Wrong::Utf16);
    }
    match encoding {
        Encoding::Windows1252 if bytes.starts_with(MARK) => Err(Wrong::IsUtf8),
        Encoding::Windows1252 | Encoding::Utf8 => Ok(()),
    }
}

/// Checks a piece of a file that begins and ends with whole characters.
pub(crate) fn check(bytes: &[u8], encoding: Encoding) -> Result<(), Wrong> {
    if memchr::memchr(0, bytes).is_some() {
        return Err(Wrong::ZeroBytes);
    }
    match encoding {
        Encoding::Utf8 if std::str::from_utf8(bytes).is_err() => Err(Wrong::NotUtf8),
        Encoding::Windows1252 | Encoding::Utf8 => Ok(()),
    }
}

/// Watches a file declared as Windows-1252, piece by piece, for being UTF-8 throughout.
#[derive(Debug, Default)]
pub(crate) struct Utf8Watch {
    characters: u64,
    refuted: bool,
}

impl Utf8Watch {
    /// Takes note of the next piece; an error once there is no doubt.
    pub(crate) fn see(&mut self, bytes: &[u8]) -> Result<(), Wrong> {
        if self.refuted {
            return Ok(());
        }
        match std::str::from_utf8(bytes) {
            Ok(_) => self.characters += bytes.iter().map(|byte| u64::from(*byte >= 0xC0)).sum::<u64>(),
            Err(_) => self.refuted = true,
        }
        if self.refuted || self.characters < CERTAIN { Ok(()) } else { Err(Wrong::IsUtf8) }
    }

    /// The verdict at the end of the file.
    pub(crate) fn end(&self) -> Result<(), Wrong> {
        if self.refuted || self.characters == 0 { Ok(()) } else { Err(Wrong::IsUtf8) }
    }
}

/// The text in UTF-8.
pub(crate) fn decode(bytes: &[u8], encoding: Encoding) -> Cow<'_, [u8]> {
    if encoding == Encoding::Utf8 || bytes.is_ascii() {
        return Cow::Borrowed(bytes);
    }
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
    Cow::Owned(text.into_owned().into_bytes())
}

/// The finding; it shows none of the file's text.
pub(crate) fn problem(place: Place, encoding: Encoding, wrong: Wrong) -> Box<Problem> {
    let declared = match encoding {
        Encoding::Utf8 => "The file is text in UTF-8, as declared.",
        Encoding::Windows1252 => "The file is text in Windows-1252, as declared.",
    };
    let (found, help) = match wrong {
        Wrong::Utf16 => ("the mark of UTF-16", "Save the file as UTF-8."),
        Wrong::ZeroBytes => (
            "zero bytes, as in UTF-16 text or in a file that is no text",
            "Save the file as UTF-8 text, or declare its `format`.",
        ),
        Wrong::NotUtf8 => ("bytes that are not UTF-8", "Probably `encoding = \"windows-1252\"` (Latin-1) is right."),
        Wrong::IsUtf8 => ("text that is UTF-8 throughout", "Declare `encoding = \"utf-8\"`; accents would be garbled."),
    };
    Box::new(Problem::error(ProblemCode::EncodingWrong, place, declared, found).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(pieces: &[&[u8]]) -> Result<(), Wrong> {
        let mut watch = Utf8Watch::default();
        pieces.iter().try_for_each(|piece| watch.see(piece))?;
        watch.end()
    }

    #[test]
    fn utf8_under_another_name_is_noticed() {
        assert_eq!(watch(&[b"abc", "a\u{f1}o".as_bytes()]), Err(Wrong::IsUtf8));
        assert_eq!(watch(&["\u{f1}".repeat(1000).as_bytes(), b"\xF1o"]), Err(Wrong::IsUtf8));
    }

    #[test]
    fn real_windows_1252_and_plain_ascii_pass() {
        assert_eq!(watch(&[b"abc"]), Ok(()));
        assert_eq!(watch(&[b"a\xF1o"]), Ok(()));
        // By chance two Windows-1252 characters look like one of UTF-8; the next does not.
        assert_eq!(watch(&[b"\xC2\xBA", b"a\xF1o"]), Ok(()));
    }

    #[test]
    fn windows_1252_is_decoded() {
        assert_eq!(&*decode(b"A\xD1O \x80", Encoding::Windows1252), "A\u{d1}O \u{20ac}".as_bytes());
    }
}
