//! Counts as fixed-point numbers.

use matricula_spec::model::mapping::NumberFormat;

use super::tally::AmountTally;

/// Largest count that is taken: nine million millions, so that a million times it fits 64 bits.
const LARGEST: i64 = 9_000_000_000_000;

/// A count in units of the format's decimals; `Ok(None)` where it is missing, `Err(())` where it was tallied as wrong.
pub(super) fn parse(text: &[u8], format: &NumberFormat, wrong: &mut AmountTally) -> Result<Option<i64>, ()> {
    if text.is_empty() || format.missing.iter().any(|missing| missing.as_bytes() == text) {
        return Ok(None);
    }
    let count = match digits(text, format) {
        Ok(units) => return Ok(Some(units)),
        Err(Wrong::Negative) => &mut wrong.negative,
        Err(Wrong::NotANumber) => &mut wrong.not_a_number,
        Err(Wrong::TooManyDecimals) => &mut wrong.too_many_decimals,
        Err(Wrong::TooLarge) => &mut wrong.too_large,
    };
    *count += 1;
    Err(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Negative,
    NotANumber,
    TooManyDecimals,
    TooLarge,
}

fn digits(text: &[u8], format: &NumberFormat) -> Result<i64, Wrong> {
    let text = match text.strip_suffix(b"%") {
        Some(number) if format.percent => number.trim_ascii(),
        _ => text,
    };
    let (negative, text) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut parts = text.splitn(2, |byte| *byte == format.decimal_separator);
    let whole = parts.next().unwrap_or_default();
    let decimals = parts.next();
    let well_formed = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let whole: Vec<u8> = whole.iter().copied().filter(|byte| Some(*byte) != format.thousands_separator).collect();
    if whole.is_empty() || !well_formed(&whole) || decimals.is_some_and(|d| d.is_empty() || !well_formed(d)) {
        return Err(Wrong::NotANumber);
    }
    let decimals = decimals.unwrap_or_default();
    let units = fixed_point(&whole, decimals, usize::from(format.decimals))?;
    if negative && units != 0 { Err(Wrong::Negative) } else { Ok(units) }
}

fn fixed_point(whole: &[u8], decimals: &[u8], places: usize) -> Result<i64, Wrong> {
    let (kept, beyond) = decimals.split_at(decimals.len().min(places));
    if beyond.iter().any(|digit| *digit != b'0') {
        return Err(Wrong::TooManyDecimals);
    }
    let zeros = std::iter::repeat_n(&b'0', places - kept.len());
    let mut units: i64 = 0;
    for digit in whole.iter().chain(kept).chain(zeros) {
        let next = units.checked_mul(10).and_then(|u| u.checked_add(i64::from(digit - b'0')));
        units = next.ok_or(Wrong::TooLarge)?;
    }
    let scale = 10_i64.pow(u32::try_from(places).unwrap_or(0));
    if units / scale > LARGEST { Err(Wrong::TooLarge) } else { Ok(units) }
}

#[cfg(test)]
mod tests {
    use matricula_spec::model::mapping::{Repeats, RowKind};

    use super::*;

    fn format(decimals: u8) -> NumberFormat {
        NumberFormat {
            decimals,
            decimal_separator: b'.',
            thousands_separator: Some(b','),
            percent: true,
            missing: vec!["-1".to_owned()],
            rows: RowKind::Pieces,
            repeats: Repeats::Error,
        }
    }

    fn check(text: &str, decimals: u8, expected: Result<i64, Wrong>) {
        assert_eq!(digits(text.as_bytes(), &format(decimals)), expected, "{text}");
    }

    #[test]
    fn counts_are_exact_or_refused() {
        check("1288473", 0, Ok(1_288_473));
        check("1,288,473", 0, Ok(1_288_473));
        check("12.5", 5, Ok(1_250_000));
        check("12.500000000", 1, Ok(125));
        check("94.01%", 2, Ok(9401));
        check("12.55", 1, Err(Wrong::TooManyDecimals));
        check("-3", 0, Err(Wrong::Negative));
        check("-0.0", 1, Ok(0));
        check("1e5", 0, Err(Wrong::NotANumber));
        check("12.", 1, Err(Wrong::NotANumber));
        check(".5", 1, Err(Wrong::NotANumber));
        check("nan", 0, Err(Wrong::NotANumber));
        check("9000000000001", 0, Err(Wrong::TooLarge));
        check("99999999999999999999", 0, Err(Wrong::TooLarge));
    }

    #[test]
    fn a_declared_spelling_or_a_blank_is_missing() {
        let mut wrong = AmountTally::default();
        assert_eq!(parse(b"", &format(0), &mut wrong), Ok(None));
        assert_eq!(parse(b"-1", &format(0), &mut wrong), Ok(None));
        assert_eq!(parse(b"-2", &format(0), &mut wrong), Err(()));
        assert_eq!(wrong.negative, 1);
    }
}
