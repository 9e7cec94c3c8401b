//! Forms that add up over ages, numbers or schools.

use matricula::spec::model::condition::{Condition, Selection};
use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::model::formula::SegregationIndex;

use super::Codes;
use super::coverage::Why;
use super::figures::Valued;
use super::reading::{Counted, Flags, Reader};
use super::tables::Question;
use super::value::Value;

/// Years of school that a child may expect.
///
/// Ages for which the sources hold no cell add nothing, also where an absent cell is missing: the page asks only for
/// a population at every age at which there are students, and so does the engine.
pub(crate) fn life_expectancy(
    reader: &Reader<'_>,
    students: &Selection,
    population: &Selection,
    school_age: CodeId,
    at: &Codes,
) -> Valued {
    let known = reader.catalogue.known();
    let students = reader.along(&Question::new(students), at, known.age);
    let population = reader.along(&Question::new(population), at, known.age);
    let class = reader.catalogue.age_class(school_age).expect("an age class");
    let levels = &reader.catalogue.dimension(known.edu_level).codes;
    let ages = reader.system(0).ages(class, levels).ok_or(Why::Missing);
    let (students, population, (first, last)) = match (students, population, ages) {
        (Ok(students), Ok(population), Ok(ages)) => (students, population, ages),
        (students, population, ages) => {
            let why = [students.err(), population.err(), ages.err()].into_iter().flatten().min();
            return Valued::absent(why.expect("one of them is an error"));
        }
    };
    let list = &reader.catalogue.dimension(known.age).codes;
    let age_of = |code: &CodeId| list.code(*code).number().filter(|_| !list.is_margin(*code));
    let nobody = Counted::default();
    let people = |code: &CodeId| population.get(code).unwrap_or(&nobody);
    let of_school: Vec<&Counted> = population
        .iter()
        .filter(|(code, _)| age_of(code).is_some_and(|age| (first..=last).contains(&age)))
        .map(|(_, people)| people)
        .collect();
    let of_school_age: i128 = of_school.iter().map(|people| people.millionths).sum();
    let mut flags: Flags = of_school.iter().flat_map(|people| people.flags.iter().copied()).collect();
    let mut years = Some(0.0);
    let present = |code: &CodeId, pupils: &Counted| age_of(code).is_some() && pupils.millionths != 0;
    for (code, pupils) in students.iter().filter(|(code, pupils)| present(code, pupils)) {
        flags.extend(pupils.flags.iter().chain(&people(code).flags));
        let rate = Value::quotient(1, pupils.millionths, people(code).millionths);
        years = years.zip(rate).map(|(years, rate)| years + rate.number);
    }
    let unknown = students.get(&CodeId::UNKNOWN).unwrap_or(&nobody);
    if unknown.millionths != 0 {
        flags.extend(unknown.flags.iter().copied());
        let rate = Value::quotient(1, unknown.millionths, of_school_age);
        years = years.zip(rate).map(|(years, rate)| years + rate.number * f64::from(last - first + 1));
    }
    let no_students = students.values().all(|pupils| pupils.millionths == 0);
    let why = if of_school_age == 0 && no_students { Why::NoDenominator } else { Why::Missing };
    let years = years.filter(|_| why == Why::Missing);
    Valued {
        value: years.map(Value::of).ok_or(why),
        uncapped: None,
        numerator: None,
        denominator: Some(of_school_age),
        flags,
    }
}

/// The mean of the numbers in the codes of a dimension.
pub(crate) fn mean(reader: &Reader<'_>, of: &Selection, dimension: DimensionId, at: &Codes) -> Valued {
    let held = match reader.along(&Question::new(of), at, dimension) {
        Ok(held) => held,
        Err(why) => return Valued::absent(why),
    };
    let list = &reader.catalogue.dimension(dimension).codes;
    let (mut sum, mut records, mut flags) = (0, 0, Flags::new());
    for (code, counted) in held.into_iter().filter(|(code, _)| !list.is_margin(*code)) {
        if let Some(number) = list.code(code).number() {
            sum += i128::from(number) * counted.millionths;
            records += counted.millionths;
            flags.extend(counted.flags);
        }
    }
    Valued {
        value: Value::quotient(1, sum, records).ok_or(Why::NoDenominator),
        uncapped: None,
        numerator: Some(sum),
        denominator: Some(records),
        flags,
    }
}

/// How two groups are distributed across units.
#[expect(clippy::cast_precision_loss, reason = "the nearest floating-point number is what is wanted")]
pub(crate) fn segregation(
    reader: &Reader<'_>,
    index: SegregationIndex,
    grain: &str,
    (pupils, group, comparison): (&Selection, &Condition, &Condition),
    at: &Codes,
) -> Valued {
    let of = |condition| reader.by_unit(&Question::new(pupils).and(condition), grain, at);
    let (group, comparison) = match (of(group), of(comparison)) {
        (Ok(group), Ok(comparison)) => (group, comparison),
        (group, comparison) => {
            let why = [group.err(), comparison.err()].into_iter().flatten().min();
            return Valued::absent(why.expect("one of them is an error"));
        }
    };
    let (of_group, of_comparison): (i128, i128) = (group.iter().sum(), comparison.iter().sum());
    let share = |part: i128, whole: i128| part as f64 / whole as f64;
    let units = || group.iter().copied().zip(comparison.iter().copied());
    let value = match index {
        _ if of_group == 0 || of_comparison == 0 => Err(Why::NoDenominator),
        SegregationIndex::Dissimilarity => {
            Ok(units().map(|(a, b)| (share(a, of_group) - share(b, of_comparison)).abs()).sum::<f64>() / 2.0)
        }
        SegregationIndex::Isolation => {
            let present = units().filter(|(a, _)| *a > 0);
            Ok(present.map(|(a, b)| share(a, of_group) * share(a, a + b)).sum())
        }
    };
    Valued {
        value: value.map(Value::of),
        uncapped: None,
        numerator: Some(of_group),
        denominator: Some(of_comparison),
        flags: Flags::new(),
    }
}
