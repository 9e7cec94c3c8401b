//! The reconstructed cohort: rates between the grades of two years, and where they lead.

use matricula::spec::model::dimension::CodeId;
use matricula::spec::model::formula::{
    Cohort, FlowRate, LinkedSurvival, OpenCohort, Repetition, Survival, SurvivalGives, ToGrade,
};

use super::Codes;
use super::coverage::Why;
use super::figures::Valued;
use super::quotients::largest_of_sexes;
use super::reading::{Counted, Flag, Flags, Read, Reader, flags, gravest};
use super::tables::Question;
use super::value::Value;

/// What a cohort asks of the sources.
pub(crate) struct Asked<'a> {
    cohort: &'a Cohort,
    pub(crate) pupils: Question,
    pub(crate) pupils_next: Question,
    pub(crate) repeaters_next: Question,
}

impl<'a> Asked<'a> {
    pub(crate) fn by(cohort: &'a Cohort) -> Self {
        let pupils = Question::new(&cohort.pupils);
        let pupils_next = pupils.clone().a_year_later();
        let repeaters_next = pupils_next.clone().and(&cohort.repeaters);
        Self { cohort, pupils, pupils_next, repeaters_next }
    }

    /// The last grade of the level in a year, where the country's system has the level.
    fn last(&self, reader: &Reader<'_>, later: i32) -> Result<i32, Why> {
        let levels = self.cohort.pupils.condition.on(reader.catalogue.known().edu_level);
        let [level] = levels.expect("the level is tested") else { panic!("one level is tested") };
        let system = reader.system(later);
        let found = system.levels().iter().find(|of_system| of_system.edu_level == *level);
        found.map(|of_system| of_system.duration).ok_or(Why::Missing)
    }

    fn open(&self) -> bool {
        self.cohort.open == OpenCohort::Uis
    }
}

/// Counts of a grade, or of several together, as observed.
#[derive(Debug, Clone, Default)]
struct Observed {
    /// E(g, t).
    pupils: i128,
    /// E(g + 1, t + 1) - R(g + 1, t + 1); nothing for the last grade.
    promoted: Option<i128>,
    /// R(g, t + 1).
    repeaters: i128,
    flags: Flags,
}

impl Observed {
    fn rate(&self, counted: i128) -> Option<f64> {
        Value::quotient(1, counted, self.pupils).map(|rate| rate.number)
    }

    /// p + r, where there is a p.
    fn stayed(&self) -> Option<f64> {
        self.rate(self.promoted? + self.repeaters)
    }

    fn is_open(&self) -> bool {
        self.promoted.is_some_and(|promoted| self.pupils > 0 && promoted + self.repeaters > self.pupils)
    }

    fn all_flags(&self) -> Flags {
        self.flags.iter().copied().chain(self.is_open().then_some(Flag::OpenCohort)).collect()
    }

    fn plus(self, other: Self) -> Self {
        Self {
            pupils: self.pupils + other.pupils,
            promoted: self.promoted.zip(other.promoted).map(|(a, b)| a + b),
            repeaters: self.repeaters + other.repeaters,
            flags: self.flags.into_iter().chain(other.flags).collect(),
        }
    }
}

/// The coordinates in the grade of a number.
fn in_grade(reader: &Reader<'_>, at: &Codes, number: i32) -> Option<Codes> {
    let known = reader.catalogue.known();
    let list = &reader.catalogue.dimension(known.grade).codes;
    let grade = list.ids().find(|code| !list.is_margin(*code) && list.code(*code).number() == Some(number))?;
    let mut at = at.clone();
    at.insert(known.grade, grade);
    Some(at)
}

/// A grade of a cohort; the page asks for promotion of every grade but the last, and so does the engine where only
/// repetition is told.
fn observed(reader: &Reader<'_>, asked: &Asked<'_>, grade: i32, at: &Codes) -> Result<Observed, Why> {
    let here = in_grade(reader, at, grade).ok_or(Why::Impossible)?;
    let last = asked.last(reader, 1);
    let pupils = reader.number(&asked.pupils, &here);
    let repeaters = reader.number(&asked.repeaters_next, &here);
    let next = last.is_ok_and(|last| grade < last).then(|| in_grade(reader, at, grade + 1).ok_or(Why::Impossible));
    let arrived = next
        .transpose()?
        .map(|next| [reader.number(&asked.pupils_next, &next), reader.number(&asked.repeaters_next, &next)]);
    let reads: Vec<&Read> = [&pupils, &repeaters].into_iter().chain(arrived.iter().flatten()).collect();
    if let Some(why) = gravest(reads.iter().copied()).into_iter().chain(last.err()).min() {
        return Err(why);
    }
    let flags = flags(reads);
    let promoted = arrived.map(|[all, again]| millionths(&all) - millionths(&again));
    Ok(Observed { pupils: millionths(&pupils), promoted, repeaters: millionths(&repeaters), flags })
}

fn millionths(read: &Read) -> i128 {
    read.as_ref().map(|counted| counted.millionths).expect("it can be read")
}

/// A rate between two years.
pub(crate) fn flow(reader: &Reader<'_>, rate: FlowRate, cohort: &Cohort, scale: u32, at: &Codes) -> Valued {
    let asked = Asked::by(cohort);
    let valued = match at.get(&reader.catalogue.known().grade) {
        Some(grade) => of_grade(reader, (rate, scale), &asked, *grade, at),
        None if rate == FlowRate::Repetition => {
            let (above, below) = (reader.number(&asked.repeaters_next, at), reader.number(&asked.pupils, at));
            of_level(above, below, scale)
        }
        None => match all_but_last(reader, &asked, at) {
            Ok(observed) => of_counts(&observed, rate, scale),
            Err(why) => Valued { denominator: below_last(reader, &asked, at), ..Valued::absent(why) },
        },
    };
    // As observed there is nothing before the factor.
    Valued { uncapped: asked.open().then_some(valued.uncapped.unwrap_or(valued.value)), ..valued }
}

/// Repeaters of all grades over pupils of all grades.
fn of_level(above: Read, below: Read, scale: u32) -> Valued {
    let value = match (&above, &below) {
        (Ok(above), Ok(below)) => Value::quotient(scale, above.millionths, below.millionths).ok_or(Why::NoDenominator),
        _ => Err(gravest([&above, &below]).expect("one of them is an error")),
    };
    let flags = flags([&above, &below]);
    let number = |read: Read| read.ok().map(|counted| counted.millionths);
    Valued { value, uncapped: None, numerator: number(above), denominator: number(below), flags }
}

/// The counts of all grades that have a next one.
fn all_but_last(reader: &Reader<'_>, asked: &Asked<'_>, at: &Codes) -> Result<Observed, Why> {
    let last = asked.last(reader, 1);
    let grades: Vec<Result<Observed, Why>> =
        (1..last.unwrap_or(2)).map(|grade| observed(reader, asked, grade, at)).collect();
    let why = grades.iter().filter_map(|grade| grade.as_ref().err().copied()).chain(last.err()).min();
    let sum = grades.into_iter().flatten().reduce(Observed::plus).ok_or(Why::Impossible);
    why.map_or(sum, Err)
}

/// Pupils of all grades that have a next one, which is known before anybody is a year older.
fn below_last(reader: &Reader<'_>, asked: &Asked<'_>, at: &Codes) -> Option<i128> {
    let pupils = |grade: i32| reader.number(&asked.pupils, &in_grade(reader, at, grade)?).ok();
    (1..asked.last(reader, 0).ok()?).map(|grade| Some(pupils(grade)?.millionths)).sum()
}

fn of_grade(
    reader: &Reader<'_>,
    (rate, scale): (FlowRate, u32),
    asked: &Asked<'_>,
    grade: CodeId,
    at: &Codes,
) -> Valued {
    let known = reader.catalogue.known();
    let Some(grade) = reader.catalogue.dimension(known.grade).codes.code(grade).number() else {
        return Valued::absent(Why::Impossible);
    };
    let denominator = || in_grade(reader, at, grade).and_then(|here| reader.number(&asked.pupils, &here).ok());
    // The last grade leads nowhere, whatever is known of it.
    let nowhere = rate != FlowRate::Repetition && asked.last(reader, 1).is_ok_and(|last| grade >= last);
    let observed = match observed(reader, asked, grade, at) {
        Ok(observed) => observed,
        Err(why) => {
            let why = if nowhere { Why::Impossible } else { why };
            let denominator = denominator().map(|counted: Counted| counted.millionths);
            return Valued { denominator, ..Valued::absent(why) };
        }
    };
    let valued = of_counts(&observed, rate, scale);
    let factor = factor(reader, asked, at, &observed, |at| self::observed(reader, asked, grade, at));
    let (Ok(own), Some(stayed)) = (valued.value, observed.stayed()) else { return valued };
    let value = match rate {
        _ if factor >= 1.0 => own,
        FlowRate::Dropout => Value::of(f64::from(scale) * (1.0 - stayed * factor)),
        FlowRate::Promotion | FlowRate::Repetition => Value::of(own.number * factor),
    };
    Valued { value: Ok(value), uncapped: Some(Ok(own)), ..valued }
}

/// The rate as observed, with its counts.
fn of_counts(observed: &Observed, rate: FlowRate, scale: u32) -> Valued {
    let counted = match rate {
        FlowRate::Repetition => Some(observed.repeaters),
        FlowRate::Promotion => observed.promoted,
        FlowRate::Dropout => observed.promoted.map(|promoted| observed.pupils - promoted - observed.repeaters),
    };
    let value = match counted {
        None => Err(Why::Impossible),
        Some(counted) => Value::quotient(scale, counted, observed.pupils).ok_or(Why::NoDenominator),
    };
    let flags = observed.all_flags();
    Valued { value, uncapped: None, numerator: counted, denominator: Some(observed.pupils), flags }
}

/// 1 / max(1, p + r of girls, p + r of boys), where the method is that of the UIS and there is a p.
fn factor(
    reader: &Reader<'_>,
    asked: &Asked<'_>,
    at: &Codes,
    own: &Observed,
    of: impl Fn(&Codes) -> Result<Observed, Why>,
) -> f64 {
    let Some(stayed) = own.stayed().filter(|_| asked.open()) else { return 1.0 };
    let of_sex = |at: &Codes| of(at)?.stayed().ok_or(Why::NoDenominator);
    1.0 / largest_of_sexes(reader, at, stayed, of_sex).max(1.0)
}

/// Promotion and repetition of a grade.
#[derive(Debug, Clone, Copy)]
struct Rates {
    promotion: f64,
    repetition: f64,
}

/// What becomes of a cohort of 1.
pub(crate) fn survival(reader: &Reader<'_>, form: &Survival, at: &Codes) -> Valued {
    let asked = Asked::by(&form.cohort);
    let entrants = in_grade(reader, at, 1).and_then(|first| reader.number(&asked.pupils, &first).ok());
    let denominator = entrants.map(|counted| counted.millionths);
    let valued = match grades(reader, form, &asked, at) {
        Err(why) => Valued { denominator, ..Valued::absent(why) },
        Ok((duration, grades)) => {
            let flags = grades.iter().flat_map(|(observed, _)| observed.all_flags()).collect();
            let rates = |observed: &Observed, factor: f64| {
                let rate = |counted: i128| observed.rate(counted).ok_or(Why::NoDenominator).map(|rate| rate * factor);
                let promoted = observed.promoted.expect("every grade that is used has a promotion");
                Ok(Rates { promotion: rate(promoted)?, repetition: rate(observed.repeaters)? })
            };
            let told = |grades: Result<Vec<Rates>, Why>| told(form, duration, &grades?).ok_or(Why::NoDenominator);
            let uncapped = Some(told(grades.iter().map(|(observed, _)| rates(observed, 1.0)).collect()));
            let value = told(grades.iter().map(|(observed, factor)| rates(observed, *factor)).collect());
            Valued { value, uncapped, numerator: None, denominator, flags }
        }
    };
    Valued { uncapped: asked.open().then_some(valued.uncapped.unwrap_or(valued.value)), ..valued }
}

/// The part of the entrants of grade 1 that reaches a grade, by the rates of pupils who were followed.
pub(crate) fn linked_survival(reader: &Reader<'_>, form: &LinkedSurvival, at: &Codes) -> Valued {
    let known = reader.catalogue.known();
    let of = Question::new(&form.pupils);
    let entrants = in_grade(reader, at, 1).and_then(|first| reader.number(&of, &first).ok());
    let denominator = entrants.map(|counted| counted.millionths);
    let level = form.pupils.condition.on(known.edu_level).expect("the level is tested")[0];
    let system = reader.system(0);
    let duration = system.levels().iter().find(|listed| listed.edu_level == level).map(|listed| listed.duration);
    let to = match (form.to, duration) {
        (ToGrade::Number(number), Some(duration)) if number > duration => {
            return Valued { denominator, ..Valued::absent(Why::Impossible) };
        }
        (ToGrade::Number(number), Some(_)) => number,
        (_, duration) => duration.unwrap_or(2),
    };
    let mut why: Vec<Why> = if duration.is_none() { vec![Why::Missing] } else { Vec::new() };
    let mut flags = Flags::new();
    let mut part = Some(1.0);
    for grade in 1..to {
        let Some(here) = in_grade(reader, at, grade) else {
            why.push(Why::Impossible);
            continue;
        };
        let questions = [of.clone(), of.clone().and(&form.promoted), of.clone().and(&form.repeated)];
        let reads = questions.map(|question| reader.number(&question, &here));
        why.extend(reads.iter().filter_map(|read| read.as_ref().err().copied()));
        let [Ok(all), Ok(promoted), Ok(repeated)] = reads else { continue };
        flags.extend(all.flags.into_iter().chain(promoted.flags).chain(repeated.flags));
        let rate = |counted: i128| Value::quotient(1, counted, all.millionths).map(|rate| rate.number);
        part = part
            .zip(rate(promoted.millionths))
            .zip(rate(repeated.millionths))
            .and_then(|((part, p), r)| (r < 1.0).then(|| part * p / (1.0 - r)));
    }
    match (why.into_iter().min(), part) {
        (Some(why), _) => Valued { denominator, ..Valued::absent(why) },
        (None, None) => Valued { value: Err(Why::NoDenominator), uncapped: None, numerator: None, denominator, flags },
        (None, Some(part)) => {
            let value = Ok(Value::of(f64::from(form.scale) * part));
            Valued { value, uncapped: None, numerator: None, denominator, flags }
        }
    }
}

/// The duration of the level, and the grades that a cohort goes through, each with its factor.
fn grades(
    reader: &Reader<'_>,
    form: &Survival,
    asked: &Asked<'_>,
    at: &Codes,
) -> Result<(i32, Vec<(Observed, f64)>), Why> {
    let duration = asked.last(reader, 0);
    let to = match (form.to, duration) {
        (ToGrade::Number(number), Ok(duration)) if number > duration => return Err(Why::Impossible),
        (ToGrade::Number(number), _) => number,
        // Where the system is not known, the first grade tells whether there would have been anything to read.
        (ToGrade::Last, duration) => duration.unwrap_or(2),
    };
    let of = |grade: i32, at: &Codes| -> Result<Observed, Why> {
        let counts = observed(reader, asked, grade, at)?;
        let Some(graduates) = form.graduates.as_ref().filter(|_| grade == to) else { return Ok(counts) };
        let here = in_grade(reader, at, grade).ok_or(Why::Impossible)?;
        let graduates = reader.number(&asked.pupils.clone().and(graduates), &here)?;
        let flags = counts.flags.into_iter().chain(graduates.flags).collect();
        Ok(Observed { promoted: Some(graduates.millionths), flags, ..counts })
    };
    let used = if form.graduates.is_some() { 1..to + 1 } else { 1..to };
    let mut why: Vec<Why> = duration.err().into_iter().collect();
    let mut grades = Vec::new();
    for grade in used {
        match of(grade, at) {
            // The level is shorter a year later, so that nobody can be followed out of the grade: the page is silent.
            Ok(counts) if counts.promoted.is_none() => why.push(Why::Missing),
            Ok(counts) => {
                let factor = factor(reader, asked, at, &counts, |at| of(grade, at));
                grades.push((counts, factor));
            }
            Err(reason) => why.push(reason),
        }
    }
    why.into_iter().min().map_or_else(|| Ok((duration?, grades)), Err)
}

fn told(form: &Survival, duration: i32, grades: &[Rates]) -> Option<Value> {
    let most = match form.repetition {
        Repetition::Unlimited => None,
        Repetition::PerCycle(most) | Repetition::PerGrade(most) => Some(most),
    };
    let anew = matches!(form.repetition, Repetition::PerGrade(_));
    let (leavers, years) = match most {
        None => without_limit(grades)?,
        Some(most) => followed(grades, most, most, anew),
    };
    let scale = f64::from(form.scale);
    let quotient = |above: f64, below: f64| (below != 0.0).then(|| Value::of(scale * above / below));
    match form.gives {
        SurvivalGives::Survival => Some(Value::of(scale * leavers)),
        SurvivalGives::Dropout => Some(Value::of(scale * (1.0 - leavers))),
        SurvivalGives::Efficiency => quotient(leavers * f64::from(duration), years),
        SurvivalGives::YearsPerGraduate => quotient(years, leavers),
    }
}

/// Who is promoted out of the last grade, and the years spent; nothing where a grade is never left.
fn without_limit(grades: &[Rates]) -> Option<(f64, f64)> {
    let Some((Rates { promotion, repetition }, further)) = grades.split_first() else { return Some((1.0, 0.0)) };
    let leaves = 1.0 - repetition;
    if leaves <= 0.0 {
        return None;
    }
    let (leavers, years) = without_limit(further)?;
    Some((promotion / leaves * leavers, (1.0 + promotion * years) / leaves))
}

/// The same for one who may repeat `left` more times: the year in the grade, and then either of two ways.
fn followed(grades: &[Rates], left: u32, most: u32, anew: bool) -> (f64, f64) {
    let Some((Rates { promotion, repetition }, further)) = grades.split_first() else { return (1.0, 0.0) };
    let (leavers, years) = followed(further, if anew { most } else { left }, most, anew);
    let (mut all_leavers, mut all_years) = (promotion * leavers, 1.0 + promotion * years);
    if left > 0 {
        let (leavers, years) = followed(grades, left - 1, most, anew);
        all_leavers += repetition * leavers;
        all_years += repetition * years;
    }
    (all_leavers, all_years)
}
