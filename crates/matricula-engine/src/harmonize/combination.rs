//! Numbers for what several columns say together: each combination is looked at once, not once a row.

use crate::integer_table::IntegerTable;

/// Distinct combinations of numbers, numbered as they are met.
#[derive(Debug, Clone)]
pub(crate) struct Combination {
    /// How many numbers stand together.
    width: usize,
    /// Adds one further number to those before it; one table less than numbers.
    pairs: Vec<IntegerTable>,
    /// The numbers of each combination, one after the other.
    members: Vec<u32>,
}

impl Combination {
    /// Nothing met yet; so many numbers stand together.
    pub(crate) fn new(width: usize) -> Self {
        Self { width, pairs: vec![IntegerTable::default(); width.saturating_sub(1)], members: Vec::new() }
    }

    /// The same with nothing met.
    pub(crate) fn emptied(&self) -> Self {
        Self::new(self.width)
    }

    /// How many combinations were met.
    pub(crate) fn len(&self) -> usize {
        self.members.len() / self.width.max(1)
    }

    /// The numbers that stand together in a combination.
    pub(crate) fn members(&self, number: usize) -> &[u32] {
        &self.members[number * self.width..(number + 1) * self.width]
    }

    /// Notes that a single column has so many numbers: there a combination is the number itself.
    pub(crate) fn reach(&mut self, numbers: usize) {
        let known = self.members.len();
        self.members.extend((known..numbers).map(|number| u32::try_from(number).unwrap_or(u32::MAX)));
    }

    /// The combination of each row, written over `numbers`; of several columns, all of them of equal length.
    pub(crate) fn number_all(&mut self, columns: &[&[u32]], numbers: &mut Vec<u32>) {
        numbers.clear();
        let Some((first, further)) = columns.split_first() else { return };
        numbers.extend_from_slice(first);
        let last = further.len().saturating_sub(1);
        for (stage, (column, pairs)) in further.iter().zip(&mut self.pairs).enumerate() {
            for (row, (number, next)) in numbers.iter_mut().zip(*column).enumerate() {
                // Stored one higher, so that 0 tells a pair that was not met before.
                let following = pairs.len() as u64 + 1;
                let found = pairs.entry(u64::from(*number) << 32 | u64::from(*next));
                if *found == 0 {
                    *found = following;
                    if stage == last {
                        self.members.extend(columns.iter().map(|column| column[row]));
                    }
                }
                *number = (*found - 1) as u32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_combination_has_one_number_and_tells_its_members() {
        let columns: Vec<Vec<u32>> =
            [7, 11, 300].iter().map(|modulus| (0..5000).map(|row| row * row % modulus).collect()).collect();
        let columns: Vec<&[u32]> = columns.iter().map(Vec::as_slice).collect();
        let mut combination = Combination::new(3);
        let mut numbers = Vec::new();
        for _ in 0..2 {
            combination.number_all(&columns, &mut numbers);
            for (row, number) in numbers.iter().enumerate() {
                let here: Vec<u32> = columns.iter().map(|column| column[row]).collect();
                assert_eq!(combination.members(*number as usize), here);
            }
        }
        let mut distinct = numbers.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct, (0..u32::try_from(combination.len()).unwrap()).collect::<Vec<_>>());
    }

    #[test]
    fn a_single_column_is_its_own_combination() {
        let mut combination = Combination::new(1);
        let mut numbers = Vec::new();
        combination.reach(3);
        combination.number_all(&[&[2, 0, 1]], &mut numbers);
        assert_eq!((numbers.as_slice(), combination.len()), (&[2, 0, 1][..], 3));
        assert_eq!(combination.members(2), [2]);
    }
}
