//! The columns that a mapping needs, found in the header of a file.

use matricula_engine::location;
use matricula_engine::raw::block::TextColumn;
use matricula_spec::{Place, Problem, ProblemCode, Problems};

use crate::files::find::InputFile;
use crate::nearest::nearest;
use crate::plan::ReadPlan;

/// Where in a file the wanted columns stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Positions in the file, ascending, none twice.
    pub(crate) positions: Vec<usize>,
    /// Whether floating-point numbers may stand there; one for each position.
    pub(crate) numeric: Vec<bool>,
    /// For each column asked for, which of the positions it has; nothing where the file lacks it.
    pub(crate) outputs: Vec<Option<usize>>,
    /// For each column asked for, whether its texts are numbered.
    pub(crate) coded: Vec<bool>,
}

impl Wanted {
    /// The columns as they were asked for, from one for each position of a block of `rows` rows.
    pub(crate) fn arrange(&self, mut columns: Vec<TextColumn>, rows: usize) -> Vec<TextColumn> {
        let once = self.outputs.iter().flatten().count() == columns.len();
        let output = |position: &Option<usize>| match (position, once) {
            (Some(position), true) => std::mem::take(&mut columns[*position]),
            (Some(position), false) => columns[*position].clone(),
            (None, _) => TextColumn::blank(rows),
        };
        self.outputs.iter().map(output).collect()
    }

    /// Positions of the columns asked for that the file lacks.
    pub(crate) fn lacking(&self) -> impl Iterator<Item = usize> + '_ {
        self.outputs.iter().enumerate().filter(|(_, output)| output.is_none()).map(|(column, _)| column)
    }
}

/// Finds the wanted columns in a header; names are compared without blanks and quotes around them.
pub(crate) fn find_columns(plan: &ReadPlan, file: &InputFile, header: &[String]) -> Result<Wanted, Problems> {
    let header: Vec<&str> = header.iter().map(|name| bare(name)).collect();
    let mut problems = Problems::default();
    let mut found: Vec<Option<usize>> = Vec::new();
    for (column, name) in plan.columns.iter().enumerate() {
        // A column that is asked for twice, as text and numbered, is told of once.
        if let Some(before) = plan.columns[..column].iter().position(|before| before == name) {
            found.push(found.get(before).copied().flatten());
            continue;
        }
        let mut positions = (0..header.len()).filter(|position| header[*position] == bare(name));
        match (positions.next(), positions.count()) {
            (Some(position), 0) => found.push(Some(position)),
            (Some(_), others) => problems.push(twice(plan, file, name, others + 1)),
            (None, _) if plan.optional.get(column).copied().unwrap_or(false) => found.push(None),
            (None, _) => problems.push(missing(plan, file, name, &header)),
        }
    }
    if problems.is_empty() { Ok(wanted(plan, &found)) } else { Err(problems) }
}

fn wanted(plan: &ReadPlan, found: &[Option<usize>]) -> Wanted {
    let mut positions: Vec<usize> = found.iter().flatten().copied().collect();
    positions.sort_unstable();
    positions.dedup();
    let place = |found: &Option<usize>| found.and_then(|position| positions.binary_search(&position).ok());
    let outputs: Vec<_> = found.iter().map(place).collect();
    // A column that is also read as a code must not hold floating-point numbers.
    let mut numeric = vec![true; positions.len()];
    for (column, output) in outputs.iter().enumerate() {
        let Some(output) = output else { continue };
        numeric[*output] &= plan.numeric.get(column).copied().unwrap_or(false);
    }
    let coded = (0..outputs.len()).map(|column| plan.coded.get(column).copied().unwrap_or(false)).collect();
    Wanted { positions, numeric, outputs, coded }
}

/// A column name without blanks and quotes around it.
fn bare(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'')
}

fn at(plan: &ReadPlan, file: &InputFile, column: &str) -> Place {
    Place { field: Some(column.to_owned()), ..location::of_file(&plan.source, &file.name) }
}

fn twice(plan: &ReadPlan, file: &InputFile, column: &str, times: usize) -> Problem {
    let rule = format!("The header has the column `{column}` once.");
    let found = format!("a header that has it {times} times");
    Problem::error(ProblemCode::ColumnMissing, at(plan, file, column), rule, found)
        .help("Give one of them another name: which one is meant cannot be guessed.")
}

fn missing(plan: &ReadPlan, file: &InputFile, column: &str, header: &[&str]) -> Problem {
    let rule = format!("The header has the column `{column}`, which the mapping reads.");
    let found = match header.len() {
        1 => "a header of one column without it".to_owned(),
        columns => format!("a header of {columns} columns without it"),
    };
    Problem::error(ProblemCode::ColumnMissing, at(plan, file, column), rule, found)
        .help("Check that this is the mapping for this kind of file, and `separator` of the source; a renamed column is corrected in the mapping.")
        .candidates(nearest(bare(column), header.iter().copied()))
}

/// An optional column that a file lacks.
pub(crate) fn lacking(plan: &ReadPlan, file: &InputFile, column: usize) -> Problem {
    let name = plan.columns.get(column).map(String::as_str).unwrap_or_default();
    let rule = format!("The header has the column `{name}`, where the files of the year have it.");
    Problem::warning(ProblemCode::ColumnMissing, at(plan, file, name), rule, "a header without it").help(
        "It is read as blank: what it tells is not known of these records. If it was renamed, correct the mapping.",
    )
}

/// A type that cannot hold codes, or not in this column.
pub(crate) fn wrong_type(plan: &ReadPlan, file: &InputFile, column: &str, found: &str) -> Problem {
    let rule = "A column holds text, integers, booleans, dates or decimals; a column of counts may hold floating-point numbers.";
    Problem::error(ProblemCode::ColumnTypeWrong, at(plan, file, column), rule, found)
        .help("Write the column as text, or as an integer or date type, and convert again.")
}

/// Values that cannot be codes, met while reading a column.
pub(crate) fn unfit(place: Place, column: &str, found: &str, help: &str) -> Box<Problem> {
    let place = Place { field: Some(column.to_owned()), ..place };
    let rule = "A column of codes holds text, whole numbers or dates.";
    Box::new(Problem::error(ProblemCode::ColumnTypeWrong, place, rule, found).help(help))
}
