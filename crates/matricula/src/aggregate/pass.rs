//! The row pass: blocks are parsed, harmonized, validated and counted in parallel; partial counts add up in any order.

use hashbrown::HashMap;
use matricula_spec::model::batch::{Batch, Source};
use matricula_spec::model::dimension::DimensionId;
use matricula_spec::model::mapping::{Amount, Mapping};
use matricula_spec::{Catalogue, Place, Problem, ProblemCode, Problems};
use rayon::iter::{ParallelBridge, ParallelIterator};

use super::planner;
use crate::cube::key::{Key, KeyLayout};
use crate::harmonize::plan::refuses_repeats;
use crate::harmonize::{HarmonizePlan, HarmonizeTally, HarmonizedBlock};
use crate::link::SourceLink;
use crate::read::{self, Chunk, ReadPlan};
use crate::run::Progress;
use crate::store::spool::Gathered;
use crate::validate::{ValidatePlan, ValidateTally, ValidatedBlock};

/// Everything that is known about a source before its first row.
pub(super) struct SourcePlan<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) source: &'a Source,
    pub(super) mapping: &'a Mapping,
    pub(super) harmonize: HarmonizePlan,
    pub(super) validate: ValidatePlan<'a>,
    pub(super) cuboids: Vec<KeyLayout>,
    pub(super) grains: Vec<GrainPlan>,
    pub(super) cell_budget: u64,
    /// Where the records of pupils that are followed go.
    link: Option<SourceLink>,
}

/// A cuboid that is kept apart for each unit of a grain.
pub(super) struct GrainPlan {
    /// Role of the identifier of the units.
    pub(super) role: String,
    /// Position of that identifier in every record.
    pub(super) identifier: usize,
    pub(super) layout: KeyLayout,
}

/// Exact sums by key, in units of the source's decimals.
pub(crate) type Sums = HashMap<Key, i128>;
/// The same by unit and key.
pub(super) type UnitSums = HashMap<(u128, Key), i128>;

/// What a part of the source's rows gives.
#[derive(Default)]
pub(super) struct Partial {
    pub(super) harmonized: HarmonizeTally,
    pub(super) validated: ValidateTally,
    /// Records counted.
    pub(super) counted: u64,
    pub(super) cuboids: Vec<Sums>,
    pub(super) grains: Vec<UnitSums>,
    /// Hashes of the identifiers, for each unique rule.
    pub(super) identifiers: Vec<Vec<u128>>,
    /// Hashes of the coordinates, where no two rows may have the same.
    pub(super) coordinates: Vec<u128>,
    pub(super) problems: Vec<Problem>,
    /// Optional columns that files lack.
    pub(super) lacking: Vec<Problem>,
    /// Records to be linked that are not yet on their way.
    gathered: Gathered,
}

impl<'a> SourcePlan<'a> {
    /// The plan of a source; an error where its codes do not fit a key.
    pub(super) fn new(
        catalogue: &'a Catalogue,
        batch: &'a Batch,
        source: &'a Source,
        link: Option<SourceLink>,
    ) -> Result<Self, Box<Problem>> {
        let mapping = &catalogue.mappings()[source.mapping];
        let validate = ValidatePlan::new(catalogue, batch, source, mapping);
        let mut roles = validate.roles();
        let compared = roles.len();
        roles.extend(mapping.identifiers.keys().filter(|role| planner::counts_by(catalogue, batch, role)).cloned());
        let harmonize = HarmonizePlan::new(catalogue, source, mapping, &roles, link.as_ref());
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
        Ok(Self { catalogue, source, mapping, harmonize, validate, cuboids, grains, cell_budget, link })
    }

    /// How its files are read.
    pub(super) fn read_plan(&self, files: Vec<read::InputFile>) -> ReadPlan {
        ReadPlan {
            source: self.source.id.clone(),
            files,
            columns: self.harmonize.columns().to_vec(),
            numeric: self.harmonize.numeric().to_vec(),
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

    fn partial(&self) -> Partial {
        Partial {
            harmonized: self.harmonize.tally(),
            validated: self.validate.tally(),
            cuboids: vec![Sums::new(); self.cuboids.len()],
            grains: vec![UnitSums::new(); self.grains.len()],
            identifiers: vec![Vec::new(); self.validate.unique().len()],
            ..Partial::default()
        }
    }

    /// Reads and counts every row.
    pub(super) fn pass(&self, read: &ReadPlan, progress: &dyn Progress) -> Result<Partial, Problems> {
        let chunks = read::open(read)?;
        let lacking = chunks.lacking().to_vec();
        let mut counted = chunks
            .par_bridge()
            .fold(|| self.partial(), |partial, chunk| self.add_chunk(partial, chunk, progress))
            .map(|partial| self.on_their_way(partial))
            .reduce(|| self.partial(), Partial::plus);
        counted.lacking = lacking;
        Ok(counted)
    }

    /// Nothing that is to be linked stays behind with a thread that is done.
    fn on_their_way(&self, mut partial: Partial) -> Partial {
        let gathered = std::mem::take(&mut partial.gathered);
        if let Some(link) = &self.link {
            link.finish(gathered);
        }
        partial
    }

    fn add_chunk(&self, mut partial: Partial, chunk: Result<Chunk, Box<Problem>>, progress: &dyn Progress) -> Partial {
        let bytes = chunk.as_ref().map_or(0, Chunk::bytes);
        match chunk.and_then(|chunk| chunk.parse()) {
            Ok(block) => {
                let records = self.harmonize.harmonize(&block, &mut partial.harmonized);
                let records = self.validate.validate(records, &mut partial.validated);
                self.count(&records, &mut partial);
            }
            Err(problem) => partial.problems.push(*problem),
        }
        progress.read(bytes);
        partial
    }

    fn count(&self, block: &ValidatedBlock, partial: &mut Partial) {
        let records = block.records();
        partial.counted += records.records() as u64;
        for (layout, sums) in self.cuboids.iter().zip(&mut partial.cuboids) {
            if sums.len() as u64 <= self.cell_budget {
                add_up(layout, records, sums);
            }
        }
        for (grain, sums) in self.grains.iter().zip(&mut partial.grains) {
            add_up_by_unit(grain, records, sums);
        }
        for (position, identifiers) in partial.identifiers.iter_mut().enumerate() {
            let of_record = |record| records.identifier(record, position);
            identifiers.extend((0..records.records()).filter_map(of_record));
        }
        if let Some(link) = &self.link {
            link.gather(self.catalogue, records, &mut partial.gathered);
        }
        if refuses_repeats(self.mapping) {
            partial.coordinates.extend((0..records.records()).map(|record| hash_of_codes(records, record)));
        }
    }

    /// The records of the source, block by block, in any order, once more: for what only a second look can tell.
    pub(super) fn again<T: Send + Default>(
        &self,
        read: &ReadPlan,
        look: impl Fn(&mut T, &HarmonizedBlock) + Sync,
        together: impl Fn(T, T) -> T + Sync + Send,
    ) -> Result<T, Problems> {
        let chunks = read::open(read)?;
        let seen = |mut seen: T, chunk: Result<Chunk, Box<Problem>>| {
            if let Ok(block) = chunk.and_then(|chunk| chunk.parse()) {
                let records = self.harmonize.harmonize(&block, &mut self.harmonize.tally());
                look(&mut seen, self.validate.validate(records, &mut self.validate.tally()).records());
            }
            seen
        };
        Ok(chunks.par_bridge().fold(T::default, seen).reduce(T::default, together))
    }
}

impl Partial {
    fn plus(self, other: Self) -> Self {
        let (mut larger, smaller) = if self.counted >= other.counted { (self, other) } else { (other, self) };
        larger.harmonized.add(smaller.harmonized);
        larger.validated.add(&smaller.validated);
        larger.counted += smaller.counted;
        for (ours, theirs) in larger.cuboids.iter_mut().zip(smaller.cuboids) {
            theirs.into_iter().for_each(|(key, units)| *ours.entry(key).or_default() += units);
        }
        for (ours, theirs) in larger.grains.iter_mut().zip(smaller.grains) {
            theirs.into_iter().for_each(|(key, units)| *ours.entry(key).or_default() += units);
        }
        for (ours, theirs) in larger.identifiers.iter_mut().zip(smaller.identifiers) {
            ours.extend(theirs);
        }
        larger.coordinates.extend(smaller.coordinates);
        larger.problems.extend(smaller.problems);
        larger
    }
}

/// Adds the amounts of a block's records to the cells of a cuboid.
fn add_up(layout: &KeyLayout, records: &HarmonizedBlock, sums: &mut Sums) {
    for (record, key) in keys(layout, records).into_iter().enumerate() {
        *sums.entry(key).or_default() += i128::from(records.amount(record));
    }
}

/// The same for each unit; a record whose unit is not known is in none.
fn add_up_by_unit(grain: &GrainPlan, records: &HarmonizedBlock, sums: &mut UnitSums) {
    for (record, key) in keys(&grain.layout, records).into_iter().enumerate() {
        if let Some(unit) = records.identifier(record, grain.identifier) {
            *sums.entry((unit, key)).or_default() += i128::from(records.amount(record));
        }
    }
}

/// The key of each record of a block.
fn keys(layout: &KeyLayout, records: &HarmonizedBlock) -> Vec<Key> {
    let mut keys: Vec<Key> = vec![0; records.records()];
    for (position, dimension) in layout.dimensions().enumerate() {
        let Ok(slot) = records.dimensions().binary_search(&dimension) else { continue };
        for (key, code) in keys.iter_mut().zip(records.column(slot)) {
            *key |= layout.place(position, *code);
        }
    }
    keys
}

/// A hash of all codes of a record.
fn hash_of_codes(records: &HarmonizedBlock, record: usize) -> u128 {
    let mut hasher = blake3::Hasher::new();
    for code in records.record(record) {
        hasher.update(&code.0.to_le_bytes());
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    u128::from_le_bytes(bytes)
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

fn too_wide(source: &Source) -> Problem {
    let place = Place { file: source.files.join(", "), source: Some(source.id.clone()), ..Place::default() };
    Problem::error(
        ProblemCode::BudgetExceeded,
        place,
        "The codes of the dimensions of one cuboid fit 128 bits.",
        "breakdowns and conditions together need more",
    )
    .help("Ask for fewer breakdowns, or cross fewer of them.")
}
