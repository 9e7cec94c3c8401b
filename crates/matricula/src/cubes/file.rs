//! The counts of a source to the bytes of a cube file, and back.

use std::collections::BTreeSet;

use matricula_engine::aggregate::keyed_sums::{Cells, UnitCells, summed};
use matricula_engine::cube::SliceKey;
use matricula_engine::cube::coverage::SliceCoverage;
use matricula_engine::cube::key::KeyLayout;
use matricula_engine::input::InputFileHash;
use matricula_engine::source::{Counted, GrainPlan, SourcePlan};
use matricula_spec::Catalogue;
use matricula_spec::model::dimension::DimensionId;
use matricula_spec::model::mapping::RowKind;
use serde::{Deserialize, Serialize};

use super::coverage::{Covered, covered};
use super::fingerprint::{Engine, Fingerprint};
use super::meta::{Content, CuboidMeta, FORMAT, Meta, NOTICE, ProblemMeta, SourceMeta};
use super::table::{self, Columns, Opened};
use super::{KEY_OF_COUNTED, Section, SectionCells};
use crate::error::StoreError;

/// Why a cube file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is not as it was written.
    Damaged,
    /// Another program wrote it, or something that decides on its cells was another; what, in words.
    Outdated(&'static str),
    /// No cuboid has all these dimensions.
    Lacks(Vec<DimensionId>),
}

/// The bytes of the cube file of a source, and their hash.
pub(crate) fn encode(
    plan: &SourcePlan<'_>,
    fingerprint: Fingerprint,
    counted: &Counted,
) -> Result<(Vec<u8>, String), StoreError> {
    let plain = plan.cuboids.iter().zip(&counted.cuboids);
    let plain = plain.map(|(layout, cells)| Section { layout, grain: None, cells: SectionCells::Plain(cells) });
    let grains = plan.grains.iter().zip(&counted.grains).map(|(grain, cells)| Section {
        layout: &grain.layout,
        grain: Some(&grain.role),
        cells: SectionCells::Units(cells),
    });
    let sections: Vec<Section<'_>> = plain.chain(grains).collect();
    let content = SourceMeta {
        source: plan.source.id.clone(),
        mapping: plan.mapping.id.clone(),
        rules: plan.validate.rule_ids(),
        fingerprint,
        inputs: counted.inputs.clone(),
        decimals: plan.mapping.amount.decimals(),
        kept: counted.kept,
        tally: counted.harmonized.clone(),
        rules_failed: counted.validated.clone(),
        duplicates: counted.duplicates.clone(),
        lacking: counted.lacking.iter().map(ProblemMeta::of).collect(),
        coverage: coverage(plan, counted),
    };
    let meta = meta(plan.catalogue, &sections, |_| None, Content::Source(Box::new(content)));
    table::encode(plan.catalogue, &meta, &sections)
}

/// The name of all that decides on the counts of a source, in hexadecimal.
pub(crate) fn key_of_source(plan: &SourcePlan<'_>, fingerprint: &Fingerprint, inputs: &[InputFileHash]) -> String {
    let plain = plan.cuboids.iter().map(|layout| (None, names(plan.catalogue, layout)));
    let grains = plan.grains.iter().map(|grain| (Some(&grain.role), names(plan.catalogue, &grain.layout)));
    let cuboids: Vec<_> = plain.chain(grains).collect();
    key(&(fingerprint, inputs), &cuboids)
}

/// The name of counts: half of it of what was counted and the program that counts, which entries over other cuboids
/// have in common, half of the cuboids.
pub(crate) fn key(counted: &impl Serialize, cuboids: &impl Serialize) -> String {
    // Texts and numbers always have a JSON.
    let half = |text: Vec<u8>| blake3::hash(&text).to_hex()[..KEY_OF_COUNTED].to_owned();
    let counted = half(serde_json::to_vec(&(FORMAT, Engine::this(), counted)).unwrap_or_default());
    counted + &half(serde_json::to_vec(cuboids).unwrap_or_default())
}

/// What a file of these cuboids says of itself; `source` names the source of a cuboid where a file holds several.
pub(crate) fn meta(
    catalogue: &Catalogue,
    sections: &[Section<'_>],
    source: impl Fn(usize) -> Option<String>,
    content: Content,
) -> Meta {
    let cuboid = |(position, section): (usize, &Section<'_>)| CuboidMeta {
        grain: section.grain.map(str::to_owned),
        source: source(position),
        dimensions: names(catalogue, section.layout),
    };
    Meta {
        format: FORMAT,
        notice: NOTICE.to_owned(),
        engine: Engine::this(),
        cuboids: sections.iter().enumerate().map(cuboid).collect(),
        content,
    }
}

/// Names of the dimensions of a layout.
pub(crate) fn names(catalogue: &Catalogue, layout: &KeyLayout) -> Vec<String> {
    layout.dimensions().map(|dimension| catalogue.dimension(dimension).id.clone()).collect()
}

/// The coverage of every slice; all cuboids hold the same records, so the first tells the slices.
fn coverage(plan: &SourcePlan<'_>, counted: &Counted) -> Vec<Covered> {
    let known = plan.catalogue.known();
    let (Some(layout), Some(cells)) = (plan.cuboids.first(), counted.cuboids.first()) else { return Vec::new() };
    let positions = [known.measure, known.ref_area, known.time_period].map(|d| layout.position(d).unwrap_or_default());
    let slice = |key: &(u128, i128)| positions.map(|position| layout.code(key.0, position));
    let slices: BTreeSet<SliceKey> = cells.iter().map(slice).map(|[a, b, c]| (a, b, c)).collect();
    let years = &plan.catalogue.dimension(known.time_period).codes;
    let of = |slice: SliceKey| {
        let year = years.code(slice.2).number().unwrap_or_default();
        (slice, SliceCoverage::of(plan.catalogue, plan.mapping, slice.0, year))
    };
    let coverage: Vec<_> = slices.into_iter().map(of).collect();
    covered(plan.catalogue, coverage.iter().map(|(slice, coverage)| (*slice, coverage)))
}

/// What every format says of itself.
#[derive(Debug, Deserialize)]
struct Written {
    format: u32,
    engine: Option<Engine>,
}

/// What an opened file says of itself, if this program would have written the same cells.
pub(crate) fn read_meta(opened: &Opened) -> Result<Meta, Refusal> {
    let written: Written = serde_json::from_str(&opened.meta).map_err(|_| Refusal::Damaged)?;
    if written.format != FORMAT {
        return Err(Refusal::Outdated("format"));
    }
    match written.engine {
        Some(engine) if engine == Engine::this() => {}
        Some(engine) if engine.version != Engine::this().version => {
            return Err(Refusal::Outdated("version of the program"));
        }
        _ => return Err(Refusal::Outdated("build of the program")),
    }
    serde_json::from_str(&opened.meta).map_err(|_| Refusal::Damaged)
}

/// The counts that a file holds of the source of a plan, brought to the cuboids of the plan.
pub(crate) fn decode(
    plan: &SourcePlan<'_>,
    fingerprint: &Fingerprint,
    opened: &Opened,
    meta: &Meta,
) -> Result<Counted, Refusal> {
    let Content::Source(content) = &meta.content else { return Err(Refusal::Damaged) };
    if let Some(part) = fingerprint.differs_from(&content.fingerprint) {
        return Err(Refusal::Outdated(part));
    }
    // Before any cell is read: of several files of a source some may serve.
    plan.cuboids.iter().try_for_each(|layout| fitting(plan, meta, (None, layout)).map(drop))?;
    plan.grains.iter().try_for_each(|of| fitting(plan, meta, (Some(&of.role), &of.layout)).map(drop))?;
    let columns = opened.columns(plan.catalogue, meta.cuboids.len()).ok_or(Refusal::Damaged)?;
    let file = Held { plan, meta, columns };
    let grain = |grain: &GrainPlan| file.units(&grain.role, &grain.layout);
    let lacking = content.lacking.iter().cloned().map(ProblemMeta::problem);
    let counted = Counted {
        harmonized: content.tally.clone(),
        validated: content.rules_failed.clone(),
        kept: content.kept,
        cuboids: plan.cuboids.iter().map(|layout| file.plain(layout)).collect::<Result<_, _>>()?,
        grains: plan.grains.iter().map(grain).collect::<Result<_, _>>()?,
        duplicates: content.duplicates.clone(),
        lacking: lacking.collect::<Option<_>>().ok_or(Refusal::Damaged)?,
        inputs: content.inputs.clone(),
        ..Counted::default()
    };
    if !content.tally.is_of(&plan.harmonize) {
        return Err(Refusal::Damaged);
    }
    if coverage(plan, &counted) != content.coverage {
        return Err(Refusal::Outdated("coverage"));
    }
    Ok(counted)
}

struct Held<'a> {
    plan: &'a SourcePlan<'a>,
    meta: &'a Meta,
    columns: Columns,
}

impl Held<'_> {
    fn plain(&self, layout: &KeyLayout) -> Result<Cells, Refusal> {
        let (cuboid, exactly) = self.find(None, layout)?;
        let keys = self.columns.keys(cuboid, layout).ok_or(Refusal::Damaged)?;
        let cells = keys.into_iter().zip(self.columns.counts(cuboid).iter().copied()).collect();
        Ok(if exactly { cells } else { summed(cells) })
    }

    fn units(&self, role: &str, layout: &KeyLayout) -> Result<UnitCells, Refusal> {
        let (cuboid, exactly) = self.find(Some(role), layout)?;
        let keys = self.columns.keys(cuboid, layout).ok_or(Refusal::Damaged)?;
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let units = self.columns.units(cuboid).ok_or(Refusal::Damaged)?.iter().copied();
        let cells = units.zip(keys).zip(self.columns.counts(cuboid).iter().copied()).collect();
        Ok(if exactly { cells } else { summed(cells) })
    }

    /// The smallest cuboid that has all dimensions of a layout, and whether it has no others.
    fn find(&self, grain: Option<&str>, layout: &KeyLayout) -> Result<(usize, bool), Refusal> {
        let fitting = fitting(self.plan, self.meta, (grain, layout))?;
        let smallest = |(position, exactly): &(usize, bool)| (!exactly, self.columns.cells(*position));
        fitting.into_iter().min_by_key(smallest).ok_or_else(|| Refusal::Lacks(layout.dimensions().collect()))
    }
}

/// The cuboids of a file that have all dimensions of a layout, and whether they have no others; never none.
/// Margins of a table cannot be summed away, so such a table must have exactly these.
fn fitting(
    plan: &SourcePlan<'_>,
    meta: &Meta,
    (grain, layout): (Option<&str>, &KeyLayout),
) -> Result<Vec<(usize, bool)>, Refusal> {
    let wanted = names(plan.catalogue, layout);
    let additive = plan.mapping.amount.rows() == RowKind::Pieces;
    let fits = |(position, cuboid): (usize, &CuboidMeta)| {
        let has_all = wanted.iter().all(|dimension| cuboid.dimensions.contains(dimension));
        let exactly = cuboid.dimensions == wanted;
        (cuboid.grain.as_deref() == grain && (exactly || (additive && has_all))).then_some((position, exactly))
    };
    let fitting: Vec<_> = meta.cuboids.iter().enumerate().filter_map(fits).collect();
    if fitting.is_empty() { Err(Refusal::Lacks(layout.dimensions().collect())) } else { Ok(fitting) }
}
