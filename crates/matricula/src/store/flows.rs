//! `flows.csv`: linked and reconstructed promotion of every grade, and what lies between them.

use std::collections::BTreeMap;

use matricula_engine::indicator::estimates::Number;
use matricula_engine::review::flows::{AFTER, BEFORE, GradeFlow, STEPS};
use matricula_spec::Catalogue;

use super::output::Hashed;
use super::tables::flushed;
use crate::error::StoreError;

/// As `docs/links.md` says.
pub(super) fn flows_csv(file: &mut Hashed, catalogue: &Catalogue, flows: &[GradeFlow]) -> Result<(), StoreError> {
    let mut writer = csv::Writer::from_writer(file);
    let names = ["ref_area", "time_period", "edu_level", "grade", "mobility", "pupils"].map(str::to_owned);
    let became = STEPS.iter().chain(&AFTER).map(|code| code.to_lowercase());
    let entered = STEPS.iter().chain(&BEFORE).map(|code| format!("next_from_{}", code.to_lowercase()));
    let rates = ["linked_promotion", "reconstructed_promotion", "difference"].map(str::to_owned);
    let header: Vec<String> =
        names.into_iter().chain(became).chain(["next_grade".to_owned()]).chain(entered).chain(rates).collect();
    writer.write_record(&header)?;
    for flow in flows {
        writer.write_record(fields(catalogue, flow))?;
    }
    flushed(writer, "flows.csv")
}

fn fields(catalogue: &Catalogue, flow: &GradeFlow) -> Vec<String> {
    let known = catalogue.known();
    let code = |dimension, code| catalogue.dimension(dimension).codes.code(code).id.clone();
    let count = |counts: &BTreeMap<String, u64>, id: &str| counts.get(id).copied().unwrap_or(0).to_string();
    let rate = |rate: Option<Number>| rate.map(|rate| rate.to_string()).unwrap_or_default();
    let (linked, reconstructed) = (flow.linked_promotion(), flow.reconstructed_promotion());
    let difference = linked.zip(reconstructed);
    let difference = difference.map(|(l, r)| Number::from_millionths(r.millionths() - l.millionths()));
    let mut fields = vec![
        code(known.ref_area, flow.ref_area),
        code(known.time_period, flow.time_period),
        code(known.edu_level, flow.edu_level),
        code(known.grade, flow.grade),
        code(known.mobility, flow.mobility),
        flow.pupils().to_string(),
    ];
    fields.extend(STEPS.iter().chain(&AFTER).map(|id| count(&flow.outcomes, id)));
    fields.push(flow.next_grade.values().sum::<u64>().to_string());
    fields.extend(STEPS.iter().chain(&BEFORE).map(|id| count(&flow.next_grade, id)));
    fields.extend([rate(linked), rate(reconstructed), rate(difference)]);
    fields
}
