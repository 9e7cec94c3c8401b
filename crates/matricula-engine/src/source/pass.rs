//! The row pass: blocks are parsed, harmonized, validated and counted in parallel; partial counts add up in any order.

use matricula_spec::model::batch::{Batch, Source};
use matricula_spec::model::dimension::DimensionId;
use matricula_spec::model::mapping::{Amount, Mapping};
use matricula_spec::{Catalogue, Place, Problem, ProblemCode, Problems};
use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::aggregate::counter::Counter;
use crate::aggregate::cuboids::Cuboids;
use super::identities::{Identities, not_kept};
use crate::aggregate::keyed_sums::KeyedSums;
use crate::plan::cuboids;
use crate::cube::key::{Key, KeyLayout};
use crate::harmonize::identity_hash::IdentityHasher;
use crate::harmonize::plan::refuses_repeats;
use crate::harmonize::{Classified, HarmonizePlan, HarmonizeState, HarmonizeTally, HarmonizedBlock};
use crate::link::SourceLink;
use crate::raw::block::{RawBlock, Sieve};
use matricula_read::;
use matricula_read::chunk::Chunk;
use matricula_read::plan::ReadPlan;
use crate::progress::Progress;
use crate::spool::{Gathered, Scratch};
use crate::validate::{ValidatePlan, ValidateState, ValidateTally};

/// Everything that is known about a source before its first row.
pub(crate) struct SourcePlan<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) source: &'a Source,
    pub(crate) mapping: &'a Mapping,
    pub(crate) harmonize: HarmonizePlan,
    pub(crate) validate: ValidatePlan<'a>,
    pub(crate) cuboids: Vec<KeyLayout>,
    pub(crate) grains: Vec<GrainPlan>,
    pub(crate) cell_budget: u64,
    /// Where the records of pupils that are followed go.
    link: Option<SourceLink>,
    pub(super) scratch: Scratch<'a>,
    /// Those of every unique rule.
    pub(super) identities: Identities,
    /// Coordinates, where no two rows may have the same.
    coordinates: Identities,
}

/// A cuboid that is kept apart for each unit of a grain.
pub(crate) struct GrainPlan {
    /// Role of the identifier of the units.
    pub(crate) role: String,
    /// Position of that identifier in every record.
    pub(super) identifier: usize,
    pub(crate) layout: KeyLayout,
}

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
    cuboids: Cuboids,
    grains: Vec<Counter>,
    /// Records to be linked that are not yet on their way.
    gathered: crate::link::Gathered,
    /// The same of identifiers and of coordinates.
    identities: Gathered,
    coordinates: Gathered,
    /// What adds up already.
    partial: Partial,
}

impl<'a> SourcePlan<'a> {
    /// The plan of a source; an error where its codes do not fit a key.
    pub(crate) fn new(
        catalogue: &'a Catalogue,
        batch: &'a Batch,
        source: &'a Source,
        scratch: Scratch<'a>,
        link: Option<SourceLink>,
    ) -> Result<Self, Box<Problem>> {
        let mapping = &catalogue.mappings()[source.mapping];
        let validate = ValidatePlan::new(catalogue, batch, source, mapping);
        let mut roles = validate.roles();
        let compared = roles.len();
        roles.extend(mapping.identifiers.keys().filter(|role| planner::counts_by(catalogue, batch, role)).cloned());
        let (rules, units) = roles.split_at(compared);
        let harmonize = HarmonizePlan::new(catalogue, source, mapping, (rules, units), link.as_ref());
        let grains = planner::grains(catalogue, batch, mapping, harmonize.dimensions()).into_iter().map(|grain| {
            let of_grain = roles[compared..].iter().position(|role| *role == grain.role)?;
            let layout = KeyLayout::of_units(catalogue, &grain.dimensions)?;
            Some(GrainPlan { role: grain.role, identifier: compared + of_grain, layout })
        });
        let grains = grains.collect::<Option<_>>().ok_or_else(|| Box::new(too_wide(source)))?;
        let wanted = planner::cuboids(catalogue, batch, mapping, harmonize.dimensions());
        let layouts = wanted.iter().map(|dimensions| KeyLayout::new(catalogue, dimensions));
        let cuboids = layouts.collect::<Option<_>>().ok_or_else(|| Box::new(too_wide(source)))?;
        let cell_budget = batch.cell_budget;
        let [identities, coordinates] = [Identities::new(scratch), Identities::new(scratch)];
        Ok(Self {
            catalogue,
            source,
            mapping,
            harmonize,
            validate,
            cuboids,
            grains,
            cell_budget,
            link,
            scratch,
            identities,
            coordinates,
        })
    }

    /// How its files are read.
    pub(super) fn read_plan(&self, files: Vec<read::InputFile>) -> ReadPlan {
        ReadPlan {
            source: self.source.id.clone(),
            files,
            columns: self.harmonize.columns().to_vec(),
            numeric: self.harmonize.numeric().to_vec(),
            coded: self.harmonize.coded().to_vec(),
            optional: self.harmonize.columns().iter().map(|column| self.mapping.optional.contains(column)).collect(),
            encoding: self.source.encoding,
            separator: self.source.separator,
            sheet: self.source.sheet.clone(),
        }
    }

    /// Whether one row counts one record.
    pub(super) fn counts_records(&self) -> bool {
        matches!(self.mapping.amount, Amount::Rows)
    }

    /// Names of the columns that hold counts.
    pub(super) fn amount_columns(&self) -> String {
        let numeric = self.harmonize.columns().iter().zip(self.harmonize.numeric());
        let counts = numeric.filter(|(name, numeric)| **numeric && !self.mapping.whole_numbers.contains(name));
        let names: Vec<&str> = counts.map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    }

    fn passing(&self) -> Passing {
        let counts = self.counts_records();
        let origin = |dimension| self.harmonize.origin_of(dimension);
        let counter = |layout, unit| Counter::new(origin, layout, unit, counts);
        Passing {
            harmonize: self.harmonize.state(),
            validate: ValidateState::default(),
            cuboids: Cuboids::new(self.cuboids.iter().map(|layout| counter(layout, None)).collect(), counts),
            grains: self.grains.iter().map(|grain| counter(&grain.layout, Some(grain.identifier))).collect(),
            gathered: crate::link::Gathered::default(),
            identities: Gathered::default(),
            coordinates: Gathered::default(),
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

    /// Reads and counts every row.
    pub(super) fn pass(&self, read: &ReadPlan, progress: &dyn Progress) -> Result<Partial, Problems> {
        let chunks = read::open(read)?;
        let lacking = chunks.lacking().to_vec();
        let mut counted = chunks
            .par_bridge()
            .fold(|| self.passing(), |passing, chunk| self.add_chunk(passing, chunk, progress))
            .map(|passing| self.passed(passing))
            .reduce(|| self.nothing(), Partial::plus);
        counted.lacking = lacking;
        counted.cells_twice = self.coordinates.shared().map_err(|error| not_kept(self.source, &error))?.number;
        Ok(counted)
    }

    /// What a thread that is done has counted; nothing that is to be linked or compared stays behind with it.
    fn passed(&self, passing: Passing) -> Partial {
        if let Some(link) = &self.link {
            link.finish(passing.gathered);
        }
        self.identities.finish(passing.identities);
        self.coordinates.finish(passing.coordinates);
        let units = |grain: &GrainPlan, counter: Counter| {
            counter.into_unit_cells(|number| passing.harmonize.unit(grain.identifier, number))
        };
        let grains = self.grains.iter().zip(passing.grains).map(|(grain, counter)| units(grain, counter)).collect();
        Partial {
            cuboids: passing.cuboids.into_cells(self.cell_budget),
            grains,
            harmonized: passing.harmonize.into_tally(),
            validated: self.validate.tally(&passing.validate),
            ..passing.partial
        }
    }

    fn add_chunk(&self, mut passing: Passing, chunk: Result<Chunk, Box<Problem>>, progress: &dyn Progress) -> Passing {
        let bytes = chunk.as_ref().map_or(0, Chunk::bytes);
        passing.harmonize.make_room(&self.harmonize);
        match chunk.and_then(|chunk| chunk.parse_with(&mut passing.harmonize.dictionaries)) {
            Ok(block) => self.count(&block, &mut passing),
            Err(problem) => passing.partial.problems.push(*problem),
        }
        progress.read(bytes);
        passing
    }

    fn count(&self, block: &RawBlock, passing: &mut Passing) {
        let records = self.harmonize.harmonize(block, &mut passing.harmonize);
        let records = self.validate.validate(records, &mut passing.validate);
        let records = records.records();
        passing.partial.counted += records.records() as u64;
        passing.cuboids.add(records, self.cell_budget);
        passing.grains.iter_mut().for_each(|counter| counter.add(records, u64::MAX));
        for rule in 0..self.validate.unique().len() {
            let known = (0..records.records()).filter_map(|record| records.identifier(record, rule));
            known.for_each(|identity| self.identities.add(&mut passing.identities, rule, identity));
        }
        if let Some(link) = &self.link {
            link.gather(self.catalogue, records, &mut passing.gathered);
        }
        if refuses_repeats(self.mapping) {
            let hashes = (0..records.records()).map(|record| hash_of_codes(records, record));
            hashes.for_each(|hash| self.coordinates.add(&mut passing.coordinates, 0, hash));
        }
    }

    /// The records of the source, block by block, in any order, once more: for what only a second look can tell.
    /// With a sieve only those of rows that pass.
    pub(super) fn again<T: Send + Default>(
        &self,
        read: &ReadPlan,
        sieve: Option<&Sieve<'_>>,
        look: impl Fn(&mut T, &HarmonizedBlock<'_>) + Sync,
        together: impl Fn(T, T) -> T + Sync + Send,
    ) -> Result<T, Problems> {
        let chunks = read::open(read)?;
        let begin = || (T::default(), self.harmonize.state(), ValidateState::default());
        let seen = |(mut seen, mut harmonize, mut validate): (T, HarmonizeState, ValidateState),
                    chunk: Result<Chunk, _>| {
            harmonize.make_room(&self.harmonize);
            let parsed = chunk.and_then(|chunk: Chunk| chunk.parse_wanted(&mut harmonize.dictionaries, sieve));
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

/// The key of a record in a cuboid.
pub(super) fn key_of(
    layout: &KeyLayout,
    dimensions: &[DimensionId],
    codes: &[matricula_spec::model::dimension::CodeId],
) -> Key {
    let code = |dimension: DimensionId| dimensions.binary_search(&dimension).ok().map(|slot| codes[slot]);
    let places = layout.dimensions().enumerate().filter_map(|(p, d)| code(d).map(|code| layout.place(p, code)));
    places.fold(0, |key, place| key | place)
}

pub(super) fn too_wide(source: &Source) -> Problem {
    let place = Place { file: source.files.join(", "), source: Some(source.id.clone()), ..Place::default() };
    Problem::error(
        ProblemCode::BudgetExceeded,
        place,
        "The codes of the dimensions of one cuboid fit 128 bits.",
        "breakdowns and conditions together need more",
    )
    .help("Ask for fewer breakdowns, or cross fewer of them.")
}
