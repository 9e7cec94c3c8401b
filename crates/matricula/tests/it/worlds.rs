//! How many worlds the tests invent.

/// So many, or `$MATRICULA_WORLDS` times as many.
pub(crate) fn how_many(worlds: u32) -> u32 {
    let times = std::env::var("MATRICULA_WORLDS").map_or(1, |times| times.parse().expect("a number"));
    worlds * times
}
