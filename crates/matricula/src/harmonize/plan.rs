//! A mapping made ready for one source: which columns to read, and the steps from a row to a record.

use matricula_spec::Catalogue;
use matricula_spec::model::batch::Source;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::mapping::{
    Amount, BirthDate, Derived, Identifier, Mapping, NumberFormat, Repeats, RowKind, Variable,
};

use super::age::BirthColumns;
use super::amount;
use super::block::HarmonizedBlock;
use super::identifier::{IdentifierPlan, OfYear};
use super::pseudonym::PseudonymPlan;
use super::recode::{KeySource, RecodeStep};
use super::scope::ScopeTest;
use super::step::{AgeStep, BandStep, Row, Step, single_ages};
use super::tally::HarmonizeTally;
use crate::link::SourceLink;
use crate::read::block::RawBlock;

/// A mapping made ready for one source.
#[derive(Debug, Clone)]
pub(crate) struct HarmonizePlan {
    columns: Vec<String>,
    numeric: Vec<bool>,
    dimensions: Vec<DimensionId>,
    start: Vec<CodeId>,
    steps: Vec<Step>,
    scope: Vec<ScopeTest>,
    amount: AmountPlan,
    identifiers: Vec<IdentifierPlan>,
    year: YearOf,
    placing: [usize; 3],
}

#[derive(Debug, Clone)]
enum AmountPlan {
    Rows,
    Column { column: usize, format: NumberFormat },
    Unpivoted { columns: Vec<(usize, Vec<(usize, CodeId)>)>, format: NumberFormat },
}

#[derive(Debug, Clone)]
enum YearOf {
    Source(i32),
    /// The slot of `time_period` and the year of each of its codes.
    Record(usize, Vec<i32>),
}

/// Records whose measure, country or year is not known have no place in the cube.
const NOWHERE: &str = "measure-country-or-year-unknown";
/// Rows of an aggregated source that hold no count.
const NO_COUNT: &str = "count-missing";
/// Rows whose count is reported as an error.
const BAD_COUNT: &str = "count-not-usable";

impl HarmonizePlan {
    /// The plan of a source; `roles` are the identifiers that rules and grains need.
    /// With a link every record has two more: the pseudonym of the pupil and the school, both lasting.
    pub(crate) fn new(
        catalogue: &Catalogue,
        source: &Source,
        mapping: &Mapping,
        roles: &[String],
        link: Option<&SourceLink>,
    ) -> Self {
        Builder::new(catalogue, source, mapping).build(roles, link)
    }

    /// The columns it reads, in order.
    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// For each column, whether it holds counts.
    pub(crate) fn numeric(&self) -> &[bool] {
        &self.numeric
    }

    /// The dimensions of its records, ascending.
    pub(crate) fn dimensions(&self) -> &[DimensionId] {
        &self.dimensions
    }

    /// The steps, as the tally counts them.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Number of identifiers of every record.
    pub(crate) fn identifiers(&self) -> usize {
        self.identifiers.len()
    }

    /// The columns that its identifiers are made of.
    pub(crate) fn identifier_columns(&self) -> Vec<&str> {
        let mut columns: Vec<_> = self.identifiers.iter().flat_map(IdentifierPlan::columns).collect();
        columns.sort_unstable();
        columns.dedup();
        columns.into_iter().map(|column| self.columns[column].as_str()).collect()
    }

    /// An empty tally.
    pub(crate) fn tally(&self) -> HarmonizeTally {
        HarmonizeTally::new(self.steps.len())
    }

    /// The records of a block, and what became of every row.
    pub(crate) fn harmonize(&self, block: &RawBlock, tally: &mut HarmonizeTally) -> HarmonizedBlock {
        let mut records = HarmonizedBlock::new(&self.dimensions, self.identifiers.len());
        tally.rows += block.rows() as u64 + block.ragged();
        tally.ragged += block.ragged();
        let mut scratch = Scratch { codes: self.start.clone(), ..Scratch::default() };
        for row in 0..block.rows() {
            self.row(block, row, &mut scratch, tally, &mut records);
        }
        records
    }

    fn row(
        &self,
        block: &RawBlock,
        row: usize,
        scratch: &mut Scratch,
        tally: &mut HarmonizeTally,
        records: &mut HarmonizedBlock,
    ) {
        let of_row = self.records_of_row();
        tally.records += of_row;
        if let Err(reason) = self.codes(block, row, scratch) {
            (0..of_row).for_each(|_| tally.leave_out(reason));
            return;
        }
        let place = [scratch.codes[self.placing[1]], scratch.codes[self.placing[2]]];
        let pseudonyms = &mut tally.pseudonyms;
        let identifiers: Vec<_> = self.identifiers.iter().map(|i| i.hash(block, row, place, pseudonyms)).collect();
        tally.floating_identifiers += u64::from(self.identifiers.iter().any(|i| i.is_floating_point(block, row)));
        match &self.amount {
            AmountPlan::Rows => self.push(Ok(Some(1)), scratch, &identifiers, tally, records),
            AmountPlan::Column { column, format } => {
                let amount = amount::parse(block.column(*column).get(row), format, &mut tally.amounts);
                self.push(amount, scratch, &identifiers, tally, records);
            }
            AmountPlan::Unpivoted { columns, format } => {
                for (column, codes) in columns {
                    codes.iter().for_each(|(slot, code)| scratch.codes[*slot] = *code);
                    let amount = amount::parse(block.column(*column).get(row), format, &mut tally.amounts);
                    self.push(amount, scratch, &identifiers, tally, records);
                }
            }
        }
    }

    fn records_of_row(&self) -> u64 {
        match &self.amount {
            AmountPlan::Rows | AmountPlan::Column { .. } => 1,
            AmountPlan::Unpivoted { columns, .. } => columns.len() as u64,
        }
    }

    /// Fills the record's codes; `Err` holds the reason why the row is out of scope.
    fn codes<'a>(&'a self, block: &RawBlock, row: usize, scratch: &mut Scratch) -> Result<(), &'a str> {
        if let Some(scope) = self.scope.iter().find(|scope| scope.applies(block, row)) {
            return Err(&scope.reason);
        }
        scratch.codes.copy_from_slice(&self.start);
        scratch.outcomes.clear();
        for step in &self.steps {
            let year = self.year.of(&scratch.codes);
            let outcome = step.apply(Row { block, row, year }, &mut scratch.codes, &mut scratch.key)?;
            scratch.outcomes.push(outcome);
        }
        Ok(())
    }

    fn push(
        &self,
        amount: Result<Option<i64>, ()>,
        scratch: &Scratch,
        identifiers: &[Option<u128>],
        tally: &mut HarmonizeTally,
        records: &mut HarmonizedBlock,
    ) {
        let placed = self.placing.iter().all(|slot| scratch.codes[*slot] != CodeId::UNKNOWN);
        match amount {
            Err(()) => return tally.leave_out(BAD_COUNT),
            Ok(None) => return tally.leave_out(NO_COUNT),
            Ok(Some(amount)) if placed => records.push(&scratch.codes, amount, identifiers),
            Ok(Some(_)) => tally.leave_out(NOWHERE),
        }
        for (outcome, tally) in scratch.outcomes.iter().zip(&mut tally.steps) {
            outcome.clone().count(tally);
        }
    }
}

#[derive(Debug, Default)]
struct Scratch {
    codes: Vec<CodeId>,
    outcomes: Vec<super::step::Outcome>,
    key: Vec<u8>,
}

impl YearOf {
    fn of(&self, codes: &[CodeId]) -> i32 {
        match self {
            Self::Source(year) => *year,
            Self::Record(slot, years) => years[codes[*slot].index()],
        }
    }
}

/// The dimensions of a mapping's records, ascending.
pub(crate) fn dimensions_of(catalogue: &Catalogue, mapping: &Mapping) -> Vec<DimensionId> {
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
            dimensions,
            start,
        }
    }

    fn build(mut self, roles: &[String], link: Option<&SourceLink>) -> HarmonizePlan {
        let known = self.catalogue.known();
        let mut steps = self.recode_steps();
        for (dimension, variable) in &self.mapping.variables {
            steps.extend(self.step(*dimension, variable));
        }
        // Rows of recode tables are valid in years, so the year of a record must be known first.
        steps.sort_by_key(|step| !step.gives().contains(&known.time_period));
        let scope = self.mapping.out_of_scope.iter().map(|s| ScopeTest::new(s, |name| self.column(name))).collect();
        let amount = self.amount();
        let identifiers =
            roles.iter().filter_map(|role| self.mapping.identifiers.get(role)).map(|i| self.identifier(i));
        let mut identifiers: Vec<_> = identifiers.collect();
        if let Some(link) = link {
            let mapping = self.mapping;
            let pseudonym = PseudonymPlan::new(self.catalogue, mapping, link, |name| self.column(name));
            identifiers.push(IdentifierPlan::Pseudonym(pseudonym));
            let school = mapping.identifiers.get("school").map(Identifier::columns).unwrap_or_default();
            identifiers.push(IdentifierPlan::Lasting(self.columns_of(school)));
        }
        let slot = |dimension: DimensionId| self.dimensions.binary_search(&dimension).unwrap_or_default();
        HarmonizePlan {
            placing: [slot(known.measure), slot(known.ref_area), slot(known.time_period)],
            year: self.year(slot(known.time_period)),
            columns: self.columns,
            numeric: self.numeric,
            dimensions: self.dimensions,
            start: self.start,
            steps,
            scope,
            amount,
            identifiers,
        }
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

    fn column(&mut self, name: &str) -> usize {
        if let Some(position) = self.columns.iter().position(|column| column == name) {
            return position;
        }
        self.columns.push(name.to_owned());
        self.numeric.push(self.mapping.whole_numbers.iter().any(|column| column == name));
        self.columns.len() - 1
    }

    fn columns_of(&mut self, names: &[String]) -> Vec<usize> {
        names.iter().map(|name| self.column(name)).collect()
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
                let source = KeySource::Columns(self.columns_of(&recode.columns));
                steps.push(Step::Recode { recode: RecodeStep::table(recode, source), slots });
            }
        }
        steps
    }

    fn step(&mut self, dimension: DimensionId, variable: &Variable) -> Option<Step> {
        match variable {
            Variable::Column { name, unlisted } => {
                let source = KeySource::Columns(vec![self.column(name)]);
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
                let source = KeySource::Number { column: self.column(column), offset: *offset };
                let recode = RecodeStep::numbered(self.catalogue, dimension, prefix, column, *unlisted, source);
                Step::Recode { recode, slots: vec![Some(slot)] }
            }
            Derived::FirstNonEmpty { columns, unlisted } => {
                let source = KeySource::FirstNonEmpty(self.columns_of(columns));
                self.own_codes(dimension, columns.clone(), *unlisted, source)
            }
            Derived::Band { column, bounds, codes } => Step::Band(BandStep {
                name: column.clone(),
                dimension,
                slot,
                column: self.column(column),
                bounds: bounds.clone(),
                codes: codes.clone(),
            }),
        }
    }

    fn age(&mut self, dimension: DimensionId, birth: &BirthDate) -> Step {
        let (columns, birth) = match birth {
            BirthDate::Text { column, format } => {
                let birth = BirthColumns::Text { column: self.column(column), format: format.clone().into_bytes() };
                (vec![column.clone()], birth)
            }
            BirthDate::Parts { year, month, day } => {
                let names: Vec<_> = [Some(year), Some(month), day.as_ref()].into_iter().flatten().cloned().collect();
                let (year, month) = (self.column(year), self.column(month));
                (names, BirthColumns::Parts { year, month, day: day.as_ref().map(|d| self.column(d)) })
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
        let position = self.column(name);
        self.numeric[position] = true;
        position
    }

    fn identifier(&mut self, identifier: &Identifier) -> IdentifierPlan {
        let columns = self.columns_of(identifier.columns());
        let first_only = matches!(identifier, Identifier::FirstNonEmpty(_));
        IdentifierPlan::OfYear(OfYear { columns, first_only })
    }
}

/// Whether two records with the same codes are an error in this mapping.
pub(crate) fn refuses_repeats(mapping: &Mapping) -> bool {
    mapping.amount.number().is_some_and(|number| number.repeats == Repeats::Error)
}
