//! Counts, ratios and shares; caps, and pupils of unknown age.

use matricula::spec::model::condition::{Condition, Quantity, Selection};
use matricula::spec::model::conventions::Convention;
use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::model::formula::{Among, Cap, Ratio, UnknownAge};

use super::Codes;
use super::coverage::Why;
use super::figures::Valued;
use super::reading::{Counted, Flag, Read, Reader, flags, gravest};
use super::tables::Question;
use super::value::{Value, nearest};

/// How many.
pub(crate) fn count(reader: &Reader<'_>, of: &Quantity, at: &Codes) -> Valued {
    quotient(&reader.sum(of, at), None)
}

/// The part of a whole that is in a group.
pub(crate) fn share(
    reader: &Reader<'_>,
    (of, group, among): (&Selection, &Condition, Among),
    scale: u32,
    at: &Codes,
) -> Valued {
    let whole = match among {
        Among::All => Question::new(of),
        Among::Known => Question::new(of).and(&known_status(reader, group)),
    };
    let above = reader.number(&Question::new(of).and(group), at);
    quotient(&above, Some((&reader.number(&whole, at), scale)))
}

/// Whatever is not `_U` on the dimensions of a group.
pub(crate) fn known_status(reader: &Reader<'_>, group: &Condition) -> Condition {
    let open: Vec<DimensionId> = group.codes.iter().map(|(dimension, _)| *dimension).collect();
    let known = |dimension: &DimensionId| {
        let leaves = reader.catalogue.dimension(*dimension).codes.leaves(CodeId::TOTAL);
        (*dimension, leaves.iter().copied().filter(|code| *code != CodeId::UNKNOWN).collect())
    };
    Condition { codes: open.iter().map(known).collect(), open, ..Condition::default() }
}

fn quotient(above: &Read, below: Option<(&Read, u32)>) -> Valued {
    let reads = || std::iter::once(above).chain(below.map(|(read, _)| read));
    let millionths = |read: &Read| read.as_ref().ok().map(|counted| counted.millionths);
    let value = match gravest(reads()) {
        Some(why) => Err(why),
        None => {
            let (divisor, scale) = below.map_or((Some(1_000_000), 1), |(read, scale)| (millionths(read), scale));
            let above = millionths(above).expect("it can be read");
            Value::quotient(scale, above, divisor.expect("it can be read")).ok_or(Why::NoDenominator)
        }
    };
    Valued {
        value,
        uncapped: None,
        numerator: millionths(above),
        denominator: below.and_then(|(read, _)| millionths(read)),
        flags: flags(reads()),
    }
}

/// `scale` times one quantity over another.
pub(crate) fn ratio(reader: &Reader<'_>, ratio: &Ratio, at: &Codes) -> Valued {
    let uncapped = before_cap(reader, ratio, at);
    match ratio.cap {
        Cap::None => uncapped,
        Cap::Sexes | Cap::ComplementSexes => capped(reader, ratio, at, uncapped),
    }
}

fn before_cap(reader: &Reader<'_>, ratio: &Ratio, at: &Codes) -> Valued {
    let above = reader.sum(&ratio.numerator, at).map(|numerator| redistributed(reader, ratio, at, numerator));
    quotient(&above, Some((&reader.sum(&ratio.denominator, at), ratio.scale)))
}

/// The numerator, with pupils of unknown age as often among the known ages as the pupils of known age.
fn redistributed(reader: &Reader<'_>, ratio: &Ratio, at: &Codes, numerator: Counted) -> Counted {
    let known = reader.catalogue.known();
    let threshold = reader.catalogue.conventions().of(Convention::UnknownAgeRedistributedAbove, reader.year);
    let (UnknownAge::Redistribute, Some(threshold)) = (ratio.unknown_age, threshold) else { return numerator };
    let mut all = Question::new(&ratio.numerator.terms[0].selection).without(&[known.age, known.age_class]);
    all.years_over_age.clear();
    let mut of_unknown_age = at.clone();
    of_unknown_age.insert(known.age, CodeId::UNKNOWN);
    let (Ok(whole), Ok(unknown)) = (reader.number(&all, at), reader.number(&all, &of_unknown_age)) else {
        return numerator;
    };
    let percent = Value::quotient(100, unknown.millionths, whole.millionths);
    let rest = whole.millionths - unknown.millionths;
    if rest <= 0 || percent.is_none_or(|percent| percent.number <= threshold) {
        return numerator;
    }
    let mut flags = numerator.flags;
    flags.insert(Flag::UnknownAgeRedistributed);
    Counted { millionths: nearest(numerator.millionths * whole.millionths, rest), flags }
}

/// The value times the factor that the sexes ask for.
fn capped(reader: &Reader<'_>, ratio: &Ratio, at: &Codes, own: Valued) -> Valued {
    let scale = f64::from(ratio.scale);
    // What must not be above the scale: the rate, or what is left of the scale.
    let bounded = |value: f64| if ratio.cap == Cap::ComplementSexes { scale - value } else { value };
    let uncapped = Some(own.value);
    let Ok(value) = own.value else { return Valued { uncapped, ..own } };
    let mut flags = own.flags;
    let cut_off = reader.catalogue.conventions().of(Convention::NetRateCutOff, reader.year);
    // Of a rate out of school it is the net rate, which the rate leaves, that is cut off: the page is silent.
    if cut_off.is_some_and(|cut_off| bounded(value.number) > cut_off) {
        flags.insert(Flag::AboveCutOff);
        return Valued { value: Err(Why::Missing), uncapped, flags, ..own };
    }
    let of_sex = |at: &Codes| before_cap(reader, ratio, at).value.map(|value| bounded(value.number));
    let largest = largest_of_sexes(reader, at, bounded(value.number), of_sex);
    let factor = scale / largest.max(scale);
    if factor >= 1.0 {
        return Valued { uncapped, flags, ..own };
    }
    flags.insert(Flag::Capped);
    Valued { value: Ok(Value::of(bounded(bounded(value.number) * factor))), uncapped, flags, ..own }
}

/// The larger value of girls and boys; `own` stands for a sex that cannot be read, and where there are neither.
pub(crate) fn largest_of_sexes(
    reader: &Reader<'_>,
    at: &Codes,
    own: f64,
    of: impl Fn(&Codes) -> Result<f64, Why>,
) -> f64 {
    let sex = reader.catalogue.known().sex;
    let mut values = Vec::new();
    for code in ["F", "M"].iter().filter_map(|code| reader.catalogue.dimension(sex).codes.find(code)) {
        let mut of_sex = at.clone();
        of_sex.insert(sex, code);
        match of(&of_sex) {
            Ok(value) => values.push(value),
            Err(Why::NoDenominator) => {}
            Err(Why::Impossible | Why::NotCollected | Why::Missing) => values.push(own),
        }
    }
    values.into_iter().reduce(f64::max).unwrap_or(own)
}
