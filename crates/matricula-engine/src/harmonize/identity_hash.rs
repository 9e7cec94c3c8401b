//! 128 bits that stand for an identifier inside a run.
//!
//! They tell records apart and leave the program only into the nameless file of [`crate::spool`], under a
//! secret of that run (`source/identities.rs`); what follows pupils from year to year is a pseudonym, which this
//! is not. The key is fixed because which of two records that agree in every code stays is decided by these bits,
//! and must be the same in every run. It need not be secret: who could choose identifiers so that they collide
//! writes the file, and takes a record out by leaving out its row.

use std::hash::Hasher as _;

use siphasher::sip128::{Hasher128 as _, SipHasher13};

/// Any numbers will do, and a change would move ties.
const KEY: [u64; 2] = [0x6d61_7472_6963_756c, 0x6964_656e_7469_7479];

/// Hashes what is given to it part by part; where parts end must be told by the parts.
#[derive(Debug, Clone)]
pub(crate) struct IdentityHasher(SipHasher13);

impl IdentityHasher {
    /// Nothing hashed yet.
    pub(crate) fn new() -> Self {
        Self(SipHasher13::new_with_keys(KEY[0], KEY[1]))
    }

    /// Another part.
    pub(crate) fn update(&mut self, part: &[u8]) -> &mut Self {
        self.0.write(part);
        self
    }

    /// The hash of all parts.
    pub(crate) fn finish(&self) -> u128 {
        self.0.finish128().as_u128()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SipHash-1-3-128 is a published function: its value must not depend on machine, compiler or release.
    #[test]
    fn parts_are_hashed_as_one_text() {
        let of = |parts: &[&str]| {
            let mut hasher = IdentityHasher::new();
            parts.iter().for_each(|part| {
                hasher.update(part.as_bytes());
            });
            hasher.finish()
        };
        assert_eq!(of(&["1234", "", "5678", "9"]), of(&["123456789"]));
        assert_ne!(of(&["123456789"]), of(&["123456780"]));
        assert_ne!(of(&[]), of(&["\0"]));
    }
}
