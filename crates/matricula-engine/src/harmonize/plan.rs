//! A mapping made ready for one source: which columns to read, and the steps from a row to a record.

use matricula_spec::Catalogue;
use matricula_spec::model::batch::Source;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::mapping::{
    Amount, BirthDate, Derived, Identifier, Mapping, NumberFormat, Repeats, RowKind, Variable,
};

use super::age::BirthColumns;
use super::identifier::{EarlyIdentities, IdentifierPlan, OfYear};
use super::recode::{KeySource, RecodeStep};
use super::rows::HarmonizeState;
use super::scope::ScopeTest;
use super::step::{AgeStep, BandStep, Step, single_ages};
use super::tally::HarmonizeTally;
use crate::pseudonym::{PseudonymPlan, Pseudonyms};

/// A mapping made ready for one source.
#[derive(Debug, Clone)]
pub struct HarmonizePlan {
    columns: Vec<String>,
    numeric: Vec<bool>,
    coded: Vec<bool>,
    dimensions: Vec<DimensionId>,
    /// The codes of a record before any step.
    pub(super) start: Vec<CodeId>,
    /// Where the code of each dimension comes from.
    pub(super) origins: Vec<Origin>,
    pub(super) steps: Vec<Step>,
    pub(super) scope: Vec<ScopeTest>,
    pub(super) amount: AmountPlan,
    pub(super) identifiers: Vec<IdentifierPlan>,
    pub(super) year: YearOf,
    /// Slots of measure, country and year.
    pub(super) placing: [usize; 3],
}

/// Where the code of a dimension comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It is the same in every record.
    Fixed(CodeId),
    /// An output of a part: of a step, or, after these, of the columns of a wide table.
    Part(usize, usize),
}

/// What a row adds to its cell.
#[derive(Debug, Clone)]
pub(super) enum AmountPlan {
    Rows,
    Column { column: usize, format: NumberFormat },
    Unpivoted { columns: Vec<(usize, Vec<(usize, CodeId)>)>, format: NumberFormat },
}

/// Where the year of a record comes from.
#[derive(Debug, Clone)]
pub(super) enum YearOf {
    Source(i32),
    /// The slot of `time_period` and the year of each of its codes.
    Record(usize, Vec<i32>),
}

impl HarmonizePlan {
    /// The plan of a source; of the roles of identifiers, rules compare records by the first and cells are kept
    /// apart for each unit of the second.
    /// With pseudonyms every record has two more: the pseudonym of the pupil and the school, both lasting.
    pub fn new(
        catalogue: &Catalogue,
        source: &Source,
        mapping: &Mapping,
        roles: (&[String], &[String]),
        pseudonyms: Option<&Pseudonyms>,
    ) -> Self {
        Builder::new(catalogue, source, mapping).build(roles, pseudonyms)
    }

    /// The columns it reads, in order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// For each column, whether it holds counts.
    pub fn numeric(&self) -> &[bool] {
        &self.numeric
    }

    /// For each column, whether its texts are numbered: each of them is then looked at once.
    pub fn coded(&self) -> &[bool] {
        &self.coded
    }

    /// The dimensions of its records, ascending.
    pub fn dimensions(&self) -> &[DimensionId] {
        &self.dimensions
    }

    /// Where the code of a dimension comes from; nothing where the source does not have it.
    pub fn origin_of(&self, dimension: DimensionId) -> Option<Origin> {
        Some(self.origins[self.dimensions.binary_search(&dimension).ok()?])
    }

    /// The steps, as the tally counts them.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Number of identifiers of every record.
    pub fn identifiers(&self) -> usize {
        self.identifiers.len()
    }

    /// What stands for the identifiers that rules compare, where it follows from their columns alone.
    pub(crate) fn early_identities(&self) -> Option<EarlyIdentities<'_>> {
        match [1, 2].map(|which| self.origins[self.placing[which]]) {
            [Origin::Fixed(ref_area), Origin::Fixed(time_period)] => {
                Some(EarlyIdentities::new(&self.identifiers, [ref_area, time_period]))
            }
            _ => None,
        }
    }

    /// The columns that its identifiers are made of.
    pub fn identifier_columns(&self) -> Vec<&str> {
        let mut columns: Vec<_> = self.identifiers.iter().flat_map(IdentifierPlan::columns).collect();
        columns.sort_unstable();
        columns.dedup();
        columns.into_iter().map(|column| self.columns[column].as_str()).collect()
    }

    /// A tally of nothing.
    pub fn empty_tally(&self) -> HarmonizeTally {
        HarmonizeTally::new(self.steps.len())
    }

    /// What the row pass of a part of the source begins with.
    pub(crate) fn state(&self) -> HarmonizeState {
        HarmonizeState::new(self)
    }
}

/// The dimensions of a mapping's records, ascending.
pub fn dimensions_of(catalogue: &Catalogue, mapping: &Mapping) -> Vec<DimensionId> {
    let known = catalogue.known();
    let given = |variable: &Variable| !matches!(variable, Variable::NotCollected(_) | Variable::Impossible(_));
    let mut dimensions: Vec<_> = mapping.variables.iter().filter(|(_, v)| given(v)).map(|(d, _)| *d).collect();
    dimensions.extend(mapping.unpivot.iter().flat_map(|column| column.codes.keys().copied()));
    dimensions.extend([known.measure, known.ref_area, known.time_period]);
    dimensions.sort_unstable();
    dimensions.dedup();
    dimensions
}

struct Builder<'a> {
    catalogue: &'a Catalogue,
    source: &'a Source,
    mapping: &'a Mapping,
    rows: RowKind,
    columns: Vec<String>,
    numeric: Vec<bool>,
    coded: Vec<bool>,
    dimensions: Vec<DimensionId>,
    start: Vec<CodeId>,
}

impl<'a> Builder<'a> {
    fn new(catalogue: &'a Catalogue, source: &'a Source, mapping: &'a Mapping) -> Self {
        let known = catalogue.known();
        let dimensions = dimensions_of(catalogue, mapping);
        let mut start = vec![CodeId::UNKNOWN; dimensions.len()];
        let mut fix = |dimension: DimensionId, code: CodeId| {
            if let Ok(slot) = dimensions.binary_search(&dimension) {
                start[slot] = code;
            }
        };
        for (dimension, variable) in &mapping.variables {
            if let Variable::Fixed(code) = variable {
                fix(*dimension, *code);
            }
        }
        if let (Some(ref_area), Some(time_period)) = (source.ref_area, source.time_period) {
            fix(known.ref_area, ref_area);
            fix(known.time_period, time_period);
        }
        Self {
            catalogue,
            source,
            mapping,
            rows: mapping.amount.rows(),
            columns: Vec::new(),
            numeric: Vec::new(),
            coded: Vec::new(),
            dimensions,
            start,
        }
    }

    fn build(mut self, (compared, units): (&[String], &[String]), pseudonyms: Option<&Pseudonyms>) -> HarmonizePlan {
        let known = self.catalogue.known();
        let mut steps = self.recode_steps();
        for (dimension, variable) in &self.mapping.variables {
            steps.extend(self.step(*dimension, variable));
        }
        // Rows of recode tables are valid in years, so the year of a record must be known first.
        steps.sort_by_key(|step| !step.gives().contains(&known.time_period));
        let scope = self.mapping.out_of_scope.iter().map(|s| ScopeTest::new(s, |name| self.coded(name))).collect();
        let amount = self.amount();
        let slot = |dimension: DimensionId| self.dimensions.binary_search(&dimension).unwrap_or_default();
        let placing = [slot(known.measure), slot(known.ref_area), slot(known.time_period)];
        let origins = origins(&self.start, &steps, &amount);
        HarmonizePlan {
            placing,
            origins,
            year: self.year(placing[2]),
            identifiers: self.identifiers(compared, units, pseudonyms),
            columns: self.columns,
            numeric: self.numeric,
            coded: self.coded,
            dimensions: self.dimensions,
            start: self.start,
            steps,
            scope,
            amount,
        }
    }

    fn identifiers(
        &mut self,
        compared: &[String],
        units: &[String],
        pseudonyms: Option<&Pseudonyms>,
    ) -> Vec<IdentifierPlan> {
        let mapping = self.mapping;
        let first_only = |identifier: &Identifier| matches!(identifier, Identifier::FirstNonEmpty(_));
        let mut plans = Vec::new();
        for identifier in compared.iter().filter_map(|role| mapping.identifiers.get(role)) {
            let columns = identifier.columns().iter().map(|name| self.text(name)).collect();
            plans.push(IdentifierPlan::OfRecord(OfYear { columns, first_only: first_only(identifier) }));
        }
        for identifier in units.iter().filter_map(|role| mapping.identifiers.get(role)) {
            let columns = self.coded_columns(identifier.columns());
            let identifier = OfYear { columns, first_only: first_only(identifier) };
            plans.push(IdentifierPlan::OfUnit { identifier, lasting: false });
        }
        if let Some(pseudonyms) = pseudonyms {
            let pseudonym = PseudonymPlan::new(self.catalogue, mapping, pseudonyms, |name| self.text(name));
            plans.push(IdentifierPlan::Pseudonym(pseudonym));
            let school = mapping.identifiers.get("school").map(Identifier::columns).unwrap_or_default();
            let identifier = OfYear { columns: self.coded_columns(school), first_only: false };
            plans.push(IdentifierPlan::OfUnit { identifier, lasting: true });
        }
        plans
    }

    fn year(&self, slot: usize) -> YearOf {
        let list = &self.catalogue.dimension(self.catalogue.known().time_period).codes;
        let years: Vec<i32> = list.ids().map(|code| list.code(code).number().unwrap_or_default()).collect();
        match self.source.time_period {
            Some(code) => YearOf::Source(years[code.index()]),
            None => YearOf::Record(slot, years),
        }
    }

    fn slot(&self, dimension: DimensionId) -> usize {
        self.dimensions.binary_search(&dimension).unwrap_or_default()
    }

    fn column(&mut self, name: &str, coded: bool) -> usize {
        let known = self.columns.iter().zip(&self.coded).position(|(column, form)| column == name && *form == coded);
        if let Some(position) = known {
            return position;
        }
        self.columns.push(name.to_owned());
        self.numeric.push(self.mapping.whole_numbers.iter().any(|column| column == name));
        self.coded.push(coded);
        self.columns.len() - 1
    }

    /// Position of a column that is read as text, since nearly every row has another.
    fn text(&mut self, name: &str) -> usize {
        self.column(name, false)
    }

    /// Position of a column whose texts are numbered.
    fn coded(&mut self, name: &str) -> usize {
        self.column(name, true)
    }

    fn coded_columns(&mut self, names: &[String]) -> Vec<usize> {
        names.iter().map(|name| self.coded(name)).collect()
    }

    fn recode_steps(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        for (position, recode) in self.mapping.recodes.iter().enumerate() {
            let uses = |output: usize, dimension: &DimensionId| {
                let used = Variable::Recode { recode: position, output };
                (self.mapping.variables.get(dimension) == Some(&used)).then(|| self.slot(*dimension))
            };
            let slots: Vec<_> = recode.gives.iter().enumerate().map(|(output, d)| uses(output, d)).collect();
            if slots.iter().any(Option::is_some) {
                let source = KeySource::Columns(self.coded_columns(&recode.columns));
                steps.push(Step::Recode { recode: RecodeStep::table(recode, source), slots });
            }
        }
        steps
    }

    fn step(&mut self, dimension: DimensionId, variable: &Variable) -> Option<Step> {
        match variable {
            Variable::Column { name, unlisted } => {
                let source = KeySource::Columns(vec![self.coded(name)]);
                Some(self.own_codes(dimension, vec![name.clone()], *unlisted, source))
            }
            Variable::Derived(derived) => Some(self.derived(dimension, derived)),
            Variable::Fixed(_) | Variable::Recode { .. } | Variable::NotCollected(_) | Variable::Impossible(_) => None,
        }
    }

    fn own_codes(
        &self,
        dimension: DimensionId,
        columns: Vec<String>,
        unlisted: matricula_spec::model::mapping::Unlisted,
        source: KeySource,
    ) -> Step {
        let recode = RecodeStep::own_codes(self.catalogue, dimension, self.rows, columns, unlisted, source);
        Step::Recode { recode, slots: vec![Some(self.slot(dimension))] }
    }

    fn derived(&mut self, dimension: DimensionId, derived: &Derived) -> Step {
        let slot = self.slot(dimension);
        match derived {
            Derived::AgeAtReference(birth) => self.age(dimension, birth),
            Derived::NumberedCode { column, prefix, offset, unlisted } => {
                let source = KeySource::Number { column: self.coded(column), offset: *offset };
                let recode = RecodeStep::numbered(self.catalogue, dimension, prefix, column, *unlisted, source);
                Step::Recode { recode, slots: vec![Some(slot)] }
            }
            Derived::FirstNonEmpty { columns, unlisted } => {
                let source = KeySource::FirstNonEmpty(self.coded_columns(columns));
                self.own_codes(dimension, columns.clone(), *unlisted, source)
            }
            Derived::Band { column, bounds, codes } => Step::Band(BandStep {
                name: column.clone(),
                dimension,
                slot,
                column: self.coded(column),
                bounds: bounds.clone(),
                codes: codes.clone(),
            }),
        }
    }

    fn age(&mut self, dimension: DimensionId, birth: &BirthDate) -> Step {
        let (columns, birth) = match birth {
            BirthDate::Text { column, format } => {
                let birth = BirthColumns::Text { column: self.coded(column), format: format.clone().into_bytes() };
                (vec![column.clone()], birth)
            }
            BirthDate::Parts { year, month, day } => {
                let names: Vec<_> = [Some(year), Some(month), day.as_ref()].into_iter().flatten().cloned().collect();
                let (year, month) = (self.coded(year), self.coded(month));
                (names, BirthColumns::Parts { year, month, day: day.as_ref().map(|d| self.coded(d)) })
            }
        };
        // A source of pupils without a reference date is refused by the check of the batch (S023).
        let epoch = matricula_spec::model::text::Date { year: 0, month: 1, day: 1 };
        let reference = self.source.age_reference_date.unwrap_or(epoch);
        let slot = self.slot(dimension);
        Step::Age(AgeStep { columns, dimension, slot, birth, reference, ages: single_ages(self.catalogue) })
    }

    fn amount(&mut self) -> AmountPlan {
        match &self.mapping.amount {
            Amount::Rows => AmountPlan::Rows,
            Amount::Column(column) => {
                let position = self.counts(&column.name);
                AmountPlan::Column { column: position, format: column.number.clone() }
            }
            Amount::Unpivoted(format) => {
                let mapping = self.mapping;
                let columns = mapping.unpivot.iter().map(|column| {
                    let codes = column.codes.iter().map(|(d, code)| (self.slot(*d), *code)).collect();
                    (self.counts(&column.name), codes)
                });
                AmountPlan::Unpivoted { columns: columns.collect(), format: format.clone() }
            }
        }
    }

    fn counts(&mut self, name: &str) -> usize {
        let position = self.text(name);
        self.numeric[position] = true;
        position
    }
}

/// Where each slot of a record is written.
fn origins(start: &[CodeId], steps: &[Step], amount: &AmountPlan) -> Vec<Origin> {
    let mut origins: Vec<Origin> = start.iter().map(|code| Origin::Fixed(*code)).collect();
    let unpivoted = match amount {
        AmountPlan::Unpivoted { columns, .. } => columns.first().map(|(_, codes)| codes.iter().map(|(slot, _)| *slot)),
        AmountPlan::Rows | AmountPlan::Column { .. } => None,
    };
    let parts = steps.iter().map(Step::slots).chain(unpivoted.map(Iterator::collect));
    for (part, slots) in parts.enumerate() {
        for (output, slot) in slots.into_iter().enumerate() {
            origins[slot] = Origin::Part(part, output);
        }
    }
    origins
}

/// Whether two records with the same codes are an error in this mapping.
pub fn refuses_repeats(mapping: &Mapping) -> bool {
    mapping.amount.number().is_some_and(|number| number.repeats == Repeats::Error)
}
