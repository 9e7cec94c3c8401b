//! Hashing of many small pieces.

/// Bytes that go to the hash at once: it is several times faster on long pieces.
const PIECE: usize = 1 << 16;

/// A BLAKE3 hash whose input is gathered before it is hashed.
pub(super) struct Buffered {
    hasher: blake3::Hasher,
    gathered: Vec<u8>,
}

impl Buffered {
    pub(super) fn new() -> Self {
        Self { hasher: blake3::Hasher::new(), gathered: Vec::with_capacity(PIECE) }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= PIECE {
            self.hasher.update(&self.gathered);
            self.gathered.clear();
        }
    }

    pub(super) fn finish(mut self) -> blake3::Hash {
        self.hasher.update(&self.gathered);
        self.hasher.finalize()
    }
}
