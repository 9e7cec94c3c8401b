//! Ages relative to the education system, so that one specification serves every country and year.

use super::dimension::CodeId;

/// An age class such as `official:L1`, `entry-1:L1`, `last:L1` or `after:L3+5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeClass {
    /// Which ages of the level are meant.
    pub span: AgeSpan,
    /// The education level they are relative to; may be a roll-up such as `L2T3`.
    pub edu_level: CodeId,
}

/// Which ages of a level an age class means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgeSpan {
    /// From entry age over the whole duration.
    Official,
    /// The entry age, shifted by this many years (`entry-1` is the year before).
    Entry(i32),
    /// The official age of the last grade.
    Last,
    /// This many years following the level.
    After(i32),
}
