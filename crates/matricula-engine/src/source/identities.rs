//! Which identifiers of a source occur more than once, in memory that does not grow with its rows.
//!
//! The row pass spools a keyed hash of each identifier. Partition by partition the hashes are sorted, and those that
//! occur again set a bit of a filter of fixed size. The second look takes whatever meets such a bit for a candidate;
//! a false one shares its identifier with nobody, and stays. So the filter decides how much is looked at, and never
//! what becomes of it.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use matricula_spec::model::batch::Source;
use matricula_spec::{Problem, ProblemCode, Problems};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use siphasher::sip128::{Hasher128 as _, SipHasher13};

use crate::location;
use crate::spool::{Gathered, PARTITIONS, Scratch, Spool};

/// Bytes of a keyed hash.
const WIDTH: usize = 16;

/// Fewest and most bits of a filter: at most 16 MiB.
const FILTER_BITS: [u64; 2] = [1 << 12, 1 << 27];

/// Bits for each identifier that occurs again: few strangers meet one that is set, and where few occur again the
/// filter fits the cache of a core.
const BITS_EACH: u64 = 128;

/// Identifiers on their way from the row pass to the search for those that occur again.
#[derive(Debug)]
pub(super) struct Identities {
    spool: Spool,
    secret: Secret,
}

/// What keeps the hashes in the file from telling identifiers: nobody can try out identifiers without it, and it is
/// gone with the run. Which identifiers occur again does not depend on it.
#[derive(Debug, Clone, Copy)]
struct Secret([u64; 2]);

/// The identifiers that occur more than once.
#[derive(Debug)]
pub(super) struct Shared {
    secret: Secret,
    filter: Vec<AtomicU64>,
    /// How many they are.
    pub(super) number: u64,
}

impl Identities {
    /// None yet.
    pub(super) fn new(scratch: Scratch<'_>) -> Self {
        let secret = [RandomState::new(), RandomState::new()].map(|state| state.build_hasher().finish());
        Self { spool: Spool::new(scratch), secret: Secret(secret) }
    }

    /// Adds one; `rule` tells identifiers apart that are not to be compared.
    pub(super) fn add(&self, gathered: &mut Gathered, rule: usize, identity: u128) {
        let keyed = self.secret.keyed(rule, identity);
        self.spool.push(gathered, partition_of(keyed), &keyed.to_le_bytes());
    }

    /// A thread is done.
    pub(super) fn finish(&self, gathered: Gathered) {
        self.spool.finish(gathered);
    }

    /// Those that occur more than once; what was added is gone afterwards.
    pub(super) fn shared(&self) -> io::Result<Shared> {
        // How many occur again is not known before all were looked at: sixteen bits for each that may.
        let bits = self.spool.bytes().next_power_of_two().clamp(FILTER_BITS[0], FILTER_BITS[1]);
        let filter = (0..bits / 64).map(|_| AtomicU64::new(0)).collect();
        let shared = Shared { secret: self.secret, filter, number: 0 };
        let in_partition = |partition| Ok(shared.note(&self.spool.take(partition)?));
        let number =
            (0..PARTITIONS).into_par_iter().map(in_partition).try_reduce(|| 0, |a, b| io::Result::Ok(a + b))?;
        Ok(Shared { number, ..shared }.folded())
    }
}

impl Secret {
    fn keyed(self, rule: usize, identity: u128) -> u128 {
        let mut hasher = SipHasher13::new_with_keys(self.0[0], self.0[1]);
        hasher.write(&identity.to_le_bytes());
        hasher.write(&(rule as u64).to_le_bytes());
        hasher.finish128().as_u128()
    }
}

impl Shared {
    /// Whether an identifier may be one of them; whoever is one is told so.
    pub(super) fn may_hold(&self, rule: usize, identity: u128) -> bool {
        let (word, bit) = self.place(self.secret.keyed(rule, identity));
        self.filter[word].load(Ordering::Relaxed) & bit != 0
    }

    /// The filter in as few bits as its identifiers need: a bit of the smaller one is set where any was that comes to it.
    fn folded(mut self) -> Self {
        let bits = (BITS_EACH * self.number).next_power_of_two().clamp(FILTER_BITS[0], FILTER_BITS[1]);
        let words = usize::try_from(bits / 64).unwrap_or(self.filter.len()).min(self.filter.len());
        let rest = self.filter.split_off(words);
        for (place, word) in rest.into_iter().enumerate() {
            self.filter[place % words].fetch_or(word.into_inner(), Ordering::Relaxed);
        }
        self.filter.shrink_to_fit();
        self
    }

    /// Sets the bits of what occurs more than once in a partition, and says how many these are.
    fn note(&self, partition: &[u8]) -> u64 {
        let mut hashes: Vec<u128> =
            partition.as_chunks::<WIDTH>().0.iter().map(|bytes| u128::from_le_bytes(*bytes)).collect();
        hashes.sort_unstable();
        let groups = hashes.chunk_by(PartialEq::eq).filter(|group| group.len() > 1);
        let set = |group: &[u128]| {
            let (word, bit) = self.place(group[0]);
            self.filter[word].fetch_or(bit, Ordering::Relaxed);
        };
        groups.map(set).count() as u64
    }

    /// The word and bit of the filter; the bits of the partition are not among those that choose.
    fn place(&self, keyed: u128) -> (usize, u64) {
        let bit = keyed as u64 & (self.filter.len() as u64 * 64 - 1);
        ((bit / 64) as usize, 1 << (bit % 64))
    }
}

fn partition_of(keyed: u128) -> usize {
    (keyed >> 120) as usize
}

/// What was to be kept of a source between two passes could not be.
pub(super) fn not_kept(source: &Source, error: &io::Error) -> Problems {
    let expected = "What a source's records are compared by fits the folder for temporary files.";
    let place = location::of_source(source, None);
    let problem = Problem::error(ProblemCode::ScratchUnusable, place, expected, error.kind().to_string());
    let help = "Free space where the output is written: the rules that compare records need 16 bytes a record and rule there, and about 100 bytes for each record that shares its identifier.";
    Box::new(problem.help(help)).into()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// The identifiers of three rules, shared out to so many threads; how often one occurs is told by a table.
    fn check(identities: &[(usize, u128)], memory: usize, threads: usize) {
        let folder = tempfile::tempdir().expect("a folder");
        let spooled = Identities::new(Scratch { folder: folder.path(), memory: Some(memory) });
        std::thread::scope(|scope| {
            for part in identities.chunks(identities.len().div_ceil(threads).max(1)) {
                scope.spawn(|| {
                    let mut gathered = Gathered::default();
                    part.iter().for_each(|(rule, identity)| spooled.add(&mut gathered, *rule, *identity));
                    spooled.finish(gathered);
                });
            }
        });
        let shared = spooled.shared().expect("a folder to write to");
        let mut times: HashMap<(usize, u128), u32> = HashMap::new();
        identities.iter().for_each(|identity| *times.entry(*identity).or_default() += 1);
        let again: Vec<_> = times.iter().filter(|(_, times)| **times > 1).map(|(identity, _)| *identity).collect();
        assert_eq!(shared.number, again.len() as u64);
        assert!(again.iter().all(|(rule, identity)| shared.may_hold(*rule, *identity)), "one is missed");
    }

    proptest! {
        #[test]
        fn what_occurs_again_is_what_a_table_says(
            identities in vec((0..3_usize, (0..40_u128).prop_map(|low| low << 90 | low)), 0..300),
            memory in prop_oneof![Just(0), Just(200), Just(1 << 20)],
            threads in 1..5_usize,
        ) {
            check(&identities, memory, threads);
        }
    }

    #[test]
    fn many_identifiers_beyond_the_memory() {
        let identities: Vec<_> = (0..300_000_u128).map(|number| (0, number % 290_000)).collect();
        check(&identities, 100_000, 3);
    }

    #[test]
    fn most_strangers_are_told_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let spooled = Identities::new(Scratch { folder: folder.path(), memory: None });
        let mut gathered = Gathered::default();
        (0..20_000_u128).for_each(|number| spooled.add(&mut gathered, 0, number / 2));
        spooled.finish(gathered);
        let shared = spooled.shared().expect("in memory");
        let taken = (10_000..110_000).filter(|number| shared.may_hold(0, *number)).count();
        assert!(taken < 10_000, "{taken} of 100,000 strangers");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder").path().join("gone");
        let spooled = Identities::new(Scratch { folder: &folder, memory: Some(0) });
        let mut gathered = Gathered::default();
        spooled.add(&mut gathered, 0, 1);
        spooled.finish(gathered);
        assert_eq!(spooled.shared().expect_err("no folder").kind(), io::ErrorKind::NotFound);
    }
}
