//! What is the same identifier although it is written in two ways.
//!
//! Rules are versioned and never change: pseudonyms of last year must meet those of this year.

use matricula_spec::model::pseudonym::Normalisation;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The name of a rule, which is part of the pseudonym's domain.
pub(crate) fn version(rule: Normalisation) -> &'static str {
    match rule {
        Normalisation::Exact1 => "exact-1",
        Normalisation::Digits1 => "digits-1",
        Normalisation::Alphanumeric1 => "alphanumeric-1",
        Normalisation::Run1 => "run-1",
        Normalisation::Cpf1 => "cpf-1",
    }
}

/// The identifier in its one form, in `normal`; `false` where the text cannot be one.
pub(crate) fn normalise(rule: Normalisation, text: &[u8], normal: &mut Vec<u8>) -> bool {
    normal.clear();
    let text = text.trim_ascii();
    match rule {
        Normalisation::Exact1 => normal.extend_from_slice(text),
        Normalisation::Digits1 => digits(text, normal),
        Normalisation::Alphanumeric1 => alphanumeric(text, normal),
        Normalisation::Run1 => run(text, normal),
        Normalisation::Cpf1 => cpf(text, normal),
    }
    !normal.is_empty()
}

/// Digits with points, hyphens, slashes or blanks between them; anything else is no number.
fn digits(text: &[u8], normal: &mut Vec<u8>) {
    for byte in text {
        match byte {
            b'0' if normal.is_empty() => {}
            b'0'..=b'9' => normal.push(*byte),
            b'.' | b'-' | b'/' | b' ' => {}
            _ => return normal.clear(),
        }
    }
}

fn alphanumeric(text: &[u8], normal: &mut Vec<u8>) {
    let Ok(text) = std::str::from_utf8(text) else { return };
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_uppercase);
    for letter in letters.filter(|c| c.is_alphanumeric()) {
        if letter != '0' || !normal.is_empty() {
            normal.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

/// Up to eight digits and a check digit modulo 11 with weights 2 to 7 from the right; 10 is written K.
fn run(text: &[u8], normal: &mut Vec<u8>) {
    let mut written: Vec<u8> = text.iter().copied().filter(|byte| !b".- ".contains(byte)).collect();
    let Some(check) = written.pop() else { return };
    digits(&written, normal);
    if written.len() > 8 || written.iter().any(|byte| !byte.is_ascii_digit()) {
        return normal.clear();
    }
    let weighted = normal.iter().rev().zip((2..=7).cycle()).map(|(digit, weight)| u32::from(digit - b'0') * weight);
    let expected = match 11 - weighted.sum::<u32>() % 11 {
        11 => b'0',
        10 => b'K',
        digit => b'0' + u8::try_from(digit).unwrap_or_default(),
    };
    if check.to_ascii_uppercase() != expected {
        normal.clear();
    }
}

/// Nine digits and two check digits modulo 11; leading zeros may be missing, as spreadsheets drop them.
fn cpf(text: &[u8], normal: &mut Vec<u8>) {
    let written: Vec<u8> = text.iter().copied().filter(|byte| !b".- ".contains(byte)).collect();
    if written.is_empty() || written.len() > 11 || written.iter().any(|byte| !byte.is_ascii_digit()) {
        return;
    }
    let mut padded = [b'0'; 11];
    padded[11 - written.len()..].copy_from_slice(&written);
    let check = |digits: &[u8]| {
        let weighted = digits.iter().rev().zip(2..).map(|(digit, weight): (_, u32)| u32::from(digit - b'0') * weight);
        let rest = weighted.sum::<u32>() * 10 % 11 % 10;
        b'0' + u8::try_from(rest).unwrap_or_default()
    };
    // 111.111.111-11 and its like satisfy the arithmetic and are nobody's.
    let repeated = padded.iter().all(|digit| *digit == padded[0]);
    if !repeated && check(&padded[..9]) == padded[9] && check(&padded[..10]) == padded[10] {
        normal.extend_from_slice(&padded[..9]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: Normalisation, text: &str, expected: Option<&str>) {
        let mut normal = Vec::new();
        let usable = normalise(rule, text.as_bytes(), &mut normal);
        let found = usable.then(|| String::from_utf8(normal).expect("text"));
        assert_eq!(found.as_deref(), expected, "{rule:?} {text:?}");
    }

    #[test]
    fn exact() {
        check(Normalisation::Exact1, "  00A-1 ", Some("00A-1"));
        check(Normalisation::Exact1, "  ", None);
    }

    #[test]
    fn digits_without_leading_zeros() {
        check(Normalisation::Digits1, " 0012.345-6 ", Some("123456"));
        check(Normalisation::Digits1, "1.2E+07", None);
        check(Normalisation::Digits1, "12345 K", None);
        check(Normalisation::Digits1, "000", None);
    }

    #[test]
    fn letters_without_accents() {
        check(Normalisation::Alphanumeric1, "peñá-01 x", Some("PENA01X"));
        check(Normalisation::Alphanumeric1, "00ab", Some("AB"));
        check(Normalisation::Alphanumeric1, "ﬁ１", Some("FI1"));
        check(Normalisation::Alphanumeric1, "--", None);
    }

    /// 12.345.678-5 is the textbook example; K and 0 are the two special check digits.
    #[test]
    fn chilean_run() {
        check(Normalisation::Run1, "12.345.678-5", Some("12345678"));
        check(Normalisation::Run1, "0123456785", None);
        check(Normalisation::Run1, "12345678-4", None);
        check(Normalisation::Run1, "1000005-k", Some("1000005"));
        check(Normalisation::Run1, "123-x", None);
        check(Normalisation::Run1, "5", None);
    }

    /// 111.444.777-35 is the textbook example of the Receita Federal's check.
    #[test]
    fn brazilian_cpf() {
        check(Normalisation::Cpf1, "111.444.777-35", Some("111444777"));
        check(Normalisation::Cpf1, "11144477734", None);
        check(Normalisation::Cpf1, "111.111.111-11", None);
        check(Normalisation::Cpf1, "1.91", Some("000000001"));
        check(Normalisation::Cpf1, "", None);
    }
}
