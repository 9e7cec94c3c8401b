//! The row pass of one source: blocks are read, harmonized, validated, gathered and counted in parallel; partial counts
//! add up in any order.

use matricula_spec::{Problem, Problems};
use rayon::iter::{ParallelBridge, ParallelIterator};

use super::identities::not_kept;
use super::plan::{GrainPlan, SourcePlan};
use crate::aggregate::counter::Counter;
use crate::aggregate::cuboids::Cuboids;
use crate::aggregate::keyed_sums::KeyedSums;
use crate::cube::key::Key;
use crate::harmonize::identity_hash::IdentityHasher;
use crate::harmonize::refuses_repeats;
use crate::harmonize::{Classified, HarmonizeState, HarmonizeTally, HarmonizedBlock};
use crate::link;
use crate::progress::Progress;
use crate::raw::{Chunk, Opened, Reader, Sieve};
use crate::spool::Gathered;
use crate::validate::{ValidateState, ValidateTally};

/// What a part of the source's rows gives.
#[derive(Default)]
pub(super) struct Partial {
    pub(super) harmonized: HarmonizeTally,
    pub(super) validated: ValidateTally,
    /// Records counted.
    pub(super) counted: u64,
    pub(super) cuboids: Vec<KeyedSums<Key>>,
    /// The same for each grain, by the hash of the unit and key.
    pub(super) grains: Vec<KeyedSums<(u128, Key)>>,
    /// Coordinates that stand in several rows, where none may.
    pub(super) cells_twice: u64,
    pub(super) problems: Vec<Problem>,
    /// Optional columns that files lack.
    pub(super) lacking: Vec<Problem>,
}

/// A thread's part of the source while its blocks pass.
struct Passing {
    harmonize: HarmonizeState,
    validate: ValidateState,
    gathered: GatheredOfThread,
    sums: SumsOfThread,
    /// What adds up already.
    partial: Partial,
}

/// What is not yet on its way.
#[derive(Default)]
struct GatheredOfThread {
    /// Records to be linked.
    linked: link::Gathered,
    identities: Gathered,
    coordinates: Gathered,
}

/// Counters by the numbers of the thread's own classes.
struct SumsOfThread {
    cuboids: Cuboids,
    grains: Vec<Counter>,
}

impl SourcePlan<'_> {
    /// The row pass: every row is read, harmonized, validated, gathered and counted.
    pub(super) fn pass(&self, reader: &dyn Reader, progress: &dyn Progress) -> Result<Partial, Problems> {
        let Opened { lacking, chunks } = reader.open(&self.columns())?;
        let mut counted = chunks
            .par_bridge()
            .fold(|| self.passing(), |passing, chunk| self.add_chunk(passing, chunk, progress))
            .map(|passing| self.passed(passing))
            .reduce(|| self.nothing(), Partial::plus);
        counted.lacking = lacking;
        counted.cells_twice = self.coordinates.shared().map_err(|error| not_kept(self.source, &error))?.number;
        Ok(counted)
    }

    fn add_chunk(
        &self,
        mut passing: Passing,
        chunk: Result<Box<dyn Chunk>, Box<Problem>>,
        progress: &dyn Progress,
    ) -> Passing {
        let bytes = chunk.as_ref().map_or(0, |chunk| chunk.bytes());
        passing.harmonize.make_room(&self.harmonize);
        if let Err(problem) = chunk.and_then(|chunk| self.pass_chunk(&*chunk, &mut passing)) {
            passing.partial.problems.push(*problem);
        }
        progress.read(bytes);
        passing
    }

    /// The stages of the rows of a chunk.
    fn pass_chunk(&self, chunk: &dyn Chunk, passing: &mut Passing) -> Result<(), Box<Problem>> {
        let Passing { harmonize, validate, gathered, sums, partial, .. } = passing;
        let raw = chunk.parse(&mut harmonize.dictionaries, None)?;
        let harmonized = self.harmonize.harmonize(&raw, harmonize);
        let validated = self.validate.validate(harmonized, validate);
        self.gather(validated.records(), gathered);
        self.count(validated.records(), sums, partial);
        Ok(())
    }

    /// Sends on what is only understood beside other records: identifiers that are compared, coordinates that may
    /// stand once, pupils to be followed.
    fn gather(&self, records: &HarmonizedBlock<'_>, gathered: &mut GatheredOfThread) {
        for rule in 0..self.validate.unique().len() {
            let known = (0..records.records()).filter_map(|record| records.identifier(record, rule));
            known.for_each(|identity| self.identities.add(&mut gathered.identities, rule, identity));
        }
        if let Some(link) = &self.link {
            link.gather(self.catalogue, records, &mut gathered.linked);
        }
        if refuses_repeats(self.mapping) {
            let hashes = (0..records.records()).map(|record| hash_of_codes(records, record));
            hashes.for_each(|hash| self.coordinates.add(&mut gathered.coordinates, 0, hash));
        }
    }

    fn count(&self, records: &HarmonizedBlock<'_>, sums: &mut SumsOfThread, partial: &mut Partial) {
        partial.counted += records.records() as u64;
        sums.cuboids.add(records, self.cell_budget);
        sums.grains.iter_mut().for_each(|counter| counter.add(records, u64::MAX));
    }

    fn passing(&self) -> Passing {
        let counts = self.counts_records();
        let origin = |dimension| self.harmonize.origin_of(dimension);
        let counter = |layout, unit| Counter::new(origin, layout, unit, counts);
        Passing {
            harmonize: self.harmonize.state(),
            validate: ValidateState::default(),
            gathered: GatheredOfThread::default(),
            sums: SumsOfThread {
                cuboids: Cuboids::new(self.cuboids.iter().map(|layout| counter(layout, None)).collect(), counts),
                grains: self.grains.iter().map(|grain| counter(&grain.layout, Some(grain.identifier))).collect(),
            },
            partial: self.nothing(),
        }
    }

    fn nothing(&self) -> Partial {
        Partial {
            harmonized: self.harmonize.empty_tally(),
            validated: self.validate.tally(&ValidateState::default()),
            cuboids: vec![KeyedSums::default(); self.cuboids.len()],
            grains: vec![KeyedSums::default(); self.grains.len()],
            ..Partial::default()
        }
    }

    /// What a thread that is done has counted; nothing that is to be linked or compared stays behind with it.
    fn passed(&self, passing: Passing) -> Partial {
        let GatheredOfThread { linked, identities, coordinates } = passing.gathered;
        if let Some(link) = &self.link {
            link.finish(linked);
        }
        self.identities.finish(identities);
        self.coordinates.finish(coordinates);
        let units = |grain: &GrainPlan, counter: Counter| {
            counter.into_unit_cells(|number| passing.harmonize.unit(grain.identifier, number))
        };
        let grains =
            self.grains.iter().zip(passing.sums.grains).map(|(grain, counter)| units(grain, counter)).collect();
        Partial {
            cuboids: passing.sums.cuboids.into_cells(self.cell_budget),
            grains,
            harmonized: passing.harmonize.into_tally(),
            validated: self.validate.tally(&passing.validate),
            ..passing.partial
        }
    }

    /// The records of the source, block by block, in any order, once more: for what only a second look can tell.
    /// With a sieve only those of rows that pass.
    pub(super) fn again<T: Send + Default>(
        &self,
        reader: &dyn Reader,
        sieve: Option<&Sieve<'_>>,
        look: impl Fn(&mut T, &HarmonizedBlock<'_>) + Sync,
        together: impl Fn(T, T) -> T + Sync + Send,
    ) -> Result<T, Problems> {
        let Opened { chunks, .. } = reader.open(&self.columns())?;
        let begin = || (T::default(), self.harmonize.state(), ValidateState::default());
        let seen = |(mut seen, mut harmonize, mut validate): (T, HarmonizeState, ValidateState),
                    chunk: Result<Box<dyn Chunk>, _>| {
            harmonize.make_room(&self.harmonize);
            let parsed = chunk.and_then(|chunk| chunk.parse(&mut harmonize.dictionaries, sieve));
            if let Ok(block) = parsed {
                let records = self.harmonize.harmonize(&block, &mut harmonize);
                look(&mut seen, self.validate.validate(records, &mut validate).records());
            }
            (seen, harmonize, validate)
        };
        Ok(chunks.par_bridge().fold(begin, seen).map(|(seen, ..)| seen).reduce(T::default, together))
    }
}

impl Partial {
    fn plus(self, other: Self) -> Self {
        let (mut larger, smaller) = if self.counted >= other.counted { (self, other) } else { (other, self) };
        larger.harmonized.add(smaller.harmonized);
        larger.validated.add(&smaller.validated);
        larger.counted += smaller.counted;
        for (ours, theirs) in larger.cuboids.iter_mut().zip(smaller.cuboids) {
            *ours = std::mem::take(ours).plus(theirs);
        }
        for (ours, theirs) in larger.grains.iter_mut().zip(smaller.grains) {
            *ours = std::mem::take(ours).plus(theirs);
        }
        larger.problems.extend(smaller.problems);
        larger
    }
}

/// A hash of all codes of a record.
fn hash_of_codes(records: &HarmonizedBlock<'_>, record: usize) -> u128 {
    let mut hasher = IdentityHasher::new();
    for slot in 0..records.dimensions().len() {
        hasher.update(&records.code_at(record, slot).0.to_le_bytes());
    }
    hasher.finish()
}
