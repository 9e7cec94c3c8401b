//! Which permitted breakdowns the figures of a source do not have, summed up over indicators, countries and years.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use matricula_engine::review::disaggregation::{Disaggregation, DisaggregationState};
use matricula_spec::model::dimension::{CodeId, DimensionId};

use super::words::{self, Term};
use super::{Cell, Writer, number};
use crate::results::Run;

/// Indicators that are named; disaggregation.csv has all.
const NAMED: usize = 12;
/// Reasons that are given, the most frequent first.
const REASONS: usize = 3;

/// What lacks, by the source that leads the figures; the empty name for those that no source feeds.
/// A source that leads figures and lacks nothing has an empty entry.
pub(super) type Lacking<'a> = BTreeMap<&'a str, BTreeMap<(Option<DimensionId>, DisaggregationState), Group<'a>>>;

/// Indicators that lack the same breakdown in the same way.
#[derive(Debug, Default)]
pub(super) struct Group<'a> {
    indicators: BTreeSet<&'a str>,
    reasons: BTreeMap<&'a str, usize>,
}

pub(super) fn lacking(run: &Run) -> Lacking<'_> {
    let mut leading = BTreeMap::<(&str, CodeId, CodeId), &str>::new();
    for row in run.provenance.rows() {
        let source = row.inputs.iter().find_map(|input| input.source.as_ref());
        let source = source.map_or("", |source| source.id.as_str());
        leading.insert((&row.indicator, row.ref_area, row.time_period), source);
    }
    let mut lacking = Lacking::new();
    let of_one = |row: &Disaggregation, next: &Disaggregation| place(row) == place(next);
    for rows in run.disaggregation.chunk_by(of_one) {
        let of_source = lacking.entry(leading.get(&place(&rows[0])).copied().unwrap_or_default()).or_default();
        // Where there is no figure, that its breakdowns lack too says nothing more.
        let whole = rows.iter().find(|row| row.breakdown.is_none());
        let whole = whole.filter(|row| row.state != DisaggregationState::Computed);
        let told = if whole.is_some() { whole.into_iter().collect() } else { rows.iter().collect::<Vec<_>>() };
        for row in told.into_iter().filter(|row| is_lacking(row.state)) {
            let group = of_source.entry((row.breakdown, row.state)).or_default();
            group.indicators.insert(&row.indicator);
            *group.reasons.entry(&row.reason).or_default() += 1;
        }
    }
    lacking
}

fn place(row: &Disaggregation) -> (&str, CodeId, CodeId) {
    (&row.indicator, row.ref_area, row.time_period)
}

fn is_lacking(state: DisaggregationState) -> bool {
    !matches!(state, DisaggregationState::Computed | DisaggregationState::NotAsked)
}

impl Writer<'_> {
    pub(super) fn breakdowns(&mut self, source: &str, lacking: &Lacking<'_>) {
        self.heading(3, Term::Breakdowns);
        if self.run.disaggregation.is_empty() {
            return self.paragraph(Term::NoFigures);
        }
        match lacking.get(source) {
            None => self.paragraph(Term::LeadsNone),
            Some(groups) if groups.is_empty() => self.paragraph(Term::NothingLacks),
            Some(groups) => {
                self.paragraph(Term::BreakdownsIntroduction);
                let rows = groups.iter().map(|((breakdown, state), group)| {
                    let breakdown =
                        breakdown.map_or_else(|| self.word(Term::Whole).to_owned(), |dimension| self.name(dimension));
                    let mut cells = vec![Cell::Text(breakdown), Cell::text(words::state(*state, self.language))];
                    cells.extend(self.group(group));
                    cells
                });
                let rows = rows.collect();
                self.table([Term::Breakdown, Term::State, Term::Why, Term::Indicators, Term::Which], rows);
            }
        }
    }

    /// Indicators of the batch for which no source has the measure.
    pub(super) fn without_source(&mut self, lacking: &Lacking<'_>) {
        let Some(groups) = lacking.get("").filter(|groups| !groups.is_empty()) else { return };
        self.heading(2, Term::WithoutSource);
        let rows = groups.values().map(|group| self.group(group).to_vec()).collect();
        self.table([Term::Why, Term::Indicators, Term::Which], rows);
    }

    fn group(&self, group: &Group<'_>) -> [Cell; 3] {
        let mut reasons: Vec<(&str, usize)> = group.reasons.iter().map(|(reason, times)| (*reason, *times)).collect();
        reasons.sort_by_key(|(reason, times)| (Reverse(*times), *reason));
        let named: Vec<&str> = reasons.iter().take(REASONS).map(|(reason, _)| *reason).collect();
        let dots = if reasons.len() > REASONS { "; …" } else { "" };
        let ids: Vec<&str> = group.indicators.iter().take(NAMED).copied().collect();
        let further = group.indicators.len().saturating_sub(NAMED);
        let further = match further {
            0 => String::new(),
            further => format!("; {} {}", number(further as u64, self.language), self.word(Term::Further)),
        };
        [
            Cell::Text(format!("{}{dots}", named.join("; "))),
            Cell::Number(group.indicators.len() as u64),
            Cell::Text(format!("{}{further}", ids.join(", "))),
        ]
    }
}
