//! `mappings/**/*.toml`.

use std::collections::BTreeMap;

use toml::Spanned;

use super::Lowered;
use super::amount;
use super::common::{citations, header, label, status};
use super::dimensions::files_of;
use super::names::{Names, Reader};
use super::pseudonyms::pseudonym;
use super::recodes::{RecodeOf, recodes};
use super::variables::variable;
use crate::model::dimension::{CodeId, DimensionId};
use crate::model::mapping::{
    Absent, AgeBasis, ColumnTest, CountedUnit, Coverage, DimensionCoverage, Identifier, Mapping, MobilityProxy, Recode,
    RowScope, SplitMethod, UnpivotColumn, Validity,
};
use crate::problem::{Place, Problems};
use crate::raw::mapping::{
    RawAbsent, RawAgeBasis, RawColumnTest, RawCoverage, RawIdentifier, RawMapping, RawScope, RawSplitMethod,
    RawUnitCounted, RawUnpivot,
};

/// Where a mapping says what it says.
#[derive(Debug, Clone, Default)]
pub(crate) struct MappingPlaces {
    pub(crate) id: Place,
    pub(crate) amount: Place,
    pub(crate) variables: BTreeMap<DimensionId, Place>,
    pub(crate) recodes: Vec<RecodePlaces>,
    pub(crate) proxy: Option<Place>,
    pub(crate) splits: BTreeMap<DimensionId, Place>,
}

/// Where a recode table says what it says.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecodePlaces {
    pub(crate) table: Place,
    pub(crate) rows: Vec<Place>,
}

/// Reads the mappings.
pub(crate) fn mappings(
    files: &BTreeMap<String, String>,
    names: Names<'_>,
    problems: &mut Problems,
) -> Vec<Lowered<Mapping, MappingPlaces>> {
    let mut mappings = Vec::new();
    for text in files_of(files, "mappings/", ".toml") {
        match text.parse::<RawMapping>() {
            Ok(raw) => {
                let mut reader = Reader { names, text, problems };
                mappings.push(mapping(files, &raw, &mut reader));
            }
            Err(problem) => problems.push(*problem),
        }
    }
    mappings
}

fn mapping(
    files: &BTreeMap<String, String>,
    raw: &RawMapping,
    reader: &mut Reader<'_>,
) -> Lowered<Mapping, MappingPlaces> {
    let (text, names) = (reader.text, reader.names);
    header(&text, &raw.format, &raw.id, reader.problems);
    let id = text.of(&raw.id);
    let RecodeOf { recodes, places, tables } = recodes(files, raw, reader);
    let mut variable_places = BTreeMap::new();
    let mut variables = BTreeMap::new();
    for (name, raw) in &raw.variable {
        let Some(dimension) = reader.dimension_at(name) else { continue };
        variable_places.insert(dimension, text.of(name));
        variables.extend(variable(dimension, name, raw, &recodes, reader).map(|variable| (dimension, variable)));
    }
    let mobility = raw.mobility.as_ref().map(|raw| MobilityProxy {
        proxy: raw.proxy.get_ref().clone(),
        weakness: label(&raw.weakness, &text, &text.of(&raw.proxy), reader.problems),
    });
    let model = Mapping {
        id: raw.id.get_ref().clone(),
        status: status(raw.status),
        label: label(&raw.label, &text, &id, reader.problems),
        units: raw.units.iter().map(|unit| counted(*unit)).collect(),
        amount: amount::amount(raw.amount.get_ref()),
        variables,
        available: available(raw, reader),
        recodes,
        out_of_scope: raw.out_of_scope.iter().map(scope).collect(),
        identifiers: raw.identifier.iter().map(|(role, raw)| (role.clone(), identifier(raw))).collect(),
        mobility,
        age_basis: raw.age.as_ref().map(|age| match age.basis {
            RawAgeBasis::BirthDate => AgeBasis::BirthDate,
            RawAgeBasis::Reported => AgeBasis::Reported,
        }),
        pseudonyms: raw.pseudonym.iter().filter_map(|raw| pseudonym(raw, reader)).collect(),
        coverage: coverage(&raw.coverage, reader),
        whole_numbers: raw.whole_numbers.clone(),
        optional: raw.optional.clone(),
        splits: splits(raw, reader),
        unpivot: raw.unpivot.iter().map(|raw| unpivot(raw, reader)).collect(),
        sources: citations(&raw.source, id.clone(), reader.problems),
    };
    let proxy = raw.mobility.as_ref().map(|raw| text.of(&raw.proxy));
    let split_places = raw.split.keys().filter_map(|name| Some((names.find(name.get_ref())?, text.of(name)))).collect();
    let places = MappingPlaces {
        id,
        amount: text.of(&raw.amount),
        variables: variable_places,
        recodes: places,
        proxy,
        splits: split_places,
    };
    Lowered { model, places, path: text.path.to_owned(), tables }
}

/// What is counted.
pub(crate) fn counted(raw: RawUnitCounted) -> CountedUnit {
    match raw {
        RawUnitCounted::Student => CountedUnit::Student,
        RawUnitCounted::Teacher => CountedUnit::Teacher,
        RawUnitCounted::School => CountedUnit::School,
        RawUnitCounted::Person => CountedUnit::Person,
    }
}

fn available(raw: &RawMapping, reader: &mut Reader<'_>) -> BTreeMap<DimensionId, Validity> {
    let years = |raw: &crate::raw::mapping::RawValidity| Validity { from: raw.from, to: raw.to };
    raw.available.iter().filter_map(|(name, raw)| Some((reader.dimension_at(name)?, years(raw)))).collect()
}

fn scope(raw: &RawScope) -> RowScope {
    let test = |(column, test): (&String, &Spanned<RawColumnTest>)| {
        let (values, listed) = match test.get_ref() {
            RawColumnTest::In(values) => (values, true),
            RawColumnTest::NotIn(values) => (values, false),
        };
        ColumnTest { column: column.clone(), values: values.clone(), listed }
    };
    RowScope { reason: raw.reason.clone(), tests: raw.tests.iter().map(test).collect() }
}

fn identifier(raw: &RawIdentifier) -> Identifier {
    match raw {
        RawIdentifier::Columns(columns) => Identifier::Columns(columns.clone()),
        RawIdentifier::FirstNonEmpty(columns) => Identifier::FirstNonEmpty(columns.clone()),
    }
}

fn coverage(raw: &RawCoverage, reader: &mut Reader<'_>) -> Coverage {
    let mut dimensions = BTreeMap::new();
    for (name, raw) in &raw.dimension {
        let Some(dimension) = reader.dimension_at(name) else { continue };
        let mut codes = reader.codes_at(dimension, &raw.codes);
        codes.sort_unstable();
        let may_be_absent = reader.codes_at(dimension, &raw.may_be_absent);
        let margin = |(margin, parts): (&Spanned<String>, &Vec<Spanned<String>>)| {
            let parts = reader.codes_at(dimension, parts);
            Some((reader.code_at(dimension, margin)?, parts))
        };
        let parts: Vec<(CodeId, Vec<CodeId>)> = raw.parts.iter().filter_map(margin).collect();
        let of_dimension = DimensionCoverage { codes, parts, complement: raw.complement, may_be_absent };
        dimensions.insert(dimension, of_dimension);
    }
    let absent = match raw.absent {
        RawAbsent::Zero => Absent::Zero,
        RawAbsent::Missing => Absent::Missing,
    };
    Coverage { absent, dimensions }
}

fn splits(raw: &RawMapping, reader: &mut Reader<'_>) -> BTreeMap<DimensionId, SplitMethod> {
    let method = |raw: &crate::raw::mapping::RawSplit| match raw.method {
        RawSplitMethod::Uniform => SplitMethod::Uniform,
    };
    raw.split.iter().filter_map(|(name, raw)| Some((reader.dimension_at(name)?, method(raw)))).collect()
}

fn unpivot(raw: &RawUnpivot, reader: &mut Reader<'_>) -> UnpivotColumn {
    let code = |(name, code): (&Spanned<String>, &Spanned<String>)| {
        let dimension = reader.dimension_at(name)?;
        Some((dimension, reader.code_at(dimension, code)?))
    };
    UnpivotColumn { name: raw.name.clone(), codes: raw.codes.iter().filter_map(code).collect() }
}

/// The recode table that gives a dimension, and which of its outputs does.
pub(crate) fn output_of(recodes: &[Recode], name: &str, dimension: DimensionId) -> Option<(usize, usize)> {
    let recode = recodes.iter().position(|recode| recode.id == name)?;
    let output = recodes[recode].gives.iter().position(|gives| *gives == dimension)?;
    Some((recode, output))
}
