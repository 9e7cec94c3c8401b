//! Names that were probably meant.

const MOST: usize = 3;

/// The names nearest to the one that was not found, nearest first; none if all are far.
///
/// A name without a letter is never proposed: in a file without header it would be a value.
pub(crate) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wanted = simplify(wanted);
    let near = |name: &'a str| {
        let simple = simplify(name);
        let distance = distance(&wanted, &simple);
        (distance <= wanted.len().max(simple.len()) / 3).then_some((distance, name))
    };
    let mut near: Vec<_> = names.filter(|name| name.chars().any(char::is_alphabetic)).filter_map(near).collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(MOST).map(|(_, name)| name.to_owned()).collect()
}

/// Lower case, without what people leave out: `COD_ENSE` and `cod ense` are the same.
fn simplify(name: &str) -> Vec<char> {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Characters to insert, delete or replace to come from one to the other.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wanted: &str, names: &[&str], expected: &[&str]) {
        assert_eq!(nearest(wanted, names.iter().copied()), expected, "{wanted}");
    }

    #[test]
    fn near_names_are_proposed_nearest_first() {
        check("GEN_ALU", &["EDAD_ALU", "GENERO_ALU", "gen_alu", "MRUN"], &["gen_alu", "GENERO_ALU"]);
        check("COD_ENSE", &["COD_ENSE2", "COD ENSE", "COD_GRADO"], &["COD ENSE", "COD_ENSE2"]);
        check("AGNO", &["AÑO", "AGN0", "2023"], &["AGN0"]);
        check("M", &["F", "1"], &[]);
    }
}
