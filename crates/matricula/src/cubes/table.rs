//! The bytes of a cube file: a long table, one row a cell, and what the file says of itself. `docs/cubes.md`.

use std::io::Cursor;
use std::ops::Range;

use hashbrown::HashMap;
use matricula_engine::cube::key::{Key, KeyLayout};
use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, CodeList, DimensionId};
use polars::prelude::{
    Column, DataFrame, Int128Chunked, IntoColumn, KeyValueMetadata, NewChunkedArray, ParallelStrategy, ParquetReader,
    ParquetWriter, PolarsError, PolarsResult, SerReader, StringChunked, UInt32Chunked,
};

use super::seal::{open_seal, seal, sealed};
use super::{Meta, Section, SectionCells};
use crate::error::StoreError;

/// Entry of the metadata with all that is no cell.
const META: &str = "matricula.cube";
/// Entry with the hash of the file; it must come last.
const SEAL: &str = "matricula.seal";
/// Most digits of a count.
const PRECISION: usize = 38;
/// How every cell of a file came about: what is summed or split from others is so where a cube is read.
const GIVEN: &str = "given";
/// For a cell of a cuboid without the dimension.
const NO_CODE: u16 = u16::MAX;

/// The bytes of a cube file, and its hash.
pub(crate) fn encode(
    catalogue: &Catalogue,
    meta: &Meta,
    sections: &[Section<'_>],
) -> Result<(Vec<u8>, String), StoreError> {
    let mut frame = frame(catalogue, sections)?;
    let entries = vec![(META.to_owned(), serde_json::to_string(meta)?), (SEAL.to_owned(), open_seal())];
    let mut bytes = Vec::new();
    let metadata = Some(KeyValueMetadata::from_static(entries));
    ParquetWriter::new(&mut bytes).set_parallel(false).with_key_value_metadata(metadata).finish(&mut frame)?;
    let hash = seal(&mut bytes).ok_or_else(|| PolarsError::ComputeError("no place for the hash of a cube".into()))?;
    Ok((bytes, hash))
}

fn frame(catalogue: &Catalogue, sections: &[Section<'_>]) -> PolarsResult<DataFrame> {
    let held = |dimension: &DimensionId| sections.iter().any(|section| section.layout.has(*dimension));
    let dimensions: Vec<DimensionId> = catalogue.dimension_ids().filter(held).collect();
    let numbered = || (0_u32..).zip(sections);
    let cuboid = numbered().flat_map(|(number, section)| section.keys().map(move |_| number));
    let grain = sections.iter().flat_map(|section| section.keys().map(|_| section.grain));
    let unit = sections.iter().flat_map(Section::units_of_grain).map(|unit| unit.map(|unit| format!("{unit:032x}")));
    let mut columns = vec![
        UInt32Chunked::from_iter_values("cuboid".into(), cuboid).into_column(),
        StringChunked::from_iter_options("grain".into(), grain).into_column(),
        StringChunked::from_iter_options("unit".into(), unit).into_column(),
    ];
    columns.extend(dimensions.into_iter().map(|dimension| codes(catalogue, sections, dimension)));
    let counts = sections.iter().flat_map(Section::counts);
    let counts = Int128Chunked::from_iter_values("units".into(), counts).into_decimal(PRECISION, 0)?;
    columns.push(counts.into_column());
    let ways = sections.iter().flat_map(|section| section.keys().map(|_| GIVEN));
    columns.push(StringChunked::from_iter_values("way".into(), ways).into_column());
    DataFrame::new(columns[0].len(), columns)
}

fn codes(catalogue: &Catalogue, sections: &[Section<'_>], dimension: DimensionId) -> Column {
    let of = catalogue.dimension(dimension);
    let of_section = |section: &Section<'_>| {
        let (layout, position) = (section.layout.clone(), section.layout.position(dimension));
        let keys: Vec<Key> = section.keys().collect();
        keys.into_iter().map(move |key| Some(of.codes.code(layout.code(key, position?)).id.as_str()))
    };
    StringChunked::from_iter_options(of.id.as_str().into(), sections.iter().flat_map(of_section)).into_column()
}

/// A cube file that is as it was written; its cells are not read yet.
pub(crate) struct Opened {
    pub(crate) hash: String,
    /// What it says of itself, as JSON.
    pub(crate) meta: String,
    bytes: Vec<u8>,
}

/// Opens the bytes of a file; nothing where it is damaged, cut off, or no cube file at all.
pub(crate) fn open(bytes: Vec<u8>) -> Option<Opened> {
    let hash = sealed(&bytes)?;
    let mut reader = ParquetReader::new(Cursor::new(bytes.as_slice()));
    let entries = reader.get_metadata().ok()?.key_value_metadata().as_ref()?;
    let meta = entries.iter().find(|entry| entry.key == META)?.value.clone()?;
    Some(Opened { hash, meta, bytes })
}

/// The cells of a cube file, column by column.
pub(crate) struct Columns {
    rows: Vec<Range<usize>>,
    codes: Vec<(DimensionId, Vec<u16>)>,
    units: Vec<u128>,
    counts: Vec<i128>,
}

impl Opened {
    /// The cells; nothing where the table is not as the format wants it.
    pub(crate) fn columns(&self, catalogue: &Catalogue, cuboids: usize) -> Option<Columns> {
        // Several files are read at once; each on its own thread.
        let reader = ParquetReader::new(Cursor::new(self.bytes.as_slice())).read_parallel(ParallelStrategy::None);
        let frame = reader.finish().ok()?;
        let numbers = frame.column("cuboid").ok()?.u32().ok()?.clone();
        let numbers: Vec<u32> = numbers.iter().collect::<Option<_>>()?;
        let first = |cuboid: usize| numbers.partition_point(|number| (*number as usize) < cuboid);
        let rows = (0..cuboids).map(|cuboid| first(cuboid)..first(cuboid + 1)).collect();
        let named = |name: &str| Some((catalogue.find_dimension(name)?, name.to_owned()));
        let dimensions = frame.get_column_names().into_iter().filter_map(|name| named(name.as_str()));
        let codes = dimensions.map(|(dimension, name)| {
            Some((dimension, positions(frame.column(&name).ok()?.str().ok()?, &catalogue.dimension(dimension).codes)?))
        });
        let counts = frame.column("units").ok()?.decimal().ok()?.physical().iter().collect::<Option<_>>()?;
        Some(Columns { rows, codes: codes.collect::<Option<_>>()?, units: units(&frame)?, counts })
    }
}

/// The position of each code in its list.
fn positions(texts: &StringChunked, list: &CodeList) -> Option<Vec<u16>> {
    let index: HashMap<&str, u16> = list.ids().map(|code| (list.code(code).id.as_str(), code.0)).collect();
    let mut positions = Vec::with_capacity(texts.len());
    let mut last = ("", NO_CODE);
    for text in texts.iter() {
        let position = match text {
            None => NO_CODE,
            Some(text) if text == last.0 => last.1,
            Some(text) => {
                last = (text, *index.get(text)?);
                last.1
            }
        };
        positions.push(position);
    }
    Some(positions)
}

fn units(frame: &DataFrame) -> Option<Vec<u128>> {
    let texts = frame.column("unit").ok()?.str().ok()?;
    if texts.null_count() == texts.len() {
        return Some(Vec::new());
    }
    texts.iter().map(|text| text.map_or(Some(0), |text| u128::from_str_radix(text, 16).ok())).collect()
}

impl Columns {
    /// Number of cells of a cuboid.
    pub(crate) fn cells(&self, cuboid: usize) -> usize {
        self.rows[cuboid].len()
    }

    /// The keys of a cuboid's cells over the dimensions of a layout; nothing where it lacks one.
    pub(crate) fn keys(&self, cuboid: usize, layout: &KeyLayout) -> Option<Vec<Key>> {
        let rows = self.rows[cuboid].clone();
        let mut keys: Vec<Key> = vec![0; rows.len()];
        for (position, dimension) in layout.dimensions().enumerate() {
            let (_, codes) = self.codes.iter().find(|(held, _)| *held == dimension)?;
            for (key, code) in keys.iter_mut().zip(&codes[rows.clone()]) {
                if *code == NO_CODE {
                    return None;
                }
                *key |= layout.place(position, CodeId(*code));
            }
        }
        Some(keys)
    }

    /// The counts of a cuboid's cells.
    pub(crate) fn counts(&self, cuboid: usize) -> &[i128] {
        &self.counts[self.rows[cuboid].clone()]
    }

    /// The units of a grain's cells.
    pub(crate) fn units(&self, cuboid: usize) -> Option<&[u128]> {
        self.units.get(self.rows[cuboid].clone())
    }
}

impl Section<'_> {
    fn keys(&self) -> Box<dyn Iterator<Item = Key> + '_> {
        match self.cells {
            SectionCells::Plain(cells) => Box::new(cells.iter().map(|(key, _)| *key)),
            SectionCells::Units(cells) => Box::new(cells.iter().map(|((_, key), _)| *key)),
        }
    }

    fn units_of_grain(&self) -> Box<dyn Iterator<Item = Option<u128>> + '_> {
        match self.cells {
            SectionCells::Plain(cells) => Box::new(cells.iter().map(|_| None)),
            SectionCells::Units(cells) => Box::new(cells.iter().map(|((unit, _), _)| Some(*unit))),
        }
    }

    fn counts(&self) -> Box<dyn Iterator<Item = i128> + '_> {
        match self.cells {
            SectionCells::Plain(cells) => Box::new(cells.iter().map(|(_, count)| *count)),
            SectionCells::Units(cells) => Box::new(cells.iter().map(|(_, count)| *count)),
        }
    }
}
