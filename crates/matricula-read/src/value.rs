//! Values of binary formats as text.

use std::fmt::{Display, Write};

use matricula_engine::raw::block::TextColumn;

/// A column of texts; nothing is blank.
pub(crate) fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>, rows: usize) -> TextColumn {
    let mut column = TextColumn::with_capacity(rows, rows * 8);
    values.for_each(|value| column.push(value.unwrap_or_default().as_bytes()));
    column
}

/// A column of floating-point numbers.
pub(crate) fn floats<T: Display>(values: impl Iterator<Item = Option<T>>, rows: usize) -> TextColumn {
    let mut column = TextColumn::with_capacity(rows, rows * 8);
    let mut text = String::new();
    for value in values {
        number(&mut text, value);
        column.push(text.as_bytes());
    }
    column
}

/// Writes a number in place of a text: the shortest decimals that give it again, without exponent.
/// Nothing is blank. What is not a number stays `NaN`, so that a mapping must say what it means.
pub(crate) fn number<T: Display>(text: &mut String, value: Option<T>) {
    text.clear();
    if let Some(value) = value {
        // Writing to a string cannot fail.
        let _ = write!(text, "{value}");
    }
}

/// Why a floating-point number is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It is not whole.
    Fraction,
    /// It is whole, and so large that it may have been another one.
    Large,
}

/// A floating-point number as the whole number it is, up to the largest of which that is certain.
pub(crate) fn whole(value: f64, most: f64) -> Result<i64, Unfit> {
    if value.fract() != 0.0 || !value.is_finite() {
        Err(Unfit::Fraction)
    } else if value.abs() > most {
        Err(Unfit::Large)
    } else {
        Ok(value as i64)
    }
}

/// Writes a day, counted from 1970-01-01, in place of a text: `YYYY-MM-DD`, with a sign where the year has not four
/// digits, as ISO 8601 asks for.
///
/// Years of 400 are alike, and begin in March, so that the leap day is the last.
pub(crate) fn day(text: &mut String, days: i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = year + era * 400 + next;
    text.clear();
    let _ = match year {
        0..=9999 => write!(text, "{year:04}-{month:02}-{day:02}"),
        _ => write!(text, "{year:+05}-{month:02}-{day:02}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_exactly() {
        let values = [Some(5.0), Some(0.1), Some(1e21), Some(1e-7), Some(-0.5), None, Some(f64::NAN)];
        let column = floats(values.into_iter(), values.len());
        let found: Vec<_> = (0..column.len()).map(|row| String::from_utf8_lossy(column.get(row))).collect();
        assert_eq!(found, ["5", "0.1", "1000000000000000000000", "0.0000001", "-0.5", "", "NaN"]);
        let narrow = floats([Some(0.1_f32)].into_iter(), 1);
        assert_eq!(narrow.get(0), b"0.1");
    }

    #[test]
    fn whole_numbers_are_told_from_others() {
        assert_eq!(whole(6.0, 100.0), Ok(6));
        assert_eq!(whole(-0.0, 100.0), Ok(0));
        assert_eq!(whole(6.5, 100.0), Err(Unfit::Fraction));
        assert_eq!(whole(101.0, 100.0), Err(Unfit::Large));
        assert_eq!(whole(f64::NAN, 100.0), Err(Unfit::Fraction));
        assert_eq!(whole(f64::INFINITY, 100.0), Err(Unfit::Fraction));
    }

    #[test]
    fn days_of_the_calendar() {
        let of = |days| {
            let mut text = String::new();
            day(&mut text, days);
            text
        };
        let days = [0, -1, 59, 11_016, 19_783, -3653, -719_528, 2_932_896, 2_932_897, -719_529];
        let expected = [
            "1970-01-01",
            "1969-12-31",
            "1970-03-01",
            "2000-02-29",
            "2024-03-01",
            "1960-01-01",
            "0000-01-01",
            "9999-12-31",
            "+10000-01-01",
            "-0001-12-31",
        ];
        assert_eq!(days.map(of), expected);
    }
}
