//! `[[pseudonym]]` of a mapping, and the columns of a `[[bridge]]` of a batch.

use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawPseudonym {
    pub(crate) column: Spanned<String>,
    pub(crate) id_type: Option<String>,
    pub(crate) id_type_column: Option<String>,
    pub(crate) normalisation: RawNormalisation,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) enum RawNormalisation {
    #[serde(rename = "exact-1")]
    Exact1,
    #[serde(rename = "digits-1")]
    Digits1,
    #[serde(rename = "alphanumeric-1")]
    Alphanumeric1,
    #[serde(rename = "run-1")]
    Run1,
    #[serde(rename = "cpf-1")]
    Cpf1,
}
