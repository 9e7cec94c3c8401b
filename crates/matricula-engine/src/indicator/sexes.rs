//! What the figures of girls and boys decide for both and for the total.

use matricula_spec::model::dimension::CodeId;

use super::outcome::Value;
use super::reader::{At, Reader};

/// The larger of the values of girls and boys at the same other coordinates;
/// where one of them cannot be read, `own` stands for it.
pub(super) fn largest(reader: &Reader<'_>, at: &At, own: f64, of_sex: impl Fn(&At) -> Value) -> f64 {
    let sex = reader.place.catalogue.known().sex;
    let values = codes(reader).map(|code| match of_sex(&at.with(sex, code)) {
        Ok(value) => value,
        Err(_) => Some(own),
    });
    values.flatten().reduce(f64::max).unwrap_or(own)
}

/// Girls and boys, as the list of the dimension spells them.
fn codes(reader: &Reader<'_>) -> impl Iterator<Item = CodeId> {
    let catalogue = reader.place.catalogue;
    let list = &catalogue.dimension(catalogue.known().sex).codes;
    ["F", "M"].into_iter().filter_map(|code| list.find(code))
}
