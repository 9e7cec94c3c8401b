//! How two groups are distributed across schools.

use matricula_spec::model::formula::SegregationIndex;

use super::estimates::{Flags, Number};
use super::outcome::{Valued, as_f64};
use super::reader::{At, Reader};
use crate::cube::key::Key;
use crate::cube::slice::Absence;

/// Pupils of the group and of the comparison in a unit, and the number of such units.
type Alike = ((i128, i128), i128);

/// One pupil, in millionths.
const ONE: i128 = 1_000_000;

/// An index of two distributions across units.
pub(super) fn segregation(
    reader: &Reader<'_>,
    index: SegregationIndex,
    (group, comparison): (usize, usize),
    at: &At,
) -> Valued {
    let (group, comparison) = match (reader.by_unit(group, at), reader.by_unit(comparison, at)) {
        (Ok(group), Ok(comparison)) => (group, comparison),
        (group, comparison) => {
            let absence = group.err().into_iter().chain(comparison.err()).min();
            return Valued::of(Err(absence.unwrap_or(Absence::Missing)), Flags::NONE);
        }
    };
    let units = alike(pairs(&group, &comparison));
    let of_group = units.iter().map(|((a, _), times)| a * times).sum();
    let of_comparison = units.iter().map(|((_, b), times)| b * times).sum();
    let value = match index {
        _ if of_group == 0 || of_comparison == 0 => None,
        SegregationIndex::Dissimilarity => Some(dissimilarity(&units, of_group, of_comparison)),
        SegregationIndex::Isolation => Some(isolation(&units, of_group)),
    };
    Valued {
        numerator: Some(Number::from_millionths(of_group)),
        denominator: Some(Number::from_millionths(of_comparison)),
        ..Valued::of(Ok(value), Flags::NONE)
    }
}

/// Pupils of both groups, unit by unit.
/// A unit with nobody of either adds 0 to every sum of whole numbers and nothing to the one of isolation,
/// so that leaving it out changes no bit of the index.
fn pairs(group: &[(Key, Number)], comparison: &[(Key, Number)]) -> Vec<(i128, i128)> {
    let (mut group, mut comparison) = (group.iter().peekable(), comparison.iter().peekable());
    let mut pairs = Vec::with_capacity(group.len().max(comparison.len()));
    loop {
        let next = match (group.peek(), comparison.peek()) {
            (None, None) => return pairs,
            (Some((a, _)), Some((b, _))) => *a.min(b),
            (Some((unit, _)), None) | (None, Some((unit, _))) => *unit,
        };
        let here = |(unit, _): &&(Key, Number)| *unit == next;
        let a = group.next_if(here).map_or(0, |(_, number)| number.millionths());
        let b = comparison.next_if(here).map_or(0, |(_, number)| number.millionths());
        pairs.push((a, b));
    }
}

/// Units alike are one entry, so that the sum runs in the order of the numbers, never of the units.
fn alike(pairs: Vec<(i128, i128)>) -> Vec<Alike> {
    match pairs.iter().map(packed).collect::<Option<Vec<u64>>>() {
        Some(mut packed) => {
            packed.sort_unstable();
            packed.chunk_by(PartialEq::eq).map(|alike| (unpacked(alike[0]), alike.len() as i128)).collect()
        }
        None => {
            let mut pairs = pairs;
            pairs.sort_unstable();
            pairs.chunk_by(PartialEq::eq).map(|alike| (alike[0], alike.len() as i128)).collect()
        }
    }
}

/// A pair of whole numbers in the same order, where they are small, as they are of pupils: sorted in no time.
fn packed((a, b): &(i128, i128)) -> Option<u64> {
    let whole = |millionths: i128| u32::try_from(millionths / ONE).ok().filter(|_| millionths % ONE == 0);
    Some(u64::from(whole(*a)?) << 32 | u64::from(whole(*b)?))
}

fn unpacked(pair: u64) -> (i128, i128) {
    (i128::from(pair >> 32) * ONE, i128::from(pair & u64::from(u32::MAX)) * ONE)
}

/// Half the sum of |a/A - b/B|, in one division of whole numbers.
fn dissimilarity(units: &[Alike], of_group: i128, of_comparison: i128) -> f64 {
    let difference = |((a, b), times): &Alike| (a * of_comparison - b * of_group).abs() * times;
    let differences: i128 = units.iter().map(difference).sum();
    as_f64(differences) / (2.0 * as_f64(of_group) * as_f64(of_comparison))
}

/// The sum of a/A x a/(a + b).
fn isolation(units: &[Alike], of_group: i128) -> f64 {
    let present = units.iter().filter(|((a, _), _)| *a > 0);
    let share = |((a, b), times): &Alike| as_f64(a * times) * (as_f64(*a) / as_f64(a + b));
    present.map(share).sum::<f64>() / as_f64(of_group)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(counts: &[(i128, i128)]) -> (Vec<Alike>, i128, i128) {
        (alike(counts.to_vec()), counts.iter().map(|(a, _)| a).sum(), counts.iter().map(|(_, b)| b).sum())
    }

    fn indices(counts: &[(i128, i128)]) -> String {
        let (units, a, b) = units(counts);
        format!("{:.4} {:.4}", dissimilarity(&units, a, b), isolation(&units, a))
    }

    #[test]
    fn the_same_distribution_is_0_and_a_separate_one_is_1() {
        assert_eq!(indices(&[(1, 3), (1, 3)]), "0.0000 0.2500");
        assert_eq!(indices(&[(2, 0), (0, 6)]), "1.0000 1.0000");
    }

    #[test]
    fn units_without_one_of_the_groups_are_paired_with_nobody() {
        let of = |units: &[(Key, i128)]| {
            units.iter().map(|(unit, n)| (*unit, Number::from_millionths(*n))).collect::<Vec<_>>()
        };
        let paired = pairs(&of(&[(1, 5), (4, 7)]), &of(&[(0, 2), (4, 3), (6, 1)]));
        assert_eq!(paired, [(0, 2), (5, 0), (7, 3), (0, 1)]);
    }

    #[test]
    fn units_with_nobody_change_no_bit() {
        let with = [(6, 2), (0, 0), (3, 8), (0, 0), (1, 10)];
        let without: Vec<_> = with.into_iter().filter(|unit| *unit != (0, 0)).collect();
        let indices = |counts: &[(i128, i128)]| {
            let (units, a, b) = units(counts);
            (dissimilarity(&units, a, b).to_bits(), isolation(&units, a).to_bits())
        };
        assert_eq!(indices(&with), indices(&without));
    }

    #[test]
    fn packed_pairs_are_sorted_like_others() {
        let whole = |pairs: &[(i128, i128)], scale: i128| {
            let scaled = pairs.iter().map(|(a, b)| (a * scale, b * scale)).collect();
            alike(scaled).into_iter().map(|((a, b), times)| ((a / scale, b / scale), times)).collect::<Vec<_>>()
        };
        let pairs = [(3, 1), (0, 2), (3, 1), (u32::MAX.into(), 0), (1, u32::MAX.into()), (0, 2), (0, 0)];
        assert!(packed(&(ONE, 7 * ONE)).is_some() && packed(&(1, ONE)).is_none() && packed(&(-ONE, 0)).is_none());
        assert_eq!(whole(&pairs, ONE), whole(&pairs, 1));
    }

    #[test]
    fn a_case_by_hand() {
        // |6/10 - 2/20| + |3/10 - 8/20| + |1/10 - 10/20| = 0.5 + 0.1 + 0.4; 0.6 x 6/8 + 0.3 x 3/11 + 0.1 x 1/11.
        assert_eq!(indices(&[(6, 2), (3, 8), (1, 10)]), "0.5000 0.5409");
    }
}
