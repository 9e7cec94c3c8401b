//! A table from provisional to definitive identifiers, as it was read.

use matricula_spec::Problem;
use matricula_spec::model::pseudonym::Bridge;

use crate::input::InputFileHash;

/// Reads the table that a batch names; findings are those of files (D001, D002, D003, D005).
pub type ReadBridge<'a> = dyn Fn(&Bridge) -> Result<BridgeRows, Box<Problem>> + 'a;

/// The two identifiers of each row; they live as long as the pass that makes pseudonyms of them.
/// It has no `Debug`: nothing may print identifiers.
pub struct BridgeRows {
    /// From and to, row by row.
    pub rows: Vec<[Vec<u8>; 2]>,
    /// The file they were read from.
    pub input: InputFileHash,
}
