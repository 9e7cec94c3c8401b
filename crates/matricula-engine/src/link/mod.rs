//! `link`: pupils of one year are found in the next by a keyed pseudonym, and get exactly one outcome.
//!
//! The row pass writes each record with its pseudonym to a spool, partitioned by pseudonym; when all sources of a
//! country are read, each partition is sorted and every pupil looked at on its own. Memory holds a partition a
//! thread, whatever the number of pupils. Identifiers themselves are kept nowhere.

mod classes;
mod codes;
mod layout;
mod outcome;
mod partition;
mod records;
mod resolve;
mod slices;

use std::collections::BTreeMap;
use std::sync::Arc;

use matricula_spec::model::dimension::CodeId;
use matricula_spec::{Batch, Catalogue, Place, Problem, ProblemCode, Problems};

pub use layout::{LinkLayout, can_be_followed};
pub use records::Gathered;
pub use resolve::Followed;
pub use slices::Sources;

use crate::cube::SliceKey;
use crate::cube::slice::Slice;
use crate::harmonize::{Classified, HarmonizedBlock};
use crate::input::InputFileHash;
use crate::options::{Linking, RunOptions};
use crate::pseudonym::{Bridge, Pseudonyms};
use crate::raw::ReadBridge;
use crate::spool::{PARTITIONS, Scratch};
use classes::SharedClasses;
use codes::LinkCodes;
use layout::{Head, write_number};
use records::Records;

/// Follows the pupils of a batch.
pub struct Linker<'a> {
    catalogue: &'a Catalogue,
    batch: &'a Batch,
    active: Option<Active<'a>>,
    problems: Problems,
    inputs: Vec<InputFileHash>,
}

/// What there is where pupils are followed.
struct Active<'a> {
    linking: &'a Linking,
    layout: Arc<LinkLayout>,
    sources: Sources<'a>,
    codes: Arc<LinkCodes>,
    bridge: Arc<Bridge>,
    /// By the country that the batch names for a source, or for all sources whose mapping names it.
    groups: BTreeMap<Option<CodeId>, Group>,
}

/// The sources of one country.
struct Group {
    records: Arc<Records>,
    waiting: usize,
    refused: Vec<usize>,
}

/// The pupils of a country, followed.
pub struct Finished {
    /// What became of them.
    pub followed: Followed,
    /// Whether all sources were used.
    pub complete: bool,
}

/// The cuboids and slices of linked pupils without any record or key, for those that were followed before.
///
/// # Errors
/// The catalogue lacks a dimension or code of linked pupils.
pub fn known_sources<'a>(catalogue: &'a Catalogue, batch: &'a Batch) -> Result<Sources<'a>, Problems> {
    let codes = LinkCodes::of(catalogue).map_err(|problem| Problems::from_iter([*problem]))?;
    Ok(Sources::new(catalogue, batch, Arc::new(codes)))
}

/// What the row pass of one source needs.
#[derive(Clone)]
pub struct SourceLink {
    pseudonyms: Pseudonyms,
    records: Arc<Records>,
    classes: Arc<SharedClasses>,
    measure: CodeId,
    source: u16,
}

impl<'a> Linker<'a> {
    /// A linker; it does nothing where the batch does not ask for it, or no key is given.
    /// Bridges that the batch names are read by `read`.
    pub fn new(catalogue: &'a Catalogue, batch: &'a Batch, options: &'a RunOptions, read: &ReadBridge<'_>) -> Self {
        let mut linker = Self { catalogue, batch, active: None, problems: Problems::default(), inputs: Vec::new() };
        let Some(asked) = &batch.link else { return linker };
        let Some(linking) = &options.linking else {
            linker.problems.push(without_key());
            return linker;
        };
        match (LinkCodes::of(catalogue), Bridge::read(catalogue, &asked.bridges, read, &linking.key)) {
            (Ok(codes), Ok(bridge)) => {
                linker.inputs = bridge.inputs().to_vec();
                let groups = linker.groups(options.scratch());
                let (layout, codes) = (Arc::new(LinkLayout::new(catalogue, batch)), Arc::new(codes));
                let sources = Sources::new(catalogue, batch, Arc::clone(&codes));
                linker.active = Some(Active { linking, layout, sources, codes, bridge: Arc::new(bridge), groups });
            }
            (codes, bridge) => {
                let of_codes = codes.err().map(|problem| *problem);
                let found = of_codes.into_iter().chain(bridge.err().into_iter().flatten());
                linker.problems.extend(found.collect());
            }
        }
        linker
    }

    fn groups(&self, scratch: Scratch<'_>) -> BTreeMap<Option<CodeId>, Group> {
        let mut groups: BTreeMap<_, Group> = BTreeMap::new();
        for source in &self.batch.sources {
            if can_be_followed(&self.catalogue.mappings()[source.mapping]) {
                let empty = || Group { records: Arc::new(Records::new(scratch)), waiting: 0, refused: Vec::new() };
                groups.entry(source.ref_area).or_insert_with(empty).waiting += 1;
            }
        }
        groups
    }

    /// What the row pass of a source needs; nothing where its pupils are not followed.
    pub fn source(&self, position: usize) -> Option<SourceLink> {
        let active = self.active.as_ref()?;
        let source = &self.batch.sources[position];
        if !can_be_followed(&self.catalogue.mappings()[source.mapping]) {
            return None;
        }
        let records = Arc::clone(&active.groups.get(&source.ref_area)?.records);
        let source = u16::try_from(position).ok()?;
        Some(SourceLink {
            pseudonyms: Pseudonyms { key: active.linking.key.clone(), bridge: Arc::clone(&active.bridge) },
            classes: records.classes(source),
            records,
            measure: active.codes.students,
            source,
        })
    }

    /// The sources that are followed together with one, in the order of the batch; none where nobody is followed.
    pub fn together_with(&self, position: usize) -> Vec<usize> {
        let of = |position: usize| &self.batch.sources[position];
        let followed = |position: &usize| can_be_followed(&self.catalogue.mappings()[of(*position).mapping]);
        if self.active.is_none() || !followed(&position) {
            return Vec::new();
        }
        let country = of(position).ref_area;
        (0..self.batch.sources.len()).filter(followed).filter(|other| of(*other).ref_area == country).collect()
    }

    /// A source is read; where it was the last of its country, its pupils are followed.
    /// Nothing else than the records of the sources decides on what comes of it, unless one of them was refused.
    pub fn finished(&mut self, position: usize, refused: bool) -> Option<Finished> {
        let source = &self.batch.sources[position];
        let active = self.active.as_mut()?;
        if !can_be_followed(&self.catalogue.mappings()[source.mapping]) {
            return None;
        }
        let group = active.groups.get_mut(&source.ref_area)?;
        group.waiting -= 1;
        group.refused.extend(refused.then_some(position));
        if group.waiting > 0 {
            return None;
        }
        let group = active.groups.remove(&source.ref_area)?;
        match resolve::resolve(self.catalogue, &active.layout, &active.codes, &active.sources, &group) {
            Ok(followed) => Some(Finished { followed, complete: group.refused.is_empty() }),
            Err(problem) => {
                self.problems.push(*problem);
                None
            }
        }
    }

    /// The slices of pupils that were followed, now or before.
    pub fn slices(&mut self, followed: &Followed) -> Vec<(SliceKey, Slice)> {
        self.problems.extend(followed.problem().into_iter().collect());
        self.active.as_ref().map(|active| active.sources.slices(followed)).unwrap_or_default()
    }

    /// The bridges that were read.
    pub fn bridges(&self) -> &[InputFileHash] {
        &self.inputs
    }

    /// Into which cuboids pupils are counted.
    pub fn sources(&self) -> Option<&Sources<'a>> {
        self.active.as_ref().map(|active| &active.sources)
    }

    /// What was found, and the bridges that were read.
    pub fn finish(self) -> (Problems, Vec<InputFileHash>) {
        (self.problems, self.inputs)
    }
}

impl SourceLink {
    /// What pseudonyms are made with.
    pub fn pseudonyms(&self) -> &Pseudonyms {
        &self.pseudonyms
    }

    /// Sends the records of a block on their way; the last two identifiers are pseudonym and school.
    pub(crate) fn gather(&self, catalogue: &Catalogue, records: &HarmonizedBlock<'_>, gathered: &mut Gathered) {
        let known = catalogue.known();
        let years = &catalogue.dimension(known.time_period).codes;
        let [pseudonym, school] = [2, 1].map(|from_last| records.identifiers() - from_last);
        let slot = |dimension| records.dimensions().binary_search(&dimension).unwrap_or_default();
        let [measure, ref_area, time_period] = [known.measure, known.ref_area, known.time_period].map(slot);
        let Gathered { numbers, sent } = gathered;
        self.classes.learn(records, numbers);
        let parts: Vec<_> = (0..records.parts()).map(|part| records.part(part)).collect();
        let mut year_of_last = (CodeId::UNKNOWN, None);
        let mut bytes = Vec::new();
        for record in 0..records.records() {
            let code = |slot: usize| records.code_at(record, slot);
            let time_period = code(time_period);
            if year_of_last.0 != time_period {
                let number = years.code(time_period).number();
                year_of_last = (time_period, number.and_then(|year| u16::try_from(year).ok()));
            }
            let Some(year) = year_of_last.1.filter(|_| code(measure) == self.measure) else { continue };
            let pupil = records
                .identifier(record, pseudonym)
                .map(|pupil| (pupil, records.identifier(record, school).map_or(0, |school| (school >> 64) as u64)));
            bytes.clear();
            Head { source: self.source, pupil }.write(&mut bytes);
            for (classes, numbers) in parts.iter().zip(numbers.iter()) {
                write_number(numbers[classes[record] as usize], &mut bytes);
            }
            // Without a pseudonym nobody is looked for, and any partition does.
            let place = pupil.map_or(record % PARTITIONS, |(pupil, _)| (pupil >> 120) as usize);
            let seen = pupil.map(|_| (self.source, code(ref_area).0, year));
            self.records.push(sent, place, &bytes, seen);
        }
    }

    /// A thread is done.
    pub fn finish(&self, gathered: Gathered) {
        self.records.finish(gathered);
    }
}

/// That nobody is followed, because nobody gave a key.
pub fn without_key() -> Problem {
    let expected = "To follow pupils from year to year a batch with `[link]` needs a secret key.";
    Problem::warning(ProblemCode::LinkWithoutKey, Place::default(), expected, "no key, so pupils are not followed")
        .help("Give a file with at least 32 random bytes as `--key-file`; the same key for all years, kept where nobody else reads it.")
}
