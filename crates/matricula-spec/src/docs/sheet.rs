//! The method sheet of an indicator.

use std::fmt::Write as _;

use super::formula::formula;
use super::words::{Language, Word, word};
use crate::model::catalogue::Catalogue;
use crate::model::dimension::{CodeId, DimensionId};
use crate::model::formula::Formula;
use crate::model::indicator::{Better, Indicator, Unit};
use crate::model::mapping::{Mapping, Variable};
use crate::model::needs::Need;
use crate::model::text::{Citation, Status};

/// The method sheet of an indicator, as plain Markdown.
#[must_use]
pub fn method_sheet(catalogue: &Catalogue, indicator: &Indicator, language: Language) -> String {
    let mut sheet = Sheet { language, text: format!("# {}\n{}\n\n", indicator.id, language.of(&indicator.label)) };
    sheet.fact(Word::Status, status(indicator.status));
    if !indicator.sdg.is_empty() {
        sheet.fact(Word::Sdg, &indicator.sdg.join(", "));
    }
    sheet.fact(Word::Matrix, &format!("{} x {}", indicator.matrix.dimension, indicator.matrix.cut));
    sheet.fact(Word::Unit, unit(indicator.unit));
    sheet.fact(Word::Better, better(indicator.better));
    sheet.heading(Word::Definition);
    sheet.line(language.of(&indicator.definition));
    if let Some(national) = &indicator.national {
        let country = &catalogue.dimension(catalogue.known().ref_area).codes.code(national.country).label;
        sheet.line(&format!("{} {}.", word(Word::National, language), language.of(country)));
        if let Some(comparable) = &national.comparable {
            sheet.line(&format!("{} {comparable}.", word(Word::Comparable, language)));
        }
        sheet.line(language.of(&national.differs));
    }
    sheet.heading(Word::Formula);
    for line in formula(catalogue, &indicator.formula, language) {
        sheet.line(&format!("    {line}"));
    }
    if uses_age_class(catalogue, &indicator.formula) {
        sheet.line(&format!("    ({})", word(Word::AgeClass, language)));
    }
    breakdowns(&mut sheet, catalogue, indicator);
    mappings(&mut sheet, catalogue, indicator);
    sheet.heading(Word::Sources);
    indicator.sources.iter().for_each(|source| sheet.line(&format!("- {}", cited(source))));
    if let Some(worked) = &indicator.worked {
        sheet.heading(Word::Worked);
        sheet.line(&format!("fixtures/worked/{worked}.md"));
    }
    sheet.text
}

struct Sheet {
    language: Language,
    text: String,
}

// Writing to a string cannot fail.
impl Sheet {
    fn fact(&mut self, name: Word, value: &str) {
        let _ = writeln!(self.text, "- {}: {value}", word(name, self.language));
    }

    fn heading(&mut self, name: Word) {
        let _ = writeln!(self.text, "\n## {}", word(name, self.language));
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }
}

fn cited(source: &Citation) -> String {
    source.url.as_ref().map_or_else(|| source.title.clone(), |url| format!("{} <{url}>", source.title))
}

fn breakdowns(sheet: &mut Sheet, catalogue: &Catalogue, indicator: &Indicator) {
    sheet.heading(Word::Breakdowns);
    for dimension in &indicator.breakdowns {
        let dimension = catalogue.dimension(*dimension);
        sheet.line(&format!("- {}: {}", dimension.id, sheet.language.of(&dimension.label)));
    }
    if indicator.breakdowns.is_empty() {
        sheet.line(word(Word::None, sheet.language));
    }
    for set in &indicator.never_cross {
        let names: Vec<&str> = set.iter().map(|dimension| catalogue.dimension(*dimension).id.as_str()).collect();
        sheet.line(&format!("- {}: {}", word(Word::NeverCrossed, sheet.language), names.join(" x ")));
    }
}

fn mappings(sheet: &mut Sheet, catalogue: &Catalogue, indicator: &Indicator) {
    sheet.heading(Word::Mappings);
    for need in catalogue.needs_of(&indicator.formula) {
        let list = &catalogue.dimension(catalogue.known().measure).codes;
        let measure = &list.code(need.measure).id;
        for mapping in catalogue.mappings().iter().filter(|mapping| gives_measure(catalogue, mapping, need.measure)) {
            let missing = missing(catalogue, mapping, &need);
            let verdict = if missing.is_empty() {
                word(Word::Gives, sheet.language).to_owned()
            } else {
                format!("{} {}", word(Word::DoesNotGive, sheet.language), missing.join("; "))
            };
            sheet.line(&format!("- {measure}, {}: {verdict}", mapping.id));
        }
    }
}

fn uses_age_class(catalogue: &Catalogue, formula: &Formula) -> bool {
    catalogue.needs_of(formula).iter().any(|need| need.dimensions.contains(&catalogue.known().age_class))
}

fn gives_measure(catalogue: &Catalogue, mapping: &Mapping, measure: CodeId) -> bool {
    match mapping.variables.get(&catalogue.known().measure) {
        Some(Variable::Fixed(code)) => *code == measure,
        Some(Variable::Recode { recode, output }) => {
            mapping.recodes[*recode].rows.iter().any(|row| row.codes.get(*output) == Some(&measure))
        }
        Some(_) => true,
        None => false,
    }
}

/// The dimensions that a mapping does not give, with the reason it states.
fn missing(catalogue: &Catalogue, mapping: &Mapping, need: &Need) -> Vec<String> {
    let known = catalogue.known();
    // Age classes follow from age where the source does not give them.
    let by_age = |dimension: DimensionId| {
        let derived = dimension == known.age_class && !mapping.variables.contains_key(&dimension);
        if derived { known.age } else { dimension }
    };
    let reason = |dimension: DimensionId| {
        let name = &catalogue.dimension(dimension).id;
        match mapping.variables.get(&dimension) {
            None => Some(name.clone()),
            Some(Variable::NotCollected(why) | Variable::Impossible(why)) => Some(format!("{name} ({why})")),
            Some(_) => None,
        }
    };
    need.dimensions.iter().filter_map(|dimension| reason(by_age(*dimension))).collect()
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Draft => "draft",
        Status::Provisional => "provisional",
        Status::Official => "official",
        Status::Retired => "retired",
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Number => "number",
        Unit::Percent => "percent",
        Unit::Ratio => "ratio",
        Unit::Index => "index",
        Unit::Years => "years",
    }
}

fn better(better: Better) -> &'static str {
    match better {
        Better::Higher => "higher",
        Better::Lower => "lower",
        Better::One => "nearer to 1",
        Better::Neutral => "neutral",
    }
}
