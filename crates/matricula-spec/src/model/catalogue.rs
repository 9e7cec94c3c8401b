//! Everything under `indicator-specs/`, resolved.

use std::collections::BTreeMap;

use super::age_class::AgeClass;
use super::condition::{Condition, Quantity, Selection};
use super::conventions::{Conventions, Releases};
use super::dimension::{CodeId, Dimension, DimensionId};
use super::formula::{Formula, Survival};
use super::indicator::Indicator;
use super::mapping::{CountedUnit, Mapping};
use super::rule::Rule;
use super::synonyms::Synonyms;
use super::system::Systems;

/// The catalogue.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// Dimensions, by position.
    pub(crate) dimensions: Vec<Dimension>,
    /// The dimensions the engine knows by name.
    pub(crate) known: KnownDimensions,
    /// What each measure counts, by its code.
    pub(crate) measure_units: BTreeMap<CodeId, CountedUnit>,
    /// Age classes, by their code of the dimension `age_class`.
    pub(crate) age_classes: BTreeMap<CodeId, AgeClass>,
    /// Education systems.
    pub(crate) systems: Systems,
    /// Indicators, by identifier.
    pub(crate) indicators: Vec<Indicator>,
    /// Mappings, by identifier.
    pub(crate) mappings: Vec<Mapping>,
    /// Rules, by identifier.
    pub(crate) rules: Vec<Rule>,
    /// Crosswalks of published codes.
    pub(crate) crosswalks: Vec<Crosswalk>,
    /// Dated parameters of the method.
    pub(crate) conventions: Conventions,
    /// Codes of protected dimensions that may have rows.
    pub(crate) releases: Releases,
    /// The words by which national files call things.
    pub(crate) synonyms: Synonyms,
    /// The texts it was read from, by path.
    pub(crate) files: BTreeMap<String, String>,
    /// The files that each spec was read from: its own, then its tables.
    pub(crate) spec_files: BTreeMap<String, Vec<String>>,
}

/// The dimensions that the engine itself must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownDimensions {
    /// What is counted.
    pub measure: DimensionId,
    /// Country.
    pub ref_area: DimensionId,
    /// Year in which the school year ends.
    pub time_period: DimensionId,
    /// ISCED level.
    pub edu_level: DimensionId,
    /// Grade within the level.
    pub grade: DimensionId,
    /// Age in completed years.
    pub age: DimensionId,
    /// Age relative to the education system.
    pub age_class: DimensionId,
    /// Which of a country's education structures.
    pub structure: DimensionId,
    /// Mobility group.
    pub mobility: DimensionId,
    /// Girls and boys, women and men.
    pub sex: DimensionId,
}

/// Published codes and the coordinates they stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crosswalk {
    /// The file's name.
    pub id: String,
    /// Its rows.
    pub rows: Vec<CrosswalkRow>,
}

/// One published code: `REPP_1_G1_F` is `REPP.1` at grade `G1`, sex `F`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrosswalkRow {
    /// The code as published.
    pub published: String,
    /// Our indicator.
    pub indicator: String,
    /// Codes on the dimensions that are not `_T`.
    pub coordinates: BTreeMap<DimensionId, CodeId>,
    /// Line of the file.
    pub line: u32,
}

impl Catalogue {
    /// All dimensions, in order.
    #[must_use]
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// Identifiers of all dimensions, in order.
    pub fn dimension_ids(&self) -> impl Iterator<Item = DimensionId> + use<> {
        (0..self.dimensions.len()).map(|i| DimensionId(u8::try_from(i).unwrap_or(u8::MAX)))
    }

    /// A dimension.
    ///
    /// # Panics
    /// If the identifier comes from a larger catalogue.
    #[must_use]
    pub fn dimension(&self, id: DimensionId) -> &Dimension {
        &self.dimensions[id.index()]
    }

    /// The dimension of this name.
    #[must_use]
    pub fn find_dimension(&self, name: &str) -> Option<DimensionId> {
        self.dimension_ids().find(|id| self.dimension(*id).id == name)
    }

    /// The dimensions the engine knows by name.
    #[must_use]
    pub fn known(&self) -> KnownDimensions {
        self.known
    }

    /// What a measure counts.
    #[must_use]
    pub fn measure_unit(&self, measure: CodeId) -> Option<CountedUnit> {
        self.measure_units.get(&measure).copied()
    }

    /// The age class that a code of `age_class` stands for.
    #[must_use]
    pub fn age_class(&self, code: CodeId) -> Option<AgeClass> {
        self.age_classes.get(&code).copied()
    }

    /// Education systems.
    #[must_use]
    pub fn systems(&self) -> &Systems {
        &self.systems
    }

    /// Indicators in the order of their identifiers.
    #[must_use]
    pub fn indicators(&self) -> &[Indicator] {
        &self.indicators
    }

    /// The indicator with this identifier.
    #[must_use]
    pub fn indicator(&self, id: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|i| i.id == id)
    }

    /// The dimensions that are fixed by a formula; what only a denominator tests is not.
    #[must_use]
    pub fn tested_by(&self, formula: &Formula) -> Vec<DimensionId> {
        let of = |condition: &Condition| condition.dimensions().collect::<Vec<_>>();
        let quantity = |quantity: &Quantity| quantity.selections().flat_map(|s| of(&s.condition)).collect::<Vec<_>>();
        let both = |selection: &Selection, further: &Condition| [of(&selection.condition), of(further)].concat();
        match formula {
            Formula::Count { of } => quantity(of),
            Formula::Ratio(ratio) => quantity(&ratio.numerator),
            Formula::Share { of: selection, group, .. } => both(selection, group),
            Formula::Flow { cohort, .. } => both(&cohort.pupils, &cohort.repeaters),
            Formula::Survival(Survival { cohort, .. }) => {
                [both(&cohort.pupils, &cohort.repeaters), vec![self.known.grade]].concat()
            }
            Formula::LinkedSurvival(survival) => {
                let followed = [both(&survival.pupils, &survival.promoted), of(&survival.repeated)].concat();
                [followed, vec![self.known.grade]].concat()
            }
            Formula::LifeExpectancy { students, .. } => [of(&students.condition), vec![self.known.age]].concat(),
            Formula::Mean { of: selection, number } => [of(&selection.condition), vec![*number]].concat(),
            Formula::Segregation { pupils, group, comparison, .. } => [both(pupils, group), of(comparison)].concat(),
            Formula::NotFromRecords { .. } => Vec::new(),
            Formula::Parity { of: id, dimension, .. } => {
                let mut compared = match self.indicator(id).map(|indicator| &indicator.formula) {
                    Some(Formula::Parity { .. }) | None => Vec::new(),
                    Some(formula) => self.tested_by(formula),
                };
                compared.push(*dimension);
                compared
            }
        }
    }

    /// Dated parameters of the method.
    #[must_use]
    pub fn conventions(&self) -> &Conventions {
        &self.conventions
    }

    /// Which codes of protected dimensions may have rows.
    #[must_use]
    pub fn releases(&self) -> &Releases {
        &self.releases
    }

    /// The words by which national files call things.
    #[must_use]
    pub fn synonyms(&self) -> &Synonyms {
        &self.synonyms
    }

    /// Mappings in the order of their identifiers.
    #[must_use]
    pub fn mappings(&self) -> &[Mapping] {
        &self.mappings
    }

    /// Rules in the order of their identifiers.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Crosswalks in the order of their identifiers.
    #[must_use]
    pub fn crosswalks(&self) -> &[Crosswalk] {
        &self.crosswalks
    }

    /// The texts it was read from, by path, for hashing and for messages.
    #[must_use]
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// Paths of the files a spec was read from: its own first, then its tables.
    /// `kind` is the folder: `indicators`, `mappings`, `rules`.
    #[must_use]
    pub fn files_of(&self, kind: &str, id: &str) -> &[String] {
        self.spec_files.get(&format!("{kind}/{id}")).map_or(&[], Vec::as_slice)
    }
}
