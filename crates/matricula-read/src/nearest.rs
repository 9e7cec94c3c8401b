//! Names that were probably meant.

use matricula_spec::nearest::distance;

/// The names nearest to the one that was not found, nearest first; none if all are far.
///
/// A name without a letter is never proposed: in a file without header it would be a value.
pub(crate) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wanted = simplify(wanted);
    let rank = |name: &'a str| {
        let simple = simplify(name);
        let most = wanted.chars().count().max(simple.chars().count()) / 3;
        Some(distance(&wanted, &simple)).filter(|steps| *steps <= most)
    };
    matricula_spec::nearest::nearest(names.filter(|name| name.chars().any(char::is_alphabetic)), rank)
}

/// Lower case, without what people leave out: `COD_ENSE` and `cod ense` are the same.
fn simplify(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
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
