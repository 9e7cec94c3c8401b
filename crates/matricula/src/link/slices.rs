//! Counted pupils -> slices of the measure `students_linked`, one for each country and year.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashMap;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::{Batch, Catalogue};

use super::codes::LinkCodes;
use super::layout::{LinkLayout, LinkRecord, can_be_followed};
use super::resolve::{Around, Followed, Told, Years};
use crate::aggregate::counted::{Cells, sorted};
use crate::aggregate::pass::Sums;
use crate::aggregate::planner;
use crate::aggregate::slices::by_slice;
use crate::cube::SliceKey;
use crate::cube::coverage::{Collected, CollectedCodes, SliceCoverage};
use crate::cube::key::{Key, KeyLayout};
use crate::cube::slice::Slice;
use crate::cube::table::Table;
use crate::harmonize::plan::dimensions_of;

/// Pupils that are counted in one cuboid before the next: few enough for their records to stay in the cache.
const PUPILS_TOGETHER: usize = 4096;

/// Sums of one source, one for each of its cuboids.
#[derive(Debug, Default)]
pub(super) struct SourceCells(Vec<Sums>);

impl SourceCells {
    /// Adds the sums of another part.
    pub(super) fn add(&mut self, other: Self) {
        self.0.resize_with(self.0.len().max(other.0.len()), Sums::new);
        for (ours, theirs) in self.0.iter_mut().zip(other.0) {
            theirs.into_iter().for_each(|(key, units)| *ours.entry(key).or_default() += units);
        }
    }

    /// The cells of each cuboid, sorted.
    pub(super) fn sorted(self) -> Vec<Cells> {
        self.0.into_iter().map(sorted).collect()
    }
}

/// Into which cuboids the pupils of each source are counted.
pub(crate) struct Sources<'a> {
    catalogue: &'a Catalogue,
    batch: &'a Batch,
    codes: Arc<LinkCodes>,
    cuboids: HashMap<usize, Vec<Cuboid>>,
}

/// A cuboid, and where each of its codes comes from.
struct Cuboid {
    layout: KeyLayout,
    places: Vec<CodeFrom>,
}

/// Where a code of a pupil's cell comes from.
#[derive(Debug, Clone, Copy)]
enum CodeFrom {
    Measure,
    Outcome,
    CameFrom,
    ChangedSchool,
    /// A position of the records' layout.
    Record(usize),
    Nowhere,
}

impl<'a> Sources<'a> {
    /// The cuboids of every source whose pupils can be followed.
    pub(super) fn new(catalogue: &'a Catalogue, batch: &'a Batch, layout: &LinkLayout, codes: Arc<LinkCodes>) -> Self {
        let mut cuboids = HashMap::new();
        for (position, source) in batch.sources.iter().enumerate() {
            let mapping = &catalogue.mappings()[source.mapping];
            if can_be_followed(mapping) {
                let mut collected = dimensions_of(catalogue, mapping);
                collected.extend(codes.dimensions());
                collected.sort_unstable();
                let besides = BTreeSet::from([flow_dimensions(catalogue, &codes, &collected)]);
                let gives = |measure| measure == codes.linked;
                let wanted = planner::cuboids_of(catalogue, batch, gives, &collected, besides);
                let layouts = wanted.iter().filter_map(|dimensions| KeyLayout::new(catalogue, dimensions));
                let from = |dimension: DimensionId| from(catalogue, layout, &codes, dimension);
                let cuboid = |of: KeyLayout| Cuboid { places: of.dimensions().map(from).collect(), layout: of };
                cuboids.insert(position, layouts.map(cuboid).collect());
            }
        }
        Self { catalogue, batch, codes, cuboids }
    }

    /// Counts pupils of a source in every cuboid: one cuboid after the other, so that its cells stay in the cache.
    pub(super) fn count(&self, source: usize, pupils: &[Told<'_>], cells: &mut SourceCells) {
        let Some(cuboids) = self.cuboids.get(&source) else { return };
        cells.0.resize_with(cuboids.len(), Sums::new);
        for pupils in pupils.chunks(PUPILS_TOGETHER) {
            for (cuboid, sums) in cuboids.iter().zip(&mut cells.0) {
                for (record, around) in pupils {
                    *sums.entry(self.key(cuboid, *record, *around)).or_default() += 1;
                }
            }
        }
    }

    fn key(&self, cuboid: &Cuboid, record: LinkRecord<'_>, around: Around) -> Key {
        let code = |from: &CodeFrom| match from {
            CodeFrom::Measure => Some(self.codes.linked),
            CodeFrom::Outcome => Some(around.outcome),
            CodeFrom::CameFrom => Some(around.came_from),
            CodeFrom::ChangedSchool => Some(around.changed_school),
            CodeFrom::Record(position) => record.code(*position),
            CodeFrom::Nowhere => None,
        };
        let codes = cuboid.places.iter().enumerate();
        codes.fold(0, |key, (position, from)| key | code(from).map_or(0, |code| cuboid.layout.place(position, code)))
    }

    /// The layouts of a source's cuboids.
    pub(crate) fn layouts(&self, source: usize) -> impl Iterator<Item = &KeyLayout> {
        self.cuboids.get(&source).into_iter().flatten().map(|cuboid| &cuboid.layout)
    }

    /// The slices of all sources.
    pub(crate) fn slices(&self, followed: &Followed) -> Vec<(SliceKey, Slice)> {
        let Followed { years, cells: by_source, .. } = followed;
        let mut tables: BTreeMap<(SliceKey, usize), Vec<Table>> = BTreeMap::new();
        let mut sources_of: BTreeMap<(CodeId, CodeId), usize> = BTreeMap::new();
        for (&source, cells) in by_source {
            let cuboids = self.cuboids.get(&source).map(Vec::as_slice).unwrap_or_default();
            for (cuboid, sums) in cuboids.iter().zip(cells) {
                for (key, table) in by_slice(self.catalogue, &cuboid.layout, sums.iter().copied()) {
                    sources_of.insert((key.1, key.2), source);
                    tables.entry((key, source)).or_default().push(table);
                }
            }
        }
        let slice = |((key, source), tables): ((SliceKey, usize), Vec<Table>)| {
            let (coverage, around) = self.coverage(key, source, years);
            let year_of = |year: i32| self.year_code(year).and_then(|code| sources_of.get(&(key.1, code)).copied());
            let further: BTreeSet<usize> = around.into_iter().filter_map(year_of).filter(|s| *s != source).collect();
            let slice = Slice::new(source, 0, coverage, tables, BTreeMap::new());
            (key, slice.linked_with(further.into_iter().collect()))
        };
        tables.into_iter().map(slice).collect()
    }

    fn year_code(&self, year: i32) -> Option<CodeId> {
        self.catalogue.dimension(self.catalogue.known().time_period).codes.find(&year.to_string())
    }

    /// What was collected of a country and year, and the other years that were looked at.
    fn coverage(&self, key: SliceKey, source: usize, years: &Years) -> (SliceCoverage, Vec<i32>) {
        let catalogue = self.catalogue;
        let mapping = &catalogue.mappings()[self.batch.sources[source].mapping];
        let list = &catalogue.dimension(catalogue.known().time_period).codes;
        let year = list.code(key.2).number().unwrap_or_default();
        let has = |year: i32| u16::try_from(year).is_ok_and(|year| years.contains(&(key.1, year)));
        let reaches_back = years.iter().any(|(area, seen)| *area == key.1 && i32::from(*seen) < year - 1);
        let (after, before) = (has(year + 1), has(year - 1));
        let graduates = self.codes.graduate.is_some_and(|(dimension, _)| {
            let held = dimensions_of(catalogue, mapping).contains(&dimension);
            held && mapping.available.get(&dimension).is_none_or(|validity| validity.holds_in(year))
        });
        let outcome = self.codes.outcome.codes(|without| without != "GRADUATED" || graduates);
        let came_from = self.codes.came_from.codes(|without| match without {
            "RETURNED" | "FIRST_RECORD" => reaches_back,
            "ABSENT_BEFORE" => !reaches_back,
            _ => true,
        });
        let schools = mapping.identifiers.contains_key("school");
        let collected = |held: bool, codes: Option<Vec<CodeId>>| {
            let codes = CollectedCodes { codes, ..CollectedCodes::default() };
            if held { Collected::Codes(codes) } else { Collected::No }
        };
        let coverage = SliceCoverage::of(catalogue, mapping, self.codes.students, year)
            .with(self.codes.outcome.dimension, collected(after, Some(outcome)))
            .with(self.codes.came_from.dimension, collected(before, Some(came_from)))
            .with(self.codes.changed_school, collected(after && schools, None));
        let mut around: Vec<i32> = after.then_some(year + 1).into_iter().collect();
        let earlier = years.iter().filter(|(area, seen)| *area == key.1 && i32::from(*seen) < year);
        around.extend(earlier.filter(|_| before).map(|(_, seen)| i32::from(*seen)));
        (coverage, around)
    }
}

fn from(catalogue: &Catalogue, layout: &LinkLayout, codes: &LinkCodes, dimension: DimensionId) -> CodeFrom {
    match dimension {
        d if d == catalogue.known().measure => CodeFrom::Measure,
        d if d == codes.outcome.dimension => CodeFrom::Outcome,
        d if d == codes.came_from.dimension => CodeFrom::CameFrom,
        d if d == codes.changed_school => CodeFrom::ChangedSchool,
        d => layout.dimensions().binary_search(&d).map_or(CodeFrom::Nowhere, CodeFrom::Record),
    }
}

/// What the comparison of linked and reconstructed flows is made of.
fn flow_dimensions(catalogue: &Catalogue, codes: &LinkCodes, collected: &[DimensionId]) -> BTreeSet<DimensionId> {
    let known = catalogue.known();
    let named = ["programme"].into_iter().filter_map(|name| catalogue.find_dimension(name));
    let dimensions = [known.measure, known.ref_area, known.time_period, known.edu_level, known.grade, known.mobility];
    let added = [codes.outcome.dimension, codes.came_from.dimension];
    dimensions.into_iter().chain(named).chain(added).filter(|dimension| collected.contains(dimension)).collect()
}
