//! Private keys, parsed once.

use std::fmt;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::algorithm::Algorithm;
use crate::encoding;
use crate::error::{KeyError, SignError};
use crate::header;
use crate::jwk::PublicNumbers;
use crate::verify::VerifyingKey;

/// The `typ` values whose headers are kept ready.
const PREPARED_TYPES: [&str; 3] = ["at+jwt", "JWT", "logout+jwt"];

/// Longest `kid` that is taken, in bytes.
const MAX_KID_BYTES: usize = 128;

enum Private {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(RsaKeyPair),
}

/// A private key that signs compact JWS. Signing is safe from several threads at once.
pub struct SigningKey {
    private: Private,
    public: PublicNumbers,
    kid: String,
    headers: [(&'static str, String); PREPARED_TYPES.len()],
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("algorithm", &self.algorithm())
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl SigningKey {
    /// Makes a key from the system's generator and gives its PKCS#8 form (DER) to be sealed and
    /// stored. An RS256 key has 2,048 bits and takes about 0.1 s; the others take microseconds.
    pub fn generate(algorithm: Algorithm) -> Result<(Self, Zeroizing<Vec<u8>>), KeyError> {
        let rng = SystemRandom::new();
        let document = match algorithm {
            Algorithm::Es256 => {
                EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &rng)
                    .map(|document| document.as_ref().to_vec())
            }
            Algorithm::EdDsa => {
                Ed25519KeyPair::generate_pkcs8(&rng).map(|document| document.as_ref().to_vec())
            }
            Algorithm::Rs256 => RsaKeyPair::generate(KeySize::Rsa2048).and_then(|key| {
                let document: Pkcs8V1Der<'_> = key.as_der()?;
                Ok(document.as_ref().to_vec())
            }),
        };
        let document = Zeroizing::new(document.map_err(|_unspecified| KeyError::Generation)?);
        Ok((Self::from_pkcs8(algorithm, None, &document)?, document))
    }

    /// Reads a PKCS#8 private key (DER). Without `kid` the key is named by its thumbprint
    /// (RFC 7638).
    pub fn from_pkcs8(
        algorithm: Algorithm,
        kid: Option<&str>,
        der: &[u8],
    ) -> Result<Self, KeyError> {
        let (private, public) = match algorithm {
            Algorithm::Es256 => {
                let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der)
                    .map_err(|_rejected| KeyError::Pkcs8)?;
                // Uncompressed point: 0x04, x, y.
                let (x, y) = key
                    .public_key()
                    .as_ref()
                    .strip_prefix(&[4])
                    .and_then(|point| point.split_at_checked(32))
                    .ok_or(KeyError::Pkcs8)?;
                let public = PublicNumbers::Ec { x: x.to_vec(), y: y.to_vec() };
                (Private::Es256(key), public)
            }
            Algorithm::EdDsa => {
                let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der)
                    .map_err(|_rejected| KeyError::Pkcs8)?;
                let public = PublicNumbers::Okp { x: key.public_key().as_ref().to_vec() };
                (Private::EdDsa(key), public)
            }
            Algorithm::Rs256 => {
                let key = RsaKeyPair::from_pkcs8(der).map_err(|_rejected| KeyError::Pkcs8)?;
                let public = PublicNumbers::Rsa {
                    n: key.public_key().modulus().big_endian_without_leading_zero().to_vec(),
                    e: key.public_key().exponent().big_endian_without_leading_zero().to_vec(),
                };
                (Private::Rs256(key), public)
            }
        };
        let kid = match kid {
            Some(kid) if kid.is_empty() || kid.len() > MAX_KID_BYTES => {
                return Err(KeyError::KeyId);
            }
            Some(kid) => kid.to_owned(),
            None => public.thumbprint(),
        };
        let headers = PREPARED_TYPES.map(|typ| (typ, header::write(algorithm, typ, &kid)));
        Ok(Self { private, public, kid, headers })
    }

    /// What this key signs with.
    pub const fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// The name that stands in headers and in the key set.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half as a JWK with `kid`, `alg` and `use` (RFC 7517 §4).
    pub fn public_jwk(&self) -> Value {
        self.public.to_jwk(&self.kid)
    }

    /// The public half, ready to verify.
    pub fn verifying_key(&self) -> Result<VerifyingKey, KeyError> {
        VerifyingKey::from_numbers(self.public.clone(), self.kid.clone())
    }

    /// Signs `claims_json`, which is taken as it is, into a compact JWS (RFC 7515 §3.1) whose
    /// header says `typ`, the algorithm and the key.
    pub fn sign(&self, typ: &str, claims_json: &[u8]) -> Result<String, SignError> {
        // Two dots, 4/3 for base64, and at most 342 characters of signature (RSA with 2,048 bits).
        let mut token = String::with_capacity(claims_json.len() / 3 * 4 + 480);
        match self.headers.iter().find(|(prepared, _)| *prepared == typ) {
            Some((_, ready)) => token.push_str(ready),
            None => token.push_str(&header::write(self.algorithm(), typ, &self.kid)),
        }
        token.push('.');
        encoding::encode_onto(claims_json, &mut token);
        let message = token.as_bytes();
        match &self.private {
            Private::Es256(key) => {
                let signature =
                    key.sign(&SystemRandom::new(), message).map_err(|_unspecified| SignError)?;
                token.push('.');
                encoding::encode_onto(signature.as_ref(), &mut token);
            }
            Private::EdDsa(key) => {
                let signature = key.try_sign(message).map_err(|_unspecified| SignError)?;
                token.push('.');
                encoding::encode_onto(signature.as_ref(), &mut token);
            }
            Private::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_unspecified| SignError)?;
                token.push('.');
                encoding::encode_onto(&signature, &mut token);
            }
        }
        Ok(token)
    }
}
