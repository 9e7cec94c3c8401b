//! Source codes that no table lists, as text: what reads files lets nothing else through.

use std::collections::BTreeMap;

use serde::de::Deserialize;
use serde::ser::{Error, Serialize};
use serde::{Deserializer, Serializer};

pub(super) fn serialize<S: Serializer>(keys: &BTreeMap<Vec<u8>, u64>, to: S) -> Result<S::Ok, S::Error> {
    let text = |(key, records): (&Vec<u8>, &u64)| {
        Ok((std::str::from_utf8(key).map_err(S::Error::custom)?.to_owned(), *records))
    };
    keys.iter().map(text).collect::<Result<BTreeMap<String, u64>, S::Error>>()?.serialize(to)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Vec<u8>, u64>, D::Error> {
    let keys = BTreeMap::<String, u64>::deserialize(from)?;
    Ok(keys.into_iter().map(|(key, records)| (key.into_bytes(), records)).collect())
}
