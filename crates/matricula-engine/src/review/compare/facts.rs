//! What matters about the sources of a figure.

use std::collections::{BTreeMap, BTreeSet};

use matricula_spec::model::batch::Source;
use matricula_spec::model::condition::Selection;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::indicator::Indicator;
use matricula_spec::model::mapping::CountedUnit;
use matricula_spec::model::text::Date;
use matricula_spec::{Batch, Catalogue};

use super::{Aspect, computed};
use crate::indicator::estimates::Flag;
use crate::indicator::provenance::{InputSource, ProvenanceRow};
use crate::plan::figure::Figure;

/// How an indicator uses mobility, in a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mobility {
    /// Not at all.
    Unused,
    /// As a breakdown.
    Breakdown,
    /// In its formula.
    Tested,
}

/// What an indicator uses, in a batch.
pub(super) struct Uses {
    /// Which inputs count students: the numerator, the denominator.
    students: Vec<bool>,
    /// Which inputs count persons.
    persons: Vec<bool>,
    mobility: Mobility,
    age: bool,
    /// Levels that are tested, none finer than the system knows them.
    levels: BTreeSet<CodeId>,
    /// Breakdowns that the batch asks for and the indicator permits.
    breakdowns: Vec<String>,
}

impl Uses {
    pub(super) fn of(catalogue: &Catalogue, batch: &Batch, indicator: &Indicator) -> Self {
        let figure = Figure::of(catalogue, indicator);
        let selections: Vec<&Selection> =
            figure.iter().flat_map(Figure::inputs).map(|counted| &counted.selection).collect();
        let asked: Vec<_> = batch.breakdowns.iter().filter(|d| indicator.breakdowns.contains(d)).copied().collect();
        let counts = |unit| selections.iter().map(|s| catalogue.measure_unit(s.measure) == Some(unit)).collect();
        let students: Vec<bool> = counts(CountedUnit::Student);
        let of_students = || selections.iter().zip(&students).filter(|(_, students)| **students).map(|(s, _)| *s);
        let known = catalogue.known();
        let tested = |dimension: DimensionId| {
            figure.as_ref().and_then(|figure| figure.parity).is_some_and(|groups| groups.dimension == dimension)
                || of_students().any(|s| s.condition.on(dimension).is_some())
        };
        let years_over_age = of_students().any(|s| s.condition.years_over_age.is_some());
        let uses = |dimension| tested(dimension) || asked.contains(&dimension);
        let mobility = match (tested(known.mobility), asked.contains(&known.mobility)) {
            _ if !students.contains(&true) => Mobility::Unused,
            (true, _) => Mobility::Tested,
            (false, true) => Mobility::Breakdown,
            (false, false) => Mobility::Unused,
        };
        Self {
            persons: counts(CountedUnit::Person),
            mobility,
            age: students.contains(&true) && (uses(known.age) || uses(known.age_class) || years_over_age),
            students: students.clone(),
            levels: levels(catalogue, &selections),
            breakdowns: asked.iter().map(|dimension| catalogue.dimension(*dimension).id.clone()).collect(),
        }
    }

    /// The aspects that matter.
    pub(super) fn aspects(&self) -> BTreeSet<Aspect> {
        let students = self.students.contains(&true);
        let matters = [
            (Aspect::MobilityProxy, self.mobility != Mobility::Unused),
            (Aspect::AgeBasis, self.age),
            (Aspect::AgeReferenceDate, self.age),
            (Aspect::EnrolmentMoment, students),
            (Aspect::EducationSystem, !self.levels.is_empty()),
            (Aspect::PopulationVintage, self.persons.contains(&true)),
            (Aspect::Coverage, !self.breakdowns.is_empty()),
            (Aspect::Computed, true),
            (Aspect::Year, true),
        ];
        matters.into_iter().filter(|(_, matters)| *matters).map(|(aspect, _)| aspect).collect()
    }

    /// What matters, in words; an aspect of which nothing is declared is left out.
    pub(super) fn facts(
        &self,
        catalogue: &Catalogue,
        batch: &Batch,
        row: &ProvenanceRow,
        flags: &[Flag],
    ) -> BTreeMap<Aspect, String> {
        let students = |field: fn(&InputSource) -> &String| joined(inputs(row, &self.students).map(field));
        let mut facts = BTreeMap::from([
            (Aspect::MobilityProxy, self.proxy(catalogue, row)),
            (Aspect::AgeBasis, students(|source| &source.age_basis)),
            (Aspect::AgeReferenceDate, students(|source| &source.age_reference_date)),
            (Aspect::EnrolmentMoment, students(|source| &source.enrolment_moment)),
            (Aspect::EducationSystem, self.system(catalogue, row)),
            (Aspect::PopulationVintage, joined(inputs(row, &self.persons).map(|source| &source.vintage))),
            (Aspect::Coverage, self.lacking(row).join(", ")),
            (Aspect::Computed, computed(flags)),
            (Aspect::Year, year(catalogue, row)),
        ]);
        if self.age && facts[&Aspect::AgeReferenceDate].is_empty() {
            facts.insert(Aspect::AgeReferenceDate, self.age_date(batch, row));
        }
        let aspects = self.aspects();
        facts.retain(|aspect, text| aspects.contains(aspect) && !text.is_empty());
        facts
    }

    /// The proxy, unless the only use is a breakdown that some input does not have.
    fn proxy(&self, catalogue: &Catalogue, row: &ProvenanceRow) -> String {
        let mobility = &catalogue.dimension(catalogue.known().mobility).id;
        if self.mobility == Mobility::Breakdown && self.lacking(row).contains(&mobility.as_str()) {
            return String::new();
        }
        joined(inputs(row, &self.students).map(|source| &source.mobility_proxy))
    }

    /// Declared with the source although the mapping says nothing of age: an aggregated table.
    fn age_date(&self, batch: &Batch, row: &ProvenanceRow) -> String {
        let date = source_of(batch, row, &self.students).and_then(|source| source.age_reference_date);
        date.map(|date| date.to_string()).unwrap_or_default()
    }

    /// Days from the start of the school year to the day at which age is taken.
    pub(super) fn age_taken_after(&self, batch: &Batch, row: &ProvenanceRow) -> Option<i64> {
        let source = source_of(batch, row, &self.students)?;
        let ((start, _), taken) = (source.school_year?, source.age_reference_date?);
        Some(day_number(taken) - day_number(start))
    }

    /// Entry age and duration of the levels that the indicator tests.
    fn system(&self, catalogue: &Catalogue, row: &ProvenanceRow) -> String {
        let known = catalogue.known();
        let year = catalogue.dimension(known.time_period).codes.code(row.time_period).number().unwrap_or_default();
        let system = catalogue.systems().of(row.ref_area, None, year);
        let codes = &catalogue.dimension(known.edu_level).codes;
        let tested = system.levels().iter().filter(|level| self.levels.contains(&level.edu_level));
        let texts = tested.map(|level| {
            let code = &codes.code(level.edu_level).id;
            format!("{code} age {}, {} years", level.entry_age, level.duration)
        });
        texts.collect::<Vec<_>>().join("; ")
    }

    /// Breakdowns that the batch asks for and some input does not have.
    fn lacking(&self, row: &ProvenanceRow) -> Vec<&str> {
        let sources = || row.inputs.iter().filter_map(|input| input.source.as_ref());
        let lacks = |name: &&String| sources().any(|s| s.not_collected.contains(name) || s.impossible.contains(name));
        self.breakdowns.iter().filter(lacks).map(String::as_str).collect()
    }
}

/// The levels that conditions and age classes speak of, down to the finest.
fn levels(catalogue: &Catalogue, selections: &[&Selection]) -> BTreeSet<CodeId> {
    let known = catalogue.known();
    let codes = &catalogue.dimension(known.edu_level).codes;
    let mut levels = BTreeSet::new();
    for condition in selections.iter().map(|selection| &selection.condition) {
        levels.extend(condition.on(known.edu_level).unwrap_or_default());
        let classes = condition.on(known.age_class).unwrap_or_default().iter();
        levels.extend(classes.filter_map(|class| catalogue.age_class(*class)).map(|class| class.edu_level));
    }
    levels.iter().flat_map(|level| codes.leaves(*level).iter().copied().chain([*level])).collect()
}

fn inputs<'a>(row: &'a ProvenanceRow, wanted: &'a [bool]) -> impl Iterator<Item = &'a InputSource> {
    row.inputs.iter().zip(wanted).filter(|(_, wanted)| **wanted).filter_map(|(input, _)| input.source.as_ref())
}

fn source_of<'a>(batch: &'a Batch, row: &ProvenanceRow, wanted: &[bool]) -> Option<&'a Source> {
    let id = inputs(row, wanted).next().map(|source| source.id.clone())?;
    batch.sources.iter().find(|source| source.id == id)
}

/// What several inputs say, each once.
fn joined<'a>(texts: impl Iterator<Item = &'a String>) -> String {
    let distinct: BTreeSet<&str> = texts.map(String::as_str).filter(|text| !text.is_empty()).collect();
    distinct.into_iter().collect::<Vec<_>>().join(", ")
}

fn year(catalogue: &Catalogue, row: &ProvenanceRow) -> String {
    catalogue.dimension(catalogue.known().time_period).codes.code(row.time_period).id.clone()
}

/// Days since a fixed day, by the Gregorian calendar; the year is taken to begin in March.
fn day_number(date: Date) -> i64 {
    let (month, day) = (i64::from(date.month), i64::from(date.day));
    let year = i64::from(date.year) - i64::from(month < 3);
    let month_from_march = (month + 9) % 12;
    365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * month_from_march + 2) / 5
        + day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_between_dates_are_counted_over_leap_days() {
        let day = |y, m, d| day_number(Date::new(y, m, d).expect("a real day"));
        assert_eq!(day(2024, 3, 1) - day(2024, 2, 28), 2);
        assert_eq!(day(2023, 3, 1) - day(2023, 2, 28), 1);
        assert_eq!(day(2024, 1, 1) - day(2023, 12, 31), 1);
        assert_eq!(day(2022, 6, 30) - day(2022, 3, 2), 120);
        assert_eq!(day(2001, 1, 1) - day(2000, 1, 1), 366);
    }
}
