//! Documentation made from the catalogue.

use std::fmt::Write as _;

use crate::problem::ProblemCode;

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
