//! Names that were probably meant.

/// How many are proposed at most.
const MOST: usize = 3;

/// The names that are near to the one that was not found, nearest first.
/// `rank` tells how far a name is, or nothing where it is too far.
pub fn nearest<'a>(names: impl IntoIterator<Item = &'a str>, rank: impl Fn(&'a str) -> Option<usize>) -> Vec<String> {
    let ranked = names.into_iter().filter_map(|name| Some((rank(name)?, name)));
    let mut ranked: Vec<(usize, &str)> = ranked.collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().take(MOST).map(|(_, name)| name.to_owned()).collect()
}

/// Characters to insert, delete or replace to come from one text to the other.
#[must_use]
pub fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_from_one_text_to_another() {
        for (from, to, steps) in [("", "", 0), ("", "sex", 3), ("sexo", "sex", 1), ("sxe", "sex", 2), ("año", "ano", 1)]
        {
            assert_eq!(distance(from, to), steps, "{from} {to}");
            assert_eq!(distance(to, from), steps, "{to} {from}");
        }
    }

    #[test]
    fn the_nearest_come_first_and_each_once() {
        let names = ["b", "a", "cc", "a", "ddd", "ee"];
        assert_eq!(nearest(names, |name| (name.len() < 3).then_some(name.len())), ["a", "b", "cc"]);
    }
}
