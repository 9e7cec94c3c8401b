//! What a source collected: zero, missing, not collected and impossible stay apart.

use std::collections::BTreeMap;

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, CodeList, DimensionId, Needs};
use matricula_spec::model::mapping::{Absent, Derived, Mapping, RecodeRow, RowKind, Variable};

/// What a slice of a source holds along its dimensions.
#[derive(Debug, Clone)]
pub struct SliceCoverage {
    /// What a cell means that is absent inside the coverage.
    pub absent: Absent,
    /// Whether rows add up, or bring margins of their own.
    pub rows: RowKind,
    dimensions: BTreeMap<DimensionId, Collected>,
}

/// What was collected along one dimension.
#[derive(Debug, Clone)]
pub enum Collected {
    /// These codes, with margins whose parts are complete.
    Codes(CollectedCodes),
    /// It exists and was not collected.
    No,
    /// It cannot exist here.
    Impossible,
}

/// The codes collected along one dimension.
#[derive(Debug, Clone, Default)]
pub struct CollectedCodes {
    /// Ascending; nothing means every code of the list.
    pub codes: Option<Vec<CodeId>>,
    /// Margins that the source declares to be the sum of these parts.
    pub parts: Vec<(CodeId, Vec<CodeId>)>,
    /// Whether a part may be computed as margin minus siblings.
    pub complement: bool,
    /// Parts whose absence means none.
    pub may_be_absent: Vec<CodeId>,
}

/// Whether a code can be read along a dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It was collected, or is made of what was.
    Inside,
    /// It was not collected.
    NotCollected,
    /// It cannot exist.
    Impossible,
}

impl SliceCoverage {
    /// What a mapping collects of one measure in one year.
    pub fn of(catalogue: &Catalogue, mapping: &Mapping, measure: CodeId, year: i32) -> Self {
        let measured = Measured { mapping, measure: (catalogue.known().measure, measure), year };
        let collected = |dimension: DimensionId| {
            if matches!(mapping.variables.get(&dimension), Some(Variable::Impossible(_))) {
                return Collected::Impossible;
            }
            if mapping.available.get(&dimension).is_some_and(|v| !v.holds_in(year)) {
                return Collected::No;
            }
            if mapping.unpivot.iter().any(|column| column.codes.contains_key(&dimension)) {
                let codes = mapping.unpivot.iter().filter_map(|c| c.codes.get(&dimension).copied());
                return with_declared(mapping, dimension, Some(codes.collect()));
            }
            match mapping.variables.get(&dimension) {
                None | Some(Variable::NotCollected(_) | Variable::Impossible(_)) => Collected::No,
                Some(variable) => with_declared(mapping, dimension, measured.codes_of(variable)),
            }
        };
        let split = |(d, collected)| (d, with_parts_of_bands(catalogue, mapping, d, collected));
        let dimensions = catalogue.dimension_ids().map(|d| (d, collected(d))).map(split).collect();
        Self { absent: mapping.coverage.absent, rows: mapping.amount.rows(), dimensions }
    }

    /// The coverage with a dimension that the mapping does not speak of.
    pub fn with(mut self, dimension: DimensionId, collected: Collected) -> Self {
        self.dimensions.insert(dimension, collected);
        self
    }

    /// What was collected along a dimension.
    pub fn on(&self, dimension: DimensionId) -> &Collected {
        self.dimensions.get(&dimension).unwrap_or(&Collected::No)
    }

    /// Whether the dimension was collected at all.
    pub fn collects(&self, dimension: DimensionId) -> bool {
        matches!(self.on(dimension), Collected::Codes(_))
    }

    /// Whether a code can be read along a dimension.
    pub fn reach(&self, list: &CodeList, dimension: DimensionId, code: CodeId) -> Reach {
        match self.on(dimension) {
            _ if code == CodeId::TOTAL => Reach::Inside,
            Collected::Impossible => Reach::Impossible,
            Collected::No => Reach::NotCollected,
            Collected::Codes(collected) if collected.reaches(list, code) => Reach::Inside,
            Collected::Codes(_) => Reach::NotCollected,
        }
    }
}

impl CollectedCodes {
    fn reaches(&self, list: &CodeList, code: CodeId) -> bool {
        let Some(codes) = &self.codes else { return true };
        let has = |c: &CodeId| codes.binary_search(c).is_ok();
        if has(&code) || code == CodeId::UNKNOWN {
            return true;
        }
        let parts = &list.code(code).parts;
        match list.code(code).needs {
            _ if parts.is_empty() => false,
            Needs::All => parts.iter().all(|part| self.reaches(list, *part)),
            Needs::Any => parts.iter().any(|part| self.reaches(list, *part)),
        }
    }
}

/// Where bands are split, the codes under them can be read too.
fn with_parts_of_bands(
    catalogue: &Catalogue,
    mapping: &Mapping,
    dimension: DimensionId,
    collected: Collected,
) -> Collected {
    match collected {
        Collected::Codes(CollectedCodes { codes: Some(codes), parts, complement, may_be_absent })
            if mapping.splits.contains_key(&dimension) =>
        {
            let list = &catalogue.dimension(dimension).codes;
            let leaves = codes.iter().flat_map(|code| list.leaves(*code)).copied();
            let mut codes: Vec<CodeId> = codes.iter().copied().chain(leaves).collect();
            codes.sort_unstable();
            codes.dedup();
            Collected::Codes(CollectedCodes { codes: Some(codes), parts, complement, may_be_absent })
        }
        other => other,
    }
}

fn with_declared(mapping: &Mapping, dimension: DimensionId, given: Option<Vec<CodeId>>) -> Collected {
    let declared = mapping.coverage.dimensions.get(&dimension);
    let mut codes = declared.filter(|d| !d.codes.is_empty()).map_or(given, |d| Some(d.codes.clone()));
    if let Some(codes) = &mut codes {
        codes.sort_unstable();
        codes.dedup();
    }
    if codes.as_deref() == Some(&[CodeId::TOTAL]) {
        return Collected::No;
    }
    Collected::Codes(CollectedCodes {
        codes,
        parts: declared.map(|d| d.parts.clone()).unwrap_or_default(),
        complement: declared.is_some_and(|d| d.complement),
        may_be_absent: declared.map(|d| d.may_be_absent.clone()).unwrap_or_default(),
    })
}

/// One measure of a mapping in one year.
struct Measured<'a> {
    mapping: &'a Mapping,
    measure: (DimensionId, CodeId),
    year: i32,
}

impl Measured<'_> {
    /// The codes a variable can give; nothing where any code of the list is possible.
    fn codes_of(&self, variable: &Variable) -> Option<Vec<CodeId>> {
        match variable {
            Variable::Fixed(code) => Some(vec![*code]),
            Variable::Recode { recode, output } => {
                let rows = self.mapping.recodes[*recode].rows.iter();
                let valid = rows.filter(|row| row.out_of_scope.is_none() && row.validity.holds_in(self.year));
                let of_measure = valid.filter(|row| self.measure_of(*recode, row) == Some(self.measure.1));
                Some(of_measure.map(|row| row.codes[*output]).collect())
            }
            Variable::Derived(Derived::Band { codes, .. }) => Some(codes.clone()),
            Variable::Column { .. } | Variable::Derived(_) | Variable::NotCollected(_) | Variable::Impossible(_) => {
                None
            }
        }
    }

    /// The measure that a row of a table gives; the slice's own where another variable gives it.
    fn measure_of(&self, recode: usize, row: &RecodeRow) -> Option<CodeId> {
        match self.mapping.variables.get(&self.measure.0) {
            Some(Variable::Recode { recode: giving, output }) if *giving == recode => row.codes.get(*output).copied(),
            _ => Some(self.measure.1),
        }
    }
}
