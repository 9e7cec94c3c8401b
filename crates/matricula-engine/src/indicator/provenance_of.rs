//! Writes down what stands behind a figure.

use matricula_spec::model::batch::{EnrolmentMoment, Source};
use matricula_spec::model::condition::Selection;
use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::indicator::Indicator;
use matricula_spec::model::mapping::AgeBasis;
use matricula_spec::model::text::Status;
use matricula_spec::{Batch, Catalogue};

use super::Place;
use super::provenance::{Input, InputSource, ProvenanceRow};
use crate::cube::coverage::Collected;
use crate::cube::slice::Slice;
use crate::plan::figure::Figure;

/// What is the same of a source for every figure.
#[derive(Debug, Clone, Default)]
pub(crate) struct SourceFacts {
    rules: Vec<String>,
    mapping_hash: String,
}

impl SourceFacts {
    /// The facts of each source of a batch, with the rules that were applied to it.
    pub(crate) fn all(catalogue: &Catalogue, batch: &Batch, rules: &[Vec<String>]) -> Vec<Self> {
        let facts = |(source, rules): (&Source, &Vec<String>)| {
            let mapping = &catalogue.mappings()[source.mapping];
            Self { rules: rules.clone(), mapping_hash: spec_hash(catalogue, "mappings", &mapping.id) }
        };
        batch.sources.iter().zip(rules).map(facts).collect()
    }
}

/// The provenance of an indicator's figures at a place; `sources` are the facts of each source of the batch.
pub(crate) fn provenance_of(
    place: &Place<'_>,
    batch: &Batch,
    indicator: &Indicator,
    figure: &Figure,
    sources: &[SourceFacts],
) -> ProvenanceRow {
    let writer = Writer { place, batch, indicator, sources };
    let inputs = figure.inputs().map(|counted| writer.input(counted.role, &counted.selection)).collect();
    let mut row = ProvenanceRow {
        id: String::new(),
        indicator: indicator.id.clone(),
        indicator_status: status(indicator.status),
        indicator_hash: spec_hash(place.catalogue, "indicators", &indicator.id),
        ref_area: place.ref_area,
        time_period: place.time_period,
        system: system(place),
        system_source: system_source(place),
        inputs,
    };
    row.id = short_hash(format!("{row:?}").as_bytes());
    row
}

struct Writer<'a> {
    place: &'a Place<'a>,
    batch: &'a Batch,
    indicator: &'a Indicator,
    sources: &'a [SourceFacts],
}

impl Writer<'_> {
    fn input(&self, role: &'static str, selection: &Selection) -> Input {
        let catalogue = self.place.catalogue;
        let list = &catalogue.dimension(catalogue.known().measure).codes;
        let place = self.place.years_later(selection.year);
        let slice = place.cube.slice(selection.measure, place.ref_area, place.time_period);
        Input { role, measure: list.code(selection.measure).id.clone(), source: slice.map(|slice| self.source(slice)) }
    }

    fn source(&self, slice: &Slice) -> InputSource {
        let catalogue = self.place.catalogue;
        let facts = self.sources.get(slice.source()).cloned().unwrap_or_default();
        let source = &self.batch.sources[slice.source()];
        let mapping = &catalogue.mappings()[source.mapping];
        let permitted = self.indicator.breakdowns.iter().copied();
        let names = |collected: fn(&Collected) -> bool| {
            let chosen = permitted.clone().filter(|d: &DimensionId| collected(slice.coverage().on(*d)));
            chosen.map(|d| catalogue.dimension(d).id.clone()).collect()
        };
        InputSource {
            id: source.id.clone(),
            mapping: mapping.id.clone(),
            mapping_hash: facts.mapping_hash,
            enrolment_moment: source.enrolment_moment.map(moment).unwrap_or_default().to_owned(),
            school_year: school_year(source),
            age_basis: mapping.age_basis.map(age_basis).unwrap_or_default().to_owned(),
            age_reference_date: source.age_reference_date.map(|date| date.to_string()).unwrap_or_default(),
            mobility_proxy: source.proxy(mapping).unwrap_or_default().to_owned(),
            vintage: source.vintage.clone().unwrap_or_default(),
            linked_with: slice.further_sources().iter().map(|s| self.batch.sources[*s].id.clone()).collect(),
            not_collected: names(|collected| matches!(collected, Collected::No)),
            impossible: names(|collected| matches!(collected, Collected::Impossible)),
            rules: facts.rules,
        }
    }
}

fn school_year(source: &Source) -> String {
    source.school_year.map(|(start, end)| format!("{start}/{end}")).unwrap_or_default()
}

/// As the batch file spells it.
fn moment(moment: EnrolmentMoment) -> &'static str {
    match moment {
        EnrolmentMoment::Initial => "initial",
        EnrolmentMoment::CensusDate => "census-date",
        EnrolmentMoment::Final => "final",
        EnrolmentMoment::Cumulative => "cumulative",
    }
}

/// As the mapping spells it.
fn age_basis(basis: AgeBasis) -> &'static str {
    match basis {
        AgeBasis::BirthDate => "birth-date",
        AgeBasis::Reported => "reported",
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Draft => "draft",
        Status::Provisional => "provisional",
        Status::Official => "official",
        Status::Retired => "retired",
    }
}

/// The reference structure in force: level, entry age and duration.
fn system(place: &Place<'_>) -> String {
    let catalogue = place.catalogue;
    let code = |dimension: DimensionId, code: CodeId| catalogue.dimension(dimension).codes.code(code).id.clone();
    let levels = place.system.levels().iter().map(|level| {
        let structure = code(catalogue.known().structure, level.structure);
        let edu_level = code(catalogue.known().edu_level, level.edu_level);
        format!("{structure} {edu_level} {}+{}", level.entry_age, level.duration)
    });
    levels.collect::<Vec<_>>().join("; ")
}

fn system_source(place: &Place<'_>) -> String {
    let mut sources: Vec<_> = place.system.levels().iter().map(|level| level.source.clone()).collect();
    sources.sort_unstable();
    sources.dedup();
    sources.join("; ")
}

/// A hash of a specification and its tables.
fn spec_hash(catalogue: &Catalogue, kind: &str, id: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for path in catalogue.files_of(kind, id) {
        hasher.update(path.as_bytes()).update(&[0]);
        hasher.update(catalogue.files().get(path).map_or(&[][..], |text| text.as_bytes())).update(&[0]);
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

fn short_hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..16].to_owned()
}
