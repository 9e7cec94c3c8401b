//! Names that were probably meant.

use matricula::spec::nearest::distance;

/// The names nearest to what was typed, nearest first; none if all are far.
pub(crate) fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let typed = typed.to_lowercase();
    let rank = |name: &'a str| {
        let lower = name.to_lowercase();
        let steps = distance(&typed, &lower);
        // Two letters exchanged are two steps away: `sxe`.
        let near =
            steps <= (typed.len().max(lower.len()) / 3).max(2) || (!typed.is_empty() && lower.starts_with(&typed));
        near.then_some(steps)
    };
    matricula::spec::nearest::nearest(names, rank)
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
