//! How two groups are distributed across schools.

use std::collections::BTreeMap;

use matricula_spec::model::formula::SegregationIndex;

use super::outcome::{Valued, as_f64};
use super::reader::{At, Reader};
use crate::cube::slice::Absence;
use crate::estimates::{Flags, Number};

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
    // Units alike are one entry, so that the sum runs in the order of the numbers, never of the identifiers.
    let mut units: BTreeMap<(i128, i128), i128> = BTreeMap::new();
    for (a, b) in group.iter().zip(&comparison) {
        *units.entry((a.millionths(), b.millionths())).or_default() += 1;
    }
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

/// Half the sum of |a/A - b/B|, in one division of whole numbers.
fn dissimilarity(units: &BTreeMap<(i128, i128), i128>, of_group: i128, of_comparison: i128) -> f64 {
    let difference = |((a, b), times): (&(i128, i128), &i128)| (a * of_comparison - b * of_group).abs() * times;
    let differences: i128 = units.iter().map(difference).sum();
    as_f64(differences) / (2.0 * as_f64(of_group) * as_f64(of_comparison))
}

/// The sum of a/A x a/(a + b).
fn isolation(units: &BTreeMap<(i128, i128), i128>, of_group: i128) -> f64 {
    let present = units.iter().filter(|((a, _), _)| *a > 0);
    let share = |((a, b), times): (&(i128, i128), &i128)| as_f64(a * times) * (as_f64(*a) / as_f64(a + b));
    present.map(share).sum::<f64>() / as_f64(of_group)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(counts: &[(i128, i128)]) -> (BTreeMap<(i128, i128), i128>, i128, i128) {
        let mut units = BTreeMap::new();
        counts.iter().for_each(|unit| *units.entry(*unit).or_default() += 1);
        (units, counts.iter().map(|(a, _)| a).sum(), counts.iter().map(|(_, b)| b).sum())
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
    fn a_case_by_hand() {
        // |6/10 - 2/20| + |3/10 - 8/20| + |1/10 - 10/20| = 0.5 + 0.1 + 0.4; 0.6 x 6/8 + 0.3 x 3/11 + 0.1 x 1/11.
        assert_eq!(indices(&[(6, 2), (3, 8), (1, 10)]), "0.5000 0.5409");
    }
}
