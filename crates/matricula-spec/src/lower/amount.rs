//! What a row adds to its cell.

use crate::model::mapping::{Amount, AmountColumn, NumberFormat, Repeats, RowKind};
use crate::raw::mapping::{RawAmount, RawRepeats, RawRows};

pub(crate) fn amount(raw: &RawAmount) -> Amount {
    match raw {
        RawAmount::Rows(_) => Amount::Rows,
        RawAmount::Column(raw) => Amount::Column(AmountColumn {
            name: raw.name.clone(),
            number: NumberFormat {
                decimals: raw.decimals,
                decimal_separator: byte(raw.decimal_separator).unwrap_or(b'.'),
                thousands_separator: byte(raw.thousands_separator),
                percent: raw.percent,
                missing: raw.missing.clone(),
                rows: rows(raw.rows),
                repeats: repeats(raw.repeats),
            },
        }),
        RawAmount::Unpivoted(raw) => Amount::Unpivoted(NumberFormat {
            decimals: raw.decimals,
            decimal_separator: byte(raw.decimal_separator).unwrap_or(b'.'),
            thousands_separator: byte(raw.thousands_separator),
            percent: raw.percent,
            missing: raw.missing.clone(),
            rows: rows(raw.rows),
            repeats: repeats(raw.repeats),
        }),
    }
}

/// A separator; one that is not ASCII becomes a byte that the check of numbers refuses.
fn byte(separator: Option<char>) -> Option<u8> {
    separator.map(|separator| u8::try_from(separator).ok().filter(u8::is_ascii).unwrap_or(0))
}

fn rows(raw: RawRows) -> RowKind {
    match raw {
        RawRows::Pieces => RowKind::Pieces,
        RawRows::Cells => RowKind::Cells,
    }
}

fn repeats(raw: RawRepeats) -> Repeats {
    match raw {
        RawRepeats::Error => Repeats::Error,
        RawRepeats::Sum => Repeats::Sum,
    }
}
