//! Dimensions and their code lists.

use std::collections::BTreeMap;

use super::text::Label;

/// Points at a dimension of the catalogue it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DimensionId(pub(crate) u8);

impl DimensionId {
    /// Position among the dimensions of the catalogue.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// Points at a code of one dimension's code list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeId(pub u16);

impl CodeId {
    /// `_T`: everything, whatever its code.
    pub const TOTAL: Self = Self(0);
    /// `_U`: the value is not known.
    pub const UNKNOWN: Self = Self(1);
    /// `_Z`: the dimension does not apply.
    pub const NOT_APPLICABLE: Self = Self(2);

    /// Position in the code list.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A dimension by which figures are cut, or on which a condition may be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// SDMX or UIS name, such as `sex` or `edu_level`.
    pub id: String,
    /// Order among the dimensions, and so of the columns of the estimates.
    pub position: u16,
    /// Whether the estimates have a column for it.
    pub column: bool,
    /// Whether a breakdown by it alone lists every code, also those without a figure.
    pub enumerate: bool,
    /// Name for people.
    pub label: Label,
    /// The codes it may take.
    pub codes: CodeList,
}

/// What a roll-up needs of its parts before it may be summed from records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Every part must have been collected: secondary from lower and upper secondary.
    All,
    /// Any part does: *on the move* where a country records only *migrant*.
    Any,
}

/// One code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The code itself.
    pub id: String,
    /// The codes it is the sum of; empty for a finest code. A code with parts is a margin.
    pub parts: Vec<CodeId>,
    /// What a roll-up needs of its parts.
    pub needs: Needs,
    /// Name for people.
    pub label: Label,
}

impl Code {
    /// The number in the code (`G6` is 6, `11` is 11), where there is one.
    #[must_use]
    pub fn number(&self) -> Option<i32> {
        let digits = self.id.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        digits.parse().ok()
    }
}

/// The codes of one dimension. `_T`, `_U` and `_Z` are in every list, in this order, at its start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeList {
    codes: Vec<Code>,
    leaves: Vec<Vec<CodeId>>,
    above: Vec<Vec<CodeId>>,
    index: BTreeMap<String, CodeId>,
}

impl CodeList {
    /// Builds a list from resolved codes; the first three must be `_T`, `_U`, `_Z`,
    /// and parts must not form a cycle (the caller has checked both).
    pub(crate) fn new(codes: Vec<Code>) -> Self {
        let index = codes.iter().enumerate().map(|(i, c)| (c.id.clone(), code_id(i))).collect();
        let none = vec![Vec::new(); codes.len()];
        let mut list = Self { leaves: none.clone(), above: none, codes, index };
        for i in 0..list.codes.len() {
            list.leaves[i] = list.collect_leaves(code_id(i));
        }
        list.above = list.collect_above();
        list
    }

    /// For each code, every other one but `_T` that has all of its leaves.
    fn collect_above(&self) -> Vec<Vec<CodeId>> {
        let mut with_leaf: Vec<Vec<CodeId>> = vec![Vec::new(); self.codes.len()];
        for code in self.ids().skip(1) {
            self.leaves(code).iter().for_each(|leaf| with_leaf[leaf.index()].push(code));
        }
        let above = |code: CodeId| match self.leaves(code) {
            [first, rest @ ..] if code != CodeId::TOTAL => {
                let has_rest = |outer: &CodeId| {
                    *outer != code && rest.iter().all(|leaf| with_leaf[leaf.index()].binary_search(outer).is_ok())
                };
                with_leaf[first.index()].iter().copied().filter(has_rest).collect()
            }
            _ => Vec::new(),
        };
        self.ids().map(above).collect()
    }

    fn collect_leaves(&self, code: CodeId) -> Vec<CodeId> {
        if code == CodeId::TOTAL {
            return self.ids().skip(1).filter(|c| self.code(*c).parts.is_empty()).collect();
        }
        let mut open = vec![code];
        let mut leaves = Vec::new();
        while let Some(code) = open.pop() {
            let parts = &self.codes[code.index()].parts;
            if parts.is_empty() {
                leaves.push(code);
            }
            open.extend(parts);
        }
        leaves.sort_unstable();
        leaves.dedup();
        leaves
    }

    /// Number of codes, `_T`, `_U` and `_Z` included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Never true: three codes are in every list.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// All codes in the order of the list.
    pub fn ids(&self) -> impl Iterator<Item = CodeId> + use<> {
        (0..self.codes.len()).map(code_id)
    }

    /// The code with this spelling.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<CodeId> {
        self.index.get(id).copied()
    }

    /// What a code says.
    ///
    /// # Panics
    /// If the code belongs to a longer list.
    #[must_use]
    pub fn code(&self, id: CodeId) -> &Code {
        &self.codes[id.index()]
    }

    /// The finest codes below a code, itself if it is one; for `_T` all finest codes.
    #[must_use]
    pub fn leaves(&self, id: CodeId) -> &[CodeId] {
        &self.leaves[id.index()]
    }

    /// Whether the code sums up others.
    #[must_use]
    pub fn is_margin(&self, id: CodeId) -> bool {
        id == CodeId::TOTAL || !self.codes[id.index()].parts.is_empty()
    }

    /// Whether everything under `inner` is also under `outer`.
    #[must_use]
    pub fn covers(&self, outer: CodeId, inner: CodeId) -> bool {
        outer == inner || outer == CodeId::TOTAL || self.above(inner).binary_search(&outer).is_ok()
    }

    /// Every other code but `_T` that covers this one, ascending.
    #[must_use]
    pub fn above(&self, id: CodeId) -> &[CodeId] {
        &self.above[id.index()]
    }
}

fn code_id(index: usize) -> CodeId {
    CodeId(u16::try_from(index).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(id: &str, parts: &[u16]) -> Code {
        let parts = parts.iter().copied().map(CodeId).collect();
        Code { id: id.to_owned(), parts, needs: Needs::All, label: Label::default() }
    }

    #[test]
    fn a_code_covers_another_where_it_has_all_of_its_leaves() {
        let special = ["_T", "_U", "_Z"].map(|id| code(id, &[]));
        let leaves = ["a", "b", "c"].map(|id| code(id, &[]));
        let margins = [code("ab", &[3, 4]), code("abc", &[6, 5]), code("bc", &[4, 5]), code("only-c", &[5])];
        let list = CodeList::new(special.into_iter().chain(leaves).chain(margins).collect());
        for outer in list.ids() {
            for inner in list.ids() {
                let under = |leaf: &CodeId| list.leaves(outer).contains(leaf);
                let all = inner != CodeId::TOTAL && list.leaves(inner).iter().all(under);
                let expected = outer == inner || outer == CodeId::TOTAL || all;
                assert_eq!(list.covers(outer, inner), expected, "{outer:?} {inner:?}");
            }
        }
        assert_eq!(list.above(CodeId(5)), [7, 8, 9].map(CodeId), "c lies under abc, bc and only-c");
        assert_eq!(list.above(CodeId(9)), [5, 7, 8].map(CodeId), "so does what has no other leaf");
    }
}
