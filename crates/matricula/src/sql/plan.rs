//! A source and its mapping made ready to be written as a query.

use matricula_engine::harmonize::dimensions_of;
use matricula_spec::model::batch::Source;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::mapping::{Identifier, Mapping, Validity, Variable};
use matricula_spec::model::rule::{Check, Rule};
use matricula_spec::{Batch, Catalogue};

use super::SqlOptions;
use super::dialect::Dialect;
use super::error::SqlError;
use super::steps::{How, Step, counts_records, steps};

/// Dimensions with more codes than this are left out of the cells unless they are asked for.
const MOST_CODES: usize = 300;

/// Everything the stages of a query are written from.
pub(super) struct Plan<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) source: &'a Source,
    pub(super) mapping: &'a Mapping,
    pub(super) dialect: Dialect,
    pub(super) table: &'a str,
    /// Columns that the table does not have.
    pub(super) absent: &'a [String],
    /// Dimensions of the records, ascending.
    pub(super) dimensions: Vec<DimensionId>,
    /// Dimensions of the cells, ascending.
    pub(super) by: Vec<DimensionId>,
    pub(super) steps: Vec<Step>,
    /// The rules that look at one record, in order.
    pub(super) record_rules: Vec<&'a Rule>,
    /// The rules that compare records, in order, with the identifiers they compare.
    pub(super) unique_rules: Vec<(&'a Rule, &'a Identifier)>,
    /// The year of every record; nothing where each has its own.
    pub(super) year: Option<i32>,
}

/// In which records a dimension can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Available {
    Always,
    Never,
    /// Where this condition holds.
    When(String),
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        catalogue: &'a Catalogue,
        batch: &'a Batch,
        source: &'a Source,
        options: &'a SqlOptions,
    ) -> Result<Self, SqlError> {
        let mapping = &catalogue.mappings()[source.mapping];
        let id = || mapping.id.clone();
        if !counts_records(mapping) {
            return Err(SqlError::NotRecords { mapping: id() });
        }
        if let Some(column) = options.absent.iter().find(|column| !mapping.optional.contains(column)) {
            let candidates = mapping.optional.clone();
            return Err(SqlError::NotOptional { mapping: id(), column: column.clone(), candidates });
        }
        let dimensions = dimensions_of(catalogue, mapping);
        let steps = steps(catalogue, mapping);
        let time_period = catalogue.known().time_period;
        let of_year = steps.iter().find(|step| step.gives(time_period));
        if of_year.is_some_and(|step| !matches!(step.how, How::Table(_))) {
            return Err(SqlError::YearFromBand { mapping: id() });
        }
        let (record_rules, unique_rules) = rules(catalogue, batch, source, mapping);
        let fixed = source.time_period.or_else(|| fixed(mapping, time_period));
        let list = &catalogue.dimension(time_period).codes;
        Ok(Self {
            by: cells_by(catalogue, &dimensions, options.by.as_deref())?,
            year: fixed.map(|code| list.code(code).number().unwrap_or_default()),
            catalogue,
            source,
            mapping,
            dialect: options.dialect,
            table: &options.table,
            absent: &options.absent,
            dimensions,
            steps,
            record_rules,
            unique_rules,
        })
    }

    /// Name of a dimension, quoted.
    pub(super) fn named(&self, dimension: DimensionId) -> String {
        self.dialect.identifier(&self.catalogue.dimension(dimension).id)
    }

    /// A code, quoted.
    pub(super) fn code(&self, dimension: DimensionId, code: CodeId) -> String {
        self.dialect.text(self.spelled(dimension, code))
    }

    /// A code as its list spells it.
    pub(super) fn spelled(&self, dimension: DimensionId, code: CodeId) -> &'a str {
        &self.catalogue.dimension(dimension).codes.code(code).id
    }

    /// The code that every record has on a dimension, if that is so.
    pub(super) fn fixed(&self, dimension: DimensionId) -> Option<CodeId> {
        let known = self.catalogue.known();
        let of_source = match dimension {
            _ if dimension == known.ref_area => self.source.ref_area,
            _ if dimension == known.time_period => self.source.time_period,
            _ => None,
        };
        of_source.or_else(|| fixed(self.mapping, dimension))
    }

    /// The step that gives a dimension, and which of its outputs does.
    pub(super) fn step_of(&self, dimension: DimensionId) -> Option<(&Step, usize)> {
        self.steps.iter().find_map(|step| {
            let output = step.gives.iter().position(|gives| *gives == Some(dimension))?;
            Some((step, output))
        })
    }

    /// The codes that records may have on a dimension, in the order of its list.
    pub(super) fn codes(&self, dimension: DimensionId) -> Vec<CodeId> {
        if let Some(code) = self.fixed(dimension) {
            return vec![code];
        }
        let given = match self.step_of(dimension) {
            Some((Step { how: How::Table(table), .. }, output)) => {
                table.rows.iter().filter_map(|row| row.codes.get(output).copied()).collect()
            }
            Some((Step { how: How::Age(_), .. }, _)) => self.ages().map(|(_, code)| code).collect(),
            Some((Step { how: How::Band { codes, .. }, .. }, _)) => codes.clone(),
            None => Vec::new(),
        };
        let mut codes = [given, vec![CodeId::UNKNOWN]].concat();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// Completed years that are codes of `age`.
    pub(super) fn ages(&self) -> impl Iterator<Item = (i32, CodeId)> + '_ {
        let list = &self.catalogue.dimension(self.catalogue.known().age).codes;
        (0..=150).filter_map(|age: i32| Some((age, list.find(&age.to_string())?)))
    }

    /// In which records a dimension was collected and can be used.
    pub(super) fn available(&self, dimension: DimensionId) -> Available {
        if self.dimensions.binary_search(&dimension).is_err() {
            return Available::Never;
        }
        let Some(validity) = self.mapping.available.get(&dimension) else { return Available::Always };
        match self.year {
            Some(year) if validity.holds_in(year) => Available::Always,
            Some(_) => Available::Never,
            None => Available::When(within(&self.record_year(), *validity)),
        }
    }

    /// The year of a record, in the stages after harmonizing.
    pub(super) fn record_year(&self) -> String {
        self.year.map_or_else(|| "record_year".to_owned(), |year| year.to_string())
    }
}

/// Whether a year lies within the years of a validity.
pub(super) fn within(year: &str, validity: Validity) -> String {
    match (validity.from, validity.to) {
        (None, None) => "1 = 1".to_owned(),
        (Some(from), None) => format!("{year} >= {from}"),
        (None, Some(to)) => format!("{year} <= {to}"),
        (Some(from), Some(to)) => format!("{year} BETWEEN {from} AND {to}"),
    }
}

fn fixed(mapping: &Mapping, dimension: DimensionId) -> Option<CodeId> {
    match mapping.variables.get(&dimension) {
        Some(Variable::Fixed(code)) => Some(*code),
        _ => None,
    }
}

type RecordsAndUnique<'a> = (Vec<&'a Rule>, Vec<(&'a Rule, &'a Identifier)>);

/// The rules of the batch that apply to the source.
fn rules<'a>(
    catalogue: &'a Catalogue,
    batch: &'a Batch,
    source: &'a Source,
    mapping: &'a Mapping,
) -> RecordsAndUnique<'a> {
    let applies = |rule: &&Rule| match source.unit {
        Some(unit) => rule.units.contains(&unit),
        None => mapping.units.iter().any(|unit| rule.units.contains(unit)),
    };
    let (mut records, mut unique) = (Vec::new(), Vec::new());
    for rule in batch.rules.iter().map(|position| &catalogue.rules()[*position]).filter(applies) {
        match &rule.check {
            Check::Unique { identifier, .. } => unique.extend(mapping.identifiers.get(identifier).map(|i| (rule, i))),
            Check::Range { .. } | Check::YearsOverAge { .. } | Check::Forbidden { .. } => records.push(rule),
        }
    }
    (records, unique)
}

/// The dimensions of the cells: measure, country and year always, and those asked for or those with few codes.
fn cells_by(
    catalogue: &Catalogue,
    dimensions: &[DimensionId],
    asked: Option<&[String]>,
) -> Result<Vec<DimensionId>, SqlError> {
    let known = catalogue.known();
    let mut by = match asked {
        None => {
            let few = |dimension: &DimensionId| catalogue.dimension(*dimension).codes.len() <= MOST_CODES;
            dimensions.iter().copied().filter(few).collect()
        }
        Some(names) => names.iter().map(|name| named(catalogue, dimensions, name)).collect::<Result<Vec<_>, _>>()?,
    };
    by.extend([known.measure, known.ref_area, known.time_period]);
    by.sort_unstable();
    by.dedup();
    Ok(by)
}

fn named(catalogue: &Catalogue, dimensions: &[DimensionId], name: &str) -> Result<DimensionId, SqlError> {
    let found = dimensions.iter().copied().find(|dimension| catalogue.dimension(*dimension).id == name);
    found.ok_or_else(|| SqlError::Unknown {
        kind: "dimension of the mapping",
        name: name.to_owned(),
        candidates: dimensions.iter().map(|dimension| catalogue.dimension(*dimension).id.clone()).collect(),
    })
}
