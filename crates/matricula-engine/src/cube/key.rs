//! Coordinates packed into one integer, so that cells can be hashed and sorted fast.

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};

/// Packed codes of the dimensions of a layout; the first dimension is the most significant.
pub type Key = u128;

/// Where each dimension's code stands in a key, and the number of the unit if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyLayout {
    fields: Vec<Field>,
    unit: Bits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Field {
    dimension: DimensionId,
    at: Bits,
}

/// So many bits, from this one on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Bits {
    shift: u32,
    bits: u32,
}

impl Bits {
    fn mask(self) -> Key {
        Key::MAX.checked_shr(Key::BITS - self.bits).unwrap_or(0)
    }

    /// The mask where it belongs.
    fn placed(self) -> Key {
        self.mask().checked_shl(self.shift).unwrap_or(0)
    }

    fn of(self, key: Key) -> Key {
        key.checked_shr(self.shift).unwrap_or(0) & self.mask()
    }
}

impl KeyLayout {
    /// A layout of these dimensions, in this order; nothing if their codes need more than 128 bits.
    pub fn new(catalogue: &Catalogue, dimensions: &[DimensionId]) -> Option<Self> {
        let mut shift = 0;
        let mut fields = Vec::with_capacity(dimensions.len());
        for dimension in dimensions.iter().rev() {
            let codes = catalogue.dimension(*dimension).codes.len();
            let bits = usize::BITS - codes.leading_zeros();
            fields.push(Field { dimension: *dimension, at: Bits { shift, bits } });
            shift += bits;
        }
        fields.reverse();
        (shift <= Key::BITS).then_some(Self { fields, unit: Bits::default() })
    }

    /// The same with room for the numbers of units.
    pub fn of_units(catalogue: &Catalogue, dimensions: &[DimensionId]) -> Option<Self> {
        Self::new(catalogue, dimensions).filter(|layout| layout.bits() + u32::BITS <= Key::BITS)
    }

    /// The layout with the numbers of so many units before the codes; nothing if that needs more than 128 bits.
    pub fn after_units(&self, units: usize) -> Option<Self> {
        let unit = Bits { shift: self.bits(), bits: usize::BITS - units.leading_zeros() };
        (unit.shift + unit.bits <= Key::BITS).then(|| Self { fields: self.fields.clone(), unit })
    }

    /// The layout with the numbers of the units of another one after the codes.
    pub fn before_units_of(&self, other: &Self) -> Option<Self> {
        let unit = Bits { shift: 0, bits: other.unit.bits };
        let moved = |field: &Field| Field { at: Bits { shift: field.at.shift + unit.bits, ..field.at }, ..*field };
        let fits = self.bits() + unit.bits <= Key::BITS;
        fits.then(|| Self { fields: self.fields.iter().map(moved).collect(), unit })
    }

    /// Bits that a key may have.
    pub fn bits(&self) -> u32 {
        self.fields.first().map_or(0, |first| first.at.shift + first.at.bits).max(self.unit.shift + self.unit.bits)
    }

    /// Whether keys of one unit are neighbours.
    pub fn has_units_first(&self) -> bool {
        self.unit.bits > 0 && self.unit.shift + self.unit.bits == self.bits()
    }

    /// Bits of the numbers of units that stand after the codes; nothing where there are none.
    pub fn bits_of_last_units(&self) -> Option<u32> {
        (self.unit.bits > 0 && self.unit.shift == 0).then_some(self.unit.bits)
    }

    /// The dimensions, in order.
    pub fn dimensions(&self) -> impl Iterator<Item = DimensionId> + '_ {
        self.fields.iter().map(|f| f.dimension)
    }

    /// Whether the dimension is part of the layout.
    pub fn has(&self, dimension: DimensionId) -> bool {
        self.fields.iter().any(|f| f.dimension == dimension)
    }

    /// Position of a dimension.
    pub fn position(&self, dimension: DimensionId) -> Option<usize> {
        self.fields.iter().position(|f| f.dimension == dimension)
    }

    /// A code, placed where it belongs; keys are sums of these.
    pub fn place(&self, position: usize, code: CodeId) -> Key {
        Key::from(code.0) << self.fields[position].at.shift
    }

    /// The number of a unit, placed where it belongs.
    pub fn place_unit(&self, unit: usize) -> Key {
        (unit as Key) << self.unit.shift
    }

    /// The key of codes in the order of the dimensions.
    pub fn key(&self, codes: &[CodeId]) -> Key {
        self.fields.iter().zip(codes).fold(0, |key, (field, code)| key | Key::from(code.0) << field.at.shift)
    }

    /// The code of a dimension in a key.
    pub fn code(&self, key: Key, position: usize) -> CodeId {
        CodeId(u16::try_from(self.fields[position].at.of(key)).unwrap_or(u16::MAX))
    }

    /// The number of the unit in a key.
    pub fn unit(&self, key: Key) -> Key {
        self.unit.of(key)
    }

    /// The last key with the codes of this one, whatever its unit.
    pub fn last_unit(&self, key: Key) -> Key {
        key | self.unit.placed()
    }

    /// The key without the code of a dimension.
    pub fn without(&self, key: Key, position: usize) -> Key {
        key & !self.fields[position].at.placed()
    }

    /// The key without its unit.
    pub fn without_unit(&self, key: Key) -> Key {
        key & !self.unit.placed()
    }

    /// All codes of a key, in the order of the dimensions.
    pub fn codes(&self, key: Key) -> Vec<CodeId> {
        (0..self.fields.len()).map(|position| self.code(key, position)).collect()
    }
}

/// Brings keys of one layout to another that has some of its dimensions; the unit goes along where both have one.
#[derive(Debug, Clone)]
pub struct Projection {
    /// Fields side by side in both layouts move together.
    moves: Vec<(Bits, u32)>,
}

impl Projection {
    /// Nothing where a dimension of the other layout is missing.
    pub fn new(from: &KeyLayout, to: &KeyLayout) -> Option<Self> {
        let mut moves: Vec<(Bits, u32)> = Vec::with_capacity(to.fields.len() + 1);
        for field in &to.fields {
            let at = from.fields[from.position(field.dimension)?].at;
            match moves.last_mut() {
                Some((last, shift)) if last.shift == at.shift + at.bits && *shift == field.at.shift + at.bits => {
                    (*last, *shift) = (Bits { shift: at.shift, bits: last.bits + at.bits }, field.at.shift);
                }
                _ => moves.push((at, field.at.shift)),
            }
        }
        if to.unit.bits > 0 {
            moves.push((from.unit, to.unit.shift));
        }
        Some(Self { moves })
    }

    /// The same where keys of both layouts fit 64 bits.
    pub fn of_narrow(&self, key: u64) -> u64 {
        let moved = |moved: u64, (bits, shift): &(Bits, u32)| {
            let mask = u64::MAX.wrapping_shr(u64::BITS.saturating_sub(bits.bits));
            moved | (key.wrapping_shr(bits.shift) & mask).wrapping_shl(*shift)
        };
        self.moves.iter().fold(0, moved)
    }

    /// The key in the other layout.
    pub fn of(&self, key: Key) -> Key {
        self.moves.iter().fold(0, |moved, (bits, shift)| moved | bits.of(key) << shift)
    }
}
