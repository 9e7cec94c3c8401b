//! Values of binary formats as text.

use std::fmt::{Display, Write};

use super::block::TextColumn;

/// A column of texts; nothing is blank.
pub(super) fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>, rows: usize) -> TextColumn {
    let mut column = TextColumn::with_capacity(rows, rows * 8);
    values.for_each(|value| column.push(value.unwrap_or_default().as_bytes()));
    column
}

/// A column of floating-point numbers: the shortest decimals that give the number again, without
/// exponent. What is not a number stays `NaN`, so that a mapping must say what it means.
pub(super) fn floats<T: Display>(values: impl Iterator<Item = Option<T>>, rows: usize) -> TextColumn {
    let mut column = TextColumn::with_capacity(rows, rows * 8);
    let mut text = String::new();
    for value in values {
        text.clear();
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = write!(text, "{value}");
        }
        column.push(text.as_bytes());
    }
    column
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
}
