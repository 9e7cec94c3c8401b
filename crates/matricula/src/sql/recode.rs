//! Recode tables as lists of values.

use matricula_spec::model::dimension::CodeId;

use super::plan::Plan;
use super::stage::Stage;
use super::steps::{Key, Row, Step, Table};

/// The rows of a table that hold in the year of the source, or all.
fn rows<'t>(plan: &Plan<'_>, table: &'t Table) -> Vec<&'t Row> {
    table.rows.iter().filter(|row| plan.year.is_none_or(|year| row.validity.holds_in(year))).collect()
}

/// Whether records with some key are left out.
pub(super) fn leaves_out(plan: &Plan<'_>, table: &Table) -> bool {
    rows(plan, table).iter().any(|row| row.out_of_scope.is_some())
}

/// Whether the rows of a table hold in some years only, and every record has a year of its own.
pub(super) fn is_dated(plan: &Plan<'_>, table: &Table) -> bool {
    plan.year.is_none() && table.rows.iter().any(|row| row.validity.from.is_some() || row.validity.to.is_some())
}

/// Whether a step tells the year of each record.
fn tells_year(plan: &Plan<'_>, step: &Step) -> bool {
    plan.year.is_none() && step.gives(plan.catalogue.known().time_period)
}

fn keys(table: &Table) -> usize {
    match &table.key {
        Key::Columns(columns) => columns.len(),
        Key::FirstNonEmpty(_) | Key::Number { .. } => 1,
    }
}

/// A step's table as a list of values.
pub(super) fn listed(plan: &Plan<'_>, step: &Step, table: &Table) -> Stage {
    let mut columns: Vec<String> = (1..=keys(table)).map(|key| format!("key_{key}")).collect();
    columns.extend(step.gives.iter().flatten().map(|dimension| plan.named(*dimension)));
    let (leaves_out, dated, tells_year) = (leaves_out(plan, table), is_dated(plan, table), tells_year(plan, step));
    columns.extend(leaves_out.then(|| "left_out".to_owned()));
    columns.extend(dated.then_some(["valid_from", "valid_to"]).into_iter().flatten().map(str::to_owned));
    columns.extend(tells_year.then(|| "year_of_record".to_owned()));
    let values = |row: &Row| {
        let mut values: Vec<String> = row.keys.iter().map(|key| key_of_row(plan, table, key)).collect();
        values.extend(codes_of_row(plan, step, row));
        let reason = || row.out_of_scope.as_ref().map_or_else(|| "NULL".to_owned(), |reason| plan.dialect.text(reason));
        values.extend(leaves_out.then(reason));
        let years = [row.validity.from.unwrap_or(0), row.validity.to.unwrap_or(9999)];
        values.extend(dated.then_some(years).into_iter().flatten().map(|year| year.to_string()));
        values.extend(tells_year.then(|| year_of_row(plan, step, row).to_string()));
        values
    };
    let mut values: Vec<Vec<String>> = rows(plan, table).into_iter().map(values).collect();
    if values.is_empty() {
        // A list has a row; a key that is NULL equals nothing.
        let text = format!("CAST(NULL AS {})", plan.dialect.text_type());
        let number = matches!(table.key, Key::Number { .. });
        let null =
            |position: usize| if number && position == 0 { "CAST(NULL AS BIGINT)".to_owned() } else { text.clone() };
        values.push((0..columns.len()).map(null).collect());
    }
    let mut remarks = vec![step.remark.clone()];
    let others = table.rows.len() - rows(plan, table).len();
    if others > 0 {
        remarks.push(format!("{others} further rows hold in other years."));
    }
    Stage::values(remarks, plan.dialect.identifier(&step.name), columns, &values)
}

fn key_of_row(plan: &Plan<'_>, table: &Table, key: &str) -> String {
    match table.key {
        Key::Number { .. } => key.to_owned(),
        Key::Columns(_) | Key::FirstNonEmpty(_) => plan.dialect.text(key),
    }
}

fn codes_of_row<'p>(plan: &'p Plan<'_>, step: &'p Step, row: &'p Row) -> impl Iterator<Item = String> + 'p {
    let code = |output: usize| row.codes.get(output).copied().unwrap_or(CodeId::UNKNOWN);
    let used = step.gives.iter().enumerate().filter_map(|(output, gives)| Some((output, (*gives)?)));
    used.map(move |(output, dimension)| plan.code(dimension, code(output)))
}

/// The number of the year that a row of a table gives; 0 where it gives none, as for the engine.
fn year_of_row(plan: &Plan<'_>, step: &Step, row: &Row) -> i32 {
    let time_period = plan.catalogue.known().time_period;
    let output = step.gives.iter().position(|gives| *gives == Some(time_period));
    let code = output.and_then(|output| row.codes.get(output));
    code.and_then(|code| plan.catalogue.dimension(time_period).codes.code(*code).number()).unwrap_or_default()
}
