//! Forms that add up over the codes of a dimension: school life expectancy, means.

use matricula_spec::model::dimension::{CodeId, CodeList, DimensionId};

use super::estimates::{Flags, Number};
use super::formulas;
use super::outcome::{Value, Valued, as_f64};
use super::reader::{Amount, At, Reader};
use crate::cube::slice::Absence;

/// Years of school that a child may expect.
pub(super) fn life_expectancy(
    reader: &Reader<'_>,
    (students, population): (usize, usize),
    school_age: CodeId,
    at: &At,
) -> Valued {
    let age = reader.place.catalogue.known().age;
    let read = reader.along(students, at, age);
    let people = reader.along(population, at, age);
    let school = school_ages(reader, school_age);
    let absence = [read.as_ref().err(), people.as_ref().err(), school.as_ref().err()].into_iter().flatten().min();
    let (Ok(students), Ok(people), Ok((first, last))) = (&read, &people, school) else {
        return Valued::of(Err(absence.copied().unwrap_or(Absence::Missing)), Flags::NONE);
    };
    let list = &reader.place.catalogue.dimension(age).codes;
    let of_age = |wanted: i32| people.iter().find(|(code, _)| numbered(list, *code) == Some(wanted));
    let of_school_age: i128 = (first..=last).filter_map(of_age).map(|(_, amount)| amount.number.millionths()).sum();
    let mut ages: Vec<(i32, i128)> = students
        .iter()
        .filter_map(|(code, amount)| Some((numbered(list, *code)?, amount.number.millionths())))
        .collect();
    ages.sort_unstable();
    let population = |age: i32| of_age(age).map_or(0, |(_, amount)| amount.number.millionths());
    let pairs: Vec<_> = ages.iter().map(|(age, pupils)| (as_f64(*pupils), as_f64(population(*age)))).collect();
    let unknown = students.iter().find(|(code, _)| *code == CodeId::UNKNOWN);
    let unknown = as_f64(unknown.map_or(0, |(_, amount)| amount.number.millionths()));
    let duration = f64::from(last - first + 1);
    let years = formulas::life_expectancy(&pairs, unknown, as_f64(of_school_age), duration);
    let nobody = of_school_age == 0 && students.iter().all(|(_, amount)| amount.number == Number::ZERO);
    // Pupils at an age at which nobody lives: the population is missing. Nobody at all: nothing to divide by.
    let value: Value = if nobody { Ok(None) } else { years.map(Some).ok_or(Absence::Missing) };
    let flags = used(list, students, people, (first, last));
    Valued { denominator: Some(Number::from_millionths(of_school_age)), ..Valued::of(value, flags) }
}

/// The flags of the numbers that stand in the sum: pupils of known and unknown age, people of their ages and of school age.
fn used(
    list: &CodeList,
    students: &[(CodeId, Amount)],
    people: &[(CodeId, Amount)],
    (first, last): (i32, i32),
) -> Flags {
    let counted = |(_, amount): &&(CodeId, Amount)| amount.number != Number::ZERO;
    let pupils = students.iter().filter(counted);
    let in_sum = |code: CodeId| code == CodeId::UNKNOWN || numbered(list, code).is_some();
    let pupils: Vec<_> = pupils.filter(|(code, _)| in_sum(*code)).collect();
    let of_age = |code: CodeId| {
        let number = numbered(list, code);
        number.is_some_and(|age| (first..=last).contains(&age)) || pupils.iter().any(|(other, _)| *other == code)
    };
    let people = people.iter().filter(|(code, _)| numbered(list, *code).is_some() && of_age(*code));
    let amounts = pupils.iter().copied().chain(people);
    amounts.fold(Flags::NONE, |flags, (_, amount)| flags.and(amount.flags))
}

/// First and last school age in the reference structure.
fn school_ages(reader: &Reader<'_>, school_age: CodeId) -> Result<(i32, i32), Absence> {
    let catalogue = reader.place.catalogue;
    let edu_levels = &catalogue.dimension(catalogue.known().edu_level).codes;
    let class = catalogue.age_class(school_age).ok_or(Absence::Missing)?;
    reader.place.system.ages(class, edu_levels).ok_or(Absence::Missing)
}

/// The number of a finest code.
fn numbered(list: &CodeList, code: CodeId) -> Option<i32> {
    list.code(code).number().filter(|_| !list.is_margin(code))
}

/// The mean of the numbers in the codes of a dimension.
pub(super) fn mean(reader: &Reader<'_>, of: usize, dimension: DimensionId, at: &At) -> Valued {
    let list = &reader.place.catalogue.dimension(dimension).codes;
    let held = match reader.along(of, at, dimension) {
        Ok(held) => held,
        Err(absence) => return Valued::of(Err(absence), Flags::NONE),
    };
    let numbered: Vec<(i32, Amount)> =
        held.into_iter().filter_map(|(code, amount)| Some((numbered(list, code)?, amount))).collect();
    let sum = numbered.iter().map(|(number, amount)| i128::from(*number) * amount.number.millionths()).sum();
    let count = numbered.iter().map(|(_, amount)| amount.number.millionths()).sum();
    let flags = numbered.iter().fold(Flags::NONE, |flags, (_, amount)| flags.and(amount.flags));
    let value = super::outcome::quotient(1, Number::from_millionths(sum), Number::from_millionths(count));
    Valued {
        numerator: Some(Number::from_millionths(sum)),
        denominator: Some(Number::from_millionths(count)),
        ..Valued::of(Ok(value), flags)
    }
}
