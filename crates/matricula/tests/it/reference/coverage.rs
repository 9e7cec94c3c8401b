//! What a source collected.

use std::collections::BTreeSet;
use std::rc::Rc;

use matricula::spec::model::dimension::{CodeId, CodeList, DimensionId, Needs};
use matricula::spec::model::mapping::{Absent, Coverage, Derived, Mapping, RowKind, Variable};

use super::Slice;

/// Why there is no number; the first of several is the one that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// Declared impossible.
    Impossible,
    /// Exists, was not collected.
    NotCollected,
    /// Collected, and missing; or official ages are not known.
    Missing,
    /// Nobody to divide by.
    NoDenominator,
}

impl Slice<'_> {
    pub(crate) fn mapping(&self) -> &Mapping {
        &self.catalogue.mappings()[self.mapping]
    }

    pub(crate) fn coverage(&self) -> &Coverage {
        &self.mapping().coverage
    }

    pub(crate) fn is_table_with_margins(&self) -> bool {
        self.mapping().amount.rows() == RowKind::Cells
    }

    pub(crate) fn absent_is_zero(&self) -> bool {
        self.coverage().absent == Absent::Zero
    }

    pub(crate) fn list(&self, dimension: DimensionId) -> &CodeList {
        &self.catalogue.dimension(dimension).codes
    }

    pub(crate) fn year(&self) -> i32 {
        self.list(self.catalogue.known().time_period).code(self.time_period).number().expect("a year")
    }

    /// Whether the source has the dimension at all in this year.
    pub(crate) fn has(&self, dimension: DimensionId) -> Result<(), Why> {
        let mapping = self.mapping();
        if mapping.unpivot.iter().any(|column| column.codes.contains_key(&dimension)) {
            return Ok(());
        }
        match mapping.variables.get(&dimension) {
            Some(Variable::Impossible(_)) => Err(Why::Impossible),
            None | Some(Variable::NotCollected(_)) => Err(Why::NotCollected),
            Some(_) => {
                let years = mapping.available.get(&dimension);
                years.is_none_or(|years| years.holds_in(self.year())).then_some(()).ok_or(Why::NotCollected)
            }
        }
    }

    /// Whether a code was collected, or why it cannot be read.
    pub(crate) fn reached(&self, dimension: DimensionId, code: CodeId) -> Result<(), Why> {
        self.has(dimension)?;
        self.collected(dimension, code).then_some(()).ok_or(Why::NotCollected)
    }

    /// Whether the source could give records of this code.
    pub(crate) fn collected(&self, dimension: DimensionId, code: CodeId) -> bool {
        if code == CodeId::UNKNOWN || self.given(dimension).contains(&code) {
            return true;
        }
        let code = self.list(dimension).code(code);
        let mut parts = code.parts.iter().map(|part| self.collected(dimension, *part));
        match code.needs {
            _ if code.parts.is_empty() => false,
            Needs::All => parts.all(|collected| collected),
            Needs::Any => parts.any(|collected| collected),
        }
    }

    /// The codes that the mapping declares as collected, or else those it can give; bands that are split with
    /// the codes under them.
    fn given(&self, dimension: DimensionId) -> Rc<BTreeSet<CodeId>> {
        if let Some(given) = self.given.borrow().get(&dimension) {
            return Rc::clone(given);
        }
        let mut given = self.declared_or_possible(dimension);
        if self.mapping().splits.contains_key(&dimension) {
            let list = self.list(dimension);
            let under: Vec<CodeId> = given.iter().flat_map(|code| list.leaves(*code)).copied().collect();
            given.extend(under);
        }
        let given = Rc::new(given);
        self.given.borrow_mut().insert(dimension, Rc::clone(&given));
        given
    }

    fn declared_or_possible(&self, dimension: DimensionId) -> BTreeSet<CodeId> {
        let declared = self.coverage().dimensions.get(&dimension).map_or(&[][..], |declared| &declared.codes);
        if !declared.is_empty() {
            return declared.iter().copied().collect();
        }
        let mapping = self.mapping();
        let unpivoted = mapping.unpivot.iter().filter_map(|column| column.codes.get(&dimension)).copied();
        let list = self.list(dimension);
        let mut given: BTreeSet<CodeId> = unpivoted.collect();
        match mapping.variables.get(&dimension) {
            None | Some(Variable::NotCollected(_) | Variable::Impossible(_)) => {}
            Some(Variable::Fixed(code)) => given.extend([*code]),
            Some(Variable::Recode { recode, output }) => {
                let rows = mapping.recodes[*recode].rows.iter();
                let holds = rows.filter(|row| row.out_of_scope.is_none() && row.validity.holds_in(self.year()));
                given.extend(holds.map(|row| row.codes[*output]));
            }
            Some(Variable::Derived(Derived::Band { codes, .. })) => given.extend(codes),
            Some(Variable::Derived(Derived::NumberedCode { prefix, .. })) => {
                let numbered = |code: &CodeId| {
                    list.code(*code).id.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.parse::<i32>().is_ok())
                };
                given.extend(list.ids().filter(numbered));
            }
            Some(Variable::Derived(Derived::AgeAtReference(_))) => {
                given.extend(list.ids().filter(|code| list.code(*code).number().is_some()));
            }
            Some(Variable::Column { .. } | Variable::Derived(Derived::FirstNonEmpty { .. })) => {
                given.extend(list.ids());
            }
        }
        given
    }
}
