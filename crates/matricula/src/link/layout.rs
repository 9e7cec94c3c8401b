//! A record on its way between the passes: bytes whose order is the order of preference.
//!
//! known 1, pseudonym 16, country 2, year 2, ranks, codes 2 each, school 8, source 2; all big-endian, so that
//! comparing bytes brings the records of a pupil together, year by year, the one to be followed first.

use matricula_spec::model::dimension::{CodeId, DimensionId};
use matricula_spec::model::mapping::{Amount, CountedUnit, Mapping};
use matricula_spec::model::rule::{Check, Preference};
use matricula_spec::{Batch, Catalogue};

use crate::harmonize::HarmonizedBlock;
use crate::harmonize::plan::{Origin, dimensions_of};

/// What stands before the ranks.
const HEAD: usize = 21;
/// What stands after the codes.
const TAIL: usize = 10;

/// A dimension that the source of a record does not have.
const ABSENT: u16 = u16::MAX;

/// Where everything stands in a record.
#[derive(Debug, Clone)]
pub(crate) struct LinkLayout {
    /// The dimensions of all linked sources, ascending.
    dimensions: Vec<DimensionId>,
    /// Which of several records of a pupil in one year is followed.
    prefer: Vec<Preference>,
}

/// What a record is written from, besides its codes.
pub(crate) struct Written {
    pub(crate) pseudonym: Option<u128>,
    pub(crate) ref_area: CodeId,
    pub(crate) year: u16,
    /// 0 where it is not told.
    pub(crate) school: u64,
    pub(crate) source: u16,
}

/// Whether the pupils of a mapping can be followed.
pub(crate) fn can_be_followed(mapping: &Mapping) -> bool {
    let counts_pupils = mapping.units.contains(&CountedUnit::Student) && mapping.amount == Amount::Rows;
    counts_pupils && !mapping.pseudonyms.is_empty()
}

impl LinkLayout {
    /// The layout of a batch's linked sources.
    pub(crate) fn new(catalogue: &Catalogue, batch: &Batch) -> Self {
        let mappings = batch.sources.iter().map(|source| &catalogue.mappings()[source.mapping]);
        let linked = mappings.filter(|mapping| can_be_followed(mapping));
        let mut dimensions: Vec<_> = linked.flat_map(|mapping| dimensions_of(catalogue, mapping)).collect();
        dimensions.sort_unstable();
        dimensions.dedup();
        let of_pupils = batch.rules.iter().find_map(|rule| match &catalogue.rules()[*rule].check {
            Check::Unique { identifier, prefer } if identifier == "student" => Some(prefer.clone()),
            _ => None,
        });
        Self { dimensions, prefer: of_pupils.unwrap_or_default() }
    }

    /// Bytes of a record.
    pub(crate) fn width(&self) -> usize {
        HEAD + self.prefer.len() + 2 * self.dimensions.len() + TAIL
    }

    /// Which of several records of a pupil in one year is followed.
    pub(crate) fn prefer(&self) -> &[Preference] {
        &self.prefer
    }

    /// The dimensions of all linked sources, ascending.
    pub(crate) fn dimensions(&self) -> &[DimensionId] {
        &self.dimensions
    }

    /// How the records of a block are written.
    pub(crate) fn writer<'b>(&self, records: &'b HarmonizedBlock<'_>) -> LinkWriter<'b> {
        let rank = |preference: &Preference| {
            let of_code = |code| preference.order.iter().position(|listed| *listed == code);
            Column::of(records, preference.variable, u8::MAX.to_be_bytes(), |code| {
                of_code(code).and_then(|rank| u8::try_from(rank).ok()).unwrap_or(u8::MAX).to_be_bytes()
            })
        };
        let code = |dimension: &DimensionId| {
            Column::of(records, *dimension, ABSENT.to_be_bytes(), |code| code.0.to_be_bytes())
        };
        LinkWriter { ranks: self.prefer.iter().map(rank).collect(), codes: self.dimensions.iter().map(code).collect() }
    }

    /// A record among its bytes.
    pub(crate) fn read<'a>(&self, bytes: &'a [u8]) -> LinkRecord<'a> {
        let codes = HEAD + self.prefer.len();
        LinkRecord { bytes, codes, after: codes + 2 * self.dimensions.len() }
    }
}

/// Writes the records of a block: what a code comes to is found once a class, not once a record.
pub(crate) struct LinkWriter<'b> {
    ranks: Vec<Column<'b, 1>>,
    codes: Vec<Column<'b, 2>>,
}

/// Some bytes of each record.
enum Column<'b, const BYTES: usize> {
    Same([u8; BYTES]),
    ByClass { classes: &'b [u32], bytes: Vec<[u8; BYTES]> },
}

impl LinkWriter<'_> {
    /// Writes a record over what `bytes` held; `position` is its place in the block.
    pub(crate) fn write(&self, position: usize, record: &Written, bytes: &mut Vec<u8>) {
        bytes.clear();
        bytes.push(u8::from(record.pseudonym.is_some()));
        bytes.extend_from_slice(&record.pseudonym.unwrap_or_default().to_be_bytes());
        bytes.extend_from_slice(&record.ref_area.0.to_be_bytes());
        bytes.extend_from_slice(&record.year.to_be_bytes());
        self.ranks.iter().for_each(|rank| bytes.extend_from_slice(&rank.at(position)));
        self.codes.iter().for_each(|code| bytes.extend_from_slice(&code.at(position)));
        bytes.extend_from_slice(&record.school.to_be_bytes());
        bytes.extend_from_slice(&record.source.to_be_bytes());
    }
}

impl<'b, const BYTES: usize> Column<'b, BYTES> {
    /// The bytes of a dimension's codes; `absent` where the source does not have it.
    fn of(
        records: &'b HarmonizedBlock<'_>,
        dimension: DimensionId,
        absent: [u8; BYTES],
        bytes: impl Fn(CodeId) -> [u8; BYTES],
    ) -> Self {
        match records.dimensions().binary_search(&dimension).map(|slot| records.origin(slot)) {
            Err(_) => Self::Same(absent),
            Ok(Origin::Fixed(code)) => Self::Same(bytes(code)),
            Ok(Origin::Part(part, output)) => {
                let classes = records.classes(part);
                let bytes = (0..classes.len()).map(|class| bytes(classes.code(class, output))).collect();
                Self::ByClass { classes: records.part(part), bytes }
            }
        }
    }

    fn at(&self, position: usize) -> [u8; BYTES] {
        match self {
            Self::Same(bytes) => *bytes,
            Self::ByClass { classes, bytes } => bytes[classes[position] as usize],
        }
    }
}

/// A record, as it was written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinkRecord<'a> {
    bytes: &'a [u8],
    codes: usize,
    after: usize,
}

impl<'a> LinkRecord<'a> {
    /// Whether it has a pseudonym, and which; records with the same bytes are one pupil's.
    pub(crate) fn pupil(self) -> &'a [u8] {
        &self.bytes[..17]
    }

    /// Whether it has a pseudonym.
    pub(crate) fn is_known(self) -> bool {
        self.bytes[0] == 1
    }

    /// The first bytes of all, as a number of the same order: the pseudonym's where there is one.
    pub(crate) fn beginning(self) -> u64 {
        let first = |bytes: &[u8]| bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        // Half of the numbers for those who are known, so that the others come before them.
        if self.is_known() { 1 << 63 | first(&self.bytes[1..9]) >> 1 } else { 0 }
    }

    /// Country.
    pub(crate) fn ref_area(self) -> CodeId {
        CodeId(self.number(17))
    }

    /// Year in which the school year ends.
    pub(crate) fn year(self) -> u16 {
        self.number(19)
    }

    /// The code on the dimension at a position of the layout; nothing where the source does not have it.
    pub(crate) fn code(self, position: usize) -> Option<CodeId> {
        Some(self.number(self.codes + 2 * position)).filter(|code| *code != ABSENT).map(CodeId)
    }

    /// The school; nothing where it is not told.
    pub(crate) fn school(self) -> Option<&'a [u8]> {
        Some(&self.bytes[self.after..self.after + 8]).filter(|school| school.iter().any(|byte| *byte != 0))
    }

    /// Position of the source in the batch.
    pub(crate) fn source(self) -> usize {
        usize::from(self.number(self.after + 8))
    }

    fn number(self, at: usize) -> u16 {
        u16::from_be_bytes([self.bytes[at], self.bytes[at + 1]])
    }
}
