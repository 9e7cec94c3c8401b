//! The secret key of pseudonyms.

use std::fmt;
use std::io::{self, Read};

/// Fewest bytes of a key: as many as a pseudonym's security needs.
pub const LEAST_KEY_BYTES: usize = 32;

/// Most bytes of a key file; more is another file by mistake.
const MOST_KEY_BYTES: u64 = 4096;

/// Binds the key to this use, so that the same secret elsewhere gives other pseudonyms.
const CONTEXT: &str = "matricula 2026-11 pseudonyms of pupils, version 1";

/// Bytes of nearly every identifier with its country, type and rule.
const DOMAIN: usize = 128;

/// The secret from which pseudonyms are made; who does not have it cannot try out identifiers.
#[derive(Clone, PartialEq, Eq)]
pub struct PseudonymKey([u8; 32]);

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It cannot be read.
    #[error("the key cannot be read")]
    Unreadable(#[from] io::Error),
    /// It is too short to keep anything secret.
    #[error("the key has fewer than {LEAST_KEY_BYTES} bytes")]
    TooShort,
    /// It is no key.
    #[error("the key has more than {MOST_KEY_BYTES} bytes")]
    TooLong,
    /// It is one byte over and over.
    #[error("the key is one byte repeated")]
    Repeated,
}

impl PseudonymKey {
    /// A key from a file or descriptor; line ends at its end are no part of it.
    ///
    /// # Errors
    /// Where it cannot be read, or is too short, too long or plainly not random.
    pub fn read(source: impl Read) -> Result<Self, KeyError> {
        let mut secret = Vec::new();
        source.take(MOST_KEY_BYTES + 1).read_to_end(&mut secret)?;
        Self::of(&secret)
    }

    fn of(secret: &[u8]) -> Result<Self, KeyError> {
        let end = secret.iter().rposition(|byte| !b"\r\n".contains(byte)).map_or(0, |last| last + 1);
        let trimmed = &secret[..end];
        match trimmed {
            _ if secret.len() as u64 > MOST_KEY_BYTES => Err(KeyError::TooLong),
            _ if trimmed.len() < LEAST_KEY_BYTES => Err(KeyError::TooShort),
            [first, rest @ ..] if rest.iter().all(|byte| byte == first) => Err(KeyError::Repeated),
            _ => Ok(Self(blake3::derive_key(CONTEXT, trimmed))),
        }
    }

    /// The pseudonym of a normalised identifier: countries and types of identifiers never meet.
    pub(crate) fn pseudonym(&self, ref_area: &str, id_type: &[u8], version: &str, identifier: &[u8]) -> u128 {
        let parts = [ref_area.as_bytes(), id_type, version.as_bytes(), identifier];
        let mut domain = [0; DOMAIN];
        let hash = match join(parts, &mut domain) {
            Some(length) => blake3::keyed_hash(&self.0, &domain[..length]),
            None => {
                let mut hasher = blake3::Hasher::new_keyed(&self.0);
                parts.iter().for_each(|part| {
                    hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
                });
                hasher.finalize()
            }
        };
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.as_bytes()[..16]);
        u128::from_be_bytes(bytes)
    }
}

/// The parts, each after its length, in one piece, which is hashed in a third of the time; nothing where they are
/// longer than that.
fn join(parts: [&[u8]; 4], domain: &mut [u8; DOMAIN]) -> Option<usize> {
    let mut end = 0;
    for part in parts {
        let (length, after) = (8, end + 8 + part.len());
        domain.get_mut(end..end + length)?.copy_from_slice(&(part.len() as u64).to_le_bytes());
        domain.get_mut(end + length..after)?.copy_from_slice(part);
        end = after;
    }
    Some(end)
}

impl fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PseudonymKey(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn key(secret: &[u8]) -> PseudonymKey {
        PseudonymKey::read(secret).expect("a key")
    }

    #[test]
    fn a_key_is_long_enough_and_not_one_byte() {
        let refused = |secret: &[u8]| PseudonymKey::read(secret).expect_err("refused").to_string();
        assert_eq!(refused(b"short\n"), "the key has fewer than 32 bytes");
        assert_eq!(refused(&[b'a'; 40]), "the key is one byte repeated");
        assert_eq!(refused(&[b'a'; 5000]), "the key has more than 4096 bytes");
        assert_eq!(key(SECRET), key(b"0123456789abcdef0123456789abcdef\r\n"));
        assert_eq!(format!("{:?}", key(SECRET)), "PseudonymKey(secret)");
    }

    /// Pseudonyms of last year must meet those of this year: parts in one piece or one by one are the same.
    #[test]
    fn long_and_short_identifiers_are_hashed_alike() {
        let key = key(SECRET);
        for length in 0..300 {
            let identifier = vec![b'7'; length];
            let mut hasher = blake3::Hasher::new_keyed(&key.0);
            for part in [b"CHL", b"run".as_slice(), b"exact-1", &identifier] {
                hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
            }
            let expected =
                hasher.finalize().as_bytes()[..16].iter().fold(0, |hash, byte| hash << 8 | u128::from(*byte));
            assert_eq!(key.pseudonym("CHL", b"run", "exact-1", &identifier), expected, "{length}");
        }
    }

    #[test]
    fn every_part_of_the_domain_counts() {
        let of = |key: &PseudonymKey, area, id_type: &str, id: &str| {
            key.pseudonym(area, id_type.as_bytes(), "exact-1", id.as_bytes())
        };
        let ours = of(&key(SECRET), "CHL", "run", "12345");
        assert_eq!(ours, of(&key(SECRET), "CHL", "run", "12345"));
        assert_ne!(ours, of(&key(b"another secret, as long as the one before"), "CHL", "run", "12345"));
        assert_ne!(ours, of(&key(SECRET), "BRA", "run", "12345"));
        assert_ne!(ours, of(&key(SECRET), "CHL", "ipe", "12345"));
        assert_ne!(of(&key(SECRET), "CHL", "ab", "c"), of(&key(SECRET), "CHL", "a", "bc"));
    }
}
