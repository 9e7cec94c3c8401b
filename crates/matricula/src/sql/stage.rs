//! One stage of a query: a common table expression with a remark.

use std::fmt::Write as _;

use super::dialect::Dialect;

/// One common table expression.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    /// Lines for the reader.
    pub(super) remarks: Vec<String>,
    /// Its name, quoted where that is needed.
    pub(super) name: String,
    /// Names of its columns, where the body does not give them.
    pub(super) columns: Vec<String>,
    /// The query in it, its lines not indented.
    pub(super) body: String,
}

impl Stage {
    /// A stage whose query names its columns.
    pub(super) fn new(remark: &str, name: &str, body: String) -> Self {
        Self { remarks: vec![remark.to_owned()], name: name.to_owned(), columns: Vec::new(), body }
    }

    /// A stage that lists its rows; each is written as SQL.
    pub(super) fn values(remarks: Vec<String>, name: String, columns: Vec<String>, rows: &[Vec<String>]) -> Self {
        let row = |row: &Vec<String>| format!("  ({})", row.join(", "));
        let body = format!("VALUES\n{}", rows.iter().map(row).collect::<Vec<_>>().join(",\n"));
        Self { remarks, name, columns, body }
    }

    fn write(&self, query: &mut String) {
        for remark in &self.remarks {
            let _ = writeln!(query, "-- {}", one_line(remark));
        }
        let columns = if self.columns.is_empty() { String::new() } else { format!(" ({})", self.columns.join(", ")) };
        let _ = writeln!(query, "{}{columns} AS (", self.name);
        for line in self.body.lines() {
            let _ = writeln!(query, "  {line}");
        }
        query.push(')');
    }
}

/// The whole query: remarks, stages, and what is selected from them.
pub(super) fn written(remarks: &[String], stages: &[Stage], selected: &str) -> String {
    let mut query = String::new();
    for remark in remarks {
        let _ = writeln!(query, "-- {}", one_line(remark));
    }
    query.push_str("WITH\n");
    for (position, stage) in stages.iter().enumerate() {
        if position > 0 {
            query.push_str(",\n\n");
        }
        stage.write(&mut query);
    }
    let _ = write!(query, "\n\n{selected}\n");
    query
}

/// A remark ends with its line, whatever a label holds.
fn one_line(remark: &str) -> String {
    let plain: String = remark.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.replace("${", "$ {").trim_end().to_owned()
}

/// A condition that lists texts; nothing is in an empty list.
pub(super) fn is_in(dialect: Dialect, expression: &str, texts: &[&str]) -> String {
    match texts {
        [] => "1 = 0".to_owned(),
        [text] => format!("{expression} = {}", dialect.text(text)),
        _ => {
            let texts: Vec<String> = texts.iter().map(|text| dialect.text(text)).collect();
            format!("{expression} IN ({})", texts.join(", "))
        }
    }
}

/// Conditions that must all hold; none always hold.
pub(super) fn all(conditions: &[String]) -> String {
    joined(conditions, " AND ", "1 = 1")
}

/// Conditions of which one must hold; none never hold.
pub(super) fn any(conditions: &[String]) -> String {
    joined(conditions, " OR ", "1 = 0")
}

fn joined(conditions: &[String], word: &str, none: &str) -> String {
    match conditions {
        [] => none.to_owned(),
        [one] => one.clone(),
        several => several.iter().map(|condition| format!("({condition})")).collect::<Vec<_>>().join(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_cannot_become_a_statement() {
        let stage = Stage::new("one\n); DROP TABLE enrolment", "raw", "SELECT 1".to_owned());
        let query = written(&[], &[stage], "SELECT * FROM raw");
        assert!(query.contains("-- one ); DROP TABLE enrolment\n"), "{query}");
    }

    #[test]
    fn lists_of_nothing_hold_for_nothing() {
        assert_eq!(is_in(Dialect::DuckDb, "x", &[]), "1 = 0");
        assert_eq!(all(&[]), "1 = 1");
        assert_eq!(any(&["a".to_owned(), "b".to_owned()]), "(a) OR (b)");
    }
}
