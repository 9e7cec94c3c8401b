//! `dimensions/*.toml`.

use serde::Deserialize;
use toml::Spanned;

use super::common::RawLabel;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDimension {
    pub(crate) format: Spanned<i64>,
    pub(crate) id: Spanned<String>,
    pub(crate) position: u16,
    pub(crate) column: bool,
    #[serde(default)]
    pub(crate) enumerate: bool,
    #[serde(default)]
    pub(crate) label: RawLabel,
}
