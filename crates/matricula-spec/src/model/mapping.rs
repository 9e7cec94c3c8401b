//! Mappings: how a national file says what our dimensions mean.

use std::collections::BTreeMap;

use super::dimension::{CodeId, DimensionId};
use super::pseudonym::Pseudonym;
use super::text::{Citation, Label, Status};

/// What may stand behind `mobility`.
pub const PROXIES: [&str; 6] = [
    "protection-status",
    "document-type",
    "country-of-birth",
    "nationality",
    "language",
    "country-of-previous-schooling",
];

/// How one kind of national file is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The file's name.
    pub id: String,
    /// How far it has come.
    pub status: Status,
    /// Name for people.
    pub label: Label,
    /// What the rows count: `student`, `teacher`, `school`, `person`.
    pub units: Vec<CountedUnit>,
    /// What a row adds to its cell.
    pub amount: Amount,
    /// Every dimension the mapping speaks of; the others are not collected.
    pub variables: BTreeMap<DimensionId, Variable>,
    /// Years in which a variable can be used; outside it is not collected.
    pub available: BTreeMap<DimensionId, Validity>,
    /// The recode tables that the variables use.
    pub recodes: Vec<Recode>,
    /// Rows that are not part of what is measured, and why.
    pub out_of_scope: Vec<RowScope>,
    /// Columns that identify a pupil, teacher or school, by role.
    pub identifiers: BTreeMap<String, Identifier>,
    /// Columns that tell who a pupil is over the years; the first that is not blank does.
    pub pseudonyms: Vec<Pseudonym>,
    /// What stands behind the dimension `mobility`.
    pub mobility: Option<MobilityProxy>,
    /// Whether age comes from a birth date or as reported.
    pub age_basis: Option<AgeBasis>,
    /// What was collected, beyond what the variables say.
    pub coverage: Coverage,
    /// Columns of codes that a binary file may hold as floating-point numbers.
    pub whole_numbers: Vec<String>,
    /// Columns that files of some years do not have; they are read as blank.
    pub optional: Vec<String>,
    /// Dimensions whose bands are split, and how.
    pub splits: BTreeMap<DimensionId, SplitMethod>,
    /// Wide tables: one record for each of these columns of a row.
    pub unpivot: Vec<UnpivotColumn>,
    /// Where the mapping comes from.
    pub sources: Vec<Citation>,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountedUnit {
    /// An enrolment record.
    Student,
    /// A teacher, as a person.
    Teacher,
    /// A school.
    School,
    /// A person of the population.
    Person,
}

/// What a row adds to its cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amount {
    /// One.
    Rows,
    /// The number in a column.
    Column(AmountColumn),
    /// The number in each unpivoted column.
    Unpivoted(NumberFormat),
}

impl Amount {
    /// How the numbers are written, where the rows bring numbers.
    #[must_use]
    pub fn number(&self) -> Option<&NumberFormat> {
        match self {
            Self::Rows => None,
            Self::Column(column) => Some(&column.number),
            Self::Unpivoted(number) => Some(number),
        }
    }

    /// Whether rows are disjoint pieces (records always are) or cells of a table with margins.
    #[must_use]
    pub fn rows(&self) -> RowKind {
        self.number().map_or(RowKind::Pieces, |number| number.rows)
    }

    /// Decimals of the counts; 0 for records.
    #[must_use]
    pub fn decimals(&self) -> u8 {
        self.number().map_or(0, |number| number.decimals)
    }
}

/// A count column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmountColumn {
    /// Its name in the header.
    pub name: String,
    /// How its numbers are written.
    pub number: NumberFormat,
}

/// How the numbers of a count column are written and what its rows are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberFormat {
    /// Most decimals a number may have, 0 to 6; more is an error.
    pub decimals: u8,
    /// `.` or `,`.
    pub decimal_separator: u8,
    /// Character between thousands, dropped.
    pub thousands_separator: Option<u8>,
    /// Whether a percent sign may follow the number.
    pub percent: bool,
    /// Spellings that mean *missing*, besides blank.
    pub missing: Vec<String>,
    /// Whether rows are disjoint pieces or a table with margins of its own.
    pub rows: RowKind,
    /// Whether several rows may have the same coordinates and are then added.
    pub repeats: Repeats,
}

/// What the rows of an aggregated source are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// Disjoint pieces that add up, like records.
    Pieces,
    /// Cells of a published table, totals among them; nothing may be added twice.
    Cells,
}

/// What several rows with the same coordinates mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// An error.
    Error,
    /// They are added (the mapping leaves out a column that tells them apart).
    Sum,
}

/// How one target variable comes about: exactly one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Variable {
    /// The column holds our codes already.
    Column {
        /// Name in the header.
        name: String,
        /// What to do with a value that is not in the code list.
        unlisted: Unlisted,
    },
    /// The same code for every row.
    Fixed(CodeId),
    /// An output of a recode table.
    Recode {
        /// Which of [`Mapping::recodes`].
        recode: usize,
        /// Which of its outputs.
        output: usize,
    },
    /// One of a closed list of derivations.
    Derived(Derived),
    /// It exists and was not collected; why.
    NotCollected(String),
    /// It cannot exist in this source; why.
    Impossible(String),
}

/// The closed list of derivations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Derived {
    /// Completed years from the birth date to the source's age reference date.
    AgeAtReference(BirthDate),
    /// A prefix and the number in a column: `3` becomes `G3`.
    NumberedCode {
        /// Name in the header.
        column: String,
        /// What stands before the number.
        prefix: String,
        /// Added to the number first.
        offset: i32,
        /// What to do with a number that is not in the code list.
        unlisted: Unlisted,
    },
    /// The first of these columns that is not blank, in our codes.
    FirstNonEmpty {
        /// Names in the header.
        columns: Vec<String>,
        /// What to do with a value that is not in the code list.
        unlisted: Unlisted,
    },
    /// The band a number falls into: below `bounds[0]` is `codes[0]`, and so on.
    Band {
        /// Name in the header.
        column: String,
        /// Ascending lower bounds of all bands but the first.
        bounds: Vec<i32>,
        /// One code more than bounds.
        codes: Vec<CodeId>,
    },
}

/// Where a birth date stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BirthDate {
    /// One column, such as `YYYYMMDD`, `YYYY-MM-DD`, `DD/MM/YYYY`, `YYYYMM`.
    Text {
        /// Name in the header.
        column: String,
        /// Letters `Y M D` for digits, everything else stands for itself.
        format: String,
    },
    /// A column each; without a day the first of the month is meant.
    Parts {
        /// Column of the year.
        year: String,
        /// Column of the month.
        month: String,
        /// Column of the day.
        day: Option<String>,
    },
}

/// What to do with a code that a table or list does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unlisted {
    /// The source stops: the mapping claims to be exhaustive.
    Error,
    /// It becomes `_U`, is counted as unmapped and reported as a warning.
    Unmapped,
}

/// A recode table with one or several key columns and one or several outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recode {
    /// Name within the mapping.
    pub id: String,
    /// Key columns of the national file.
    pub columns: Vec<String>,
    /// The dimensions it gives, one output each.
    pub gives: Vec<DimensionId>,
    /// The rows; among rows with the same keys at most one is valid in a year.
    pub rows: Vec<RecodeRow>,
    /// What to do with keys that no row has. All keys blank is *missing*, unless a row lists it.
    pub unlisted: Unlisted,
}

/// One row of a recode table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecodeRow {
    /// One source code for each key column.
    pub keys: Vec<String>,
    /// One code for each output.
    pub codes: Vec<CodeId>,
    /// Records with these keys are not part of what is measured, for this reason.
    pub out_of_scope: Option<String>,
    /// Years in which the row holds.
    pub validity: Validity,
    /// How the source's category relates to ours.
    pub relation: Relation,
    /// A remark for the reader.
    pub note: String,
}

/// Years from `from` to `to`, both included, either open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    /// First year.
    pub from: Option<i32>,
    /// Last year.
    pub to: Option<i32>,
}

impl Validity {
    /// Whether the year lies inside.
    #[must_use]
    pub fn holds_in(self, year: i32) -> bool {
        self.from.is_none_or(|from| year >= from) && self.to.is_none_or(|to| year <= to)
    }

    /// Whether some year lies inside both.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        let starts_before_end = |a: Self, b: Self| match (a.from, b.to) {
            (Some(from), Some(to)) => from <= to,
            _ => true,
        };
        starts_before_end(self, other) && starts_before_end(other, self)
    }
}

/// How a source's category relates to the target's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Relation {
    /// The same.
    #[default]
    Exact,
    /// The source's category is wider.
    Broader,
    /// The source's category is a part of the target's.
    Narrower,
    /// Near, not the same.
    Close,
}

/// Rows that are left out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowScope {
    /// Short name of the reason, as the ledger shows it.
    pub reason: String,
    /// All must hold for the row to be left out.
    pub tests: Vec<ColumnTest>,
}

/// A test on the text of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnTest {
    /// Name in the header.
    pub column: String,
    /// Values that pass, or that do not.
    pub values: Vec<String>,
    /// Whether the listed values pass (`in`) or fail (`not_in`).
    pub listed: bool,
}

/// Columns that identify something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identifier {
    /// All of them together.
    Columns(Vec<String>),
    /// The first that is not blank.
    FirstNonEmpty(Vec<String>),
}

impl Identifier {
    /// The columns it reads.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        match self {
            Self::Columns(columns) | Self::FirstNonEmpty(columns) => columns,
        }
    }
}

/// What a source uses to tell students on the move from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MobilityProxy {
    /// `protection-status`, `document-type`, `country-of-birth`, `nationality` or `language`.
    pub proxy: String,
    /// Whom it misses or wrongly counts.
    pub weakness: Label,
}

/// Where age comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgeBasis {
    /// From a birth date, at the source's reference date.
    BirthDate,
    /// As the file reports it.
    Reported,
}

/// Which cells a source collected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// What an absent cell inside the coverage means.
    pub absent: Absent,
    /// Further facts about single dimensions.
    pub dimensions: BTreeMap<DimensionId, DimensionCoverage>,
}

/// What an absent cell inside the coverage means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Absent {
    /// A true zero.
    #[default]
    Zero,
    /// Missing.
    Missing,
}

/// What a source collected along one dimension.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DimensionCoverage {
    /// Codes collected; empty means those that the mapping can give.
    pub codes: Vec<CodeId>,
    /// Margins whose parts are complete in this source, with those parts.
    pub parts: Vec<(CodeId, Vec<CodeId>)>,
    /// Whether a part may be computed as margin minus its siblings.
    pub complement: bool,
    /// Parts whose absence means none, even where other absent cells are missing.
    pub may_be_absent: Vec<CodeId>,
}

/// How a band becomes the codes under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitMethod {
    /// Each code under the band gets the same part.
    Uniform,
}

/// A column of a wide table and the codes its counts have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnpivotColumn {
    /// Name in the header.
    pub name: String,
    /// Codes of the records it gives.
    pub codes: BTreeMap<DimensionId, CodeId>,
}
