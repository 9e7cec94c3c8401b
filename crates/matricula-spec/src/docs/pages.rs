//! The method sheets as pages, one for each family of indicators, with an index.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::sheet::{section, worked_case};
use super::terms;
use super::words::{Language, Word, word};
use crate::model::catalogue::Catalogue;
use crate::model::indicator::Indicator;

/// Says in every page where it comes from.
const GENERATED: &str = "<!-- Generated from indicator-specs by `matricula sheets`; do not edit. -->\n\n";

/// The pages of method sheets in one language, by file name: `README.md` is the index,
/// and `GER.md` holds the sheets of the indicators whose identifiers start with `GER.`.
///
/// Pages link to each other only, so that they may stand in any folder; worked cases are named by their path in the project.
#[must_use]
pub fn method_pages(catalogue: &Catalogue, language: Language) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::from([("README.md".to_owned(), index(catalogue, language))]);
    // In the order of identifiers, as the catalogue holds them.
    for indicator in catalogue.indicators() {
        let family = family(&indicator.id);
        let page = pages.entry(page_name(family)).or_insert_with(|| format!("{GENERATED}# {family}\n"));
        page.push('\n');
        page.push_str(&section(catalogue, indicator, language));
    }
    pages
}

/// What stands before the first dot of an identifier: indicators of one kind, or of one country.
fn family(id: &str) -> &str {
    id.split('.').next().unwrap_or(id)
}

fn page_name(family: &str) -> String {
    format!("{family}.md")
}

/// A link to an indicator's sheet from a page beside its own.
pub(super) fn link(id: &str) -> String {
    format!("[{id}]({}#{id})", page_name(family(id)))
}

/// What such a link leads to. Made from the heading, an anchor would depend on who shows the page.
pub(super) fn anchor(id: &str) -> String {
    format!("<a id=\"{id}\"></a>\n")
}

fn index(catalogue: &Catalogue, language: Language) -> String {
    let names = [Word::Indicator, Word::Label, Word::Unit, Word::Status, Word::Matrix, Word::Worked];
    let names = names.map(|name| word(name, language));
    let mut page = format!("{GENERATED}# {}\n\n", word(Word::MethodSheets, language));
    // Writing to a string cannot fail.
    let _ = writeln!(page, "| {} |\n|{}", names.join(" | "), "---|".repeat(names.len()));
    for indicator in catalogue.indicators() {
        let _ = writeln!(page, "| {} |", row(indicator, language).join(" | "));
    }
    page
}

fn row(indicator: &Indicator, language: Language) -> [String; 6] {
    [
        link(&indicator.id),
        language.of(&indicator.label).replace('|', "\\|"),
        terms::unit(indicator.unit, language).to_owned(),
        terms::status(indicator.status, language).to_owned(),
        terms::matrix(&indicator.matrix, language),
        indicator.worked.as_deref().map(worked_case).unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::small;

    #[test]
    fn every_indicator_has_its_sheet_on_the_page_of_its_family() {
        let catalogue = small();
        for language in Language::ALL {
            let pages = method_pages(&catalogue, language);
            for indicator in catalogue.indicators() {
                let (page, anchor) = (page_name(family(&indicator.id)), anchor(&indicator.id));
                assert!(pages[&page].contains(&anchor), "{page} lacks {}", indicator.id);
                assert!(pages["README.md"].contains(&format!("({page}#{})", indicator.id)), "{}", indicator.id);
            }
            assert!(pages.values().all(|page| page.starts_with(GENERATED) && page.ends_with('\n')));
        }
    }

    #[test]
    fn a_page_holds_its_indicators_in_order_one_level_deeper() {
        let page = &method_pages(&small(), Language::Es)["GER.md"];
        let headings: Vec<&str> =
            page.lines().filter(|line| line.starts_with("# ") || line.starts_with("## ")).collect();
        assert_eq!(headings, ["# GER", "## GER.1", "## GER.1.GPI"]);
        assert!(page.contains("- Unidad: porcentaje\n"), "{page}");
        assert!(page.contains("- Celda de la matriz de indicadores: accesibilidad x acceso\n"), "{page}");
        assert!(!page.contains(word(Word::Mappings, Language::Es)), "{page}");
        assert!(method_pages(&small(), Language::En)["AAA.md"].contains("[GER.1](GER.md#GER.1)"));
    }
}
