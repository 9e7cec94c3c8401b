//! `[formula.*]` of an indicator.

use toml::Spanned;

use super::common::label;
use super::names::Reader;
use crate::model::formula::{
    Among, Cap, Cohort, FlowRate, Formula, LinkedSurvival, OpenCohort, ParityIndex, Ratio, Repetition,
    SegregationIndex, Survival, SurvivalGives, ToGrade, UnknownAge,
};
use crate::problem::{Place, Problem, ProblemCode};
use crate::raw::common::{RawCondition, RawSelection};
use crate::raw::formula::{
    RawAmong, RawCap, RawFlow, RawFlowRate, RawFormula, RawLifeExpectancy, RawLinkedSurvival, RawOpenCohort, RawParity,
    RawParityIndex, RawRatio, RawRepetition, RawSegregation, RawSegregationIndex, RawShare, RawSurvival,
    RawSurvivalGives, RawUnknownAge,
};

/// The formula, with every name resolved; nothing where one is not known.
pub(super) fn formula(raw: &Spanned<RawFormula>, reader: &mut Reader<'_>) -> Option<Formula> {
    let place = reader.text.of(raw);
    match raw.get_ref() {
        RawFormula::Count(raw) => Some(Formula::Count { of: reader.quantity(&raw.of)? }),
        RawFormula::Ratio(raw) => ratio(raw, reader),
        RawFormula::Share(raw) => share(raw, reader),
        RawFormula::Parity(raw) => parity(raw, reader),
        RawFormula::Flow(raw) => flow(raw, reader),
        RawFormula::Survival(raw) => survival(raw, &place, reader),
        RawFormula::LinkedSurvival(raw) => linked_survival(raw, reader),
        RawFormula::LifeExpectancy(raw) => life_expectancy(raw, reader),
        RawFormula::Mean(raw) => {
            let (of, number) = (reader.selection(&raw.of), reader.dimension_at(&raw.number));
            Some(Formula::Mean { of: of?, number: number? })
        }
        RawFormula::Segregation(raw) => segregation(raw, reader),
        RawFormula::NotFromRecords(raw) => {
            Some(Formula::NotFromRecords { reason: label(&raw.reason, &reader.text, &place, reader.problems) })
        }
    }
}

fn ratio(raw: &RawRatio, reader: &mut Reader<'_>) -> Option<Formula> {
    let (numerator, denominator) = (reader.quantity(&raw.numerator), reader.quantity(&raw.denominator));
    let cap = match raw.cap {
        RawCap::None => Cap::None,
        RawCap::Sexes => Cap::Sexes,
        RawCap::ComplementSexes => Cap::ComplementSexes,
    };
    let unknown_age = match raw.unknown_age {
        RawUnknownAge::Leave => UnknownAge::Leave,
        RawUnknownAge::Redistribute => UnknownAge::Redistribute,
    };
    Some(Formula::Ratio(Ratio { numerator: numerator?, denominator: denominator?, scale: raw.scale, cap, unknown_age }))
}

fn share(raw: &RawShare, reader: &mut Reader<'_>) -> Option<Formula> {
    let (of, group) = (reader.selection(&raw.of), reader.condition(&raw.group));
    let among = match raw.among {
        RawAmong::All => Among::All,
        RawAmong::Known => Among::Known,
    };
    Some(Formula::Share { of: of?, group, among, scale: raw.scale })
}

fn parity(raw: &RawParity, reader: &mut Reader<'_>) -> Option<Formula> {
    let dimension = reader.dimension_at(&raw.dimension)?;
    let (group, comparison) = (reader.code_at(dimension, &raw.group), reader.code_at(dimension, &raw.comparison));
    let index = match raw.index {
        RawParityIndex::Plain => ParityIndex::Plain,
        RawParityIndex::Adjusted => ParityIndex::Adjusted,
    };
    Some(Formula::Parity { of: raw.of.get_ref().clone(), dimension, group: group?, comparison: comparison?, index })
}

fn cohort(
    pupils: &RawSelection,
    repeaters: &RawCondition,
    open: RawOpenCohort,
    reader: &mut Reader<'_>,
) -> Option<Cohort> {
    let (pupils, repeaters) = (reader.selection(pupils), reader.condition(repeaters));
    let open = match open {
        RawOpenCohort::AsObserved => OpenCohort::AsObserved,
        RawOpenCohort::Uis => OpenCohort::Uis,
    };
    Some(Cohort { pupils: pupils?, repeaters, open })
}

fn flow(raw: &RawFlow, reader: &mut Reader<'_>) -> Option<Formula> {
    let rate = match raw.rate {
        RawFlowRate::Promotion => FlowRate::Promotion,
        RawFlowRate::Repetition => FlowRate::Repetition,
        RawFlowRate::Dropout => FlowRate::Dropout,
    };
    let cohort = cohort(&raw.pupils, &raw.repeaters, raw.open_cohort, reader)?;
    Some(Formula::Flow { rate, cohort, scale: raw.scale })
}

fn survival(raw: &RawSurvival, place: &Place, reader: &mut Reader<'_>) -> Option<Formula> {
    let gives = match raw.gives {
        RawSurvivalGives::Survival => SurvivalGives::Survival,
        RawSurvivalGives::Dropout => SurvivalGives::Dropout,
        RawSurvivalGives::Efficiency => SurvivalGives::Efficiency,
        RawSurvivalGives::YearsPerGraduate => SurvivalGives::YearsPerGraduate,
    };
    let cohort = cohort(&raw.pupils, &raw.repeaters, raw.open_cohort, reader);
    let graduates = raw.graduates.as_ref().map(|raw| reader.condition(raw));
    let at_most = raw.repeats_at_most.as_ref().map(|number| *number.get_ref());
    let repetition = match (raw.repetition, at_most) {
        (RawRepetition::Unlimited, None) => Some(Repetition::Unlimited),
        (RawRepetition::PerCycle, Some(most)) => Some(Repetition::PerCycle(most)),
        (RawRepetition::PerGrade, Some(most)) => Some(Repetition::PerGrade(most)),
        (RawRepetition::Unlimited, Some(_)) => {
            invalid(
                reader,
                place,
                "`repeats_at_most` without a limit on repetition",
                "Take it out, or limit repetition.",
            );
            None
        }
        (_, None) => {
            invalid(reader, place, "a limit on repetition without `repeats_at_most`", "Add `repeats_at_most`.");
            None
        }
    };
    let wants_graduates = matches!(gives, SurvivalGives::Efficiency | SurvivalGives::YearsPerGraduate);
    if wants_graduates != graduates.is_some() {
        let found = if wants_graduates { "no `graduates`" } else { "`graduates`, which are not asked for" };
        invalid(reader, place, found, "Efficiency and years per graduate need `graduates`, survival does not.");
        return None;
    }
    let to = to_grade(&raw.to, reader);
    if wants_graduates && matches!(to, Some(ToGrade::Number(_))) {
        let found = "a grade for graduates, who leave the last";
        invalid(reader, place, found, "Write `to = \"last\"` for efficiency and years per graduate.");
        return None;
    }
    Some(Formula::Survival(Survival {
        gives,
        to: to?,
        cohort: cohort?,
        repetition: repetition?,
        graduates,
        scale: raw.scale,
    }))
}

fn linked_survival(raw: &RawLinkedSurvival, reader: &mut Reader<'_>) -> Option<Formula> {
    let pupils = reader.selection(&raw.pupils);
    let (promoted, repeated) = (reader.condition(&raw.promoted), reader.condition(&raw.repeated));
    let to = to_grade(&raw.to, reader);
    let survival = LinkedSurvival { pupils: pupils?, promoted, repeated, to: to?, scale: raw.scale };
    Some(Formula::LinkedSurvival(survival))
}

fn to_grade(raw: &Spanned<String>, reader: &mut Reader<'_>) -> Option<ToGrade> {
    if raw.get_ref() == "last" {
        return Some(ToGrade::Last);
    }
    let grade = reader.dimension("grade", |text| text.of(raw))?;
    let code = reader.code_at(grade, raw)?;
    let number = reader.names.list(grade).code(code).number();
    if number.is_none() {
        let place = reader.text.of(raw);
        invalid(reader, &place, "a grade without a number", "Write `last`, or a grade such as `G5`.");
    }
    number.map(ToGrade::Number)
}

fn life_expectancy(raw: &RawLifeExpectancy, reader: &mut Reader<'_>) -> Option<Formula> {
    let (students, population) = (reader.selection(&raw.students), reader.selection(&raw.population));
    let classes = reader.dimension("age_class", |text| text.of(&raw.school_age))?;
    let school_age = reader.code_at(classes, &raw.school_age);
    Some(Formula::LifeExpectancy { students: students?, population: population?, school_age: school_age? })
}

fn segregation(raw: &RawSegregation, reader: &mut Reader<'_>) -> Option<Formula> {
    let pupils = reader.selection(&raw.pupils);
    let (group, comparison) = (reader.condition(&raw.group), reader.condition(&raw.comparison));
    let index = match raw.index {
        RawSegregationIndex::Dissimilarity => SegregationIndex::Dissimilarity,
        RawSegregationIndex::Isolation => SegregationIndex::Isolation,
    };
    Some(Formula::Segregation { index, grain: raw.grain.get_ref().clone(), pupils: pupils?, group, comparison })
}

fn invalid(reader: &mut Reader<'_>, place: &Place, found: &str, help: &str) {
    let place = Place { field: Some("formula".to_owned()), ..place.clone() };
    let expected = "The parts of a formula fit its form.";
    reader.problems.push(Problem::error(ProblemCode::FormulaInvalid, place, expected, found).help(help));
}
