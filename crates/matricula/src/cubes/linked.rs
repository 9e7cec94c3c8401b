//! The pupils of a country, followed over the years, to the bytes of a cube file, and back.

use std::collections::BTreeMap;

use matricula_engine::aggregate::keyed_sums::{Cells, summed};
use matricula_engine::cube::key::KeyLayout;
use matricula_engine::input::InputFileHash;
use matricula_engine::link::{Followed, LinkLayout, Sources, can_be_followed};
use matricula_spec::model::dimension::CodeId;
use matricula_spec::{Batch, Catalogue};

use super::file::{Refusal, key, meta, names};
use super::meta::{Content, LinkedMeta, LinkedSource, Meta};
use super::table::{self, Opened};
use super::{Section, SectionCells};
use crate::error::StoreError;

/// The sources of a batch that are followed together, by the position of the first.
pub(crate) fn groups(catalogue: &Catalogue, batch: &Batch) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<Option<CodeId>, Vec<usize>> = BTreeMap::new();
    for (position, source) in batch.sources.iter().enumerate() {
        if can_be_followed(&catalogue.mappings()[source.mapping]) {
            groups.entry(source.ref_area).or_default().push(position);
        }
    }
    groups.into_values().collect()
}

/// What must be so that a file holds the pupils of these sources: its content, but for what came of it.
pub(crate) fn wanted(
    catalogue: &Catalogue,
    batch: &Batch,
    group: &[usize],
    sources: Vec<LinkedSource>,
    bridges: &[InputFileHash],
) -> LinkedMeta {
    let ref_area = group.first().and_then(|position| batch.sources[*position].ref_area);
    let areas = &catalogue.dimension(catalogue.known().ref_area).codes;
    let linking = format!("{:?} {:?}", batch.link, LinkLayout::new(catalogue, batch).prefer());
    LinkedMeta {
        ref_area: ref_area.map(|code| areas.code(code).id.clone()),
        sources,
        bridges: bridges.to_vec(),
        linking: blake3::hash(linking.as_bytes()).to_hex().to_string(),
        years: Vec::new(),
        differing: 0,
    }
}

/// The name of all that decides on the linked pupils of a group, in hexadecimal.
/// The key of pseudonyms is no part of it: no figure depends on it, and it must not be guessed from a name.
pub(crate) fn key_of_linked(
    catalogue: &Catalogue,
    sources: &Sources<'_>,
    group: &[usize],
    wanted: &LinkedMeta,
) -> String {
    let cuboids = group.iter().map(|position| sources.layouts(*position).map(|of| names(catalogue, of)).collect());
    let cuboids: Vec<Vec<_>> = cuboids.collect();
    key(wanted, &cuboids)
}

/// The bytes of the file, and their hash.
pub(crate) fn encode_linked(
    catalogue: &Catalogue,
    batch: &Batch,
    sources: &Sources<'_>,
    wanted: LinkedMeta,
    followed: &Followed,
) -> Result<(Vec<u8>, String), StoreError> {
    let areas = &catalogue.dimension(catalogue.known().ref_area).codes;
    let mut sections = Vec::new();
    let mut of_section = Vec::new();
    for (position, cells) in &followed.cells {
        for (layout, cells) in sources.layouts(*position).zip(cells) {
            sections.push(Section { layout, grain: None, cells: SectionCells::Plain(cells) });
            of_section.push(batch.sources[*position].id.clone());
        }
    }
    let years = followed.years.iter().map(|(area, year)| (areas.code(*area).id.clone(), *year)).collect();
    let content = LinkedMeta { years, differing: followed.differing, ..wanted };
    let source = |section: usize| of_section.get(section).cloned();
    let meta = meta(catalogue, &sections, source, Content::Linked(Box::new(content)));
    table::encode(catalogue, &meta, &sections)
}

/// What following came to, if the file holds the pupils of exactly these sources.
pub(crate) fn decode_linked(
    catalogue: &Catalogue,
    batch: &Batch,
    sources: &Sources<'_>,
    wanted: &LinkedMeta,
    (opened, meta): (&Opened, &Meta),
) -> Result<Followed, Refusal> {
    let Content::Linked(content) = &meta.content else { return Err(Refusal::Damaged) };
    if content.linking != wanted.linking || content.bridges != wanted.bridges {
        return Err(Refusal::Outdated("way of linking, or bridge"));
    }
    if content.ref_area != wanted.ref_area || content.sources != wanted.sources {
        return Err(Refusal::Outdated("set of sources, or of their files"));
    }
    let areas = &catalogue.dimension(catalogue.known().ref_area).codes;
    let years = content.years.iter().map(|(area, year)| Some((areas.find(area)?, *year)));
    let mut followed = Followed {
        years: years.collect::<Option<_>>().ok_or(Refusal::Damaged)?,
        differing: content.differing,
        ..Followed::default()
    };
    let columns = opened.columns(catalogue, meta.cuboids.len()).ok_or(Refusal::Damaged)?;
    for (position, source) in batch.sources.iter().enumerate() {
        let of_source = |(_, cuboid): &(usize, &super::meta::CuboidMeta)| cuboid.source.as_ref() == Some(&source.id);
        if !meta.cuboids.iter().enumerate().any(|cuboid| of_source(&cuboid)) {
            continue;
        }
        let cells = |layout: &KeyLayout| -> Result<Cells, Refusal> {
            let wanted = names(catalogue, layout);
            let has_all = |cuboid: &super::meta::CuboidMeta| wanted.iter().all(|name| cuboid.dimensions.contains(name));
            let fits = meta.cuboids.iter().enumerate().filter(of_source).filter(|(_, cuboid)| has_all(cuboid));
            let smallest = fits.min_by_key(|(at, cuboid)| (cuboid.dimensions != wanted, columns.cells(*at)));
            let (at, cuboid) = smallest.ok_or_else(|| Refusal::Lacks(layout.dimensions().collect()))?;
            let keys = columns.keys(at, layout).ok_or(Refusal::Damaged)?;
            let cells = keys.into_iter().zip(columns.counts(at).iter().copied()).collect();
            Ok(if cuboid.dimensions == wanted { cells } else { summed(cells) })
        };
        followed.cells.insert(position, sources.layouts(position).map(cells).collect::<Result<_, _>>()?);
    }
    Ok(followed)
}
