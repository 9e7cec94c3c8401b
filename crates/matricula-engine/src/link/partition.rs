//! The records of a partition, read back column by column.

use std::collections::BTreeMap;
use std::io;

use super::classes::{LinkRecord, SourceCodes};
use super::layout::{Head, read_number};
use crate::harmonize::{Classes, Classified};

/// A record that is not counted: another of its pupil was followed.
pub(super) const NOT_FOLLOWED: u32 = u32::MAX;

/// The records of a partition that are not of refused sources.
pub(super) struct Partition {
    /// Of those who have a pseudonym.
    pub(super) known: Vec<Known>,
    pub(super) rows: BTreeMap<u16, Rows>,
}

/// A record of somebody with a pseudonym, which is never printed.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) pupil: u128,
    pub(super) school: u64,
    pub(super) source: u16,
    pub(super) row: u32,
}

/// The classes of the records of one source, part by part.
pub(super) struct Rows {
    pub(super) parts: Vec<Vec<u32>>,
    /// Whether they have no pseudonym.
    pub(super) nobody: Vec<bool>,
}

impl Partition {
    /// Reads the records of a partition, pupil by pupil.
    pub(super) fn read(
        bytes: &[u8],
        sources: &BTreeMap<u16, SourceCodes>,
        refused: impl Fn(u16) -> bool,
    ) -> io::Result<Self> {
        let empty = |codes: &SourceCodes| Rows { parts: vec![Vec::new(); codes.classes().len()], nobody: Vec::new() };
        let mut read =
            Self { known: Vec::new(), rows: sources.iter().map(|(source, codes)| (*source, empty(codes))).collect() };
        let mut rest = bytes;
        while !rest.is_empty() {
            read.add(&mut rest).ok_or(io::ErrorKind::InvalidData)?;
        }
        read.known.retain(|record| !refused(record.source));
        read.rows.retain(|source, _| !refused(*source));
        read.known.sort_unstable_by_key(|record| record.pupil);
        Ok(read)
    }

    fn add(&mut self, bytes: &mut &[u8]) -> Option<()> {
        let Head { source, pupil } = Head::read(bytes)?;
        let rows = self.rows.get_mut(&source)?;
        if let Some((pupil, school)) = pupil {
            let row = u32::try_from(rows.nobody.len()).ok()?;
            self.known.push(Known { pupil, school, source, row });
        }
        rows.nobody.push(pupil.is_none());
        rows.parts.iter_mut().try_for_each(|classes| {
            classes.push(read_number(bytes)?);
            Some(())
        })
    }

    /// A record.
    pub(super) fn record<'a>(&'a self, sources: &'a BTreeMap<u16, SourceCodes>, of: &Known) -> Option<LinkRecord<'a>> {
        let (codes, rows) = (sources.get(&of.source)?, self.rows.get(&of.source)?);
        Some(LinkRecord::new(codes, &rows.parts, of.row as usize, (of.source, of.school)))
    }
}

impl Rows {
    /// Only those that are told something.
    pub(super) fn followed(&mut self, told: &mut Vec<u32>) {
        if told.contains(&NOT_FOLLOWED) {
            for part in &mut self.parts {
                let mut told = told.iter();
                part.retain(|_| told.next().is_some_and(|told| *told != NOT_FOLLOWED));
            }
            told.retain(|told| *told != NOT_FOLLOWED);
        }
    }
}

/// The records of a source with what they are told, which is one part more.
pub(super) struct ToldRows<'a> {
    pub(super) classes: &'a [Classes],
    pub(super) parts: &'a [Vec<u32>],
    /// What can be told, and what each record is.
    pub(super) told: (&'a Classes, &'a [u32]),
}

impl Classified for ToldRows<'_> {
    fn records(&self) -> usize {
        self.told.1.len()
    }

    fn parts(&self) -> usize {
        self.parts.len() + 1
    }

    fn part(&self, part: usize) -> &[u32] {
        self.parts.get(part).map_or(self.told.1, Vec::as_slice)
    }

    fn classes(&self, part: usize) -> &Classes {
        self.classes.get(part).unwrap_or(self.told.0)
    }
}
