//! Identifiers as hashes, and those that a program took for floating-point numbers and wrote as such.

use matricula_spec::model::dimension::CodeId;

use super::identity_hash::IdentityHasher;
use super::recode::KEY_SEPARATOR;
use crate::pseudonym::PseudonymPlan;
use crate::raw::block::RawBlock;

/// What stands for an identifier in a record; the identifier itself is kept nowhere.
#[derive(Debug, Clone)]
pub(super) enum IdentifierPlan {
    /// Of a record, such as a pupil's: nearly every row has another.
    OfRecord(OfYear),
    /// Follows a pupil over the years.
    Pseudonym(PseudonymPlan),
    /// Of a unit that has many records, such as a school: looked at once a unit.
    OfUnit {
        /// What makes it up.
        identifier: OfYear,
        /// Whether it is the same unit in every year.
        lasting: bool,
    },
}

/// An identifier in the country and year in which alone it is unique.
#[derive(Debug, Clone)]
pub(super) struct OfYear {
    pub(super) columns: Vec<usize>,
    pub(super) first_only: bool,
}

/// What stands for the identifiers that rules compare, told by their columns alone.
#[derive(Debug)]
pub(crate) struct EarlyIdentities<'a> {
    identifiers: Vec<&'a OfYear>,
    /// Country and year of every record.
    place: [CodeId; 2],
    columns: Vec<usize>,
}

impl<'a> EarlyIdentities<'a> {
    /// Those of records whose country and year are fixed.
    pub(super) fn new(identifiers: &'a [IdentifierPlan], place: [CodeId; 2]) -> Self {
        let of_record = |identifier: &'a IdentifierPlan| match identifier {
            IdentifierPlan::OfRecord(identifier) => Some(identifier),
            IdentifierPlan::Pseudonym(_) | IdentifierPlan::OfUnit { .. } => None,
        };
        let identifiers: Vec<_> = identifiers.iter().map_while(of_record).collect();
        let mut columns: Vec<usize> = identifiers.iter().flat_map(|identifier| identifier.columns.clone()).collect();
        columns.sort_unstable();
        columns.dedup();
        Self { identifiers, place, columns }
    }

    /// Positions of the columns that tell.
    pub(crate) fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// The hash of an identifier of a row, as the row's record will have it; nothing where it is blank.
    pub(crate) fn of(&self, block: &RawBlock, row: usize, identifier: usize) -> Option<u128> {
        self.identifiers[identifier].hash(|column| block.column(column).get(row), self.place)
    }
}

impl IdentifierPlan {
    /// Positions of its columns.
    pub(super) fn columns(&self) -> Vec<usize> {
        match self {
            Self::OfRecord(identifier) | Self::OfUnit { identifier, .. } => identifier.columns.clone(),
            Self::Pseudonym(pseudonym) => pseudonym.columns().collect(),
        }
    }
}

impl OfYear {
    /// A hash of a unit's identifier with its country; the year is no part of it, and none of the columns may be blank.
    pub(super) fn lasting<'a>(&self, text: impl Fn(usize) -> &'a [u8], ref_area: CodeId) -> Option<u128> {
        let mut hasher = blake3::Hasher::new();
        for column in &self.columns {
            let text = text(*column);
            if text.is_empty() {
                return None;
            }
            hasher.update(text).update(&[KEY_SEPARATOR]);
        }
        if self.columns.is_empty() {
            return None;
        }
        for code in [ref_area, CodeId::TOTAL] {
            hasher.update(&code.0.to_le_bytes());
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        Some(u128::from_le_bytes(bytes))
    }

    /// 128 bits of a hash of the identifier with its country and year, in which alone it is unique;
    /// nothing where there is none, and the identifier itself is kept nowhere.
    /// The same number in two columns is not the same identifier.
    pub(super) fn hash<'a>(&self, text: impl Fn(usize) -> &'a [u8], place: [CodeId; 2]) -> Option<u128> {
        let mut hasher = IdentityHasher::new();
        // Of several columns that only together identify, none may be blank.
        let mut blank = self.first_only || self.columns.is_empty();
        for (position, column) in self.columns.iter().enumerate() {
            let text = text(*column);
            blank = if self.first_only { blank && text.is_empty() } else { blank || text.is_empty() };
            hasher.update(text).update(&[KEY_SEPARATOR]);
            if self.first_only && !blank {
                hasher.update(&position.to_le_bytes());
                break;
            }
        }
        if blank {
            return None;
        }
        place.iter().for_each(|code| {
            hasher.update(&code.0.to_le_bytes());
        });
        Some(hasher.finish())
    }
}

/// Whether a text is a floating-point number as programs write them: `12345678.0`, `1.2345678E+07`, `1e+16`.
///
/// Such a text is no identifier any more: digits may be gone, and the same pupil is another text elsewhere.
/// What might be an identifier is let through: `12.345.678-9`, `1234.1`, `12E5`.
pub(super) fn looks_like_floating_point(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole, rest) = text.split_at(digits);
    match (whole, rest) {
        ([], _) | (_, []) => false,
        // One digit before the exponent, and its sign where there is no fraction.
        ([_], [b'e' | b'E', b'+', exponent @ ..]) => are_digits(exponent),
        (_, [b'.' | b',', rest @ ..]) => {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (fraction, rest) = rest.split_at(digits);
            match rest {
                [] => !fraction.is_empty() && fraction.iter().all(|byte| *byte == b'0'),
                [b'e' | b'E', b'+' | b'-', exponent @ ..] | [b'e' | b'E', exponent @ ..] => {
                    whole.len() == 1 && !fraction.is_empty() && are_digits(exponent)
                }
                _ => false,
            }
        }
        _ => false,
    }
}

fn are_digits(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_write_for_floating_point_numbers() {
        let written = ["12345678.0", "5.00", "0.0", "1.2345678E+07", "1,2345678E+07", "1.2345678E7", "1e+16", "1.5e-3"];
        for text in written {
            assert!(looks_like_floating_point(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_may_be_an_identifier() {
        let identifiers = [
            "",
            "12345678",
            "00123",
            "12.345.678-9",
            "12.345",
            "1234.1",
            "12E5",
            "1E5",
            "12E+05",
            "1.0.0",
            "1.",
            ".0",
            "E+05",
            "1E+",
            "1.5E",
            "1.5E+",
            "12345678-0",
            "A1.0",
            "1.0A",
            "1.2E+0A",
            "10.20",
        ];
        for text in identifiers {
            assert!(!looks_like_floating_point(text.as_bytes()), "{text}");
        }
    }
}
