//! The method sheet of an indicator.

use std::fmt::Write as _;

use super::formula::formula;
use super::pages::{anchor, link};
use super::remarks::{Remark, remark};
use super::terms;
use super::words::{Language, Word, word};
use crate::model::catalogue::Catalogue;
use crate::model::formula::Formula;
use crate::model::given::Lack;
use crate::model::indicator::{Indicator, National};
use crate::model::text::Citation;

/// The method sheet of an indicator, as plain Markdown, with what national files give for it.
#[must_use]
pub fn method_sheet(catalogue: &Catalogue, indicator: &Indicator, language: Language) -> String {
    sheet(catalogue, indicator, language, Stands::Alone)
}

/// The sheet as a section of its family's page.
pub(super) fn section(catalogue: &Catalogue, indicator: &Indicator, language: Language) -> String {
    sheet(catalogue, indicator, language, Stands::InPage)
}

/// Where a sheet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// By itself, on a terminal.
    Alone,
    /// On a page with others: one level deeper, with links, and without what changes with every mapping.
    InPage,
}

fn sheet(catalogue: &Catalogue, indicator: &Indicator, language: Language, stands: Stands) -> String {
    let mut sheet = Sheet { language, stands, text: String::new() };
    sheet.title(indicator);
    sheet.facts(indicator);
    sheet.heading(Word::Definition);
    sheet.line(language.of(&indicator.definition));
    if let Some(national) = &indicator.national {
        sheet.national(catalogue, national);
    }
    sheet.heading(Word::Formula);
    sheet.formula(catalogue, &indicator.formula);
    sheet.breakdowns(catalogue, indicator);
    if stands == Stands::Alone {
        sheet.mappings(catalogue, indicator);
    }
    sheet.heading(Word::Sources);
    indicator.sources.iter().for_each(|source| sheet.line(&format!("- {}", cited(source))));
    if let Some(worked) = &indicator.worked {
        sheet.heading(Word::Worked);
        sheet.line(&worked_case(worked));
    }
    sheet.text
}

struct Sheet {
    language: Language,
    stands: Stands,
    text: String,
}

// Writing to a string cannot fail.
impl Sheet {
    fn title(&mut self, indicator: &Indicator) {
        let label = self.language.of(&indicator.label);
        let _ = match self.stands {
            Stands::Alone => writeln!(self.text, "# {}\n{label}\n", indicator.id),
            Stands::InPage => writeln!(self.text, "{}\n## {}\n\n{label}\n", anchor(&indicator.id), indicator.id),
        };
    }

    fn facts(&mut self, indicator: &Indicator) {
        let language = self.language;
        self.fact(Word::Status, terms::status(indicator.status, language));
        if !indicator.sdg.is_empty() {
            self.fact(Word::Sdg, &indicator.sdg.join(", "));
        }
        self.fact(Word::Matrix, &terms::matrix(&indicator.matrix, language));
        self.fact(Word::Unit, terms::unit(indicator.unit, language));
        self.fact(Word::Better, terms::better(indicator.better, language));
    }

    fn fact(&mut self, name: Word, value: &str) {
        let _ = writeln!(self.text, "- {}: {value}", word(name, self.language));
    }

    fn heading(&mut self, name: Word) {
        let name = word(name, self.language);
        let _ = match self.stands {
            Stands::Alone => writeln!(self.text, "\n## {name}"),
            Stands::InPage => writeln!(self.text, "\n### {name}\n"),
        };
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    fn national(&mut self, catalogue: &Catalogue, national: &National) {
        let country = &catalogue.dimension(catalogue.known().ref_area).codes.code(national.country).label;
        let mut of = format!("\n{} {}", word(Word::National, self.language), self.language.of(country));
        if let Some(comparable) = &national.comparable {
            let comparable = match self.stands {
                Stands::Alone => comparable.clone(),
                Stands::InPage => link(comparable),
            };
            of.push_str(&format!("; {} {comparable}", word(Word::Comparable, self.language)));
        }
        self.line(&format!("{of}.\n{}", self.language.of(&national.differs)));
    }

    fn formula(&mut self, catalogue: &Catalogue, of: &Formula) {
        for line in formula(catalogue, of, self.language) {
            self.line(&format!("    {line}"));
        }
        let age_class = catalogue.known().age_class;
        if catalogue.needs_of(of).iter().any(|need| need.dimensions.contains(&age_class)) {
            self.line(&format!("    ({})", remark(Remark::AgeClass, self.language)));
        }
    }

    fn breakdowns(&mut self, catalogue: &Catalogue, indicator: &Indicator) {
        self.heading(Word::Breakdowns);
        for dimension in &indicator.breakdowns {
            let dimension = catalogue.dimension(*dimension);
            self.line(&format!("- {}: {}", dimension.id, self.language.of(&dimension.label)));
        }
        if indicator.breakdowns.is_empty() {
            self.line(word(Word::None, self.language));
        }
        for set in &indicator.never_cross {
            let names: Vec<&str> = set.iter().map(|dimension| catalogue.dimension(*dimension).id.as_str()).collect();
            self.line(&format!("- {}: {}", word(Word::NeverCrossed, self.language), names.join(" x ")));
        }
    }

    /// What each mapping gives; nothing where none gives the measure, as of pupils who are followed.
    fn mappings(&mut self, catalogue: &Catalogue, indicator: &Indicator) {
        let measures = &catalogue.dimension(catalogue.known().measure).codes;
        let lack = |lack: Lack| {
            let name = &catalogue.dimension(lack.dimension).id;
            lack.reason.map_or_else(|| name.clone(), |reason| format!("{name} ({reason})"))
        };
        let mut lines = Vec::new();
        for need in catalogue.needs_of(&indicator.formula) {
            let gives = catalogue.mappings().iter().filter(|mapping| mapping.gives_measure(catalogue, need.measure));
            for mapping in gives {
                let lacks: Vec<String> = mapping.lacks(catalogue, &need, None).into_iter().map(lack).collect();
                let verdict = if lacks.is_empty() {
                    word(Word::Gives, self.language).to_owned()
                } else {
                    format!("{} {}", word(Word::DoesNotGive, self.language), lacks.join("; "))
                };
                lines.push(format!("- {}, {}: {verdict}", measures.code(need.measure).id, mapping.id));
            }
        }
        if !lines.is_empty() {
            self.heading(Word::Mappings);
        }
        lines.iter().for_each(|line| self.line(line));
    }
}

/// A worked case by its path in the project, and no link: pages may be written to any folder.
pub(super) fn worked_case(worked: &str) -> String {
    format!("fixtures/worked/{worked}.md")
}

fn cited(source: &Citation) -> String {
    source.url.as_ref().map_or_else(|| source.title.clone(), |url| format!("{} <{url}>", source.title))
}
