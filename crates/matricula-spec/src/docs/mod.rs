//! Documentation made from the catalogue.

mod formula;
mod listing;
mod mapping;
pub mod markdown;
mod pages;
mod remarks;
mod rows;
mod sheet;
mod terms;
mod words;

use std::fmt::Write as _;

use crate::model::catalogue::Catalogue;
use crate::model::formula::Formula;
use crate::problem::ProblemCode;

pub use listing::catalogue_table;
pub use mapping::{Sheet, mapping_document, mapping_sheets};
pub use pages::method_pages;
pub use rows::{CatalogueRow, NationalRow, catalogue_rows};
pub use sheet::method_sheet;
pub use terms::{mobility_proxy, relation, status};
pub use words::Language;

/// A formula written out, one line each step.
#[must_use]
pub fn formula_lines(catalogue: &Catalogue, formula: &Formula, language: Language) -> Vec<String> {
    self::formula::formula(catalogue, formula, language)
}

/// The table of all problem codes, as Markdown.
#[must_use]
pub fn problem_code_table() -> String {
    let mut table = String::from("| code | finding | what it means |\n|---|---|---|\n");
    for code in ProblemCode::ALL {
        // Writing to a string cannot fail.
        let _ = writeln!(table, "| {} | {} | {} |", code.id(), code.title(), code.meaning());
    }
    table
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_stands_once_in_the_table() {
        let table = problem_code_table();
        let codes: BTreeSet<&str> = ProblemCode::ALL.iter().map(|code| code.id()).collect();
        assert_eq!(codes.len(), ProblemCode::ALL.len());
        assert!(codes.iter().all(|code| table.matches(&format!("| {code} |")).count() == 1));
    }
}
