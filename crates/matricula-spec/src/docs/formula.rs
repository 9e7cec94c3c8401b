//! A formula written out.

use super::remarks::{Remark, remark};
use super::words::{Language, Word, word};
use crate::model::catalogue::Catalogue;
use crate::model::condition::{Between, Condition, Quantity, Selection};
use crate::model::formula::{
    Among, Cap, Cohort, FlowRate, Formula, LinkedSurvival, OpenCohort, ParityIndex, Ratio, Repetition,
    SegregationIndex, Survival, SurvivalGives, ToGrade, UnknownAge,
};

/// The formula in words and codes, one line each step.
pub(super) fn formula(catalogue: &Catalogue, formula: &Formula, language: Language) -> Vec<String> {
    Writer { catalogue, language }.formula(formula)
}

#[derive(Clone, Copy)]
struct Writer<'a> {
    catalogue: &'a Catalogue,
    language: Language,
}

impl Writer<'_> {
    fn formula(self, formula: &Formula) -> Vec<String> {
        match formula {
            Formula::Count { of: counted } => self.quantity("", counted),
            Formula::Ratio(ratio) => self.ratio(ratio),
            Formula::Share { of, group, among, scale } => {
                let mut lines = vec![
                    format!("{scale} x  {}; {}", self.selection(of), self.condition(group)),
                    format!("    /  {}", self.selection(of)),
                ];
                lines.extend((*among == Among::Known).then(|| self.remark(Remark::Known)));
                lines
            }
            Formula::Parity { .. } => self.parity(formula),
            Formula::Flow { rate, cohort, scale } => self.flow(*rate, cohort, *scale),
            Formula::Survival(survival) => self.survival(survival),
            Formula::LinkedSurvival(survival) => self.linked_survival(survival),
            Formula::LifeExpectancy { students, population, school_age } => {
                let classes = &self.catalogue.dimension(self.catalogue.known().age_class).codes;
                vec![
                    "sum over ages a of  E(a) / P(a),  +  E(_U) / P(S) x years(S)".to_owned(),
                    format!("E = {}", self.selection(students)),
                    format!("P = {}", self.selection(population)),
                    format!("S = {}", classes.code(*school_age).id),
                ]
            }
            Formula::Mean { of, number } => {
                let number = &self.catalogue.dimension(*number).id;
                vec![format!("sum of {number} x E / sum of E"), format!("E = {}", self.selection(of))]
            }
            Formula::Segregation { index, grain, pupils, group, comparison } => {
                let formula = match index {
                    SegregationIndex::Dissimilarity => "1/2 x sum over i of | a(i)/A - b(i)/B |",
                    SegregationIndex::Isolation => "sum over i of  a(i)/A x a(i)/(a(i) + b(i))",
                };
                vec![
                    format!("{formula};  i = {grain}"),
                    format!("a = {}; {}", self.selection(pupils), self.condition(group)),
                    format!("b = {}; {}", self.selection(pupils), self.condition(comparison)),
                ]
            }
            Formula::NotFromRecords { reason } => {
                vec![format!("{}: {}", remark(Remark::NotFromRecords, self.language), self.language.of(reason))]
            }
        }
    }

    fn ratio(self, ratio: &Ratio) -> Vec<String> {
        let mut lines = self.quantity(&format!("{} x  ", ratio.scale), &ratio.numerator);
        lines.extend(self.quantity("    /  ", &ratio.denominator));
        match ratio.cap {
            Cap::None => {}
            Cap::Sexes => lines.push(self.remark(Remark::CapSexes)),
            Cap::ComplementSexes => lines.push(self.remark(Remark::CapComplement)),
        }
        lines.extend((ratio.unknown_age == UnknownAge::Redistribute).then(|| self.remark(Remark::RedistributeAge)));
        lines
    }

    fn parity(self, formula: &Formula) -> Vec<String> {
        let Formula::Parity { of, dimension, group, comparison, index } = formula else { return Vec::new() };
        let dimension = self.catalogue.dimension(*dimension);
        let of_group = |code| format!("{of} [{} = {}]", dimension.id, dimension.codes.code(code).id);
        let mut lines = vec![format!("x = {} / {}", of_group(*group), of_group(*comparison))];
        lines.extend((*index == ParityIndex::Adjusted).then(|| "x <= 1: x;  x > 1: 2 - 1/x".to_owned()));
        lines
    }

    fn flow(self, rate: FlowRate, cohort: &Cohort, scale: u32) -> Vec<String> {
        let rate = match rate {
            FlowRate::Promotion => "p(g) = (E(g+1, t+1) - R(g+1, t+1)) / E(g, t)",
            FlowRate::Repetition => "r(g) = R(g, t+1) / E(g, t)",
            FlowRate::Dropout => "d(g) = 1 - (R(g, t+1) + E(g+1, t+1) - R(g+1, t+1)) / E(g, t)",
        };
        let mut lines = vec![format!("{scale} x  {rate}")];
        lines.extend(self.cohort(cohort));
        lines
    }

    fn survival(self, survival: &Survival) -> Vec<String> {
        let to = match survival.to {
            ToGrade::Last => remark(Remark::LastGrade, self.language).to_owned(),
            ToGrade::Number(number) => format!("G{number}"),
        };
        let gives = match survival.gives {
            SurvivalGives::Survival => format!("N(G) / N(1);  G = {to}"),
            SurvivalGives::Dropout => format!("1 - N(G) / N(1);  G = {to}"),
            SurvivalGives::Efficiency => "graduates x years(level) / pupil-years".to_owned(),
            SurvivalGives::YearsPerGraduate => "pupil-years / graduates".to_owned(),
        };
        let repetition = match survival.repetition {
            Repetition::Unlimited => "N(g+1) = N(g) x p(g) / (1 - r(g))".to_owned(),
            Repetition::PerCycle(most) => format!("{}: {most}", remark(Remark::RepeatsPerCycle, self.language)),
            Repetition::PerGrade(most) => format!("{}: {most}", remark(Remark::RepeatsPerGrade, self.language)),
        };
        let mut lines = vec![format!("{} x  {gives}", survival.scale), repetition];
        lines.extend(self.cohort(&survival.cohort));
        lines.extend(survival.graduates.as_ref().map(|graduates| format!("p(last): {}", self.condition(graduates))));
        lines
    }

    fn linked_survival(self, survival: &LinkedSurvival) -> Vec<String> {
        let to = match survival.to {
            ToGrade::Last => remark(Remark::LastGrade, self.language).to_owned(),
            ToGrade::Number(number) => format!("G{number}"),
        };
        vec![
            format!("{} x  N(G) / N(1);  G = {to}", survival.scale),
            "N(g+1) = N(g) x p(g) / (1 - r(g))".to_owned(),
            "p(g) = A(g) / E(g);  r(g) = B(g) / E(g)".to_owned(),
            format!("E = {}", self.selection(&survival.pupils)),
            format!("A = E; {}", self.condition(&survival.promoted)),
            format!("B = E; {}", self.condition(&survival.repeated)),
        ]
    }

    fn cohort(self, cohort: &Cohort) -> Vec<String> {
        let mut lines = vec![
            format!("E = {}", self.selection(&cohort.pupils)),
            format!("R = E; {}", self.condition(&cohort.repeaters)),
        ];
        match cohort.open {
            OpenCohort::AsObserved => lines.push(self.remark(Remark::AsObserved)),
            OpenCohort::Uis => lines.push(self.remark(Remark::OpenUis)),
        }
        lines
    }

    fn remark(self, text: Remark) -> String {
        format!("({})", remark(text, self.language))
    }

    fn quantity(self, first: &str, quantity: &Quantity) -> Vec<String> {
        let blank = " ".repeat(first.len());
        let mut lines = Vec::new();
        for (position, term) in quantity.terms.iter().enumerate() {
            let sign = match (position, term.minus) {
                (0, _) => String::new(),
                (_, true) => "- ".to_owned(),
                (_, false) => "+ ".to_owned(),
            };
            let before = if position == 0 { first } else { &blank };
            lines.push(format!("{before}{sign}{}", self.selection(&term.selection)));
        }
        if let Some(otherwise) = &quantity.otherwise {
            lines.push(format!("{blank}{}:", remark(Remark::Otherwise, self.language)));
            lines.extend(self.quantity(&blank, otherwise));
        }
        lines
    }

    fn selection(self, selection: &Selection) -> String {
        let list = &self.catalogue.dimension(self.catalogue.known().measure).codes;
        let mut text = self.language.of(&list.code(selection.measure).label).to_owned();
        if selection.year != 0 {
            text.push_str(&format!(" (t{:+})", selection.year));
        }
        let tests = self.condition(&selection.condition);
        if !tests.is_empty() {
            text.push_str(&format!(", {} {tests}", word(Word::Where, self.language)));
        }
        text
    }

    fn condition(self, condition: &Condition) -> String {
        let test = |(dimension, codes): &(_, Vec<_>)| {
            let dimension = self.catalogue.dimension(*dimension);
            let named: Vec<_> =
                codes.iter().take(SPELLED_OUT).map(|code| dimension.codes.code(*code).id.as_str()).collect();
            let rest = if codes.len() > SPELLED_OUT { " ..." } else { "" };
            format!("{} = {}{rest}", dimension.id, named.join(" | "))
        };
        let mut tests: Vec<_> = condition.codes.iter().map(test).collect();
        let derived = [
            (Remark::YearsOverAge, condition.years_over_age),
            (Remark::GradesBeforeLast, condition.grades_before_last),
        ];
        for (name, between) in derived {
            tests.extend(between.map(|between| format!("{} {}", remark(name, self.language), bounds(between))));
        }
        tests.join(", ")
    }
}

/// Most codes that are spelled out for one dimension.
const SPELLED_OUT: usize = 12;

fn bounds(between: Between) -> String {
    match (between.at_least, between.at_most) {
        (Some(least), Some(most)) if least == most => format!("= {least}"),
        (Some(least), Some(most)) => format!("{least} .. {most}"),
        (Some(least), None) => format!(">= {least}"),
        (None, Some(most)) => format!("<= {most}"),
        (None, None) => String::new(),
    }
}
