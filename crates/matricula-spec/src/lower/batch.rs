//! A batch file, resolved against a catalogue.

use toml::Spanned;

use super::common::format_number;
use super::names::{Names, Reader, nearest};
use super::pseudonyms::link;
use super::sources::source;
use super::text::Text;
use crate::model::batch::{Aggregates, Batch};
use crate::model::catalogue::Catalogue;
use crate::model::dimension::DimensionId;
use crate::model::formula::Formula;
use crate::model::indicator::Indicator;
use crate::model::text::Status;
use crate::problem::{Place, Problem, ProblemCode, Problems};
use crate::raw::batch::{RawAggregates, RawBatch};

/// Most cells in one cuboid, unless the batch says otherwise.
const CELL_BUDGET: u64 = 5_000_000;
/// Most dimensions in one crossing, unless the batch says otherwise.
const CROSSED: usize = 1;

/// Where a batch says what the rules on it look at.
pub(crate) struct BatchPlaces {
    /// The file as a whole.
    pub(crate) whole: Place,
    /// How much is crossed.
    pub(crate) crossed: Place,
    /// How many cells a cuboid may have.
    pub(crate) cell_budget: Place,
}

/// A batch from its text, whatever it holds; nothing where the text cannot be understood. `file_name` is for messages.
pub(crate) fn batch(
    text: &str,
    file_name: &str,
    catalogue: &Catalogue,
    problems: &mut Problems,
) -> Option<(Batch, BatchPlaces)> {
    let text = Text { path: file_name, text };
    let raw: RawBatch = match text.parse() {
        Ok(raw) => raw,
        Err(problem) => {
            problems.push(*problem);
            return None;
        }
    };
    format_number(&text, &raw.format, problems);
    let names = Names { dimensions: catalogue.dimensions() };
    let breakdowns = breakdowns(&raw, catalogue, &text, problems);
    let mut reader = Reader { names, text, problems };
    let listed = raw.source.iter().map(|raw| (raw, false)).chain(raw.population.iter().map(|raw| (raw, true)));
    let sources = listed.filter_map(|(raw, population)| source(raw, population, catalogue, &mut reader)).collect();
    let link = link(&raw, catalogue, &mut reader);
    let aggregates = raw.aggregates.as_ref().map(|raw| aggregates(raw, catalogue, &mut reader));
    let crossed = raw.crossed.as_ref().map_or(CROSSED, |crossed| *crossed.get_ref());
    let batch = Batch {
        id: raw.id.clone(),
        indicators: indicators(&raw, catalogue, &text, problems),
        crossed: crossed.min(breakdowns.len()),
        breakdowns,
        cell_budget: raw.cell_budget.as_ref().map_or(CELL_BUDGET, |budget| *budget.get_ref()),
        rules: rules(&raw, catalogue, &text, problems),
        sources,
        link,
        aggregates,
    };
    Some((batch, places(&raw, &text)))
}

/// A key that is left out is blamed on the file as a whole.
fn places(raw: &RawBatch, text: &Text<'_>) -> BatchPlaces {
    BatchPlaces {
        whole: text.whole(),
        crossed: raw.crossed.as_ref().map_or_else(|| text.whole(), |crossed| text.of(crossed)),
        cell_budget: raw.cell_budget.as_ref().map_or_else(|| text.whole(), |budget| text.of(budget)),
    }
}

fn aggregates(raw: &RawAggregates, catalogue: &Catalogue, reader: &mut Reader<'_>) -> Aggregates {
    let ref_area = catalogue.known().ref_area;
    let list = &catalogue.dimension(ref_area).codes;
    let mut areas = Vec::new();
    for name in &raw.areas {
        let Some(area) = reader.code_at(ref_area, name) else { continue };
        if list.code(area).parts.is_empty() {
            let place = Place { field: Some("areas".to_owned()), ..reader.text.of(name) };
            let expected = "An area of aggregates is a code of `ref_area` that has parts.";
            let problem =
                Problem::error(ProblemCode::BatchValueInvalid, place, expected, format!("`{}`", name.get_ref()));
            reader.problems.push(problem.help("Name an area such as `LAC`, or add one to `codelists/ref_area.*.csv`."));
        } else {
            areas.push(area);
        }
    }
    let minimum_coverage = raw.minimum_coverage.as_ref().map(|percent| *percent.get_ref());
    if let Some(percent) = raw.minimum_coverage.as_ref().filter(|percent| *percent.get_ref() > 100) {
        let place = Place { field: Some("minimum_coverage".to_owned()), ..reader.text.of(percent) };
        let problem = Problem::error(ProblemCode::BatchValueInvalid, place, "A coverage is 0 to 100.", "more than 100");
        reader.problems.push(problem.help("Write a percentage."));
    }
    Aggregates { areas, minimum_coverage }
}

fn breakdowns(raw: &RawBatch, catalogue: &Catalogue, text: &Text<'_>, problems: &mut Problems) -> Vec<DimensionId> {
    let columns: Vec<&str> = catalogue
        .dimensions()
        .iter()
        .filter(|dimension| dimension.column)
        .map(|dimension| dimension.id.as_str())
        .collect();
    let mut found = Vec::new();
    for name in &raw.breakdowns {
        match catalogue.find_dimension(name.get_ref()).filter(|id| catalogue.dimension(*id).column) {
            Some(dimension) => found.push(dimension),
            None => {
                let place = Place { field: Some("breakdowns".to_owned()), ..text.of(name) };
                let expected = "A breakdown is a dimension with a column in the estimates.";
                let problem =
                    Problem::error(ProblemCode::UnknownBreakdown, place, expected, format!("`{}`", name.get_ref()));
                let problem = problem.help("Correct the name; `indicator-specs/dimensions/` has one file for each.");
                problems.push(problem.candidates(nearest(name.get_ref(), columns.clone())));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn indicators(raw: &RawBatch, catalogue: &Catalogue, text: &Text<'_>, problems: &mut Problems) -> Vec<usize> {
    let all = catalogue.indicators();
    if raw.indicators.iter().any(|name| name.get_ref() == "all") {
        let in_use = |position: &usize| {
            let indicator = &all[*position];
            !matches!(indicator.status, Status::Draft | Status::Retired) && from_records(indicator)
        };
        return (0..all.len()).filter(in_use).collect();
    }
    let ids: Vec<&str> = all.iter().map(|indicator| indicator.id.as_str()).collect();
    let what = Named {
        code: ProblemCode::UnknownIndicator,
        field: "indicators",
        expected: "The catalogue has the indicator.",
    };
    let mut positions = resolved(&raw.indicators, &ids, &what, text, problems);
    for name in &raw.indicators {
        let named = catalogue.indicator(name.get_ref());
        let Some(Formula::NotFromRecords { reason }) = named.map(|indicator| &indicator.formula) else { continue };
        let place = Place { field: Some("indicators".to_owned()), ..text.of(name) };
        let expected = "An indicator of a batch can come from enrolment, teacher and school records.";
        let found = format!("`{}`, which cannot: {}", name.get_ref(), reason.en);
        let problem = Problem::error(ProblemCode::UnknownIndicator, place, expected, found);
        problems.push(problem.help("Take it out of the batch; `matricula catalogue` lists what records can give."));
    }
    positions.retain(|position| from_records(&all[*position]));
    positions
}

fn from_records(indicator: &Indicator) -> bool {
    !matches!(indicator.formula, Formula::NotFromRecords { .. })
}

fn rules(raw: &RawBatch, catalogue: &Catalogue, text: &Text<'_>, problems: &mut Problems) -> Vec<usize> {
    let all = catalogue.rules();
    let Some(named) = &raw.rules else {
        return (0..all.len()).filter(|position| all[*position].default).collect();
    };
    let ids: Vec<&str> = all.iter().map(|rule| rule.id.as_str()).collect();
    let what = Named { code: ProblemCode::UnknownRule, field: "rules", expected: "The catalogue has the rule." };
    resolved(named, &ids, &what, text, problems)
}

struct Named {
    code: ProblemCode,
    field: &'static str,
    expected: &'static str,
}

fn resolved(
    names: &[Spanned<String>],
    ids: &[&str],
    what: &Named,
    text: &Text<'_>,
    problems: &mut Problems,
) -> Vec<usize> {
    let mut positions = Vec::new();
    for name in names {
        match ids.iter().position(|id| id == name.get_ref()) {
            Some(position) => positions.push(position),
            None => {
                let place = Place { field: Some(what.field.to_owned()), ..text.of(name) };
                let problem = Problem::error(what.code, place, what.expected, format!("`{}`", name.get_ref()));
                let problem = problem.help("Correct the name, or add the file to the catalogue or to `--specs`.");
                problems.push(problem.candidates(nearest(name.get_ref(), ids.to_vec())));
            }
        }
    }
    positions.sort_unstable();
    positions.dedup();
    positions
}
