//! Whether the sources of a batch can feed an indicator, as far as their mappings tell.

use std::collections::BTreeSet;

use super::batch::{Batch, Source};
use super::catalogue::Catalogue;
use super::dimension::{CodeId, DimensionId};
use super::formula::Formula;
use super::given::Lack;
use super::indicator::Indicator;
use super::needs::Need;
use super::ways::Way;

/// Whether a batch can feed an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feed {
    /// Some country and year have all it needs, as far as the mappings tell: whether the files hold it, only a run can.
    Fed,
    /// What is missing where least is.
    Lacks(Vec<Missing>),
    /// No source could.
    NotFromRecords,
}

/// Something that no source of a batch gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// A national indicator, and no source of its country.
    Country(CodeId),
    /// Nothing counts the measure.
    Measure {
        /// A code of `measure`.
        measure: CodeId,
        /// Distance from the figure's year.
        year: i32,
    },
    /// The measure is counted, and not by all that is needed.
    Dimensions {
        /// A code of `measure`.
        measure: CodeId,
        /// The source that comes nearest.
        source: String,
        /// What it does not give.
        lacks: Vec<Lack>,
    },
    /// The measure is counted, and a code that is asked for never occurs.
    Code {
        /// A code of `measure`.
        measure: CodeId,
        /// The source that comes nearest.
        source: String,
        /// The dimension.
        dimension: DimensionId,
        /// The code.
        code: CodeId,
    },
    /// The records do not say to which unit they belong.
    Identifier {
        /// The source that comes nearest.
        source: String,
        /// The role under `[identifier]`.
        role: String,
    },
}

/// A country and year for which there may be a figure; nothing where only the files name them.
type Place = (Option<CodeId>, Option<i32>);

impl Batch {
    /// Whether the sources of the batch can feed an indicator for some country and year.
    #[must_use]
    pub fn feeds(&self, catalogue: &Catalogue, indicator: &Indicator) -> Feed {
        let ways = catalogue.ways_to_feed(&indicator.formula);
        if ways.is_empty() {
            return Feed::NotFromRecords;
        }
        let mut places = self.places(catalogue);
        let country = indicator.national.as_ref().map(|national| national.country);
        places.retain(|(of, _)| of.is_none() || country.is_none() || *of == country);
        let role = role(catalogue, &indicator.formula);
        let missing = |place: Place, way: &Way| -> Vec<Missing> {
            way.needs.iter().filter_map(|need| self.missing(catalogue, way, need, place, role)).collect()
        };
        let all = places.iter().flat_map(|place| ways.iter().map(|way| missing(*place, way)));
        let stated = places.iter().any(|(of, _)| of.is_some());
        match (all.min_by_key(|missing| weight(missing)), country) {
            (Some(missing), _) if missing.is_empty() => Feed::Fed,
            // Only the country's own source is of use; what the others lack says nothing.
            (_, Some(country)) if !stated => Feed::Lacks(vec![Missing::Country(country)]),
            (missing, _) => Feed::Lacks(missing.unwrap_or_default()),
        }
    }

    /// Those that the batch states come first.
    fn places(&self, catalogue: &Catalogue) -> Vec<Place> {
        let place = |source: &Source| (source.ref_area, year_of(catalogue, source));
        let places: BTreeSet<Place> = self.sources.iter().map(place).collect();
        let (mut stated, unstated): (Vec<_>, Vec<_>) = places.into_iter().partition(|place| place.0.is_some());
        stated.extend(unstated);
        stated
    }

    /// What is missing of a need, in the first of its years in which something is.
    fn missing(
        &self,
        catalogue: &Catalogue,
        way: &Way,
        need: &Need,
        place: Place,
        role: Option<&str>,
    ) -> Option<Missing> {
        need.years.iter().find_map(|later| {
            let year = place.1.map(|year| year + later);
            let counts = |source: &&Source| {
                let named_in_file = source.ref_area.is_none();
                let of_place = (source.ref_area, year_of(catalogue, source)) == (place.0, year);
                (named_in_file || of_place) && catalogue.mappings[source.mapping].gives_measure(catalogue, need.measure)
            };
            let lacks = |source| (lacks(catalogue, source, need, year), source);
            let nearest = self.sources.iter().filter(counts).map(lacks).min_by_key(|(lacks, _)| lacks.len());
            let Some((lacks, source)) = nearest else {
                return Some(Missing::Measure { measure: need.measure, year: *later });
            };
            let source_id = source.id.clone();
            if !lacks.is_empty() {
                return Some(Missing::Dimensions { measure: need.measure, source: source_id, lacks });
            }
            let mut tests = way.tests.iter().filter(|test| (test.measure, test.year) == (need.measure, *later));
            let mapping = &catalogue.mappings[source.mapping];
            if let Some((dimension, code)) = tests.find_map(|test| mapping.lacks_code(catalogue, &test.condition)) {
                return Some(Missing::Code { measure: need.measure, source: source_id, dimension, code });
            }
            let role = role.filter(|role| !mapping.identifiers.contains_key(*role))?;
            Some(Missing::Identifier { source: source_id, role: role.to_owned() })
        })
    }
}

fn lacks(catalogue: &Catalogue, source: &Source, need: &Need, year: Option<i32>) -> Vec<Lack> {
    catalogue.mappings[source.mapping].lacks(catalogue, need, year)
}

fn year_of(catalogue: &Catalogue, source: &Source) -> Option<i32> {
    let years = &catalogue.dimension(catalogue.known().time_period).codes;
    years.code(source.time_period?).number()
}

/// A measure that nobody counts is farther away than any dimension or further year.
fn weight(missing: &[Missing]) -> (usize, usize) {
    let whole = missing.iter().filter(|m| matches!(m, Missing::Measure { year: 0, .. } | Missing::Country(_))).count();
    let parts = missing.iter().map(|m| if let Missing::Dimensions { lacks, .. } = m { lacks.len() } else { 1 });
    (whole, parts.sum())
}

/// The role under `[identifier]` that a formula needs.
fn role<'a>(catalogue: &'a Catalogue, formula: &'a Formula) -> Option<&'a str> {
    match formula {
        Formula::Segregation { grain, .. } => Some(grain),
        Formula::Parity { of, .. } => match &catalogue.indicator(of)?.formula {
            Formula::Segregation { grain, .. } => Some(grain),
            _ => None,
        },
        _ => None,
    }
}
