//! Conditions tested on one record.

use matricula_spec::Catalogue;
use matricula_spec::model::condition::{Between, Condition};
use matricula_spec::model::dimension::{CodeId, DimensionId};

use super::Record;

/// A condition made ready for single records.
#[derive(Debug)]
pub(super) struct RecordCondition {
    tests: Vec<(DimensionId, Vec<bool>)>,
    age_classes: Vec<CodeId>,
    years_over_age: Option<Between>,
}

impl RecordCondition {
    pub(super) fn new(catalogue: &Catalogue, condition: &Condition) -> Self {
        let passes = |dimension: DimensionId, codes: &[CodeId]| {
            let list = &catalogue.dimension(dimension).codes;
            list.ids().map(|code| codes.iter().any(|wanted| list.covers(*wanted, code))).collect()
        };
        Self {
            tests: condition.codes.iter().map(|(d, codes)| (*d, passes(*d, codes))).collect(),
            age_classes: condition.on(catalogue.known().age_class).unwrap_or_default().to_vec(),
            years_over_age: condition.years_over_age,
        }
    }

    /// The dimensions it looks at.
    pub(super) fn dimensions(&self, catalogue: &Catalogue) -> Vec<DimensionId> {
        let known = catalogue.known();
        let mut dimensions: Vec<DimensionId> = self.tests.iter().map(|(dimension, _)| *dimension).collect();
        if !self.age_classes.is_empty() {
            dimensions.push(known.age);
        }
        if self.years_over_age.is_some() {
            dimensions.extend([known.age, known.edu_level, known.grade, known.structure]);
        }
        dimensions
    }

    /// Whether all tests hold; what was not collected does not hold.
    pub(super) fn holds(&self, record: &mut Record<'_, '_>) -> bool {
        let age_class = record.catalogue.known().age_class;
        let passes = |(dimension, passes): &(DimensionId, Vec<bool>)| match record.code(*dimension) {
            Some(code) => passes[code.index()],
            None => *dimension == age_class && self.in_age_class(record),
        };
        self.tests.iter().all(passes)
            && self.years_over_age.is_none_or(|between| record.years_over_age().is_some_and(|y| between.contains(y)))
    }

    fn in_age_class(&self, record: &Record<'_, '_>) -> bool {
        let known = record.catalogue.known();
        let number = |code: CodeId| record.catalogue.dimension(known.age).codes.code(code).number();
        let Some(age) = record.code(known.age).and_then(number) else { return false };
        let Some((ref_area, year)) = record.place() else { return false };
        let system = record.catalogue.systems().of(ref_area, None, year);
        let edu_levels = &record.catalogue.dimension(known.edu_level).codes;
        self.age_classes.iter().any(|class| {
            let class = record.catalogue.age_class(*class);
            let ages = class.and_then(|class| system.ages(class, edu_levels));
            ages.is_some_and(|(first, last)| (first..=last).contains(&age))
        })
    }
}
