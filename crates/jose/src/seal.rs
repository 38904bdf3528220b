//! Authenticated encryption (AES-256-GCM) for keys and small secrets at rest.
//!
//! The sealed form is `nonce ‖ ciphertext ‖ tag`, 28 bytes longer than the text. The nonce comes
//! from the caller, twelve fresh random bytes each time; with random nonces one key should seal
//! fewer than 2^32 texts (NIST SP 800-38D §8.3), so what seals at a high rate needs a key that
//! changes.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// Sealing or opening failed. Opening says nothing about why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sealing or opening failed")]
pub struct SealError;

/// A sealing key, expanded once.
pub struct SealKey(LessSafeKey);

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey")
    }
}

impl SealKey {
    /// Takes 32 bytes of key.
    pub fn new(key: &[u8; 32]) -> Result<Self, SealError> {
        UnboundKey::new(&AES_256_GCM, key)
            .map(|key| Self(LessSafeKey::new(key)))
            .map_err(|_unspecified| SealError)
    }

    /// Seals `plaintext`; `aad` (what the text is for) is not stored but must be the same when it
    /// is opened. `nonce` must never repeat under one key.
    pub fn seal(
        &self,
        aad: &[u8],
        plaintext: &[u8],
        nonce: [u8; NONCE_LEN],
    ) -> Result<Vec<u8>, SealError> {
        let mut sealed = Vec::with_capacity(NONCE_LEN + plaintext.len() + MAX_TAG_LEN);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plaintext);
        let (_, text) = sealed.split_at_mut(NONCE_LEN);
        let tag = self
            .0
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), text)
            .map_err(|_unspecified| SealError)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what [`SealKey::seal`] made with the same key and `aad`.
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(SealError)?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = self
            .0
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(aad), &mut text)
            .map_err(|_unspecified| SealError)?
            .len();
        text.truncate(length);
        Ok(text)
    }
}

/// [`SealKey::seal`] for one use of a key.
pub fn seal(
    key: &[u8; 32],
    aad: &[u8],
    plaintext: &[u8],
    nonce: [u8; 12],
) -> Result<Vec<u8>, SealError> {
    SealKey::new(key)?.seal(aad, plaintext, nonce)
}

/// [`SealKey::open`] for one use of a key.
pub fn open(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    SealKey::new(key)?.open(aad, sealed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_sealed_opens_only_unchanged(
            key in any::<[u8; 32]>(),
            nonce in any::<[u8; 12]>(),
            aad in prop::collection::vec(any::<u8>(), 0..16),
            text in prop::collection::vec(any::<u8>(), 0..64),
            position in any::<prop::sample::Index>(),
            flip in 1_u8..,
        ) {
            let sealed = seal(&key, &aad, &text, nonce).unwrap();
            prop_assert_eq!(sealed.len(), text.len() + 28);
            let opened = open(&key, &aad, &sealed).unwrap();
            prop_assert_eq!(opened.as_slice(), text.as_slice());
            let mut changed = sealed.clone();
            changed[position.index(sealed.len())] ^= flip;
            prop_assert!(open(&key, &aad, &changed).is_err());
            prop_assert!(open(&key, &[&aad[..], b"x"].concat(), &sealed).is_err());
            prop_assert!(open(&key, &aad, &sealed[1..]).is_err());
        }

        #[test]
        fn opening_anything_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            prop_assert!(open(&[7; 32], b"", &bytes).is_err());
        }
    }
}
