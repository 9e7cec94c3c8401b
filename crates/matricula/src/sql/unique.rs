//! Rules that compare records: which of several with one identifier stays.

use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::rule::{Check, Consequence, Preference, Rule};

use super::plan::Plan;
use super::stage::Stage;

/// The order of codes, and two stages for each rule; the last stage holds the fate of every record.
pub(super) fn stages(plan: &Plan<'_>) -> Vec<Stage> {
    let mut stages = Vec::new();
    if !plan.unique_rules.is_empty() {
        stages.push(order(plan));
    }
    for position in 0..plan.unique_rules.len() {
        stages.push(ordered(plan, position));
        stages.push(decided(plan, position));
    }
    stages
}

/// Name of the stage that holds the fate of every record, and of its column.
pub(super) fn last(plan: &Plan<'_>) -> (String, String) {
    let rules = plan.unique_rules.len();
    (name_before(rules), format!("fate_{rules}"))
}

fn name_before(position: usize) -> String {
    if position == 0 { "validated".to_owned() } else { format!("unique_{position}") }
}

/// The dimensions on which records may differ.
fn differing<'p>(plan: &'p Plan<'_>) -> impl Iterator<Item = DimensionId> + 'p {
    plan.dimensions.iter().copied().filter(|dimension| plan.codes(*dimension).len() > 1)
}

fn order(plan: &Plan<'_>) -> Stage {
    let mut rows = Vec::new();
    for dimension in differing(plan) {
        let name = plan.dialect.text(&plan.catalogue.dimension(dimension).id);
        let row = |code: CodeId| vec![name.clone(), plan.code(dimension, code), code.index().to_string()];
        rows.extend(plan.codes(dimension).into_iter().map(row));
    }
    if rows.is_empty() {
        rows.push(["''", "''", "0"].map(str::to_owned).to_vec());
    }
    let columns = ["dimension", "code", "place"].map(str::to_owned).to_vec();
    let remark = "The order of codes in their lists, which decides between records that no rule prefers.".to_owned();
    Stage::values(vec![remark], "code_order".to_owned(), columns, &rows)
}

fn alias(plan: &Plan<'_>, dimension: DimensionId) -> String {
    plan.dialect.identifier(&format!("order_of_{}", plan.catalogue.dimension(dimension).id))
}

fn preferences(rule: &Rule) -> &[Preference] {
    match &rule.check {
        Check::Unique { prefer, .. } => prefer,
        Check::Range { .. } | Check::YearsOverAge { .. } | Check::Forbidden { .. } => &[],
    }
}

fn ordered(plan: &Plan<'_>, position: usize) -> Stage {
    let (rule, _) = plan.unique_rules[position];
    let number = position + 1;
    let known = plan.catalogue.known();
    let kept = format!("records.fate_{position} = 'kept'");
    let mut groups = vec![format!("CASE WHEN {kept} THEN records.identifier_{number} END")];
    let place = [known.ref_area, known.time_period].into_iter().filter(|dimension| plan.fixed(*dimension).is_none());
    groups.extend(place.map(|dimension| format!("records.{}", plan.named(dimension))));
    let mut order: Vec<String> = preferences(rule).iter().filter_map(|preference| rank(plan, preference)).collect();
    order.extend(differing(plan).map(|dimension| format!("{}.place", alias(plan, dimension))));
    let others = (0..plan.unique_rules.len()).filter(|other| *other != position);
    order.extend(others.map(|other| format!("records.identifier_{}", other + 1)));
    if order.is_empty() {
        order.push("1".to_owned());
    }
    let mut from = format!("FROM {} AS records", name_before(position));
    for dimension in differing(plan) {
        let alias = alias(plan, dimension);
        let name = plan.dialect.text(&plan.catalogue.dimension(dimension).id);
        let code = plan.named(dimension);
        from += &format!(
            "\nLEFT JOIN code_order AS {alias} ON {alias}.dimension = {name} AND {alias}.code = records.{code}"
        );
    }
    let body = format!(
        "SELECT\n  records.*,\n  CASE WHEN {kept} AND records.identifier_{number} IS NOT NULL THEN ROW_NUMBER() OVER (\n    \
         PARTITION BY {}\n    ORDER BY {}\n  ) END AS place_{number}\n{from}",
        groups.join(", "),
        order.join(",\n      ")
    );
    let remark = format!("`{}`, {}: the first record of an identifier stays.", rule.id, rule.label.en);
    Stage::new(&remark, &format!("ordered_{number}"), body)
}

/// Place in the preferred order; a code that it does not list comes last.
fn rank(plan: &Plan<'_>, preference: &Preference) -> Option<String> {
    let dimension = preference.variable;
    if preference.order.is_empty() || plan.dimensions.binary_search(&dimension).is_err() {
        return None;
    }
    let case = |(place, code): (usize, &CodeId)| format!(" WHEN {} THEN {}", plan.code(dimension, *code), place + 1);
    let cases: String = preference.order.iter().enumerate().map(case).collect();
    Some(format!("CASE records.{}{cases} ELSE {} END", plan.named(dimension), preference.order.len() + 1))
}

fn decided(plan: &Plan<'_>, position: usize) -> Stage {
    let (rule, _) = plan.unique_rules[position];
    let number = position + 1;
    let before = format!("fate_{position}");
    let fate = match rule.consequence {
        Consequence::SetAside => {
            let fate = plan.dialect.text(&format!("duplicate:{}", rule.id));
            format!("CASE WHEN place_{number} > 1 THEN {fate} ELSE {before} END")
        }
        Consequence::Report => before,
    };
    let body = format!("SELECT\n  ordered_{number}.*,\n  {fate} AS fate_{number}\nFROM ordered_{number}");
    let remark = match rule.consequence {
        Consequence::SetAside => "The others are duplicates.",
        Consequence::Report => "The others stay and are reported.",
    };
    Stage::new(remark, &format!("unique_{number}"), body)
}
