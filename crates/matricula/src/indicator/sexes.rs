//! What the figures of girls and boys decide for both and for the total.

use matricula_spec::model::dimension::CodeId;

use super::outcome::Value;
use super::reader::{At, Reader};
use crate::cube::slice::Absence;

/// The larger of the values of girls and boys at the same other coordinates.
///
/// Where the source does not tell the sexes, `own` stands for them;
/// where it does and one is missing, nobody knows which was the larger.
pub(super) fn largest(reader: &Reader<'_>, at: &At, own: f64, of_sex: impl Fn(&At) -> Value) -> Result<f64, Absence> {
    let sex = reader.place.catalogue.known().sex;
    let mut largest: Option<f64> = None;
    for code in codes(reader) {
        match of_sex(&at.with(sex, code)) {
            Ok(Some(value)) => largest = Some(largest.map_or(value, |before| before.max(value))),
            Ok(None) | Err(Absence::NotCollected | Absence::Impossible) => {}
            Err(Absence::Missing) => return Err(Absence::Missing),
        }
    }
    Ok(largest.unwrap_or(own))
}

/// Girls and boys, as the list of the dimension spells them.
fn codes(reader: &Reader<'_>) -> impl Iterator<Item = CodeId> {
    let catalogue = reader.place.catalogue;
    let list = &catalogue.dimension(catalogue.known().sex).codes;
    ["F", "M"].into_iter().filter_map(|code| list.find(code))
}
