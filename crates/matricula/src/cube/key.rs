//! Coordinates packed into one integer, so that cells can be hashed and sorted fast.

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::{CodeId, DimensionId};

/// Packed codes of the dimensions of a layout; the first dimension is the most significant.
pub(crate) type Key = u128;

/// Where each dimension's code stands in a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyLayout {
    fields: Vec<Field>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Field {
    dimension: DimensionId,
    shift: u32,
    bits: u32,
}

impl KeyLayout {
    /// A layout of these dimensions, in this order; nothing if their codes need more than 128 bits.
    pub(crate) fn new(catalogue: &Catalogue, dimensions: &[DimensionId]) -> Option<Self> {
        let mut shift = 0;
        let mut fields = Vec::with_capacity(dimensions.len());
        for dimension in dimensions.iter().rev() {
            let codes = catalogue.dimension(*dimension).codes.len();
            let bits = usize::BITS - codes.leading_zeros();
            fields.push(Field { dimension: *dimension, shift, bits });
            shift += bits;
        }
        fields.reverse();
        (shift <= Key::BITS).then_some(Self { fields })
    }

    /// The dimensions, in order.
    pub(crate) fn dimensions(&self) -> impl Iterator<Item = DimensionId> + '_ {
        self.fields.iter().map(|f| f.dimension)
    }

    /// Whether the dimension is part of the layout.
    pub(crate) fn has(&self, dimension: DimensionId) -> bool {
        self.fields.iter().any(|f| f.dimension == dimension)
    }

    /// Position of a dimension.
    pub(crate) fn position(&self, dimension: DimensionId) -> Option<usize> {
        self.fields.iter().position(|f| f.dimension == dimension)
    }

    /// A code, placed where it belongs; keys are sums of these.
    pub(crate) fn place(&self, position: usize, code: CodeId) -> Key {
        Key::from(code.0) << self.fields[position].shift
    }

    /// The code of a dimension in a key.
    pub(crate) fn code(&self, key: Key, position: usize) -> CodeId {
        let field = self.fields[position];
        let mask = (1 << field.bits) - 1;
        CodeId(u16::try_from((key >> field.shift) & mask).unwrap_or(u16::MAX))
    }

    /// The key without the code of a dimension.
    pub(crate) fn without(&self, key: Key, position: usize) -> Key {
        let field = self.fields[position];
        key & !(((1 << field.bits) - 1) << field.shift)
    }

    /// All codes of a key, in the order of the dimensions.
    pub(crate) fn codes(&self, key: Key) -> Vec<CodeId> {
        (0..self.fields.len()).map(|position| self.code(key, position)).collect()
    }
}
