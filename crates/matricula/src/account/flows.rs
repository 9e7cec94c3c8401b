//! Linked and reconstructed promotion side by side, by country, year and level.

use std::collections::BTreeMap;

use matricula_engine::indicator::estimates::Number;
use matricula_engine::review::flows::GradeFlow;
use matricula_spec::model::dimension::CodeId;

use super::words::Term;
use super::{Cell, Writer};

/// Country, year, level, group.
type Line = (CodeId, CodeId, CodeId, CodeId);

impl Writer<'_> {
    /// Where pupils were followed: what the two methods say, and who stands between them.
    pub(super) fn flows(&mut self) {
        if self.run.flows.is_empty() {
            return;
        }
        self.heading(2, Term::Flows);
        self.paragraph(Term::FlowsIntroduction);
        let mut lines: BTreeMap<Line, GradeFlow> = BTreeMap::new();
        for flow in &self.run.flows {
            let line = (flow.ref_area, flow.time_period, flow.edu_level, flow.mobility);
            let sum = lines.remove(&line).map_or_else(|| flow.clone(), |sum| sum.plus(flow));
            lines.insert(line, sum);
        }
        let rows = lines.iter().map(|(line, flow)| self.flow(*line, flow)).collect();
        let head = [
            Term::Country,
            Term::Year,
            Term::Level,
            Term::Group,
            Term::Pupils,
            Term::LinkedPromotion,
            Term::ReconstructedPromotion,
            Term::NextReturned,
            Term::NextFirst,
            Term::NextOther,
            Term::NextUnknown,
            Term::NotFound,
        ];
        self.table(head, rows);
    }

    fn flow(&self, (ref_area, time_period, edu_level, mobility): Line, flow: &GradeFlow) -> Vec<Cell> {
        let known = self.catalogue.known();
        let code = |dimension, code| Cell::Code(self.catalogue.dimension(dimension).codes.code(code).id.clone());
        let of = |ids: &[&str]| ids.iter().filter_map(|id| flow.next_grade.get(*id)).sum::<u64>();
        let percent = |rate: Option<Number>| {
            Cell::text(rate.map_or_else(|| "–".to_owned(), |rate| format!("{:.2} %", rate.to_f64())))
        };
        vec![
            code(known.ref_area, ref_area),
            code(known.time_period, time_period),
            code(known.edu_level, edu_level),
            code(known.mobility, mobility),
            Cell::Number(flow.pupils()),
            percent(flow.linked_promotion()),
            percent(flow.reconstructed_promotion()),
            Cell::Number(of(&["RETURNED"])),
            Cell::Number(of(&["FIRST_RECORD", "ABSENT_BEFORE"])),
            Cell::Number(of(&["TRANSITION", "SKIPPED", "PLACED_LOWER", "OTHER_PROGRAMME", "FOUND"])),
            Cell::Number(of(&["NO_IDENTIFIER"])),
            Cell::Number(flow.outcomes.get("NO_RECORD").copied().unwrap_or(0)),
        ]
    }
}
