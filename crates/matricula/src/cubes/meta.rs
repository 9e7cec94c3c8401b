//! What a cube file says of itself, beside its cells. `docs/cubes.md` is normative.

use matricula_engine::harmonize::HarmonizeTally;
use matricula_engine::input::InputFileHash;
use matricula_engine::source::duplicates::Duplicates;
use matricula_engine::validate::ValidateTally;
use matricula_spec::{Place, Problem, ProblemCode, Severity};
use serde::{Deserialize, Serialize};

use super::coverage::Covered;
use super::fingerprint::{Engine, Fingerprint};

/// The format that this program writes and reads.
pub(crate) const FORMAT: u32 = 1;

/// For whoever opens the file with another program.
pub(crate) const NOTICE: &str =
    "RESTRICTED: personal data. Holds counts of single children and hashes of identifiers; not for publication.";

/// Everything but the cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Meta {
    pub(crate) format: u32,
    pub(crate) notice: String,
    pub(crate) engine: Engine,
    /// In the order of the column `cuboid`.
    pub(crate) cuboids: Vec<CuboidMeta>,
    pub(crate) content: Content,
}

/// One cuboid of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CuboidMeta {
    /// Role of the identifier of its units; nothing for a plain cuboid.
    pub(crate) grain: Option<String>,
    /// Of linked pupils, the source that they belong to.
    pub(crate) source: Option<String>,
    /// Names of its dimensions.
    pub(crate) dimensions: Vec<String>,
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Content {
    /// The rows of a source, or of a part of it.
    Source(Box<SourceMeta>),
    /// The pupils of a country, followed over the years.
    Linked(Box<LinkedMeta>),
}

/// What is told of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SourceMeta {
    pub(crate) source: String,
    pub(crate) mapping: String,
    pub(crate) rules: Vec<String>,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) inputs: Vec<InputFileHash>,
    /// Decimals of the column `units`.
    pub(crate) decimals: u8,
    /// Records in the cells.
    pub(crate) kept: u64,
    pub(crate) tally: HarmonizeTally,
    pub(crate) rules_failed: ValidateTally,
    pub(crate) duplicates: Duplicates,
    pub(crate) lacking: Vec<ProblemMeta>,
    pub(crate) coverage: Vec<Covered>,
}

/// What is told of the pupils of a country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinkedMeta {
    /// Code of the country; nothing where the mapping names it record by record.
    pub(crate) ref_area: Option<String>,
    /// What decided on each of its sources, in the order of the batch.
    pub(crate) sources: Vec<LinkedSource>,
    /// The bridges of the batch.
    pub(crate) bridges: Vec<InputFileHash>,
    /// BLAKE3 of what the batch says of the bridges, and of which record of a year is preferred.
    pub(crate) linking: String,
    /// Country and year in which some pupil can be found.
    pub(crate) years: Vec<(String, u16)>,
    /// Pupils of two years whose sex differs.
    pub(crate) differing: u64,
}

/// One source whose pupils were followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinkedSource {
    pub(crate) source: String,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) inputs: Vec<InputFileHash>,
}

/// A finding, as a file keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProblemMeta {
    code: String,
    severity: String,
    file: String,
    field: Option<String>,
    source: Option<String>,
    expected: String,
    found: String,
    help: String,
    candidates: Vec<String>,
    rows: Option<u64>,
}

impl ProblemMeta {
    pub(crate) fn of(problem: &Problem) -> Self {
        Self {
            code: problem.code.id().to_owned(),
            severity: match problem.severity {
                Severity::Error => "error".to_owned(),
                Severity::Warning => "warning".to_owned(),
            },
            file: problem.place.file.clone(),
            field: problem.place.field.clone(),
            source: problem.place.source.clone(),
            expected: problem.expected.clone(),
            found: problem.found.clone(),
            help: problem.help.clone(),
            candidates: problem.candidates.clone(),
            rows: problem.rows,
        }
    }

    /// Nothing where the code is none of ours.
    pub(crate) fn problem(self) -> Option<Problem> {
        let code = ProblemCode::ALL.iter().copied().find(|code| code.id() == self.code)?;
        let place = Place { file: self.file, field: self.field, source: self.source, ..Place::default() };
        let problem = match self.severity.as_str() {
            "error" => Problem::error(code, place, self.expected, self.found),
            _ => Problem::warning(code, place, self.expected, self.found),
        };
        Some(Problem { rows: self.rows, ..problem.help(self.help).candidates(self.candidates) })
    }
}
