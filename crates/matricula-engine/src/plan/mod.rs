//! What must be counted: indicators brought to selections, breakdowns that are crossed, the cuboids of a source.

pub(crate) mod crossing;
pub(crate) mod cuboids;
pub(crate) mod figure;
