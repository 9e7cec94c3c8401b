//! A form at one place.

use super::cohort::{flow, survival};
use super::linked::linked_survival;
use super::outcome::{Outcome, Valued, parity};
use super::quotient::quotient;
use super::reader::{At, Reader};
use super::segregation::segregation;
use super::sums_over_codes::{life_expectancy, mean};
use crate::plan::figure::Form;

/// The figure at coordinates.
pub(super) fn outcome(reader: &Reader<'_>, at: &At) -> Outcome {
    match reader.figure.parity {
        None => valued(reader, at).outcome(),
        Some(groups) => {
            let of = |code| valued(reader, &at.with(groups.dimension, code));
            parity(&of(groups.group), &of(groups.comparison), groups.index)
        }
    }
}

fn valued(reader: &Reader<'_>, at: &At) -> Valued {
    match &reader.figure.form {
        Form::Quotient(form) => quotient(reader, form, at),
        Form::Flow { rate, cohort, scale } => flow(reader, (*rate, *scale), cohort, at),
        Form::Survival(form) => survival(reader, form, at),
        Form::LinkedSurvival(form) => linked_survival(reader, form, at),
        Form::LifeExpectancy { students, population, school_age } => {
            life_expectancy(reader, (*students, *population), *school_age, at)
        }
        Form::Mean { of, number } => mean(reader, *of, *number, at),
        Form::Segregation { index, group, comparison } => segregation(reader, *index, (*group, *comparison), at),
    }
}
