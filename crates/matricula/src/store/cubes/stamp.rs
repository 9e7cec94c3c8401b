//! What tells that a file is the same without reading it: its size and when it was last modified.

use std::fs::{self, Metadata};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// Size and time of the last modification of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    bytes: u64,
    seconds: i64,
    nanoseconds: i64,
}

/// A file that was modified so shortly before it was hashed may have been modified again with the same time.
const TOO_RECENT: i64 = 2;

impl Stamp {
    /// The stamp of a file; nothing where it cannot be told.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        of_metadata(&fs::metadata(path).ok()?)
    }

    /// Size of the file.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether the file was last modified well before a moment, which another stamp tells.
    pub(super) fn is_well_before(&self, moment: &Self) -> bool {
        (self.seconds, self.nanoseconds) < (moment.seconds - TOO_RECENT, moment.nanoseconds)
    }
}

#[cfg(unix)]
fn of_metadata(metadata: &Metadata) -> Option<Stamp> {
    use std::os::unix::fs::MetadataExt;
    Some(Stamp { bytes: metadata.len(), seconds: metadata.mtime(), nanoseconds: metadata.mtime_nsec() })
}

/// Without times as numbers nothing is known to be unchanged, and every file is hashed.
#[cfg(not(unix))]
fn of_metadata(_metadata: &Metadata) -> Option<Stamp> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_modified_well_before_is_trusted() {
        let at = |seconds, nanoseconds| Stamp { bytes: 1, seconds, nanoseconds };
        assert!(at(97, 999_999_999).is_well_before(&at(100, 0)));
        assert!(at(98, 4).is_well_before(&at(100, 5)));
        assert!(!at(98, 5).is_well_before(&at(100, 5)));
        assert!(!at(99, 0).is_well_before(&at(100, 0)));
        assert!(!at(101, 0).is_well_before(&at(100, 0)));
    }
}
