//! `indicators/**/*.toml`.

use std::collections::BTreeMap;

use toml::Spanned;

use super::Lowered;
use super::common::{citations, header, label, status};
use super::dimensions::files_of;
use super::formulas::formula;
use super::names::{Names, Reader};
use crate::model::dimension::DimensionId;
use crate::model::indicator::{Better, Indicator, MatrixCell, National, Unit};
use crate::problem::{Place, Problem, ProblemCode, Problems};
use crate::raw::indicator::{RawBetter, RawIndicator, RawNational, RawUnit};

/// Where an indicator says what it says.
#[derive(Debug, Clone, Default)]
pub(crate) struct IndicatorPlaces {
    pub(crate) formula: Place,
    pub(crate) matrix: Place,
    pub(crate) national: Place,
    pub(crate) breakdowns: Vec<(DimensionId, Place)>,
    pub(crate) never_cross: Vec<Place>,
}

/// Reads the indicators.
pub(crate) fn indicators(
    files: &BTreeMap<String, String>,
    names: Names<'_>,
    problems: &mut Problems,
) -> Vec<Lowered<Indicator, IndicatorPlaces>> {
    let mut indicators = Vec::new();
    for text in files_of(files, "indicators/", ".toml") {
        match text.parse::<RawIndicator>() {
            Ok(raw) => {
                let mut reader = Reader { names, text, problems };
                indicators.extend(indicator(&raw, &mut reader));
            }
            Err(problem) => problems.push(*problem),
        }
    }
    indicators
}

fn indicator(raw: &RawIndicator, reader: &mut Reader<'_>) -> Option<Lowered<Indicator, IndicatorPlaces>> {
    let text = reader.text;
    header(&text, &raw.format, &raw.id, reader.problems);
    let place = text.of(&raw.id);
    let breakdowns: Vec<_> =
        raw.breakdowns.iter().filter_map(|name| Some((reader.dimension_at(name)?, text.of(name)))).collect();
    let crossings = raw.never_cross.iter().map(|names| {
        let dimensions: Vec<_> = names.iter().filter_map(|name| reader.dimension_at(name)).collect();
        (dimensions, names.first().map_or_else(|| place.clone(), |name| text.of(name)))
    });
    let (never_cross, never_cross_places) = crossings.collect::<Vec<_>>().into_iter().unzip();
    let places = IndicatorPlaces {
        formula: text.of(&raw.formula),
        matrix: text.of(&raw.matrix),
        national: raw.national.as_ref().map_or_else(Place::default, |national| text.of(national)),
        breakdowns: breakdowns.clone(),
        never_cross: never_cross_places,
    };
    let formula = formula(&raw.formula, reader);
    let national = raw.national.as_ref().and_then(|raw| national(raw, reader));
    let mut breakdowns: Vec<_> = breakdowns.into_iter().map(|(dimension, _)| dimension).collect();
    breakdowns.sort_unstable();
    breakdowns.dedup();
    let matrix = raw.matrix.get_ref();
    let model = Indicator {
        id: raw.id.get_ref().clone(),
        status: status(raw.status),
        sdg: raw.sdg.clone(),
        matrix: MatrixCell { dimension: matrix.dimension.clone(), cut: matrix.cut.clone() },
        unit: unit(raw.unit),
        better: better(raw.better),
        breakdowns,
        never_cross,
        label: label(&raw.label, &text, &place, reader.problems),
        definition: label(&raw.definition, &text, &place, reader.problems),
        formula: formula?,
        worked: raw.worked.clone(),
        national,
        sources: citations(&raw.source, place, reader.problems),
    };
    Some(Lowered { model, places, path: text.path.to_owned(), tables: Vec::new() })
}

fn national(raw: &Spanned<RawNational>, reader: &mut Reader<'_>) -> Option<National> {
    let place = reader.text.of(raw);
    let raw = raw.get_ref();
    let ref_area = reader.dimension("ref_area", |_| place.clone())?;
    let country = reader.code_at(ref_area, &raw.country)?;
    let comparable = raw.comparable.as_ref().map(|id| id.get_ref().clone());
    Some(National { country, comparable, differs: label(&raw.differs, &reader.text, &place, reader.problems) })
}

fn unit(raw: RawUnit) -> Unit {
    match raw {
        RawUnit::Number => Unit::Number,
        RawUnit::Percent => Unit::Percent,
        RawUnit::Ratio => Unit::Ratio,
        RawUnit::Index => Unit::Index,
        RawUnit::Years => Unit::Years,
    }
}

fn better(raw: RawBetter) -> Better {
    match raw {
        RawBetter::Higher => Better::Higher,
        RawBetter::Lower => Better::Lower,
        RawBetter::One => Better::One,
        RawBetter::Neutral => Better::Neutral,
    }
}

/// An identifier that is taken: two specifications of one kind.
pub(crate) fn duplicate_id(place: Place, id: &str, first: &str) -> Problem {
    Problem::error(
        ProblemCode::DuplicateId,
        place,
        "Identifiers are unique and never reused.",
        format!("`{id}`, also in {first}"),
    )
    .help("Give one of the two another identifier and file name.")
}
