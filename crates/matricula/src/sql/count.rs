//! The cells, and the account of rows and codes beside them.

use matricula_spec::model::mapping::Unlisted;
use matricula_spec::model::rule::Consequence;

use super::harmonize::{became_name, is_told};
use super::plan::Plan;
use super::rules::is_reported;
use super::stage::Stage;
use super::steps::{How, Step};
use super::unique;

/// `counted`, `remarked` and `accounted`.
pub(super) fn stages(plan: &Plan<'_>) -> [Stage; 3] {
    [counted(plan), remarked(plan), accounted(plan)]
}

fn counted(plan: &Plan<'_>) -> Stage {
    let (records, fate) = unique::last(plan);
    let mut selected = vec![format!("  {fate} AS fate")];
    selected.extend(plan.by.iter().map(|dimension| {
        let name = plan.named(*dimension);
        format!("  CASE WHEN {fate} = 'kept' THEN {name} END AS {name}")
    }));
    selected.push("  COUNT(*) AS units".to_owned());
    let groups: Vec<String> = (1..=plan.by.len() + 1).map(|column| column.to_string()).collect();
    let body = format!("SELECT\n{}\nFROM {records}\nGROUP BY {}", selected.join(",\n"), groups.join(", "));
    Stage::new(
        "Every record once: cells of those that are kept, and the others by what became of them.",
        "counted",
        body,
    )
}

fn remarked(plan: &Plan<'_>) -> Stage {
    let (records, _) = unique::last(plan);
    let counts = remarks(plan)
        .into_iter()
        .enumerate()
        .map(|(number, (_, condition))| format!("  {} AS n{number}", counting(condition.as_deref())));
    let body = format!("SELECT\n{}\nFROM {records}", counts.collect::<Vec<_>>().join(",\n"));
    Stage::new("What is said beside the fates; a record may be in several of these.", "remarked", body)
}

/// All rows of the table.
const READ: &str = "read";

fn counting(condition: Option<&str>) -> String {
    condition.map_or_else(|| "COUNT(*)".to_owned(), |condition| format!("COUNT(CASE WHEN {condition} THEN 1 END)"))
}

/// Names of remarks and the records they are about; nothing means all.
fn remarks(plan: &Plan<'_>) -> Vec<(String, Option<String>)> {
    let mut remarks = vec![(READ.to_owned(), None)];
    for (position, rule) in plan.record_rules.iter().enumerate() {
        if rule.consequence == Consequence::Report {
            remarks.push((format!("reported:{}", rule.id), Some(is_reported(plan, position))));
        }
    }
    for (position, (rule, _)) in plan.unique_rules.iter().enumerate() {
        if rule.consequence == Consequence::Report {
            remarks.push((format!("reported:{}", rule.id), Some(format!("place_{} > 1", position + 1))));
        }
    }
    if !plan.unique_rules.is_empty() {
        let floating = format!("{} AND identifier_is_floating = 1", is_told(plan));
        remarks.push(("floating:identifier".to_owned(), Some(floating)));
    }
    remarks.extend(plan.steps.iter().flat_map(|step| of_step(plan, step)));
    remarks
}

/// What a step may say of a record, for each dimension it gives.
fn of_step(plan: &Plan<'_>, step: &Step) -> Vec<(String, Option<String>)> {
    let said: &[(&str, &str)] = match &step.how {
        How::Table(table) => match table.unlisted {
            Unlisted::Unmapped => &[("missing", "missing"), ("unmapped", "unlisted")],
            Unlisted::Error => &[("missing", "missing"), ("unlisted", "unlisted")],
        },
        How::Age(_) => &[("missing", "missing"), ("unreadable", "unreadable"), ("unmapped", "unlisted")],
        How::Band { .. } => &[("missing", "missing"), ("unreadable", "unreadable")],
    };
    let mut remarks = Vec::new();
    for dimension in step.gives.iter().flatten() {
        let name = &plan.catalogue.dimension(*dimension).id;
        for (fate, became) in said {
            let condition = format!("{} AND {} = '{became}'", is_told(plan), became_name(plan, step));
            remarks.push((format!("{fate}:{name}"), Some(condition)));
        }
    }
    remarks
}

/// A row for each remark.
fn accounted(plan: &Plan<'_>) -> Stage {
    let remarks = remarks(plan);
    let cases: String =
        (0..remarks.len()).map(|number| format!("\n    WHEN {number} THEN remarked.n{number}")).collect();
    let list = |(number, (fate, _)): (usize, &(String, Option<String>))| {
        format!("    ({number}, {})", plan.dialect.text(fate))
    };
    let list: Vec<String> = remarks.iter().enumerate().map(list).collect();
    let body = format!(
        "SELECT\n  fates.fate,\n  CASE fates.number{cases}\n  END AS units\nFROM remarked\nCROSS JOIN (\n  \
         VALUES\n{}\n) AS fates (number, fate)",
        list.join(",\n")
    );
    Stage::new("The same, a row for each.", "accounted", body)
}

/// What the query selects: the cells and the account in one table.
pub(super) fn selected(plan: &Plan<'_>) -> String {
    let names: Vec<String> = plan.by.iter().map(|dimension| format!("  {},", plan.named(*dimension))).collect();
    let nothing = format!("  CAST(NULL AS {}),", plan.dialect.text_type());
    let nothings = vec![nothing; names.len()];
    format!(
        "SELECT\n  fate,\n{}\n  units\nFROM counted\nUNION ALL\nSELECT\n  fate,\n{}\n  units\nFROM accounted\n\
         WHERE units > 0 OR fate = '{READ}'",
        names.join("\n"),
        nothings.join("\n")
    )
}
