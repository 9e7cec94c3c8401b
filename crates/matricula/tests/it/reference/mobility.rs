//! What stands beside every figure about mobility.

use matricula::spec::model::condition::{Condition, Quantity, Selection};
use matricula::spec::model::dimension::{CodeId, DimensionId};
use matricula::spec::model::formula::{Cohort, Formula, LinkedSurvival, Survival};
use matricula::spec::model::indicator::Indicator;

use super::Codes;
use super::reading::Reader;
use super::rows::compared;
use super::tables::Question;
use super::value::Value;

/// The proxy of the leading source, and the percentage of unknown mobility in millionths; empty where the figure
/// neither tests mobility nor is broken down by it.
pub(crate) fn beside(reader: &Reader<'_>, indicator: &Indicator, at: &Codes) -> (String, Option<i128>) {
    let mobility = reader.catalogue.known().mobility;
    let formula = compared(reader.catalogue, indicator);
    let groups = matches!(&indicator.formula, Formula::Parity { dimension, .. } if *dimension == mobility);
    if !groups && !tests(formula, mobility) && !at.contains_key(&mobility) {
        return (String::new(), None);
    }
    let measured = |selection: &&Selection| reader.slice(selection.measure, selection.year).is_some();
    let leading = formula.leading().into_iter().find(measured);
    let slice = leading.and_then(|leading| reader.slice(leading.measure, leading.year));
    let declared = slice.and_then(|slice| slice.mapping().mobility.as_ref());
    let proxy = declared.map(|declared| declared.proxy.clone()).unwrap_or_default();
    let unknown = leading.and_then(|leading| {
        let question = Question::new(leading).without(&[mobility]);
        let mut at = at.clone();
        at.remove(&mobility);
        let whole = reader.number(&question, &at).ok()?.millionths;
        at.insert(mobility, CodeId::UNKNOWN);
        let unknown = reader.number(&question, &at).ok()?.millionths;
        Value::quotient(100, unknown, whole).map(Value::rounded)
    });
    (proxy, unknown)
}

/// Whether one of a formula's conditions is about a dimension.
fn tests(formula: &Formula, dimension: DimensionId) -> bool {
    let on = |condition: &Condition| condition.on(dimension).is_some();
    let quantity = |quantity: &Quantity| quantity.selections().any(|selection| on(&selection.condition));
    let cohort = |cohort: &Cohort| on(&cohort.pupils.condition) || on(&cohort.repeaters);
    match formula {
        Formula::Count { of } => quantity(of),
        Formula::Ratio(ratio) => quantity(&ratio.numerator) || quantity(&ratio.denominator),
        Formula::Share { of, group, .. } => on(&of.condition) || on(group),
        Formula::Flow { cohort: of, .. } => cohort(of),
        Formula::Survival(Survival { cohort: of, graduates, .. }) => cohort(of) || graduates.as_ref().is_some_and(on),
        Formula::LinkedSurvival(LinkedSurvival { pupils, promoted, repeated, .. }) => {
            on(&pupils.condition) || on(promoted) || on(repeated)
        }
        Formula::LifeExpectancy { students, population, .. } => on(&students.condition) || on(&population.condition),
        Formula::Mean { of, .. } => on(&of.condition),
        Formula::Segregation { pupils, group, comparison, .. } => on(&pupils.condition) || on(group) || on(comparison),
        Formula::Parity { .. } | Formula::NotFromRecords { .. } => false,
    }
}
