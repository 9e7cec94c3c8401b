//! Documentation made from the catalogue.

mod formula;
mod sheet;
mod words;

use std::fmt::Write as _;

use crate::problem::ProblemCode;

pub use sheet::method_sheet;
pub use words::Language;

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
