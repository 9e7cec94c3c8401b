//! A record on its way between the passes, and which of several is preferred.
//!
//! Source and whether the pupil has a pseudonym; then, of those who have, pseudonym 16 bytes and school 8; then the
//! class of each part of the source. Numbers are written in as few bytes as they need.

use std::cmp::Ordering;

use matricula_spec::model::dimension::DimensionId;
use matricula_spec::model::mapping::{Amount, CountedUnit, Mapping};
use matricula_spec::model::rule::{Check, Preference};
use matricula_spec::{Batch, Catalogue};

use super::classes::LinkRecord;
use crate::harmonize::dimensions_of;

/// What the records of a batch's linked sources have in common.
#[derive(Debug, Clone)]
pub struct LinkLayout {
    /// The dimensions of all linked sources, ascending.
    dimensions: Vec<DimensionId>,
    /// Which of several records of a pupil in one year is followed.
    prefer: Vec<Preference>,
}

/// Whether the pupils of a mapping can be followed.
pub fn can_be_followed(mapping: &Mapping) -> bool {
    let counts_pupils = mapping.units.contains(&CountedUnit::Student) && mapping.amount == Amount::Rows;
    counts_pupils && !mapping.pseudonyms.is_empty()
}

impl LinkLayout {
    /// The layout of a batch's linked sources.
    pub fn new(catalogue: &Catalogue, batch: &Batch) -> Self {
        let mappings = batch.sources.iter().map(|source| &catalogue.mappings()[source.mapping]);
        let linked = mappings.filter(|mapping| can_be_followed(mapping));
        let mut dimensions: Vec<_> = linked.flat_map(|mapping| dimensions_of(catalogue, mapping)).collect();
        dimensions.sort_unstable();
        dimensions.dedup();
        let of_pupils = batch.rules.iter().find_map(|rule| match &catalogue.rules()[*rule].check {
            Check::Unique { identifier, prefer } if identifier == "student" => Some(prefer.clone()),
            _ => None,
        });
        Self { dimensions, prefer: of_pupils.unwrap_or_default() }
    }

    /// Which of several records of a pupil in one year is followed.
    pub fn prefer(&self) -> &[Preference] {
        &self.prefer
    }

    /// The dimensions of all linked sources, ascending.
    pub fn dimensions(&self) -> &[DimensionId] {
        &self.dimensions
    }

    /// Where a dimension stands among them.
    pub(super) fn position(&self, dimension: DimensionId) -> Option<usize> {
        self.dimensions.binary_search(&dimension).ok()
    }

    /// The one to be followed of two records in one year comes first; what is told decides, never their order.
    pub(super) fn preferred(&self, a: &LinkRecord<'_>, b: &LinkRecord<'_>) -> Ordering {
        let rank = |preference: &Preference, record: &LinkRecord<'_>| {
            let code = record.code(self.position(preference.variable)?)?;
            preference.order.iter().position(|listed| *listed == code)
        };
        let rank_or_last = |preference, record| rank(preference, record).unwrap_or(usize::MAX);
        let ranks = self.prefer.iter().map(|of| rank_or_last(of, a).cmp(&rank_or_last(of, b)));
        let code_or_last = |record: &LinkRecord<'_>, position| record.code(position).map_or(u16::MAX, |code| code.0);
        let codes = (0..self.dimensions.len()).map(|at| code_or_last(a, at).cmp(&code_or_last(b, at)));
        let unequal = ranks.chain(codes).find(|ordering| ordering.is_ne());
        unequal.unwrap_or_else(|| (a.school, a.source).cmp(&(b.school, b.source)))
    }
}

/// What stands before the classes of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) source: u16,
    /// Pseudonym and school, 0 where that is not told; nothing where the pupil has no pseudonym.
    pub(super) pupil: Option<(u128, u64)>,
}

impl Head {
    /// Writes it.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        write_number(u32::from(self.source) << 1 | u32::from(self.pupil.is_some()), bytes);
        if let Some((pseudonym, school)) = self.pupil {
            bytes.extend_from_slice(&pseudonym.to_le_bytes());
            bytes.extend_from_slice(&school.to_le_bytes());
        }
    }

    /// Reads one, and goes on behind it; nothing where the bytes end before it.
    pub(super) fn read(bytes: &mut &[u8]) -> Option<Self> {
        let first = read_number(bytes)?;
        let source = u16::try_from(first >> 1).ok()?;
        if first & 1 == 0 {
            return Some(Self { source, pupil: None });
        }
        let pseudonym = u128::from_le_bytes(*bytes.split_off(..16)?.as_array()?);
        let school = u64::from_le_bytes(*bytes.split_off(..8)?.as_array()?);
        Some(Self { source, pupil: Some((pseudonym, school)) })
    }
}

/// Writes a number: seven bits a byte, the lowest first, the highest bit set where more follow.
pub(super) fn write_number(mut number: u32, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(0x80 | (number & 0x7f) as u8);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Reads a number, and goes on behind it; nothing where the bytes end before it.
#[inline]
pub(super) fn read_number(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0;
    for shift in (0..u32::BITS).step_by(7) {
        let byte = *bytes.split_off_first()?;
        number |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let heads = [Head { source: u16::MAX, pupil: Some((u128::MAX - 5, 7)) }, Head { source: 3, pupil: None }];
        let numbers = [0, 1, 127, 128, 16_383, 16_384, u32::MAX];
        let mut bytes = Vec::new();
        for head in heads {
            head.write(&mut bytes);
            numbers.iter().for_each(|number| write_number(*number, &mut bytes));
        }
        let mut rest = bytes.as_slice();
        for head in heads {
            assert_eq!(Head::read(&mut rest), Some(head));
            assert_eq!(numbers.map(|_| read_number(&mut rest)), numbers.map(Some));
        }
        assert!(rest.is_empty());
        assert_eq!(Head::read(&mut rest), None);
        assert_eq!(Head::read(&mut &bytes[..20]), None, "cut short");
    }
}
