//! Ages against the education system.

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};

/// Age minus the official age of the pupil's own grade (entry age + grade - 1).
/// `code` gives the code of a dimension, if there is one; unknown age, grade or level gives nothing.
pub(crate) fn years_over_age(
    catalogue: &Catalogue,
    ref_area: CodeId,
    year: i32,
    code: impl Fn(DimensionId) -> Option<CodeId>,
) -> Option<i32> {
    let known = catalogue.known();
    let number = |dimension: DimensionId| {
        let code = code(dimension)?;
        catalogue.dimension(dimension).codes.code(code).number()
    };
    let structure = code(known.structure).filter(|s| *s != CodeId::TOTAL && *s != CodeId::UNKNOWN);
    let age = number(known.age)?;
    let grade = number(known.grade)?;
    let system = catalogue.systems().of(ref_area, structure, year);
    Some(age - system.official_age(code(known.edu_level)?, grade)?)
}
