//! The classes of a source's records, numbered by all threads alike, so that a record on its way is a few small
//! numbers, and what the numbers say when it is read back.

use std::sync::{Mutex, OnceLock, PoisonError};

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};

use super::layout::LinkLayout;
use crate::harmonize::{Classes, Classified, HarmonizedBlock, Origin};

/// The classes of one source, while its records are gathered.
#[derive(Debug, Default)]
pub(super) struct SharedClasses(OnceLock<Shared>);

#[derive(Debug)]
struct Shared {
    origins: Vec<(DimensionId, Origin)>,
    parts: Vec<Mutex<Classes>>,
}

impl SharedClasses {
    /// Adds to `numbers` those of the classes that a thread has met since it asked last, part by part.
    pub(super) fn learn(&self, records: &HarmonizedBlock<'_>, numbers: &mut Vec<Vec<u32>>) {
        let shared = self.0.get_or_init(|| Shared::of(records));
        numbers.resize_with(shared.parts.len(), Vec::new);
        for (part, (shared, numbers)) in shared.parts.iter().zip(numbers).enumerate() {
            let classes = records.classes(part);
            if numbers.len() < classes.len() {
                let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
                numbers.extend((numbers.len()..classes.len()).map(|class| shared.number(classes.codes(class))));
            }
        }
    }

    /// What all of them say.
    pub(super) fn read(&self, catalogue: &Catalogue, layout: &LinkLayout) -> SourceCodes {
        let (origins, classes) = self.0.get().map(Shared::known).unwrap_or_default();
        SourceCodes::new(catalogue, layout, origins, classes)
    }
}

impl Shared {
    fn of(records: &HarmonizedBlock<'_>) -> Self {
        let dimensions = records.dimensions().iter().enumerate();
        let parts = (0..records.parts()).map(|part| Mutex::new(Classes::new(records.classes(part).width())));
        Self { origins: dimensions.map(|(slot, of)| (*of, records.origin(slot))).collect(), parts: parts.collect() }
    }

    fn known(&self) -> (Vec<(DimensionId, Origin)>, Vec<Classes>) {
        let classes = |part: &Mutex<Classes>| part.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (self.origins.clone(), self.parts.iter().map(classes).collect())
    }
}

/// What the classes of one source say.
#[derive(Debug)]
pub(super) struct SourceCodes {
    classes: Vec<Classes>,
    origins: Vec<(DimensionId, Origin)>,
    /// By the positions of the layout; nothing where the source does not have the dimension.
    of_layout: Vec<Option<Origin>>,
    ref_area: Option<Origin>,
    time_period: Option<Origin>,
    /// The year of each code of `time_period`.
    years: Vec<u16>,
}

impl SourceCodes {
    fn new(
        catalogue: &Catalogue,
        layout: &LinkLayout,
        origins: Vec<(DimensionId, Origin)>,
        classes: Vec<Classes>,
    ) -> Self {
        let known = catalogue.known();
        let list = &catalogue.dimension(known.time_period).codes;
        let year = |code| list.code(code).number().and_then(|year| u16::try_from(year).ok()).unwrap_or_default();
        let mut codes = Self {
            classes,
            origins,
            of_layout: Vec::new(),
            ref_area: None,
            time_period: None,
            years: list.ids().map(year).collect(),
        };
        codes.of_layout = layout.dimensions().iter().map(|dimension| codes.origin(*dimension)).collect();
        codes.ref_area = codes.origin(known.ref_area);
        codes.time_period = codes.origin(known.time_period);
        codes
    }

    /// Where the code of a dimension comes from.
    pub(super) fn origin(&self, dimension: DimensionId) -> Option<Origin> {
        let position = self.origins.binary_search_by_key(&dimension, |(of, _)| *of).ok()?;
        Some(self.origins[position].1)
    }

    /// The classes of each part.
    pub(super) fn classes(&self) -> &[Classes] {
        &self.classes
    }
}

/// A record that was read back.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinkRecord<'a> {
    codes: &'a SourceCodes,
    /// The classes of all records of its source, part by part, and its place among them.
    parts: &'a [Vec<u32>],
    pub(super) row: usize,
    pub(super) source: u16,
    /// 0 where it is not told.
    pub(super) school: u64,
    pub(super) ref_area: CodeId,
    /// In which the school year ends.
    pub(super) year: u16,
}

impl<'a> LinkRecord<'a> {
    /// The record at a place.
    pub(super) fn new(codes: &'a SourceCodes, parts: &'a [Vec<u32>], row: usize, (source, school): (u16, u64)) -> Self {
        let unknown = CodeId::UNKNOWN;
        let mut record = Self { codes, parts, row, source, school, ref_area: unknown, year: 0 };
        record.ref_area = codes.ref_area.map_or(unknown, |origin| record.from(origin));
        record.year = codes.time_period.map_or(0, |origin| codes.years[record.from(origin).index()]);
        record
    }

    /// The code on the dimension at a position of the layout; nothing where the source does not have it.
    pub(super) fn code(&self, position: usize) -> Option<CodeId> {
        self.codes.of_layout[position].map(|origin| self.from(origin))
    }

    /// The classes that decide on the codes at positions of the layout, as one number among those of
    /// its source; nothing where it were too large.
    pub(super) fn combination(&self, positions: impl Iterator<Item = usize>) -> Option<u64> {
        let mut number = Some(0_u64);
        for position in positions {
            if let Some(Origin::Part(part, _)) = self.codes.of_layout[position] {
                let (class, classes) = (u64::from(self.class(part)), self.codes.classes[part].len() as u64);
                number = number.and_then(|number| number.checked_mul(classes)?.checked_add(class));
            }
        }
        number
    }

    fn class(&self, part: usize) -> u32 {
        self.parts[part][self.row]
    }

    fn from(&self, origin: Origin) -> CodeId {
        match origin {
            Origin::Fixed(code) => code,
            Origin::Part(part, output) => self.codes.classes[part].code(self.class(part) as usize, output),
        }
    }
}
