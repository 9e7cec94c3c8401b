//! The house as DESIGN draws it: which crate may need which, and which modules are the ground of their crate.

/// A crate, and the crates of the workspace that it may need. Rooms that are still to be built have their row too.
pub(super) const FLOORS: &[(&str, &[&str])] = &[
    ("matricula-spec", &[]),
    ("matricula-engine", &["matricula-spec"]),
    ("matricula-read", &["matricula-engine", "matricula-spec"]),
    ("matricula-present", &["matricula-spec"]),
    ("matricula", &["matricula-read", "matricula-engine", "matricula-present", "matricula-spec"]),
    ("matricula-release", &["matricula-engine", "matricula-present", "matricula-spec"]),
    ("matricula-publish", &["matricula-release", "matricula-present", "matricula-spec"]),
    ("matricula-cli", &["matricula-publish", "matricula-release", "matricula", "matricula-present", "matricula-spec"]),
    ("matricula-feature-set", &[]),
    ("matricula-fixtures", &[]),
    ("matricula-benches", &["matricula", "matricula-read", "matricula-engine", "matricula-spec", "matricula-fixtures"]),
];

/// Crates outside of the floors that tests of every floor may need.
pub(super) const FOR_TESTS: &[&str] = &["matricula-feature-set", "matricula-fixtures"];

/// A crate, and the families of packages that are in its tree of dependencies nowhere: `polars` is `polars-core` too.
pub(super) const ABSENT: &[(&str, &[&str])] = &[
    ("matricula-spec", &["polars", "arrow", "clap"]),
    ("matricula-engine", &["polars", "arrow", "clap"]),
    ("matricula-read", &["clap"]),
    ("matricula", &["clap"]),
];

/// Packages that only `matricula-read` names: they turn files to rows.
pub(super) const READERS_ALONE: &[&str] = &["calamine", "csv-core", "dta", "polars-parquet", "quick-xml"];

/// A crate, and its modules that everybody names and that name one another only.
pub(super) const GROUND: &[(&str, &[&str])] = &[
    ("matricula-spec", &["nearest", "problem", "problem_codes"]),
    (
        "matricula-engine",
        &[
            "condition",
            "input",
            "integer_table",
            "key",
            "ledger",
            "location",
            "official_age",
            "options",
            "progress",
            "spool",
        ],
    ),
    ("matricula-read", &["encoding", "nearest", "value"]),
    ("matricula", &["counts", "error", "results"]),
    ("matricula-cli", &["arguments", "nearest"]),
];
