//! The values of a row as text.

use std::fmt::Write as _;

use super::dictionary::{Dictionary, ELEMENT, Kind, Variable};
use super::missing::trimmed;
use crate::value::{Unfit, day, number, whole};

/// Above this, a number does not hold every whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;
const SECONDS_OF_DAY: i64 = 86_400;
/// Days from 1582-10-14, day 0 of SPSS, to 1970-01-01.
const DAY_ZERO: i64 = -141_428;
/// Days up to the last of 9999.
const DAYS: i64 = 3_074_325;

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    Text,
    Number(Unfit),
}

/// A value to be read.
pub(crate) struct Reading<'a> {
    pub(crate) row: &'a [u8],
    pub(crate) variable: &'a Variable,
    /// Whether it may have a fraction.
    pub(crate) numeric: bool,
    pub(crate) dictionary: &'a Dictionary,
}

impl Reading<'_> {
    /// So many bytes from an element on; a row has all that its variables name.
    fn bytes(&self, first: usize, count: usize) -> &[u8] {
        self.row.get(first * ELEMENT..first * ELEMENT + count).unwrap_or_default()
    }
}

/// Writes a value in place of a text; nothing if it is missing.
pub(crate) fn write(text: &mut String, reading: &Reading<'_>) -> Result<(), Wrong> {
    text.clear();
    match &reading.variable.kind {
        Kind::Number(format) => {
            let element = reading.bytes(reading.variable.first, ELEMENT).first_chunk().copied().unwrap_or_default();
            let value = reading.dictionary.order.double(element);
            let absent = reading.dictionary.absent;
            let missing = (absent..=absent).contains(&value) || value <= f64::MIN;
            if missing || reading.variable.missing.has_number(value) {
                return Ok(());
            }
            write_number(text, value, Shown::of(*format), reading.numeric)
        }
        Kind::Text(segments) => {
            let mut parts = segments.iter().map(|(first, count)| reading.bytes(*first, *count));
            match segments.len() {
                1 => write_text(text, parts.next().unwrap_or_default(), reading),
                _ => write_text(text, &parts.collect::<Vec<_>>().concat(), reading),
            }
        }
    }
}

fn write_text(text: &mut String, bytes: &[u8], reading: &Reading<'_>) -> Result<(), Wrong> {
    let bytes = trimmed(bytes);
    if reading.variable.missing.has_text(bytes) {
        return Ok(());
    }
    match std::str::from_utf8(bytes) {
        Ok(plain) if plain.is_ascii() => text.push_str(plain),
        _ => {
            let decoded = reading.dictionary.text.decode_without_bom_handling_and_without_replacement(bytes);
            text.push_str(&decoded.ok_or(Wrong::Text)?);
        }
    }
    Ok(())
}

/// How a display format shows a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Number,
    Day,
    Moment,
}

impl Shown {
    fn of(format: u8) -> Self {
        match format {
            // DATE, ADATE, JDATE, MOYR, QYR, WKYR, EDATE, SDATE.
            20 | 23 | 24 | 28 | 29 | 30 | 38 | 39 => Self::Day,
            // DATETIME, YMDHMS.
            22 | 41 => Self::Moment,
            _ => Self::Number,
        }
    }
}

fn write_number(text: &mut String, value: f64, shown: Shown, numeric: bool) -> Result<(), Wrong> {
    let seconds = value.floor() as i64;
    let days = seconds.div_euclid(SECONDS_OF_DAY);
    // What is no day of the calendar stays a number.
    if shown != Shown::Number && !value.is_nan() && (0..DAYS).contains(&days) {
        day(text, days + DAY_ZERO);
        if shown == Shown::Moment {
            let of_day = seconds.rem_euclid(SECONDS_OF_DAY);
            // Writing to a string cannot fail.
            let _ = write!(text, "T{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60);
        }
        return Ok(());
    }
    match numeric {
        true => number(text, Some(value)),
        false => number(text, Some(whole(value, EXACT).map_err(Wrong::Number)?)),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: f64, format: u8, numeric: bool) -> Result<String, Wrong> {
        let mut text = String::new();
        write_number(&mut text, value, Shown::of(format), numeric).map(|()| text)
    }

    #[test]
    fn days_and_moments() {
        let day = 86_400.0;
        for format in [20, 23, 24, 28, 29, 30, 38, 39] {
            assert_eq!(written(0.0, format, false).unwrap(), "1582-10-14");
            assert_eq!(written(141_428.0 * day, format, false).unwrap(), "1970-01-01");
            assert_eq!(written(160_469.0 * day + 1.5, format, false).unwrap(), "2022-02-18");
            assert_eq!(written(3_074_324.0 * day, format, false).unwrap(), "9999-12-31");
            assert_eq!(written(-1.0, format, false).unwrap(), "-1");
        }
        assert_eq!(written(160_469.0 * day, 22, false).unwrap(), "2022-02-18T00:00:00");
        assert_eq!(written(160_469.0 * day + 3_661.5, 41, false).unwrap(), "2022-02-18T01:01:01");
        assert_eq!(written(3_661.0, 21, false).unwrap(), "3661");
        assert_eq!(written(f64::NAN, 20, false), Err(Wrong::Number(Unfit::Fraction)));
    }

    #[test]
    fn numbers_with_fractions_and_too_large_ones() {
        assert_eq!(written(6.0, 5, false).unwrap(), "6");
        assert_eq!(written(6.5, 5, false), Err(Wrong::Number(Unfit::Fraction)));
        assert_eq!(written(6.5, 5, true).unwrap(), "6.5");
        assert_eq!(written(9_007_199_254_740_994.0, 5, false), Err(Wrong::Number(Unfit::Large)));
    }
}
