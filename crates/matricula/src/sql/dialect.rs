//! What differs between the engines that a query is written for, and nothing else.

/// An engine that a query can be written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// DuckDB.
    DuckDb,
    /// PostgreSQL.
    Postgres,
    /// Spark SQL, with or without its ANSI mode.
    Spark,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DuckDb, Self::Postgres, Self::Spark];

    /// As the command line spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DuckDb => "duckdb",
            Self::Postgres => "postgres",
            Self::Spark => "spark",
        }
    }

    /// A name of a column or table, quoted, so that no word is reserved.
    pub(super) fn identifier(self, name: &str) -> String {
        match self {
            Self::DuckDb | Self::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
            Self::Spark => format!("`{}`", name.replace('`', "``")),
        }
    }

    /// A text, quoted.
    pub(super) fn text(self, text: &str) -> String {
        match self {
            // A text stays on its line, so that the query can be indented.
            Self::DuckDb | Self::Postgres if text.contains(['\n', '\r']) => {
                let escaped = text.replace('\\', "\\\\").replace('\'', "''");
                format!("E'{}'", escaped.replace('\n', "\\n").replace('\r', "\\r"))
            }
            Self::DuckDb | Self::Postgres => format!("'{}'", text.replace('\'', "''")),
            // Spark reads backslashes in a text, and puts variables of its own where `${…}` stands.
            Self::Spark => {
                let escaped = text.replace('\\', "\\\\").replace('\'', "\\'").replace("${", "\\u0024{");
                format!("'{}'", escaped.replace('\n', "\\n").replace('\r', "\\r"))
            }
        }
    }

    /// The type of texts.
    pub(super) fn text_type(self) -> &'static str {
        match self {
            Self::DuckDb => "VARCHAR",
            Self::Postgres => "TEXT",
            Self::Spark => "STRING",
        }
    }

    /// A column of any type as text, without the blanks of ASCII around it.
    pub(super) fn trimmed(self, column: &str) -> String {
        let text = format!("CAST({column} AS {})", self.text_type());
        match self {
            Self::DuckDb => format!("TRIM({text}, E' \\t\\n\\f\\r')"),
            Self::Postgres => format!("BTRIM({text}, E' \\t\\n\\f\\r')"),
            Self::Spark => format!("BTRIM({text}, ' \\t\\n\\u000C\\r')"),
        }
    }

    /// Whether a text matches a pattern that is anchored on both sides and has no backslash.
    pub(super) fn matches(self, text: &str, pattern: &str) -> String {
        match self {
            Self::DuckDb => format!("REGEXP_MATCHES({text}, {})", self.text(pattern)),
            Self::Postgres => format!("{text} ~ {}", self.text(pattern)),
            Self::Spark => format!("{text} RLIKE {}", self.text(pattern)),
        }
    }

    /// A text that consists of digits as a number; only evaluated where a test before it holds.
    pub(super) fn digits(self, text: &str) -> String {
        match self {
            // Both may evaluate more than they need, and must not stop at what is no number.
            Self::DuckDb | Self::Spark => format!("TRY_CAST({text} AS BIGINT)"),
            Self::Postgres => format!("CAST({text} AS BIGINT)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Dialect::{DuckDb, Postgres, Spark};

    #[test]
    fn what_is_quoted_stays_inside_its_quotes() {
        assert_eq!(DuckDb.text("O'Higgins \\"), "'O''Higgins \\'");
        assert_eq!(Postgres.identifier("a\"; b"), "\"a\"\"; b\"");
        assert_eq!(Spark.text("O'Higgins \\ ${x}"), "'O\\'Higgins \\\\ \\u0024{x}'");
        assert_eq!(Postgres.text("a\nb'\\"), "E'a\\nb''\\\\'");
        assert_eq!(Spark.identifier("a`b"), "`a``b`");
    }
}
