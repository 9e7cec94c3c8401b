//! Counted pupils -> slices of the measure `students_linked`, one for each country and year.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashMap;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::{Batch, Catalogue};

use super::classes::SourceCodes;
use super::codes::LinkCodes;
use super::layout::can_be_followed;
use super::resolve::{Followed, Years};
use crate::aggregate::counter::Counter;
use crate::aggregate::cuboids::Cuboids;
use crate::aggregate::slices::by_slice;
use crate::cube::SliceKey;
use crate::cube::coverage::{Collected, CollectedCodes, SliceCoverage};
use crate::cube::key::KeyLayout;
use crate::cube::slice::Slice;
use crate::cube::table::Table;
use crate::harmonize::Origin;
use crate::harmonize::dimensions_of;
use crate::plan::cuboids;

/// Into which cuboids the pupils of each source are counted.
pub struct Sources<'a> {
    catalogue: &'a Catalogue,
    batch: &'a Batch,
    codes: Arc<LinkCodes>,
    layouts: HashMap<usize, Vec<KeyLayout>>,
}

impl<'a> Sources<'a> {
    /// The cuboids of every source whose pupils can be followed.
    pub(super) fn new(catalogue: &'a Catalogue, batch: &'a Batch, codes: Arc<LinkCodes>) -> Self {
        let mut layouts = HashMap::new();
        for (position, source) in batch.sources.iter().enumerate() {
            let mapping = &catalogue.mappings()[source.mapping];
            if can_be_followed(mapping) {
                let mut collected = dimensions_of(catalogue, mapping);
                collected.extend(codes.dimensions());
                collected.sort_unstable();
                let besides = BTreeSet::from([flow_dimensions(catalogue, &codes, &collected)]);
                let gives = |measure| measure == codes.linked;
                let wanted = cuboids::cuboids_of(catalogue, batch, gives, &collected, besides);
                let of = wanted.iter().filter_map(|dimensions| KeyLayout::new(catalogue, dimensions));
                layouts.insert(position, of.collect());
            }
        }
        Self { catalogue, batch, codes, layouts }
    }

    /// The cuboids of a source, nothing counted; what records are told is the part after those of the source.
    pub(super) fn cuboids(&self, source: u16, of_source: &SourceCodes) -> Cuboids {
        let told = of_source.classes().len();
        let origin = |dimension: DimensionId| match dimension {
            d if d == self.catalogue.known().measure => Some(Origin::Fixed(self.codes.linked)),
            d if d == self.codes.outcome.dimension => Some(Origin::Part(told, 0)),
            d if d == self.codes.came_from.dimension => Some(Origin::Part(told, 1)),
            d if d == self.codes.changed_school => Some(Origin::Part(told, 2)),
            d => of_source.origin(d),
        };
        let layouts = self.layouts(usize::from(source));
        Cuboids::new(layouts.map(|layout| Counter::new(origin, layout, None, true)).collect(), true)
    }

    /// The layouts of a source's cuboids.
    pub fn layouts(&self, source: usize) -> impl Iterator<Item = &KeyLayout> {
        self.layouts.get(&source).into_iter().flatten()
    }

    /// The slices of all sources.
    pub fn slices(&self, followed: &Followed) -> Vec<(SliceKey, Slice)> {
        let Followed { years, cells: by_source, .. } = followed;
        let mut tables: BTreeMap<(SliceKey, usize), Vec<Table>> = BTreeMap::new();
        let mut sources_of: BTreeMap<(CodeId, CodeId), usize> = BTreeMap::new();
        for (&source, cells) in by_source {
            for (layout, sums) in self.layouts(source).zip(cells) {
                for (key, table) in by_slice(self.catalogue, layout, sums.iter().copied()) {
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

/// What the comparison of linked and reconstructed flows is made of.
fn flow_dimensions(catalogue: &Catalogue, codes: &LinkCodes, collected: &[DimensionId]) -> BTreeSet<DimensionId> {
    let known = catalogue.known();
    let named = ["programme"].into_iter().filter_map(|name| catalogue.find_dimension(name));
    let dimensions = [known.measure, known.ref_area, known.time_period, known.edu_level, known.grade, known.mobility];
    let added = [codes.outcome.dimension, codes.came_from.dimension];
    dimensions.into_iter().chain(named).chain(added).filter(|dimension| collected.contains(dimension)).collect()
}
