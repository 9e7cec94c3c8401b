//! The files that were read.

use std::path::Path;

use serde::{Deserialize, Serialize};

/// One file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFileHash {
    /// Source of the batch.
    pub source: String,
    /// Path as the batch names it.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 of its bytes.
    pub blake3: String,
}

impl InputFileHash {
    /// A relative name says where the file stands beside the batch; of an absolute one only the file's name is kept.
    #[must_use]
    pub fn without_folders_above(&self) -> String {
        let path = Path::new(&self.name);
        let last = path.file_name().filter(|_| path.is_absolute());
        last.map_or_else(|| self.name.clone(), |last| last.to_string_lossy().into_owned())
    }
}
