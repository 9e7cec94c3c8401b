//! Rules that look at one record, and the fate they leave it with.

use std::collections::BTreeSet;

use matricula_spec::model::condition::{Between, Condition};
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::rule::{Check, Consequence, Rule};

use super::plan::{Available, Plan};
use super::stage::{Stage, all, any, is_in};
use super::systems::{age_class_alias, age_classes, join_age_class, join_official, official};

/// What the tests of the rules are joined with.
#[derive(Debug, Default)]
struct Joins {
    numbers: BTreeSet<DimensionId>,
    official: bool,
    age_classes: BTreeSet<CodeId>,
}

/// The lists that rules look things up in, `judged`, and `validated` with the first `fate`.
pub(super) fn stages(plan: &Plan<'_>) -> Vec<Stage> {
    let mut tests = Tests { plan, joins: Joins::default() };
    let fails: Vec<String> = plan.record_rules.iter().map(|rule| tests.fails(rule)).collect();
    let joins = tests.joins;
    let mut stages = Vec::new();
    if !joins.numbers.is_empty() {
        stages.push(numbers(plan, &joins.numbers));
    }
    if joins.official {
        stages.push(official(plan));
    }
    if !joins.age_classes.is_empty() {
        stages.push(age_classes(plan, &joins.age_classes));
    }
    stages.push(judged(plan, &fails, &joins));
    stages.push(validated(plan));
    stages
}

/// A record fails a rule that stands so far in the list, and none before it set the record aside.
pub(super) fn is_reported(plan: &Plan<'_>, position: usize) -> String {
    let aside = |(before, rule): (usize, &&Rule)| {
        (rule.consequence == Consequence::SetAside).then(|| format!("fails_{} = 0", before + 1))
    };
    let mut conditions = vec![format!("fails_{} = 1", position + 1)];
    conditions.extend(plan.record_rules[..position].iter().enumerate().filter_map(aside));
    conditions.join(" AND ")
}

fn judged(plan: &Plan<'_>, fails: &[String], joins: &Joins) -> Stage {
    let mut selected = vec!["  records.*".to_owned()];
    let mut remarks = vec!["Which rules a record in scope fails; what is not known fails none.".to_owned()];
    for (position, (rule, fails)) in plan.record_rules.iter().zip(fails).enumerate() {
        let number = position + 1;
        selected.push(format!(
            "  CASE WHEN records.out_of_scope IS NULL AND ({fails}) THEN 1 ELSE 0 END AS fails_{number}"
        ));
        let consequence = match rule.consequence {
            Consequence::SetAside => "is set aside",
            Consequence::Report => "stays and is reported",
        };
        remarks.push(format!("fails_{number}: `{}`, {}; who fails {consequence}.", rule.id, rule.label.en));
    }
    let mut from = "FROM harmonized AS records".to_owned();
    for dimension in &joins.numbers {
        let alias = number_alias(plan, *dimension);
        let name = plan.dialect.text(&plan.catalogue.dimension(*dimension).id);
        let code = plan.named(*dimension);
        from += &format!(
            "\nLEFT JOIN code_numbers AS {alias} ON {alias}.dimension = {name} AND {alias}.code = records.{code}"
        );
    }
    if joins.official {
        from += &join_official(plan);
    }
    for class in &joins.age_classes {
        from += &join_age_class(plan, *class);
    }
    let body = format!("SELECT\n{}\n{from}", selected.join(",\n"));
    Stage { remarks, ..Stage::new("", "judged", body) }
}

fn validated(plan: &Plan<'_>) -> Stage {
    let aside = plan.record_rules.iter().enumerate().filter(|(_, rule)| rule.consequence == Consequence::SetAside);
    let aside: String = aside
        .map(|(position, rule)| {
            let fate = plan.dialect.text(&format!("set-aside:{}", rule.id));
            format!("\n    WHEN fails_{} = 1 THEN {fate}", position + 1)
        })
        .collect();
    let body = format!(
        "SELECT\n  judged.*,\n  CASE\n    WHEN out_of_scope IS NOT NULL THEN 'out-of-scope:' || out_of_scope{aside}\n    \
         ELSE 'kept'\n  END AS fate_0\nFROM judged"
    );
    Stage::new("What becomes of a record, by the first thing that is said of it.", "validated", body)
}

/// The whole numbers in codes: `G6` is 6.
fn numbers(plan: &Plan<'_>, dimensions: &BTreeSet<DimensionId>) -> Stage {
    let mut rows = Vec::new();
    for dimension in dimensions {
        let list = &plan.catalogue.dimension(*dimension).codes;
        for code in plan.codes(*dimension) {
            if let Some(number) = list.code(code).number() {
                let name = plan.dialect.text(&plan.catalogue.dimension(*dimension).id);
                rows.push(vec![name, plan.code(*dimension, code), number.to_string()]);
            }
        }
    }
    if rows.is_empty() {
        rows.push(["''", "''", "0"].map(str::to_owned).to_vec());
    }
    let columns = ["dimension", "code", "number"].map(str::to_owned).to_vec();
    Stage::values(vec!["The numbers in codes.".to_owned()], "code_numbers".to_owned(), columns, &rows)
}

fn number_alias(plan: &Plan<'_>, dimension: DimensionId) -> String {
    plan.dialect.identifier(&format!("number_of_{}", plan.catalogue.dimension(dimension).id))
}

/// Writes tests of records; what they need is joined.
struct Tests<'p, 'a> {
    plan: &'p Plan<'a>,
    joins: Joins,
}

impl Tests<'_, '_> {
    /// A condition that holds, or is neither true nor false, for whom the rule does not fail.
    fn fails(&mut self, rule: &Rule) -> String {
        match &rule.check {
            Check::Range { variable, between, condition } => {
                let list = &self.plan.catalogue.dimension(*variable).codes;
                let outside = |code: &CodeId| list.code(*code).number().is_some_and(|n| !between.contains(n));
                let codes: Vec<CodeId> = self.plan.codes(*variable).into_iter().filter(outside).collect();
                let range = self.has_code(*variable, &codes);
                all(&[vec![range], self.holds(condition)].concat())
            }
            Check::YearsOverAge { between, condition } => {
                let range = self.years_over_age().map(|years| outside(&years, *between));
                all(&[vec![range.unwrap_or_else(never)], self.holds(condition)].concat())
            }
            Check::Forbidden { condition } => all(&self.holds(condition)),
            Check::Unique { .. } => never(),
        }
    }

    /// The tests of a condition.
    fn holds(&mut self, condition: &Condition) -> Vec<String> {
        let age_class = self.plan.catalogue.known().age_class;
        let mut tests = Vec::new();
        for (dimension, wanted) in &condition.codes {
            let list = &self.plan.catalogue.dimension(*dimension).codes;
            let passes = |code: &CodeId| wanted.iter().any(|wanted| list.covers(*wanted, *code));
            let codes: Vec<CodeId> = self.plan.codes(*dimension).into_iter().filter(passes).collect();
            let given = self.has_code(*dimension, &codes);
            tests.push(match (*dimension == age_class, self.plan.available(*dimension)) {
                (false, _) | (true, Available::Always) => given,
                (true, Available::Never) => self.in_age_class(wanted),
                (true, Available::When(when)) => {
                    format!("CASE WHEN {when} THEN {given} ELSE {} END", self.in_age_class(wanted))
                }
            });
        }
        if let Some(between) = condition.years_over_age {
            tests.push(self.years_over_age().map_or_else(never, |years| inside(&years, between)));
        }
        tests
    }

    /// Whether a record has one of these codes, in years in which the dimension was collected.
    fn has_code(&self, dimension: DimensionId, codes: &[CodeId]) -> String {
        let spelled: Vec<&str> = codes.iter().map(|code| self.plan.spelled(dimension, *code)).collect();
        let test = is_in(self.plan.dialect, &format!("records.{}", self.plan.named(dimension)), &spelled);
        match self.plan.available(dimension) {
            Available::Always => test,
            Available::Never => never(),
            Available::When(condition) => format!("{condition} AND {test}"),
        }
    }

    /// The number in a record's code; nothing where the dimension is never collected.
    fn number(&mut self, dimension: DimensionId) -> Option<String> {
        let number = format!("{}.number", number_alias(self.plan, dimension));
        let number = match self.plan.available(dimension) {
            Available::Never => return None,
            Available::Always => number,
            Available::When(condition) => format!("CASE WHEN {condition} THEN {number} END"),
        };
        self.joins.numbers.insert(dimension);
        Some(number)
    }

    /// Age minus the official age of the record's own grade.
    fn years_over_age(&mut self) -> Option<String> {
        let known = self.plan.catalogue.known();
        let (age, grade) = (self.number(known.age)?, self.number(known.grade)?);
        let years = format!("{age} - (official.entry_age + {grade} - 1)");
        let years = match self.plan.available(known.edu_level) {
            Available::Never => return None,
            Available::Always => years,
            Available::When(condition) => format!("CASE WHEN {condition} THEN {years} END"),
        };
        self.joins.official = true;
        Some(format!("({years})"))
    }

    fn in_age_class(&mut self, classes: &[CodeId]) -> String {
        let Some(age) = self.number(self.plan.catalogue.known().age) else { return never() };
        self.joins.age_classes.extend(classes);
        let of_class = |class: &CodeId| {
            let alias = age_class_alias(self.plan, *class);
            format!("{age} BETWEEN {alias}.first_age AND {alias}.last_age")
        };
        any(&classes.iter().map(of_class).collect::<Vec<_>>())
    }
}

fn never() -> String {
    "1 = 0".to_owned()
}

fn inside(expression: &str, between: Between) -> String {
    let least = between.at_least.map(|least| format!("{expression} >= {least}"));
    let most = between.at_most.map(|most| format!("{expression} <= {most}"));
    all(&[least, most].into_iter().flatten().collect::<Vec<_>>())
}

fn outside(expression: &str, between: Between) -> String {
    let least = between.at_least.map(|least| format!("{expression} < {least}"));
    let most = between.at_most.map(|most| format!("{expression} > {most}"));
    any(&[least, most].into_iter().flatten().collect::<Vec<_>>())
}
