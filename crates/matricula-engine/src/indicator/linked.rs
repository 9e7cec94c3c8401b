//! Survival by linked records: everybody in a grade was followed, so no cohort is reconstructed.

use matricula_spec::model::formula::ToGrade;

use super::cohort::{all, at_grade, duration};
use super::estimates::Flags;
use super::formulas::{self, GradeRates, Repeats};
use super::outcome::{self, Valued, flags, gravest, number};
use super::reader::{At, Reader};
use crate::cube::slice::Absence;
use crate::plan::figure::LinkedSurvivalOf;

/// The part of those who enter grade 1 that enters the grade, were the year's rates to last.
pub(super) fn linked_survival(reader: &Reader<'_>, form: &LinkedSurvivalOf, at: &At) -> Valued {
    let entrants = at_grade(reader, 1, at).map(|first| reader.read(form.pupils, &first));
    let denominator = entrants.as_ref().and_then(number);
    match rates(reader, form, at) {
        Ok((grades, flags)) => {
            let grades: Option<Vec<GradeRates>> = grades.into_iter().collect();
            let outcome = grades.and_then(|grades| formulas::cohort(&grades, Repeats::Unlimited));
            let value = outcome.map(|outcome| f64::from(form.scale) * outcome.leavers);
            Valued { denominator, ..Valued::of(Ok(value), flags) }
        }
        Err(absence) => Valued { denominator, ..Valued::of(Err(absence), Flags::NONE) },
    }
}

/// The rates of the grades below the one to be reached; nothing where nobody was in a grade.
fn rates(reader: &Reader<'_>, form: &LinkedSurvivalOf, at: &At) -> Result<(Vec<Option<GradeRates>>, Flags), Absence> {
    let duration = duration(reader.place, form.edu_level);
    let last = match (form.to, duration) {
        (ToGrade::Last, Ok(duration)) => duration,
        (ToGrade::Number(number), Ok(duration)) if number <= duration => number,
        (ToGrade::Number(_), Ok(_)) => return Err(Absence::Impossible),
        // Without a system the first grade tells whether anything was collected at all.
        (_, Err(_)) => 2,
    };
    let of_grade = |grade: i32| {
        let here = at_grade(reader, grade, at).ok_or(Absence::Impossible)?;
        let reads = [form.pupils, form.promoted, form.repeated].map(|position| reader.read(position, &here));
        gravest(&reads).map_or(Ok(()), Err)?;
        let found = flags(&reads);
        let [pupils, promoted, repeated] = reads;
        let (pupils, promoted, repeated) = (pupils?.number, promoted?.number, repeated?.number);
        let rate = |counted| outcome::quotient(1, counted, pupils);
        let rates = rate(promoted).zip(rate(repeated));
        Ok((rates.map(|(promotion, repetition)| GradeRates { promotion, repetition }), found))
    };
    let mut grades: Vec<_> = (1..last).map(of_grade).collect();
    grades.extend(duration.err().map(Err));
    let grades = all(grades)?;
    let found = grades.iter().fold(Flags::NONE, |flags, (_, found)| flags.and(*found));
    Ok((grades.into_iter().map(|(rates, _)| rates).collect(), found))
}
