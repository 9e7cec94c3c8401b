//! From the table to texts without blanks around them, and which rows are part of what is measured.

use matricula_spec::model::mapping::{BirthDate, ColumnTest};

use super::plan::Plan;
use super::stage::{Stage, all, is_in};
use super::steps::How;

/// `raw` and `scoped`.
pub(super) fn stages(plan: &Plan<'_>) -> [Stage; 2] {
    [raw(plan), scoped(plan)]
}

/// The columns that are read, each once, in the order in which they are needed.
fn columns<'p>(plan: &'p Plan<'_>) -> Vec<&'p str> {
    let mut all: Vec<&str> = plan.steps.iter().flat_map(super::steps::Step::columns).collect();
    all.extend(plan.mapping.out_of_scope.iter().flat_map(|scope| scope.tests.iter().map(|test| test.column.as_str())));
    all.extend(plan.unique_rules.iter().flat_map(|(_, identifier)| identifier.columns().iter().map(String::as_str)));
    let mut once = Vec::new();
    all.into_iter().for_each(|column| {
        if !once.contains(&column) {
            once.push(column);
        }
    });
    once
}

fn raw(plan: &Plan<'_>) -> Stage {
    let column = |name: &str| {
        let quoted = plan.dialect.identifier(name);
        if plan.absent.iter().any(|absent| absent == name) {
            return format!("  '' AS {quoted}");
        }
        format!("  COALESCE({}, '') AS {quoted}", plan.dialect.trimmed(&quoted))
    };
    let columns: Vec<String> = columns(plan).into_iter().map(column).collect();
    let parts: Vec<String> = plan.table.split('.').map(|part| plan.dialect.identifier(part)).collect();
    let body = format!("SELECT\n{}\nFROM {}", columns.join(",\n"), parts.join("."));
    Stage::new("The columns that the mapping reads, as texts without blanks around them; a blank is ''.", "raw", body)
}

fn scoped(plan: &Plan<'_>) -> Stage {
    let mut selected = vec!["  raw.*".to_owned(), format!("  {} AS our_left_out", left_out(plan))];
    for step in &plan.steps {
        match &step.how {
            How::Age(birth) => {
                let [year, month, day] = birth_of(plan, birth);
                selected.extend([
                    format!("  {year} AS our_birth_year"),
                    format!("  {month} AS our_birth_month"),
                    format!("  {day} AS our_birth_day"),
                ]);
            }
            How::Band { column, .. } => {
                let alias = plan.dialect.identifier(&format!("our_number_{}", step.name));
                selected.push(format!(
                    "  {} AS {alias}",
                    number(plan, &format!("raw.{}", plan.dialect.identifier(column)))
                ));
            }
            How::Table(_) => {}
        }
    }
    let body = format!("SELECT\n{}\nFROM raw", selected.join(",\n"));
    Stage::new("Rows that the mapping leaves out, by the first reason that applies; numbers in texts.", "scoped", body)
}

fn left_out(plan: &Plan<'_>) -> String {
    let reasons = plan.mapping.out_of_scope.iter().map(|scope| {
        let tests: Vec<String> = scope.tests.iter().map(|test| column_test(plan, test)).collect();
        format!(" WHEN {} THEN {}", all(&tests), plan.dialect.text(&scope.reason))
    });
    let reasons: String = reasons.collect();
    if reasons.is_empty() {
        format!("CAST(NULL AS {})", plan.dialect.text_type())
    } else {
        format!("CASE{reasons} END")
    }
}

fn column_test(plan: &Plan<'_>, test: &ColumnTest) -> String {
    let values: Vec<&str> = test.values.iter().map(String::as_str).collect();
    let listed = is_in(plan.dialect, &format!("raw.{}", plan.dialect.identifier(&test.column)), &values);
    if test.listed { listed } else { format!("NOT ({listed})") }
}

/// A whole number of up to ten characters and 32 bits; NULL where the text is none.
pub(super) fn number(plan: &Plan<'_>, text: &str) -> String {
    let digits = plan.dialect.digits(text);
    let reads = plan.dialect.matches(text, "^[+-]?[0-9]+$");
    format!(
        "CASE WHEN LENGTH({text}) <= 10 AND {reads} \
         THEN CASE WHEN {digits} BETWEEN -2147483648 AND 2147483647 THEN {digits} END END"
    )
}

/// Year, month and day of a birth date; NULL where the text is none.
fn birth_of(plan: &Plan<'_>, birth: &BirthDate) -> [String; 3] {
    let column = |name: &str| format!("raw.{}", plan.dialect.identifier(name));
    match birth {
        BirthDate::Text { column: name, format } => {
            let reads = plan.dialect.matches(&column(name), &pattern(format));
            let part = |letter: char| match runs(format, letter) {
                runs if runs.is_empty() => "1".to_owned(),
                runs => {
                    let run = |(start, length)| format!("SUBSTRING({}, {start}, {length})", column(name));
                    let text = runs.into_iter().map(run).collect::<Vec<_>>().join(" || ");
                    plan.dialect.digits(&text)
                }
            };
            ['Y', 'M', 'D'].map(|letter| format!("CASE WHEN {reads} THEN {} END", part(letter)))
        }
        BirthDate::Parts { year, month, day } => {
            let day = day.as_ref().map_or_else(|| "1".to_owned(), |day| number(plan, &column(day)));
            [number(plan, &column(year)), number(plan, &column(month)), day]
        }
    }
}

/// A pattern that only texts of this format match.
fn pattern(format: &str) -> String {
    let letter = |c: char| match c {
        'Y' | 'M' | 'D' => "[0-9]".to_owned(),
        // These cannot stand in brackets alone.
        '^' | '\\' | '[' | ']' => format!("\\{c}"),
        _ => format!("[{c}]"),
    };
    format!("^{}$", format.chars().map(letter).collect::<String>())
}

/// Where a letter stands in a format: first character, counted from 1, and length of each run.
fn runs(format: &str, letter: char) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (position, _) in format.chars().enumerate().filter(|(_, c)| *c == letter) {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == position + 1 => *length += 1,
            _ => runs.push((position + 1, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::{pattern, runs};

    #[test]
    fn formats_of_dates() {
        assert_eq!(pattern("DD/MM/YYYY"), "^[0-9][0-9][/][0-9][0-9][/][0-9][0-9][0-9][0-9]$");
        assert_eq!(runs("DD/MM/YYYY", 'Y'), [(7, 4)]);
        assert_eq!(runs("DD/MM/YYYY", 'D'), [(1, 2)]);
        assert_eq!(runs("YYYYMM", 'D'), []);
        assert_eq!(runs("YMYMYY", 'Y'), [(1, 1), (3, 1), (5, 2)]);
    }
}
