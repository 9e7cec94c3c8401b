//! Texts inside Markdown: nothing in them may be taken for a sign of the page or of a table.

/// A code of a list or file, as it stands there; it must not be blank.
///
/// White space at its ends is kept, a line break is written as a blank.
#[must_use]
pub fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // One blank at either end is not part of the code where both are there.
    let blank = |end: Option<char>| end.is_some_and(|c| c == '`' || c == ' ');
    let pad = if blank(text.chars().next()) || blank(text.chars().last()) { " " } else { "" };
    let inside = text.replace(['\n', '\r'], " ").replace('|', "\\|");
    format!("{fence}{pad}{inside}{pad}{fence}")
}

/// A sentence or name, on one line; code spans in it stay what they are.
#[must_use]
pub fn prose(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('|', "\\|").replace(['\n', '\r'], " ")
}

/// The head of a table, with the line below it.
#[must_use]
pub fn table_head(names: &[String]) -> String {
    format!("| {} |\n|{}\n", names.join(" | "), "---|".repeat(names.len()))
}

/// A row of a table.
#[must_use]
pub fn table_row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_the_page_do_not_leave_a_code() {
        assert_eq!(code("_U"), "`_U`");
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(" x"), "`  x `");
        assert_eq!(code("a\nb"), "`a b`");
    }

    #[test]
    fn signs_of_the_page_do_not_leave_a_sentence() {
        assert_eq!(prose("a | <b> & `c`\nd"), "a \\| &lt;b> &amp; `c` d");
    }
}
