//! The records in our codes, and what became of each national code.

use matricula_engine::harmonize::NOWHERE;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::mapping::{BirthDate, Identifier};

use super::plan::Plan;
use super::recode::{is_dated, leaves_out, listed};
use super::scope::number;
use super::stage::{Stage, all, any};
use super::steps::{How, Key, Step};

/// The tables, `aged` where ages are computed, and `harmonized`.
pub(super) fn stages(plan: &Plan<'_>) -> Vec<Stage> {
    let tables = plan.steps.iter().filter_map(|step| match &step.how {
        How::Table(table) => Some(listed(plan, step, table)),
        How::Age(_) | How::Band { .. } => None,
    });
    let mut stages: Vec<Stage> = tables.collect();
    stages.extend(aged(plan));
    stages.push(harmonized(plan));
    stages
}

/// Completed years at the reference date, by the calendar: NULL where year, month and day are none of its days.
fn aged(plan: &Plan<'_>) -> Option<Stage> {
    plan.steps.iter().find(|step| matches!(step.how, How::Age(_)))?;
    let reference = plan.source.age_reference_date?;
    let (year, month, day) = (reference.year, reference.month, reference.day);
    let leap = "(our_birth_year % 4 = 0 AND our_birth_year % 100 <> 0) OR our_birth_year % 400 = 0";
    let body = format!(
        "SELECT\n  scoped.*,\n  CASE WHEN our_birth_month BETWEEN 1 AND 12 AND our_birth_day BETWEEN 1 AND CASE\n      \
         WHEN our_birth_month IN (4, 6, 9, 11) THEN 30\n      WHEN our_birth_month <> 2 THEN 31\n      \
         WHEN {leap} THEN 29\n      ELSE 28\n    END\n  THEN {year} - our_birth_year - CASE WHEN our_birth_month > {month} \
         OR (our_birth_month = {month} AND our_birth_day > {day}) THEN 1 ELSE 0 END\n  END AS our_completed_years\nFROM scoped"
    );
    let remark = format!("Age in completed years on {reference}; NULL where the birth date is no day of the calendar.");
    Some(Stage::new(&remark, "aged", body))
}

fn harmonized(plan: &Plan<'_>) -> Stage {
    let before = if plan.steps.iter().any(|step| matches!(step.how, How::Age(_))) { "aged" } else { "scoped" };
    let mut selected: Vec<String> =
        plan.dimensions.iter().map(|d| format!("  {} AS {}", code(plan, *d), plan.named(*d))).collect();
    selected.push(format!("  {} AS out_of_scope", out_of_scope(plan)));
    if plan.year.is_none() {
        selected.push(format!("  {} AS record_year", year(plan)));
    }
    for step in &plan.steps {
        selected.push(format!("  {} AS {}", became(plan, step), became_name(plan, step)));
    }
    for (position, (_, identifier)) in plan.unique_rules.iter().enumerate() {
        selected.push(format!("  {} AS identifier_{}", identifier_of(plan, identifier), position + 1));
    }
    if !plan.unique_rules.is_empty() {
        selected.push(format!("  {} AS identifier_is_floating", floating(plan)));
    }
    let joins: String = plan.steps.iter().filter_map(|step| join(plan, step)).collect();
    let body = format!("SELECT\n{}\nFROM {before} AS given{joins}", selected.join(",\n"));
    Stage::new("The records in our codes, and what became of each national code.", "harmonized", body)
}

fn national(plan: &Plan<'_>, column: &str) -> String {
    format!("given.{}", plan.dialect.identifier(column))
}

fn output(plan: &Plan<'_>, step: &Step, dimension: DimensionId) -> String {
    format!("{}.{}", plan.dialect.identifier(&step.name), plan.named(dimension))
}

fn code(plan: &Plan<'_>, dimension: DimensionId) -> String {
    if let Some(code) = plan.fixed(dimension) {
        return plan.code(dimension, code);
    }
    let unknown = plan.code(dimension, CodeId::UNKNOWN);
    let Some((step, _)) = plan.step_of(dimension) else { return unknown };
    match &step.how {
        How::Table(_) => format!("COALESCE({}, {unknown})", output(plan, step, dimension)),
        How::Age(_) => {
            let text = format!("CAST(given.our_completed_years AS {})", plan.dialect.text_type());
            format!("CASE WHEN {} THEN {text} ELSE {unknown} END", is_age(plan))
        }
        How::Band { bounds, codes, .. } => {
            let number = national(plan, &format!("our_number_{}", step.name));
            let below = bounds
                .iter()
                .zip(codes)
                .map(|(bound, code)| format!(" WHEN {number} < {bound} THEN {}", plan.code(dimension, *code)));
            let below: String = below.collect();
            let last = codes.last().map_or(unknown.clone(), |code| plan.code(dimension, *code));
            format!("CASE WHEN {number} IS NULL THEN {unknown}{below} ELSE {last} END")
        }
    }
}

/// Whether the completed years are a code of the list of ages.
fn is_age(plan: &Plan<'_>) -> String {
    let mut spans: Vec<(i32, i32)> = Vec::new();
    for (age, _) in plan.ages() {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == age => *last = age,
            _ => spans.push((age, age)),
        }
    }
    let span = |(first, last): &(i32, i32)| format!("given.our_completed_years BETWEEN {first} AND {last}");
    any(&spans.iter().map(span).collect::<Vec<_>>())
}

fn year(plan: &Plan<'_>) -> String {
    let step = plan.step_of(plan.catalogue.known().time_period);
    step.map_or_else(
        || "0".to_owned(),
        |(step, _)| format!("COALESCE({}.year_of_record, 0)", plan.dialect.identifier(&step.name)),
    )
}

fn out_of_scope(plan: &Plan<'_>) -> String {
    let known = plan.catalogue.known();
    let mut cases = vec!["WHEN given.our_left_out IS NOT NULL THEN given.our_left_out".to_owned()];
    for step in &plan.steps {
        if matches!(&step.how, How::Table(table) if leaves_out(plan, table)) {
            let reason = format!("{}.left_out", plan.dialect.identifier(&step.name));
            cases.push(format!("WHEN {reason} IS NOT NULL THEN {reason}"));
        }
    }
    let unknown = |dimension: DimensionId| {
        let unknown = plan.code(dimension, CodeId::UNKNOWN);
        may_be_unknown(plan, dimension).then(|| format!("{} = {unknown}", code(plan, dimension)))
    };
    let unknown: Vec<_> = [known.measure, known.ref_area, known.time_period].into_iter().filter_map(unknown).collect();
    if !unknown.is_empty() {
        cases.push(format!("WHEN {} THEN {}", any(&unknown), plan.dialect.text(NOWHERE)));
    }
    format!("CASE {} END", cases.join(" "))
}

fn may_be_unknown(plan: &Plan<'_>, dimension: DimensionId) -> bool {
    plan.fixed(dimension).is_none_or(|code| code == CodeId::UNKNOWN)
}

/// The records of which the account says what became of their codes: all in scope, and those without a place,
/// because that is why they have none.
pub(super) fn is_told(plan: &Plan<'_>) -> String {
    let known = plan.catalogue.known();
    let place = [known.measure, known.ref_area, known.time_period];
    if place.into_iter().any(|dimension| may_be_unknown(plan, dimension)) {
        return format!("(out_of_scope IS NULL OR out_of_scope = {})", plan.dialect.text(NOWHERE));
    }
    "out_of_scope IS NULL".to_owned()
}

/// Name of the column that says what became of a record in a step.
pub(super) fn became_name(plan: &Plan<'_>, step: &Step) -> String {
    plan.dialect.identifier(&format!("became_{}", step.name))
}

fn became(plan: &Plan<'_>, step: &Step) -> String {
    let blank = |column: &str| format!("{} = ''", national(plan, column));
    let columns: Vec<String> = step.columns().into_iter().map(blank).collect();
    match &step.how {
        How::Table(_) => format!(
            "CASE WHEN {}.key_1 IS NOT NULL THEN 'listed' WHEN {} THEN 'missing' ELSE 'unlisted' END",
            plan.dialect.identifier(&step.name),
            all(&columns)
        ),
        How::Age(birth) => {
            // Of a date in parts, one blank part is a blank.
            let blank = if matches!(birth, BirthDate::Text { .. }) { all(&columns) } else { any(&columns) };
            format!(
                "CASE WHEN {blank} THEN 'missing' WHEN given.our_completed_years IS NULL THEN 'unreadable' \
                 WHEN {} THEN 'listed' ELSE 'unlisted' END",
                is_age(plan)
            )
        }
        How::Band { .. } => format!(
            "CASE WHEN {} THEN 'missing' WHEN {} IS NULL THEN 'unreadable' ELSE 'listed' END",
            all(&columns),
            national(plan, &format!("our_number_{}", step.name))
        ),
    }
}

fn join(plan: &Plan<'_>, step: &Step) -> Option<String> {
    let How::Table(table) = &step.how else { return None };
    let name = plan.dialect.identifier(&step.name);
    let keys: Vec<String> = match &table.key {
        Key::Columns(columns) => columns.iter().map(|column| national(plan, column)).collect(),
        Key::FirstNonEmpty(columns) => {
            let case = |column: &String| format!(" WHEN {} <> '' THEN {0}", national(plan, column));
            vec![format!("CASE{} ELSE '' END", columns.iter().map(case).collect::<String>())]
        }
        Key::Number { column, offset } => vec![format!("({}) + {offset}", number(plan, &national(plan, column)))],
    };
    let mut on: Vec<String> =
        keys.iter().enumerate().map(|(key, expression)| format!("{name}.key_{} = {expression}", key + 1)).collect();
    if is_dated(plan, table) {
        on.push(format!("{} BETWEEN {name}.valid_from AND {name}.valid_to", year(plan)));
    }
    Some(format!("\nLEFT JOIN {name} ON {}", on.join(" AND ")))
}

/// What stands for an identifier; NULL where it is blank. The same number in two columns is not the same identifier.
fn identifier_of(plan: &Plan<'_>, identifier: &Identifier) -> String {
    let text = |column: &String| national(plan, column);
    match identifier {
        Identifier::Columns(columns) => {
            let given: Vec<String> = columns.iter().map(|column| format!("{} <> ''", text(column))).collect();
            let together = columns.iter().map(text).collect::<Vec<_>>().join(" || CHR(31) || ");
            format!("CASE WHEN {} THEN {together} END", all(&given))
        }
        Identifier::FirstNonEmpty(columns) => {
            let case = |(position, column): (usize, &String)| {
                format!(" WHEN {0} <> '' THEN '{1}' || CHR(31) || {0}", text(column), position + 1)
            };
            format!("CASE{} END", columns.iter().enumerate().map(case).collect::<String>())
        }
    }
}

/// Whether a program took an identifier for a floating-point number: digits may be lost.
fn floating(plan: &Plan<'_>) -> String {
    const FLOATING: &str = "^([0-9][eE][+][0-9]+|[0-9]+[.,]0+|[0-9][.,][0-9]+[eE][+-]?[0-9]+)$";
    let mut columns: Vec<&String> = plan.unique_rules.iter().flat_map(|(_, identifier)| identifier.columns()).collect();
    columns.sort_unstable();
    columns.dedup();
    let tests = columns.into_iter().map(|column| plan.dialect.matches(&national(plan, column), FLOATING));
    format!("CASE WHEN {} THEN 1 ELSE 0 END", any(&tests.collect::<Vec<_>>()))
}
