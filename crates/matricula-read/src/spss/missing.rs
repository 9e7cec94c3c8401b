//! Values that a producer declared to be missing.

use std::ops::RangeInclusive;

use super::bytes::Order;
use super::failure::Failure;

/// The values of a variable that stand for no value.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Missing {
    numbers: Vec<RangeInclusive<f64>>,
    texts: Vec<Vec<u8>>,
}

impl Missing {
    /// Up to three numbers; of two with a sign the ends of a range, of three also one number beside it.
    pub(crate) fn of_numbers(count: i32, values: &[[u8; 8]], order: Order) -> Result<Self, Failure> {
        let values: Vec<f64> = values.iter().map(|bytes| order.double(*bytes)).collect();
        let one = |value: &f64| *value..=*value;
        let numbers = match (count, values.as_slice()) {
            (0..=3, values) => values.iter().map(one).collect(),
            (-2, [low, high]) => vec![*low..=*high],
            (-3, [low, high, other]) => vec![*low..=*high, one(other)],
            _ => return Err(Failure::Damaged),
        };
        Ok(Self { numbers, ..Self::default() })
    }

    /// Of strings, also of long ones, only the first eight bytes count; the others must be blank.
    pub(crate) fn of_text(values: &[[u8; 8]]) -> Self {
        let texts = values.iter().map(|value| trimmed(value).to_vec()).collect();
        Self { texts, ..Self::default() }
    }

    pub(crate) fn has_number(&self, value: f64) -> bool {
        self.numbers.iter().any(|range| range.contains(&value))
    }

    pub(crate) fn has_text(&self, value: &[u8]) -> bool {
        self.texts.iter().any(|text| text == trimmed(value))
    }
}

/// A text without the blanks that fill it up.
pub(crate) fn trimmed(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| *byte != b' ' && *byte != 0).map_or(0, |last| last + 1);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: i32, values: &[f64]) -> Result<Missing, Failure> {
        let values: Vec<_> = values.iter().map(|value| value.to_be_bytes()).collect();
        Missing::of_numbers(count, &values, Order::Big)
    }

    #[test]
    fn numbers_ranges_and_a_number_beside_a_range() {
        let found = |missing: &Missing| [-1.0, 0.0, 8.0, 8.5, 9.0, 99.0].map(|value| missing.has_number(value));
        assert_eq!(found(&numbers(0, &[]).unwrap()), [false; 6]);
        assert_eq!(found(&numbers(2, &[9.0, -1.0]).unwrap()), [true, false, false, false, true, false]);
        assert_eq!(found(&numbers(-2, &[8.0, 9.0]).unwrap()), [false, false, true, true, true, false]);
        let lowest = f64::MIN.next_up();
        assert_eq!(found(&numbers(-3, &[lowest, 0.0, 99.0]).unwrap()), [true, true, false, false, false, true]);
        assert!(numbers(-1, &[0.0]).is_err());
    }

    #[test]
    fn texts_are_compared_without_what_fills_them_up() {
        let missing = Missing::of_text(&[*b"NS      ", *b"        "]);
        let found = ["NS", "NS          ", "", "   ", " NS", "NSX", "NS      X"];
        assert_eq!(found.map(|text| missing.has_text(text.as_bytes())), [true, true, true, true, false, false, false]);
    }
}
