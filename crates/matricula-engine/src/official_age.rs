//! Ages against the education system.

use hashbrown::HashMap;
use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};

/// Country, year, structure, level, grade: what an official age depends on.
type Place = (CodeId, i32, Option<CodeId>, CodeId, CodeId);

/// Official ages of grades, each looked up once.
#[derive(Debug)]
pub(crate) struct OfficialAges<'a> {
    catalogue: &'a Catalogue,
    found: HashMap<Place, Option<i32>>,
}

impl<'a> OfficialAges<'a> {
    /// Nothing looked up yet.
    pub(crate) fn new(catalogue: &'a Catalogue) -> Self {
        Self { catalogue, found: HashMap::new() }
    }

    /// Age minus the official age of the pupil's own grade (entry age + grade - 1).
    /// `code` gives the code of a dimension, if there is one; unknown age, grade or level gives nothing.
    pub(crate) fn years_over_age(
        &mut self,
        ref_area: CodeId,
        year: i32,
        code: impl Fn(DimensionId) -> Option<CodeId>,
    ) -> Option<i32> {
        let known = self.catalogue.known();
        let structure = code(known.structure).filter(|s| *s != CodeId::TOTAL && *s != CodeId::UNKNOWN);
        let age = self.catalogue.dimension(known.age).codes.code(code(known.age)?).number()?;
        let place = (ref_area, year, structure, code(known.edu_level)?, code(known.grade)?);
        let catalogue = self.catalogue;
        let official = self.found.entry(place).or_insert_with(|| official_age(catalogue, place));
        Some(age - (*official)?)
    }
}

/// Duration of the level minus the grade, by the record's own structure; unknown grade or level gives nothing.
pub(crate) fn grades_before_last(
    catalogue: &Catalogue,
    ref_area: CodeId,
    year: i32,
    code: impl Fn(DimensionId) -> Option<CodeId>,
) -> Option<i32> {
    let known = catalogue.known();
    let structure = code(known.structure).filter(|s| *s != CodeId::TOTAL && *s != CodeId::UNKNOWN);
    let edu_level = code(known.edu_level)?;
    let grade = catalogue.dimension(known.grade).codes.code(code(known.grade)?).number()?;
    let system = catalogue.systems().of(ref_area, structure, year);
    let level = system.levels().iter().find(|level| level.edu_level == edu_level)?;
    Some(level.duration - grade)
}

fn official_age(catalogue: &Catalogue, place: Place) -> Option<i32> {
    let (ref_area, year, structure, edu_level, grade) = place;
    let grade = catalogue.dimension(catalogue.known().grade).codes.code(grade).number()?;
    catalogue.systems().of(ref_area, structure, year).official_age(edu_level, grade)
}
