//! Records that may share an identifier with another, on their way to the rule that compares them.

use std::io;

use matricula_spec::model::dimension::CodeId;

use crate::spool::{Gathered, Scratch, Spool};
use crate::validate::Candidate;

/// Candidates in partitions, so that those with one identifier of a rule are in the same.
#[derive(Debug)]
pub(super) struct Candidates {
    spool: Spool,
    /// Codes of each record.
    codes: usize,
    /// Identifiers of each record.
    identifiers: usize,
    /// Which of them brings records together.
    position: usize,
}

impl Candidates {
    /// None yet, for rule number `position`.
    pub(super) fn new(scratch: Scratch<'_>, codes: usize, identifiers: usize, position: usize) -> Self {
        Self { spool: Spool::new(scratch), codes, identifiers, position }
    }

    /// Adds one.
    pub(super) fn add(&self, gathered: &mut Gathered, candidate: &Candidate) {
        let mut bytes = Vec::with_capacity(self.width());
        candidate.codes.iter().for_each(|code| bytes.extend(code.0.to_le_bytes()));
        bytes.extend(candidate.amount.to_le_bytes());
        for identifier in &candidate.identifiers {
            bytes.push(u8::from(identifier.is_some()));
            bytes.extend(identifier.unwrap_or_default().to_le_bytes());
        }
        // Where a record has none it is compared with nobody, and any partition does.
        let identifier =
            candidate.identifiers[self.position].or(candidate.identifiers.iter().copied().flatten().next());
        self.spool.push(gathered, (identifier.unwrap_or_default() >> 120) as usize, &bytes);
    }

    /// A thread is done.
    pub(super) fn finish(&self, gathered: Gathered) {
        self.spool.finish(gathered);
    }

    /// Those of a partition, a block at a time; they are gone afterwards.
    pub(super) fn take(&self, partition: usize) -> io::Result<impl Iterator<Item = io::Result<Vec<Candidate>>> + '_> {
        let blocks = self.spool.blocks(partition)?;
        Ok(blocks.map(|block| Ok(block?.chunks_exact(self.width()).map(|bytes| self.read(bytes)).collect())))
    }

    fn width(&self) -> usize {
        2 * self.codes + 8 + 17 * self.identifiers
    }

    fn read(&self, bytes: &[u8]) -> Candidate {
        let (codes, rest) = bytes.split_at(2 * self.codes);
        let (amount, identifiers) = rest.split_at(8);
        let code = |bytes: &[u8; 2]| CodeId(u16::from_le_bytes(*bytes));
        let identifier = |bytes: &[u8; 17]| {
            let [known, hash @ ..] = *bytes;
            (known == 1).then(|| u128::from_le_bytes(hash))
        };
        Candidate {
            codes: codes.as_chunks().0.iter().map(code).collect(),
            amount: amount.as_chunks().0.iter().map(|bytes| i64::from_le_bytes(*bytes)).sum(),
            identifiers: identifiers.as_chunks().0.iter().map(identifier).collect(),
        }
    }
}
