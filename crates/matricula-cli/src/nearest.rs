//! Names that were probably meant.

const MOST: usize = 3;

/// The names nearest to what was typed, nearest first; none if all are far.
pub(crate) fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let typed = typed.to_lowercase();
    let ranked = names.into_iter().filter_map(|name| {
        let lower = name.to_lowercase();
        let distance = distance(&typed, &lower);
        // Two letters exchanged are two steps away: `sxe`.
        let near =
            distance <= (typed.len().max(lower.len()) / 3).max(2) || (!typed.is_empty() && lower.starts_with(&typed));
        near.then_some((distance, name))
    });
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().take(MOST).map(|(_, name)| name.to_owned()).collect()
}

/// Characters to insert, delete or replace to come from one to the other.
fn distance(from: &str, to: &str) -> usize {
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
    use super::nearest;

    #[test]
    fn near_names_come_nearest_first_and_far_ones_not_at_all() {
        let names = ["GER.1", "GER.2T3", "NER.1", "REPP.1"];
        assert_eq!(nearest("ger.1", names), ["GER.1", "NER.1"]);
        assert_eq!(nearest("GER.2", names), ["GER.1", "GER.2T3", "NER.1"]);
        assert_eq!(nearest("sxe", ["sex", "location"]), ["sex"]);
        assert!(nearest("literacy", names).is_empty());
    }
}
