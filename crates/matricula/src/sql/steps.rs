//! The steps by which a row of the table becomes a record, as the mapping has them.

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::mapping::{BirthDate, Derived, Mapping, Recode, RowKind, Unlisted, Validity, Variable};

/// One step: it gives codes of one dimension or several.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// Name of its common table expression, and of what became of each record in it.
    pub(super) name: String,
    /// Lines for the reader.
    pub(super) remark: String,
    /// The dimensions it gives; nothing for an output that no variable uses.
    pub(super) gives: Vec<Option<DimensionId>>,
    pub(super) how: How,
}

/// How a step gives its codes.
#[derive(Debug, Clone)]
pub(super) enum How {
    /// By a table.
    Table(Table),
    /// Age from a birth date.
    Age(BirthDate),
    /// The band of a number.
    Band { column: String, bounds: Vec<i32>, codes: Vec<CodeId> },
}

/// A table from keys to codes.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) key: Key,
    pub(super) rows: Vec<Row>,
    pub(super) unlisted: Unlisted,
}

/// How the key of a record is read.
#[derive(Debug, Clone)]
pub(super) enum Key {
    /// All columns together.
    Columns(Vec<String>),
    /// The first column that is not blank.
    FirstNonEmpty(Vec<String>),
    /// The whole number in a column, shifted.
    Number { column: String, offset: i32 },
}

/// One row of a table: among rows with the same keys at most one holds in a year.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) keys: Vec<String>,
    pub(super) codes: Vec<CodeId>,
    pub(super) out_of_scope: Option<String>,
    pub(super) validity: Validity,
}

impl Step {
    /// The columns of the table that it reads.
    pub(super) fn columns(&self) -> Vec<&str> {
        match &self.how {
            How::Table(Table { key: Key::Columns(columns) | Key::FirstNonEmpty(columns), .. }) => {
                columns.iter().map(String::as_str).collect()
            }
            How::Table(Table { key: Key::Number { column, .. }, .. }) | How::Band { column, .. } => vec![column],
            How::Age(BirthDate::Text { column, .. }) => vec![column],
            How::Age(BirthDate::Parts { year, month, day }) => {
                [Some(year), Some(month), day.as_ref()].into_iter().flatten().map(String::as_str).collect()
            }
        }
    }

    /// Whether it gives codes of the dimension.
    pub(super) fn gives(&self, dimension: DimensionId) -> bool {
        self.gives.contains(&Some(dimension))
    }
}

/// The steps of a mapping, in the order in which a record goes through them: what gives the year comes first.
pub(super) fn steps(catalogue: &Catalogue, mapping: &Mapping) -> Vec<Step> {
    let tables = mapping.recodes.iter().enumerate().filter_map(|(position, recode)| table(mapping, position, recode));
    let others = mapping.variables.iter().filter_map(|(dimension, variable)| step(catalogue, *dimension, variable));
    let mut steps: Vec<Step> = tables.chain(others).collect();
    steps.sort_by_key(|step| !step.gives(catalogue.known().time_period));
    steps
}

fn table(mapping: &Mapping, position: usize, recode: &Recode) -> Option<Step> {
    let used = |(output, dimension): (usize, &DimensionId)| {
        let variable = Variable::Recode { recode: position, output };
        (mapping.variables.get(dimension) == Some(&variable)).then_some(*dimension)
    };
    let gives: Vec<_> = recode.gives.iter().enumerate().map(used).collect();
    gives.iter().any(Option::is_some).then(|| Step {
        name: format!("recode_{}", recode.id),
        remark: format!("Table `{}` of the mapping, by {}.", recode.id, recode.columns.join(", ")),
        gives,
        how: How::Table(Table {
            key: Key::Columns(recode.columns.clone()),
            rows: recode.rows.iter().map(row).collect(),
            unlisted: recode.unlisted,
        }),
    })
}

fn row(row: &matricula_spec::model::mapping::RecodeRow) -> Row {
    Row {
        keys: row.keys.clone(),
        codes: row.codes.clone(),
        out_of_scope: row.out_of_scope.clone(),
        validity: row.validity,
    }
}

fn step(catalogue: &Catalogue, dimension: DimensionId, variable: &Variable) -> Option<Step> {
    let named = &catalogue.dimension(dimension).id;
    let own = |key: Key, columns: &str, rows: Vec<Row>, unlisted: Unlisted| Step {
        name: format!("codes_{named}"),
        remark: format!("Codes of `{named}`, by {columns}."),
        gives: vec![Some(dimension)],
        how: How::Table(Table { key, rows, unlisted }),
    };
    match variable {
        Variable::Column { name, unlisted } => {
            Some(own(Key::Columns(vec![name.clone()]), name, own_codes(catalogue, dimension), *unlisted))
        }
        Variable::Derived(Derived::FirstNonEmpty { columns, unlisted }) => {
            let key = Key::FirstNonEmpty(columns.clone());
            Some(own(key, &columns.join(", "), own_codes(catalogue, dimension), *unlisted))
        }
        Variable::Derived(Derived::NumberedCode { column, prefix, offset, unlisted }) => {
            let key = Key::Number { column: column.clone(), offset: *offset };
            Some(own(key, column, numbered(catalogue, dimension, prefix), *unlisted))
        }
        Variable::Derived(Derived::AgeAtReference(birth)) => Some(Step {
            name: "age_at_reference".to_owned(),
            remark: String::new(),
            gives: vec![Some(dimension)],
            how: How::Age(birth.clone()),
        }),
        Variable::Derived(Derived::Band { column, bounds, codes }) => Some(Step {
            name: format!("band_{named}"),
            remark: String::new(),
            gives: vec![Some(dimension)],
            how: How::Band { column: column.clone(), bounds: bounds.clone(), codes: codes.clone() },
        }),
        Variable::Fixed(_) | Variable::Recode { .. } | Variable::NotCollected(_) | Variable::Impossible(_) => None,
    }
}

/// Codes that stand for themselves; `_T` is no code of a record.
fn own_codes(catalogue: &Catalogue, dimension: DimensionId) -> Vec<Row> {
    let list = &catalogue.dimension(dimension).codes;
    list.ids().filter(|code| *code != CodeId::TOTAL).map(|code| of_one_key(list.code(code).id.clone(), code)).collect()
}

/// The number after the prefix of each code that has one; of two codes with one number the first counts.
fn numbered(catalogue: &Catalogue, dimension: DimensionId, prefix: &str) -> Vec<Row> {
    let list = &catalogue.dimension(dimension).codes;
    let mut numbers: Vec<i32> = Vec::new();
    let mut rows = Vec::new();
    for code in list.ids() {
        let number = list.code(code).id.strip_prefix(prefix).and_then(|digits| digits.parse().ok());
        if let Some(number) = number.filter(|number| !numbers.contains(number)) {
            numbers.push(number);
            rows.push(of_one_key(number.to_string(), code));
        }
    }
    rows
}

fn of_one_key(key: String, code: CodeId) -> Row {
    Row { keys: vec![key], codes: vec![code], out_of_scope: None, validity: Validity::default() }
}

/// A mapping whose rows are records.
pub(super) fn counts_records(mapping: &Mapping) -> bool {
    mapping.amount.number().is_none() && mapping.amount.rows() == RowKind::Pieces
}
