//! Raw -> model: names resolved, places kept for the checks.

mod amount;
mod batch;
mod common;
mod conventions;
mod dimensions;
mod formulas;
pub(crate) mod indicators;
pub(crate) mod mappings;
mod names;
pub(crate) mod pseudonyms;
mod recodes;
pub(crate) mod rules;
mod sources;
mod synonyms;
mod systems;
mod table;
mod text;
mod variables;

use std::collections::BTreeMap;

use crate::model::catalogue::{Catalogue, KnownDimensions};
use crate::model::dimension::DimensionId;
use crate::model::indicator::Indicator;
use crate::model::mapping::Mapping;
use crate::model::rule::Rule;
use crate::problem::{Place, Problem, ProblemCode, Problems};
pub(crate) use batch::{BatchPlaces, batch};
use dimensions::{Dimensions, dimensions};
use indicators::IndicatorPlaces;
use mappings::MappingPlaces;
use names::Names;
pub(crate) use names::nearest;
use rules::RulePlaces;

/// A specification and where it says what it says.
#[derive(Debug, Clone)]
pub(crate) struct Lowered<M, P> {
    pub(crate) model: M,
    pub(crate) places: P,
    /// Its own file.
    pub(crate) path: String,
    /// The tables it uses.
    pub(crate) tables: Vec<String>,
}

/// Places of everything, beside the catalogue, for the checks.
pub(crate) struct Places {
    pub(crate) indicators: Vec<IndicatorPlaces>,
    pub(crate) mappings: Vec<MappingPlaces>,
    pub(crate) rules: Vec<RulePlaces>,
}

/// A catalogue from the texts of its files, whatever they hold; nothing where it has no dimensions to speak of.
pub(crate) fn catalogue(files: BTreeMap<String, String>, problems: &mut Problems) -> Option<(Catalogue, Places)> {
    let Dimensions { dimensions, measure_units, age_classes } = dimensions(&files, problems);
    let names = Names { dimensions: &dimensions };
    let known = known(names, problems)?;
    let systems = systems::systems(&files, names, known, problems);
    let crosswalks = systems::crosswalks(&files, names, problems);
    let conventions = conventions::conventions(&files, problems);
    let releases = conventions::releases(&files, names, known, problems);
    let synonyms = synonyms::synonyms(&files, names, problems);
    let indicators = unique(indicators::indicators(&files, names, problems), id_of_indicator, problems);
    let mappings = unique(mappings::mappings(&files, names, problems), id_of_mapping, problems);
    let rules = unique(rules::rules(&files, names, problems), id_of_rule, problems);
    let spec_files = spec_files(&indicators, "indicators", id_of_indicator)
        .chain(spec_files(&mappings, "mappings", id_of_mapping))
        .chain(spec_files(&rules, "rules", id_of_rule))
        .collect();
    let (indicators, indicator_places) = split(indicators);
    let (mappings, mapping_places) = split(mappings);
    let (rules, rule_places) = split(rules);
    let places = Places { indicators: indicator_places, mappings: mapping_places, rules: rule_places };
    let catalogue = Catalogue {
        dimensions,
        known,
        measure_units,
        age_classes,
        systems,
        indicators,
        mappings,
        rules,
        crosswalks,
        conventions,
        releases,
        synonyms,
        files,
        spec_files,
    };
    Some((catalogue, places))
}

fn id_of_indicator(indicator: &Indicator) -> &str {
    &indicator.id
}

fn id_of_mapping(mapping: &Mapping) -> &str {
    &mapping.id
}

fn id_of_rule(rule: &Rule) -> &str {
    &rule.id
}

/// In the order of identifiers, the first of several with the same identifier, with a finding for the others.
fn unique<M, P>(mut all: Vec<Lowered<M, P>>, id: fn(&M) -> &str, problems: &mut Problems) -> Vec<Lowered<M, P>> {
    all.sort_by(|a, b| (id(&a.model), &a.path).cmp(&(id(&b.model), &b.path)));
    let mut kept: Vec<Lowered<M, P>> = Vec::with_capacity(all.len());
    for spec in all {
        match kept.last() {
            Some(first) if id(&first.model) == id(&spec.model) => {
                let field = Some("id".to_owned());
                let place = Place { file: spec.path.clone(), line: Some(1), field, ..Place::default() };
                problems.push(indicators::duplicate_id(place, id(&spec.model), &first.path));
            }
            _ => kept.push(spec),
        }
    }
    kept
}

fn spec_files<'a, M, P>(
    specs: &'a [Lowered<M, P>],
    kind: &'a str,
    id: fn(&M) -> &str,
) -> impl Iterator<Item = (String, Vec<String>)> + 'a {
    specs.iter().map(move |spec| {
        let files = std::iter::once(&spec.path).chain(&spec.tables).cloned().collect();
        (format!("{kind}/{}", id(&spec.model)), files)
    })
}

fn split<M, P>(all: Vec<Lowered<M, P>>) -> (Vec<M>, Vec<P>) {
    all.into_iter().map(|spec| (spec.model, spec.places)).unzip()
}

/// The dimensions that the engine knows by name; findings for those that are missing.
fn known(names: Names<'_>, problems: &mut Problems) -> Option<KnownDimensions> {
    let mut find = |name: &str| -> Option<DimensionId> {
        let found = names.find(name);
        if found.is_none() {
            let place = Place { file: format!("dimensions/{name}.toml"), line: Some(1), ..Place::default() };
            let expected = "The catalogue declares the dimensions that the engine needs.";
            let problem =
                Problem::error(ProblemCode::DimensionMissing, place, expected, format!("no dimension `{name}`"));
            problems.push(problem.help("Add the file, or lay the folder over the embedded catalogue with `--specs`."));
        }
        found
    };
    let (measure, ref_area, time_period) = (find("measure"), find("ref_area"), find("time_period"));
    let (edu_level, grade, age) = (find("edu_level"), find("grade"), find("age"));
    let (age_class, structure) = (find("age_class"), find("structure"));
    let (mobility, sex) = (find("mobility"), find("sex"));
    Some(KnownDimensions {
        measure: measure?,
        ref_area: ref_area?,
        time_period: time_period?,
        edu_level: edu_level?,
        grade: grade?,
        age: age?,
        age_class: age_class?,
        structure: structure?,
        mobility: mobility?,
        sex: sex?,
    })
}
