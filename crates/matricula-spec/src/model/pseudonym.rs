//! How an identifier becomes a pseudonym, so that a pupil can be followed and not known.

use super::dimension::CodeId;

/// A column that tells who a pupil is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pseudonym {
    /// Name in the header.
    pub column: String,
    /// Its domain: numbers of two types never meet.
    pub id_type: IdType,
    /// What is the same although it is written in two ways.
    pub normalisation: Normalisation,
}

/// Where the type of an identifier stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdType {
    /// All numbers of the column are of this type.
    Fixed(String),
    /// Another column says it, record by record.
    Column(String),
}

/// A versioned rule for what is the same identifier; a rule never changes, it gets a successor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Normalisation {
    /// As it is written, without the blanks around it.
    Exact1,
    /// Only its digits, without leading zeros.
    Digits1,
    /// Letters without accents in upper case, and digits, without leading zeros.
    Alphanumeric1,
    /// A Chilean RUN: its check digit is verified and dropped.
    Run1,
    /// A Brazilian CPF: its two check digits are verified and dropped.
    Cpf1,
}

/// That pupils are followed from one year to the next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// Tables that say which identifiers belong to the same pupil.
    pub bridges: Vec<Bridge>,
}

/// A table from provisional to definitive identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bridge {
    /// Country whose identifiers it holds.
    pub ref_area: CodeId,
    /// Path, relative to the batch file.
    pub file: String,
    /// Byte between its fields.
    pub separator: u8,
    /// The identifier that is replaced.
    pub from: Pseudonym,
    /// The one that takes its place.
    pub to: Pseudonym,
}
