//! The method sheets: a few of them as they should read, and all of them without a gap.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use matricula_spec::docs::{Language, method_pages, method_sheet};
use matricula_spec::model::indicator::Indicator;

use crate::catalogue::catalogue;
use crate::specs::root;

/// A ratio to the population, a parity of students on the move, a survival rate, the share of students on the move.
const REVIEWED: [&str; 4] = ["GER.1", "OAEPG.1.MPIA", "SR.1.GLAST", "SOTM.1"];

/// Texts that would stand where something was not filled in.
const PLACEHOLDERS: [&str; 9] = ["{", "}", "TODO", "TBD", "XXX", "???", "()", "[]", ": \n"];

type Pages = BTreeMap<String, String>;

/// The sheet of an indicator: what stands on the page of its family between its anchor and the next.
fn section<'p>(pages: &'p Pages, id: &str) -> &'p str {
    let family = id.split('.').next().expect("a family");
    let (_, rest) = pages[&format!("{family}.md")].split_once(&format!("<a id=\"{id}\"></a>\n")).expect("an anchor");
    rest.split("<a id=\"").next().expect("a sheet").trim()
}

#[test]
fn reviewed_sheets_read_as_they_should() {
    let catalogue = catalogue();
    for language in Language::ALL {
        let pages = method_pages(&catalogue, language);
        for id in REVIEWED {
            let path = root().join(format!("fixtures/sheets/{}/{id}.md", language.code()));
            let reviewed = fs::read_to_string(&path).expect("a reviewed sheet");
            assert_eq!(section(&pages, id), reviewed.trim(), "{}", path.display());
        }
    }
}

/// Headings below which nothing stands, in a sheet whose headings begin with `mark`.
fn empty_parts<'s>(sheet: &'s str, mark: &str) -> Vec<&'s str> {
    let parts = sheet.split(mark).skip(1);
    let empty = |part: &&str| part.split_once('\n').is_none_or(|(_, below)| below.trim().is_empty());
    parts.filter(empty).map(str::trim).collect()
}

/// Title, definition, sources and worked case are there, and every part says something.
fn is_complete(sheet: &str, title: &str, mark: &str, indicator: &Indicator, language: Language) {
    let id = &indicator.id;
    let label = language.of(&indicator.label);
    assert!(!label.is_empty() && sheet.starts_with(title), "{id} has another title: {sheet}");
    assert!(sheet.lines().any(|line| line == label), "{id} has no name: {sheet}");
    let definition = language.of(&indicator.definition);
    assert!(!definition.is_empty() && sheet.contains(definition), "{id} has no definition: {sheet}");
    assert!(!indicator.sources.is_empty(), "{id} has no source");
    assert!(indicator.sources.iter().all(|source| sheet.contains(&source.title)), "{id} lacks a source: {sheet}");
    let worked = indicator.worked.as_ref().map(|name| format!("\nfixtures/worked/{name}.md"));
    assert!(worked.is_none_or(|worked| sheet.contains(&worked)), "{id} lacks its worked case: {sheet}");
    let empty = empty_parts(sheet, mark);
    assert!(empty.is_empty(), "{id}: nothing below {empty:?}: {sheet}");
    // Definition, formula, breakdowns, sources.
    assert!(sheet.matches(mark).count() >= 4, "{id} lacks a part: {sheet}");
}

#[test]
fn every_sheet_has_its_title_and_all_its_parts() {
    let catalogue = catalogue();
    for language in Language::ALL {
        let pages = method_pages(&catalogue, language);
        for indicator in catalogue.indicators() {
            let title = format!("## {}\n", indicator.id);
            is_complete(section(&pages, &indicator.id), &title, "\n### ", indicator, language);
            let alone = method_sheet(&catalogue, indicator, language);
            is_complete(&alone, &title[1..], "\n## ", indicator, language);
        }
    }
}

#[test]
fn nothing_in_a_page_waits_to_be_filled_in() {
    let catalogue = catalogue();
    for language in Language::ALL {
        for (name, page) in method_pages(&catalogue, language) {
            let left: Vec<&str> = PLACEHOLDERS.into_iter().filter(|placeholder| page.contains(placeholder)).collect();
            assert!(left.is_empty(), "{left:?} in {name}, {}", language.code());
            assert!(page.lines().count() > 20, "{name} is nearly empty: {page}");
        }
    }
}

/// The targets of the links of a page.
fn links(page: &str) -> impl Iterator<Item = &str> {
    page.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

#[test]
fn links_lead_to_sheets_and_worked_cases_are_in_the_project() {
    let catalogue = catalogue();
    for language in Language::ALL {
        let pages = method_pages(&catalogue, language);
        let anchored = |link: &str| {
            let (page, id) = link.split_once('#')?;
            pages.get(page)?.contains(&format!("<a id=\"{id}\"></a>\n")).then_some(())
        };
        for (name, page) in &pages {
            let broken: Vec<&str> = links(page).filter(|link| anchored(link).is_none()).collect();
            assert!(broken.is_empty(), "{name} links to {broken:?}");
        }
        let listed: BTreeSet<&str> = links(&pages["README.md"]).collect();
        assert_eq!(listed.len(), catalogue.indicators().len(), "the index lists every indicator once");
        let named = pages.values().flat_map(|page| page.split("fixtures/worked/").skip(1));
        let named: BTreeSet<&str> = named.filter_map(|rest| rest.split([' ', '\n']).next()).collect();
        let missing: Vec<_> =
            named.iter().filter(|name| !root().join("fixtures/worked").join(name).is_file()).collect();
        assert!(missing.is_empty() && named.len() > 20, "no worked case {missing:?} among {named:?}");
    }
}
