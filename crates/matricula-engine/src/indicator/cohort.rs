//! The reconstructed cohort: rates between the grades of two years, and what follows from them.

use matricula_spec::model::dimension::CodeId;
use matricula_spec::model::formula::{FlowRate, OpenCohort, Repetition, SurvivalGives, ToGrade};

use super::estimates::{Flag, Flags, Number};
use super::formulas::{self, GradeRates, Repeats};
use super::outcome::{self, Value, Valued, flags, gravest, number};
use super::reader::{At, Read, Reader};
use super::{Place, sexes};
use crate::cube::slice::Absence;
use crate::plan::figure::{CohortOf, SurvivalOf};

/// A rate of one grade, or of all grades together where the coordinates name none.
pub(super) fn flow(reader: &Reader<'_>, (rate, scale): (FlowRate, u32), cohort: &CohortOf, at: &At) -> Valued {
    let catalogue = reader.place.catalogue;
    let grades = &catalogue.dimension(catalogue.known().grade).codes;
    match (at.code(catalogue.known().grade), rate) {
        (Some(code), _) => match grades.code(code).number() {
            Some(grade) => of_grade(reader, (rate, scale), cohort, grade, at),
            None => Valued::of(Err(Absence::Impossible), Flags::NONE),
        },
        (None, FlowRate::Repetition) => {
            let pupils = reader.read(cohort.pupils, at);
            let repeaters = reader.read(cohort.repeaters_next, at);
            observed(scale, repeaters, pupils, cohort.open)
        }
        (None, FlowRate::Promotion | FlowRate::Dropout) => of_all_grades(reader, (rate, scale), cohort, at),
    }
}

/// A rate as it comes.
fn observed(scale: u32, above: Read, below: Read, open: OpenCohort) -> Valued {
    let value = match gravest([&above, &below]) {
        Some(absence) => Err(absence),
        None => above.and_then(|above| below.map(|below| outcome::quotient(scale, above.number, below.number))),
    };
    Valued {
        declares_cap: open == OpenCohort::Uis,
        numerator: number(&above),
        denominator: number(&below),
        ..Valued::of(value, flags([&above, &below]))
    }
}

/// Promotion or dropout of all grades but the last, as observed.
fn of_all_grades(reader: &Reader<'_>, (rate, scale): (FlowRate, u32), cohort: &CohortOf, at: &At) -> Valued {
    let last = last_grade(reader.place_of(cohort.pupils_next), cohort);
    let grades = 1..last.unwrap_or(2);
    let counts = grades.map(|grade| GradeCounts::of(reader, cohort, grade, at));
    let counts = match all(counts.collect()) {
        Ok(counts) => counts.into_iter().reduce(GradeCounts::plus),
        Err(absence) => {
            let declares_cap = cohort.open == OpenCohort::Uis;
            let denominator = pupils_below_last(reader, cohort, at);
            return Valued { declares_cap, denominator, ..Valued::of(Err(absence), Flags::NONE) };
        }
    };
    let Some(counts) = counts else { return Valued::of(Err(Absence::Impossible), Flags::NONE) };
    counts.valued(rate, scale, cohort.open, 1.0)
}

/// All of them, or the gravest reason why one is not there.
pub(super) fn all<T>(results: Vec<Result<T, Absence>>) -> Result<Vec<T>, Absence> {
    let gravest = results.iter().filter_map(|result| result.as_ref().err().copied()).min();
    gravest.map_or_else(|| results.into_iter().collect(), Err)
}

/// Pupils of all grades but the last, where a year later is not known.
fn pupils_below_last(reader: &Reader<'_>, cohort: &CohortOf, at: &At) -> Option<Number> {
    let last = last_grade(reader.place, cohort).ok()?;
    let of_grade = |grade: i32| number(&reader.read(cohort.pupils, &at_grade(reader, grade, at)?));
    let pupils: Option<Vec<Number>> = (1..last).map(of_grade).collect();
    Some(Number::from_millionths(pupils?.iter().map(|pupils| pupils.millionths()).sum()))
}

fn of_grade(reader: &Reader<'_>, (rate, scale): (FlowRate, u32), cohort: &CohortOf, grade: i32, at: &At) -> Valued {
    let declares_cap = cohort.open == OpenCohort::Uis;
    let last = last_grade(reader.place_of(cohort.pupils_next), cohort);
    match GradeCounts::of(reader, cohort, grade, at) {
        // What cannot exist is no matter of what was collected.
        Err(_) if rate != FlowRate::Repetition && last.is_ok_and(|last| grade >= last) => {
            let pupils = at_grade(reader, grade, at).map(|here| reader.read(cohort.pupils, &here));
            let denominator = pupils.as_ref().and_then(number);
            Valued { declares_cap, denominator, ..Valued::of(Err(Absence::Impossible), Flags::NONE) }
        }
        Ok(counts) => {
            let factor = factor(reader, cohort, at, &counts, |at| GradeCounts::of(reader, cohort, grade, at));
            counts.valued(rate, scale, cohort.open, factor)
        }
        Err(absence) => {
            let pupils = reader.read(cohort.pupils, &at_grade(reader, grade, at).unwrap_or_else(|| at.clone()));
            Valued { declares_cap, denominator: number(&pupils), ..Valued::of(Err(absence), Flags::NONE) }
        }
    }
}

/// Pupils of a grade, and where they are a year later.
#[derive(Debug, Clone, Copy)]
struct GradeCounts {
    pupils: Number,
    /// Those who enter the next grade, or graduate; the last grade of a level has none.
    promoted: Option<Number>,
    repeaters: Number,
    flags: Flags,
}

impl GradeCounts {
    /// The counts of a grade at coordinates, whatever grade these name.
    fn of(reader: &Reader<'_>, cohort: &CohortOf, grade: i32, at: &At) -> Result<Self, Absence> {
        let here = at_grade(reader, grade, at).ok_or(Absence::Impossible)?;
        let last = last_grade(reader.place_of(cohort.pupils_next), cohort);
        let pupils = reader.read(cohort.pupils, &here);
        let repeaters = reader.read(cohort.repeaters_next, &here);
        let mut reads = vec![pupils, repeaters];
        let mut promoted = None;
        if last.is_ok_and(|last| grade < last) {
            let next = at_grade(reader, grade + 1, at).ok_or(Absence::Impossible)?;
            let arrived = reader.read(cohort.pupils_next, &next);
            let repeating = reader.read(cohort.repeaters_next, &next);
            reads.extend([arrived, repeating]);
            promoted = number(&arrived).zip(number(&repeating)).map(|(all, again)| minus(all, again));
        }
        let absence = gravest(&reads).into_iter().chain(last.err()).min();
        absence.map_or(Ok(()), Err)?;
        Ok(Self { pupils: pupils?.number, promoted, repeaters: repeaters?.number, flags: flags(&reads) })
    }

    /// The last grade, with those who graduated in it.
    fn with_graduates(self, graduates: Read) -> Result<Self, Absence> {
        let graduates = graduates?;
        Ok(Self { promoted: Some(graduates.number), flags: self.flags.and(graduates.flags), ..self })
    }

    fn plus(self, other: Self) -> Self {
        let plus = |a: Number, b: Number| Number::from_millionths(a.millionths() + b.millionths());
        Self {
            pupils: plus(self.pupils, other.pupils),
            promoted: self.promoted.zip(other.promoted).map(|(a, b)| plus(a, b)),
            repeaters: plus(self.repeaters, other.repeaters),
            flags: self.flags.and(other.flags),
        }
    }

    /// Promotion plus repetition; nothing where nobody was in the grade.
    fn stayed(&self) -> Option<f64> {
        let promoted = self.promoted.unwrap_or(Number::ZERO);
        let stayed = Number::from_millionths(promoted.millionths() + self.repeaters.millionths());
        outcome::quotient(1, stayed, self.pupils)
    }

    /// Whether more are there a year later than were in the grade.
    fn is_open(&self) -> bool {
        self.promoted.is_some() && self.stayed().is_some_and(|stayed| stayed > 1.0)
    }

    fn rates(&self) -> Option<GradeRates> {
        let rate = |number: Number| outcome::quotient(1, number, self.pupils);
        Some(GradeRates { promotion: rate(self.promoted?)?, repetition: rate(self.repeaters)? })
    }

    fn valued(&self, rate: FlowRate, scale: u32, open: OpenCohort, factor: f64) -> Valued {
        let counted = match (rate, self.promoted) {
            (FlowRate::Repetition, _) => Some(self.repeaters),
            (FlowRate::Promotion, promoted) => promoted,
            (FlowRate::Dropout, promoted) => {
                promoted.map(|promoted| minus(minus(self.pupils, promoted), self.repeaters))
            }
        };
        let flag = if self.is_open() { Flags::of(Flag::OpenCohort) } else { Flags::NONE };
        let flags = self.flags.and(flag);
        let Some(counted) = counted else {
            let value = Err(Absence::Impossible);
            let declares_cap = open == OpenCohort::Uis;
            return Valued { declares_cap, denominator: Some(self.pupils), ..Valued::of(value, flags) };
        };
        let observed = outcome::quotient(scale, counted, self.pupils);
        let value = match (rate, self.stayed()) {
            _ if factor >= 1.0 => observed,
            (FlowRate::Dropout, Some(stayed)) => Some(f64::from(scale) * formulas::complement(1.0, stayed * factor)),
            _ => observed.map(|observed| observed * factor),
        };
        Valued {
            value: Ok(value),
            uncapped: Ok(observed),
            declares_cap: open == OpenCohort::Uis,
            exact: None,
            numerator: Some(counted),
            denominator: Some(self.pupils),
            flags,
        }
    }
}

/// The factor on the rates of a grade: as the larger of the sexes wants it; 1 in the last grade of a level.
fn factor(
    reader: &Reader<'_>,
    cohort: &CohortOf,
    at: &At,
    own: &GradeCounts,
    of_sex: impl Fn(&At) -> Result<GradeCounts, Absence>,
) -> f64 {
    let Some(stayed) = own.stayed().filter(|_| cohort.open == OpenCohort::Uis && own.promoted.is_some()) else {
        return 1.0;
    };
    let largest = sexes::largest(reader, at, stayed, |at| of_sex(at).map(|counts| counts.stayed()));
    formulas::cap_factor(1.0, &[largest])
}

/// What becomes of a cohort that enters grade 1.
pub(super) fn survival(reader: &Reader<'_>, form: &SurvivalOf, at: &At) -> Valued {
    let entrants = at_grade(reader, 1, at).map(|first| reader.read(form.cohort.pupils, &first));
    let denominator = entrants.as_ref().and_then(number);
    let declares_cap = form.cohort.open == OpenCohort::Uis;
    match followed(reader, form, at) {
        Ok(followed) => Valued {
            value: followed.value(form, true),
            uncapped: followed.value(form, false),
            declares_cap,
            exact: None,
            numerator: None,
            denominator,
            flags: followed.flags,
        },
        Err(absence) => Valued { declares_cap, denominator, ..Valued::of(Err(absence), Flags::NONE) },
    }
}

/// The grades a cohort goes through.
struct Followed {
    /// Rates as observed, nothing where nobody was in the grade; and the factor on them.
    grades: Vec<(Option<GradeRates>, f64)>,
    /// Years that the level lasts.
    duration: i32,
    flags: Flags,
}

fn followed(reader: &Reader<'_>, form: &SurvivalOf, at: &At) -> Result<Followed, Absence> {
    let cohort = &form.cohort;
    let duration = last_grade(reader.place, cohort);
    let last = match (form.to, duration) {
        (ToGrade::Last, Ok(duration)) => duration,
        (ToGrade::Number(number), Ok(duration)) if number <= duration => number,
        (ToGrade::Number(_), Ok(_)) => return Err(Absence::Impossible),
        // Without a system the first grade tells whether anything was collected at all.
        (_, Err(_)) => 2,
    };
    let passed = |grade: i32| {
        let of = |at: &At| GradeCounts::of(reader, cohort, grade, at);
        // Where the level is shorter a year later, nobody can be followed out of the grade.
        let counts = of(at).and_then(|counts| counts.promoted.map(|_| counts).ok_or(Absence::Missing))?;
        Ok((counts, factor(reader, cohort, at, &counts, of)))
    };
    let mut grades: Vec<_> = (1..last).map(passed).collect();
    grades.extend(form.graduates.map(|graduates| {
        let of = |at: &At| {
            let here = at_grade(reader, last, at).ok_or(Absence::Impossible)?;
            GradeCounts::of(reader, cohort, last, at)?.with_graduates(reader.read(graduates, &here))
        };
        let counts = of(at)?;
        Ok((counts, factor(reader, cohort, at, &counts, of)))
    }));
    grades.extend(duration.err().map(Err));
    let mut followed = Followed { grades: Vec::new(), duration: duration.unwrap_or(last), flags: Flags::NONE };
    for (counts, factor) in all(grades)? {
        let open = if counts.is_open() { Flags::of(Flag::OpenCohort) } else { Flags::NONE };
        followed.flags = followed.flags.and(counts.flags).and(open);
        followed.grades.push((counts.rates(), factor));
    }
    Ok(followed)
}

impl Followed {
    /// The figure with the factors, or as observed.
    fn value(&self, form: &SurvivalOf, with_factors: bool) -> Value {
        let mut grades = Vec::with_capacity(self.grades.len());
        for (rates, factor) in &self.grades {
            let factor = if with_factors { *factor } else { 1.0 };
            let Some(rates) = rates else { return Ok(None) };
            grades.push(rates.times(factor));
        }
        let repeats = match form.repetition {
            Repetition::Unlimited => Repeats::Unlimited,
            Repetition::PerCycle(most) => Repeats::PerCycle(most),
            Repetition::PerGrade(most) => Repeats::PerGrade(most),
        };
        let scale = f64::from(form.scale);
        let Some(outcome) = formulas::cohort(&grades, repeats) else { return Ok(None) };
        Ok(match form.gives {
            SurvivalGives::Survival => Some(scale * outcome.leavers),
            SurvivalGives::Dropout => Some(scale * formulas::complement(1.0, outcome.leavers)),
            SurvivalGives::Efficiency => {
                formulas::rate(scale, outcome.leavers * f64::from(self.duration), outcome.pupil_years)
            }
            SurvivalGives::YearsPerGraduate => formulas::rate(scale, outcome.pupil_years, outcome.leavers),
        })
    }
}

/// Years that the cohort's level lasts: its last grade.
fn last_grade(place: &Place<'_>, cohort: &CohortOf) -> Result<i32, Absence> {
    duration(place, cohort.edu_level)
}

/// Years that a level lasts.
pub(super) fn duration(place: &Place<'_>, edu_level: Option<CodeId>) -> Result<i32, Absence> {
    let level = place.system.levels().iter().find(|level| Some(level.edu_level) == edu_level);
    level.map(|level| level.duration).ok_or(Absence::Missing)
}

/// The coordinates in a grade, by its number.
pub(super) fn at_grade(reader: &Reader<'_>, number: i32, at: &At) -> Option<At> {
    let catalogue = reader.place.catalogue;
    let dimension = catalogue.known().grade;
    let list = &catalogue.dimension(dimension).codes;
    let grade = |code: &CodeId| !list.is_margin(*code) && list.code(*code).number() == Some(number);
    list.ids().find(grade).map(|code| at.with(dimension, code))
}

fn minus(a: Number, b: Number) -> Number {
    Number::from_millionths(a.millionths() - b.millionths())
}
