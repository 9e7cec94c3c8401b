//! Education systems: entry ages and durations, dated, several structures a country.

use super::age_class::{AgeClass, AgeSpan};
use super::dimension::{CodeId, CodeList};
use super::mapping::Validity;

/// One level of one structure of one country, over a span of years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemLevel {
    /// Country.
    pub ref_area: CodeId,
    /// Which of the coexisting structures.
    pub structure: CodeId,
    /// Education level, never a roll-up.
    pub edu_level: CodeId,
    /// Official entry age in completed years.
    pub entry_age: i32,
    /// Theoretical duration in years.
    pub duration: i32,
    /// Years in which it holds.
    pub validity: Validity,
    /// Whether population and unmapped records use this structure.
    pub reference: bool,
    /// Where the ages come from.
    pub source: String,
    /// File of the catalogue in which it stands.
    pub file: String,
    /// Line in it.
    pub line: u32,
}

/// The education systems of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Systems {
    /// All levels, in the order of country, structure, level and first year.
    pub levels: Vec<SystemLevel>,
}

impl Systems {
    /// The levels of a country's structure in a year; without a structure, the reference one.
    #[must_use]
    pub fn of(&self, ref_area: CodeId, structure: Option<CodeId>, year: i32) -> System<'_> {
        let chosen = |l: &&SystemLevel| match structure {
            Some(structure) => l.structure == structure,
            None => l.reference,
        };
        let holds = |l: &&SystemLevel| l.ref_area == ref_area && l.validity.holds_in(year);
        System { levels: self.levels.iter().filter(holds).filter(chosen).collect() }
    }
}

/// One structure of one country in one year.
#[derive(Debug, Clone)]
pub struct System<'a> {
    levels: Vec<&'a SystemLevel>,
}

impl System<'_> {
    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.levels.is_empty()
    }

    /// The levels it is made of.
    #[must_use]
    pub fn levels(&self) -> &[&SystemLevel] {
        &self.levels
    }

    /// Official age of the grade `number` (from 1) of a level: entry age + number - 1.
    #[must_use]
    pub fn official_age(&self, edu_level: CodeId, number: i32) -> Option<i32> {
        let level = self.levels.iter().find(|l| l.edu_level == edu_level)?;
        Some(level.entry_age + number - 1)
    }

    /// First and last age of an age class; nothing where a level it needs is not known.
    #[must_use]
    pub fn ages(&self, class: AgeClass, edu_levels: &CodeList) -> Option<(i32, i32)> {
        let (first, end) = self.span(class.edu_level, edu_levels)?;
        let ages = match class.span {
            AgeSpan::Official => (first, end - 1),
            AgeSpan::Entry(shift) => (first + shift, first + shift),
            AgeSpan::Last => (end - 1, end - 1),
            AgeSpan::After(years) => (end, end + years - 1),
        };
        (ages.0 <= ages.1).then_some(ages)
    }

    fn span(&self, edu_level: CodeId, edu_levels: &CodeList) -> Option<(i32, i32)> {
        let known = |leaf: &CodeId| self.levels.iter().find(|l| l.edu_level == *leaf);
        if let Some(level) = known(&edu_level) {
            return Some((level.entry_age, level.entry_age + level.duration));
        }
        let leaves = edu_levels.leaves(edu_level);
        let levels: Vec<_> = leaves.iter().map(known).collect::<Option<_>>()?;
        let first = levels.iter().map(|l| l.entry_age).min()?;
        let end = levels.iter().map(|l| l.entry_age + l.duration).max()?;
        Some((first, end))
    }
}
