//! Counts, ratios and shares, with caps and unknown ages.

use matricula_spec::model::conventions::Convention;
use matricula_spec::model::dimension::CodeId;
use matricula_spec::model::formula::Cap;

use super::estimates::{Flag, Flags, Number};
use super::outcome::{self, Valued, flags, gravest, number};
use super::reader::{Amount, At, Read, Reader};
use super::{formulas, sexes};
use crate::cube::slice::Absence;
use crate::plan::figure::Quotient;

/// A count, or a count over another.
pub(super) fn quotient(reader: &Reader<'_>, form: &Quotient, at: &At) -> Valued {
    let parts = parts(reader, form, at);
    let uncapped = Valued {
        exact: number(&parts.numerator).filter(|_| parts.denominator.is_none()),
        numerator: number(&parts.numerator),
        denominator: parts.denominator.as_ref().and_then(|(below, _)| number(below)),
        ..Valued::of(parts.value(), parts.flags())
    };
    if form.cap == Cap::None { uncapped } else { capped(reader, form, at, uncapped) }
}

/// The numbers above and below the line.
struct Parts {
    numerator: Read,
    denominator: Option<(Read, u32)>,
}

fn parts(reader: &Reader<'_>, form: &Quotient, at: &At) -> Parts {
    let numerator = reader.sum(&form.numerator, at).map(|amount| spread(reader, form, at, amount));
    let denominator = form.denominator.as_ref().map(|(sum, scale)| (reader.sum(sum, at), *scale));
    Parts { numerator, denominator }
}

impl Parts {
    fn reads(&self) -> impl Iterator<Item = &Read> {
        std::iter::once(&self.numerator).chain(self.denominator.as_ref().map(|(read, _)| read))
    }

    fn flags(&self) -> Flags {
        flags(self.reads())
    }

    fn value(&self) -> outcome::Value {
        if let Some(absence) = gravest(self.reads()) {
            return Err(absence);
        }
        let above = self.numerator?.number;
        match &self.denominator {
            None => Ok(Some(above.to_f64())),
            Some((below, scale)) => Ok(outcome::quotient(*scale, above, (*below)?.number)),
        }
    }
}

/// The numerator with pupils of unknown age spread over the known ages, where they are many.
fn spread(reader: &Reader<'_>, form: &Quotient, at: &At, numerator: Amount) -> Amount {
    let age = reader.place.catalogue.known().age;
    let threshold =
        reader.place.catalogue.conventions().of(Convention::UnknownAgeRedistributedAbove, reader.place.year());
    let (Some(all), Some(threshold)) = (form.of_all_ages, threshold) else { return numerator };
    let (Ok(whole), Ok(unknown)) = (reader.read(all, at), reader.read(all, &at.with(age, CodeId::UNKNOWN))) else {
        return numerator;
    };
    let many = outcome::quotient(100, unknown.number, whole.number).is_some_and(|percent| percent > threshold);
    let known = whole.number.millionths() - unknown.number.millionths();
    if !many || known <= 0 {
        return numerator;
    }
    let number = numerator.number.scaled(whole.number.millionths(), known);
    Amount { number, flags: numerator.flags.and(Flags::of(Flag::UnknownAgeRedistributed)) }
}

/// The value after one factor for both sexes and the total.
fn capped(reader: &Reader<'_>, form: &Quotient, at: &At, uncapped: Valued) -> Valued {
    let scale = form.denominator.as_ref().map_or(1.0, |(_, scale)| f64::from(*scale));
    // What must not be above the scale: the value, or what is left of the scale.
    let of = |value: f64| if form.cap == Cap::ComplementSexes { formulas::complement(scale, value) } else { value };
    let Ok(Some(own)) = uncapped.uncapped else { return Valued { declares_cap: true, ..uncapped } };
    let cut_off = reader.place.catalogue.conventions().of(Convention::NetRateCutOff, reader.place.year());
    if cut_off.is_some_and(|cut_off| of(own) > cut_off) {
        let flags = uncapped.flags.and(Flags::of(Flag::AboveCutOff));
        return Valued { value: Err(Absence::Missing), declares_cap: true, flags, ..uncapped };
    }
    let of_sex = |at: &At| parts(reader, form, at).value().map(|value| value.map(of));
    let factor = formulas::cap_factor(scale, &[sexes::largest(reader, at, of(own), of_sex)]);
    if factor >= 1.0 {
        return Valued { declares_cap: true, ..uncapped };
    }
    let flags = uncapped.flags.and(Flags::of(Flag::Capped));
    Valued { value: Ok(Some(of(of(own) * factor))), declares_cap: true, flags, ..uncapped }
}

impl Number {
    /// The nearest number to itself times a fraction of whole numbers, halves to even.
    fn scaled(self, above: i128, below: i128) -> Self {
        let product = self.millionths() * above;
        let (whole, rest) = (product.div_euclid(below), product.rem_euclid(below));
        let up = match (rest * 2).cmp(&below) {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Equal => whole.rem_euclid(2),
            std::cmp::Ordering::Greater => 1,
        };
        Self::from_millionths(whole + up)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_pupils_are_rounded_to_the_nearest_millionth() {
        let scaled = |above, below| Number::from_units(10, 0).scaled(above, below).to_string();
        assert_eq!(scaled(1, 3), "3.333333");
        assert_eq!(scaled(2, 3), "6.666667");
        assert_eq!(scaled(100, 90), "11.111111");
        assert_eq!(Number::from_millionths(1).scaled(1, 2).to_string(), "0");
        assert_eq!(Number::from_millionths(3).scaled(1, 2).to_string(), "0.000002");
    }
}
