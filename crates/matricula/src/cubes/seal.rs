//! The hash that a cube file carries of itself, so that not a single bit of it can change unnoticed.
//!
//! A Parquet file cannot hold its own hash; it holds the hash of itself with zeros in the place of the hash.

use memchr::memmem;

/// Stands before the hash, in the last entry of the file's metadata.
const MARK: &[u8] = b"blake3:";
const DIGITS: usize = 64;

/// What is written first in the place of the hash.
pub(super) fn open_seal() -> String {
    format!("{}{}", String::from_utf8_lossy(MARK), "0".repeat(DIGITS))
}

/// Puts the hash in its place; nothing where there is no place for it.
pub(super) fn seal(bytes: &mut [u8]) -> Option<String> {
    let place = place(bytes)?;
    let hash = blake3::hash(bytes).to_hex().to_string();
    bytes.get_mut(place)?.copy_from_slice(hash.as_bytes());
    Some(hash)
}

/// The hash of a file that is as it was written; nothing of any other.
pub(super) fn sealed(bytes: &[u8]) -> Option<String> {
    let place = place(bytes)?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes[..place.start]).update(&[b'0'; DIGITS]).update(&bytes[place.end..]);
    let hash = hasher.finalize().to_hex().to_string();
    (bytes[place] == *hash.as_bytes()).then_some(hash)
}

fn place(bytes: &[u8]) -> Option<std::ops::Range<usize>> {
    let start = memmem::rfind(bytes, MARK)? + MARK.len();
    (start + DIGITS <= bytes.len()).then_some(start..start + DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_any_bit_is_noticed() {
        let mut bytes = format!("a table, {}, and its end", open_seal()).into_bytes();
        assert!(sealed(&bytes).is_none());
        let hash = seal(&mut bytes).expect("a place");
        assert_eq!(sealed(&bytes), Some(hash));
        for position in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[position] ^= 1 << bit;
                assert!(sealed(&changed).is_none(), "bit {bit} of byte {position}");
            }
        }
        for length in 0..bytes.len() {
            assert!(sealed(&bytes[..length]).is_none(), "cut after {length}");
        }
    }
}
