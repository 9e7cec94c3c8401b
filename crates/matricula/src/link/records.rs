//! Records to be linked, and which sources gave some for which country and year.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Mutex, PoisonError};

use crate::store::spool::{self, Scratch, Spool};

/// Source, country and year.
pub(super) type Seen = (u16, u16, u16);

/// Records of all threads.
pub(super) struct Records {
    spool: Spool,
    seen: Mutex<BTreeSet<Seen>>,
}

/// What one thread has gathered and not yet sent on its way.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    records: spool::Gathered,
    seen: BTreeSet<Seen>,
    /// Most records come from where the one before came from.
    last: Option<Seen>,
}

impl Records {
    /// None yet.
    pub(super) fn new(scratch: Scratch<'_>) -> Self {
        Self { spool: Spool::new(scratch), seen: Mutex::default() }
    }

    /// Adds a record to a partition; `seen` where it can be found again.
    pub(super) fn push(&self, gathered: &mut Gathered, partition: usize, record: &[u8], seen: Option<Seen>) {
        if seen.is_some() && seen != gathered.last {
            gathered.seen.extend(seen);
            gathered.last = seen;
        }
        self.spool.push(&mut gathered.records, partition, record);
    }

    /// A thread is done.
    pub(super) fn finish(&self, gathered: Gathered) {
        self.spool.finish(gathered.records);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).extend(gathered.seen);
    }

    /// Which sources gave records that can be found again, for which country and year.
    pub(super) fn seen(&self) -> BTreeSet<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the records of a partition out, one after the other.
    pub(super) fn take(&self, partition: usize) -> io::Result<Vec<u8>> {
        self.spool.take(partition)
    }
}
