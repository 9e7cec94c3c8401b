//! Records to be linked, and which sources gave some for which country and year.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use matricula_spec::Catalogue;

use super::classes::{SharedClasses, SourceCodes};
use super::layout::LinkLayout;
use crate::spool::{self, Scratch, Spool};

/// Source, country and year.
pub(super) type Seen = (u16, u16, u16);

/// Records of all threads.
pub(super) struct Records {
    spool: Spool,
    seen: Mutex<BTreeSet<Seen>>,
    classes: Mutex<BTreeMap<u16, Arc<SharedClasses>>>,
}

/// What one thread has gathered of a source.
#[derive(Debug, Default)]
pub struct Gathered {
    /// For each part the shared number of each of the thread's classes.
    pub(super) numbers: Vec<Vec<u32>>,
    pub(super) sent: Sent,
}

/// What is not yet on its way.
#[derive(Debug, Default)]
pub(super) struct Sent {
    records: spool::Gathered,
    seen: BTreeSet<Seen>,
    /// Most records come from where the one before came from.
    last: Option<Seen>,
}

impl Records {
    /// None yet.
    pub(super) fn new(scratch: Scratch<'_>) -> Self {
        Self { spool: Spool::new(scratch), seen: Mutex::default(), classes: Mutex::default() }
    }

    /// The classes of a source.
    pub(super) fn classes(&self, source: u16) -> Arc<SharedClasses> {
        let mut classes = self.classes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(classes.entry(source).or_default())
    }

    /// The sources that records may have come from, with what their classes say.
    pub(super) fn sources(&self, catalogue: &Catalogue, layout: &LinkLayout) -> BTreeMap<u16, SourceCodes> {
        let classes = self.classes.lock().unwrap_or_else(PoisonError::into_inner);
        classes.iter().map(|(source, classes)| (*source, classes.read(catalogue, layout))).collect()
    }

    /// Adds a record to a partition; `seen` where it can be found again.
    pub(super) fn push(&self, gathered: &mut Sent, partition: usize, record: &[u8], seen: Option<Seen>) {
        if seen.is_some() && seen != gathered.last {
            gathered.seen.extend(seen);
            gathered.last = seen;
        }
        self.spool.push(&mut gathered.records, partition, record);
    }

    /// A thread is done.
    pub(super) fn finish(&self, gathered: Gathered) {
        self.spool.finish(gathered.sent.records);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).extend(gathered.sent.seen);
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
