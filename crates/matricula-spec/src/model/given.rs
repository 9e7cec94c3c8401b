//! What a mapping can give, as far as the mapping itself tells.

use std::collections::BTreeSet;

use super::catalogue::Catalogue;
use super::condition::Condition;
use super::dimension::{Code, CodeId, CodeList, DimensionId, Needs};
use super::mapping::{Derived, Mapping, Validity, Variable};
use super::needs::Need;

/// A dimension that a mapping does not give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// The dimension.
    pub dimension: DimensionId,
    /// Why, in the words of the mapping, where it has any.
    pub reason: Option<String>,
}

impl Mapping {
    /// The codes of a dimension, whose list is given, that records of the mapping can have; `_U` and `_T` aside.
    ///
    /// Where a column holds our codes already, these are the codes declared as collected, or else all.
    #[must_use]
    pub fn can_give(&self, dimension: DimensionId, list: &CodeList) -> BTreeSet<CodeId> {
        let mut codes: BTreeSet<CodeId> =
            self.unpivot.iter().filter_map(|c| c.codes.get(&dimension)).copied().collect();
        match self.variables.get(&dimension) {
            None | Some(Variable::NotCollected(_) | Variable::Impossible(_)) => {}
            Some(Variable::Fixed(code)) => codes.extend([*code]),
            Some(Variable::Recode { recode, output }) => {
                let rows = self.recodes[*recode].rows.iter().filter(|row| row.out_of_scope.is_none());
                codes.extend(rows.filter_map(|row| row.codes.get(*output)));
            }
            Some(Variable::Derived(Derived::Band { codes: bands, .. })) => codes.extend(bands),
            Some(Variable::Derived(Derived::AgeAtReference(_))) => {
                codes.extend(list.ids().filter(|code| list.code(*code).id.parse::<u16>().is_ok()));
            }
            Some(Variable::Derived(Derived::NumberedCode { prefix, .. })) => {
                let numbered = |code: &CodeId| {
                    let number = list.code(*code).id.strip_prefix(prefix.as_str());
                    number.is_some_and(|number| number.parse::<i32>().is_ok())
                };
                codes.extend(list.ids().filter(numbered));
            }
            Some(Variable::Column { .. } | Variable::Derived(Derived::FirstNonEmpty { .. })) => {
                let declared = self.coverage.dimensions.get(&dimension).map(|coverage| &coverage.codes);
                match declared.filter(|codes| !codes.is_empty()) {
                    Some(declared) => codes.extend(declared),
                    None => codes.extend(list.ids()),
                }
            }
        }
        codes.retain(|code| ![CodeId::TOTAL, CodeId::UNKNOWN].contains(code));
        codes
    }

    /// Whether records of the mapping can be of a measure.
    #[must_use]
    pub fn gives_measure(&self, catalogue: &Catalogue, measure: CodeId) -> bool {
        let dimension = catalogue.known().measure;
        self.can_give(dimension, &catalogue.dimension(dimension).codes).contains(&measure)
    }

    /// The dimensions of a need that the mapping does not give in a year; without a year, in any.
    #[must_use]
    pub fn lacks(&self, catalogue: &Catalogue, need: &Need, year: Option<i32>) -> Vec<Lack> {
        let known = catalogue.known();
        let spoken_of =
            |d: DimensionId| self.variables.contains_key(&d) || self.unpivot.iter().any(|c| c.codes.contains_key(&d));
        // Age classes follow from age where the source does not give them.
        let by_age = |dimension: &DimensionId| match *dimension {
            class if class == known.age_class && !spoken_of(class) => known.age,
            other => other,
        };
        let lack = |dimension: DimensionId| {
            let reason = match self.variables.get(&dimension) {
                Some(Variable::NotCollected(why) | Variable::Impossible(why)) => Some(why.clone()),
                None if !spoken_of(dimension) => None,
                _ if self.outside(dimension, year) => Some("not available in that year".to_owned()),
                _ => return None,
            };
            Some(Lack { dimension, reason })
        };
        let dimensions: BTreeSet<DimensionId> = need.dimensions.iter().map(by_age).collect();
        dimensions.into_iter().filter_map(lack).collect()
    }

    /// The first code that a condition needs and that the mapping does not collect, of the dimensions it gives.
    ///
    /// A list that is written out needs all of its codes, another one of them.
    /// Age classes are not looked at: which of them follow from others, the education system decides.
    #[must_use]
    pub fn lacks_code(&self, catalogue: &Catalogue, condition: &Condition) -> Option<(DimensionId, CodeId)> {
        let looked_at = |(dimension, _): &&(DimensionId, _)| *dimension != catalogue.known().age_class;
        condition.codes.iter().filter(looked_at).find_map(|(dimension, codes)| {
            let list = &catalogue.dimension(*dimension).codes;
            let given = self.given(*dimension, list);
            let collected = |code: &CodeId| collected(list, &given, *code);
            let first = if condition.open.contains(dimension) {
                let inside = |given: &CodeId| list.leaves(*given).iter().all(|leaf| codes.binary_search(leaf).is_ok());
                codes.first().filter(|_| !codes.iter().any(collected) && !given.iter().any(inside))
            } else {
                codes.iter().find(|code| !collected(code))
            };
            Some((*dimension, *first?)).filter(|_| !given.is_empty())
        })
    }

    /// The codes collected, roll-ups that are only sums aside; the parts of bands that are split among them.
    fn given(&self, dimension: DimensionId, list: &CodeList) -> BTreeSet<CodeId> {
        let mut given = self.can_give(dimension, list);
        if !given.is_empty() {
            given.extend(self.coverage.dimensions.get(&dimension).iter().flat_map(|coverage| &coverage.codes));
        }
        if self.splits.contains_key(&dimension) {
            let parts: Vec<CodeId> = given.iter().flat_map(|band| list.leaves(*band)).copied().collect();
            given.extend(parts);
        }
        given
    }

    fn outside(&self, dimension: DimensionId, year: Option<i32>) -> bool {
        let available = self.available.get(&dimension).copied().unwrap_or(Validity::default());
        year.is_some_and(|year| !available.holds_in(year))
    }
}

fn collected(list: &CodeList, given: &BTreeSet<CodeId>, code: CodeId) -> bool {
    let Code { parts, needs, .. } = list.code(code);
    let mut parts_collected = parts.iter().map(|part| collected(list, given, *part));
    code == CodeId::UNKNOWN
        || given.contains(&code)
        || match needs {
            Needs::All => !parts.is_empty() && parts_collected.all(|collected| collected),
            Needs::Any => parts_collected.any(|collected| collected),
        }
}
