//! Public keys and the set that verifies tokens.

use std::collections::HashMap;
use std::fmt;

use aws_lc_rs::signature::ParsedPublicKey;
use serde_json::{Value, json};

use crate::algorithm::Algorithm;
use crate::encoding;
use crate::error::{KeyError, VerifyError};
use crate::header;
use crate::jwk::PublicNumbers;
use crate::signing::SigningKey;

/// No token longer than this is looked at, whatever the caller allows.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// A public key, parsed once, bound to one algorithm.
#[derive(Clone)]
pub struct VerifyingKey {
    parsed: ParsedPublicKey,
    public: PublicNumbers,
    kid: String,
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("algorithm", &self.algorithm())
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl VerifyingKey {
    /// Reads a public JWK (RFC 7517). Its `kid` is kept; without one the thumbprint is the name.
    /// Documents with private members, another `use`, or an `alg` that does not fit are refused.
    pub fn from_jwk(jwk: &Value) -> Result<Self, KeyError> {
        let public = PublicNumbers::from_jwk(jwk)?;
        let kid = match jwk.get("kid") {
            None => public.thumbprint(),
            Some(kid) => match kid.as_str() {
                Some(kid) if !kid.is_empty() && kid.len() <= 128 => kid.to_owned(),
                _ => return Err(KeyError::KeyId),
            },
        };
        Self::from_numbers(public, kid)
    }

    /// The public half of a private key.
    pub fn from_signing_key(key: &SigningKey) -> Result<Self, KeyError> {
        key.verifying_key()
    }

    pub(crate) fn from_numbers(public: PublicNumbers, kid: String) -> Result<Self, KeyError> {
        Ok(Self { parsed: public.parse()?, public, kid })
    }

    /// The only algorithm that this key verifies.
    pub const fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// The name by which tokens refer to the key.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The document to publish.
    pub fn public_jwk(&self) -> Value {
        self.public.to_jwk(&self.kid)
    }
}

/// A set of public keys by `kid`, and the rules of the crate's front page.
#[derive(Debug, Clone, Default)]
pub struct Verifier {
    keys: HashMap<String, VerifyingKey>,
}

impl Verifier {
    /// A verifier with these keys; of two with one `kid` the later stays.
    pub fn new(keys: impl IntoIterator<Item = VerifyingKey>) -> Self {
        Self { keys: keys.into_iter().map(|key| (key.kid.clone(), key)).collect() }
    }

    /// Adds a key, replacing one of the same `kid`.
    pub fn insert(&mut self, key: VerifyingKey) {
        self.keys.insert(key.kid.clone(), key);
    }

    /// Takes a key away: from now on its tokens are refused.
    pub fn remove(&mut self, kid: &str) -> Option<VerifyingKey> {
        self.keys.remove(kid)
    }

    /// The key of that name.
    pub fn get(&self, kid: &str) -> Option<&VerifyingKey> {
        self.keys.get(kid)
    }

    /// The key set to publish (RFC 7517 §5), ordered by `kid` so that the text is stable.
    pub fn jwks(&self) -> Value {
        let mut keys: Vec<&VerifyingKey> = self.keys.values().collect();
        keys.sort_by(|a, b| a.kid.cmp(&b.kid));
        let keys: Vec<Value> = keys.into_iter().map(VerifyingKey::public_jwk).collect();
        json!({ "keys": keys })
    }

    /// Verifies a compact JWS and gives its payload. `typ` lists the types the caller takes (see
    /// RFC 8725 §3.11; `application/` may be left out on either side), `max_len` bounds the token
    /// in bytes ([`MAX_TOKEN_BYTES`] bounds it anyway).
    pub fn verify(
        &self,
        token: &str,
        typ: &[&str],
        max_len: usize,
    ) -> Result<Vec<u8>, VerifyError> {
        if token.len() > max_len.min(MAX_TOKEN_BYTES) {
            return Err(VerifyError::TooLong);
        }
        // The signature covers the token up to its last dot.
        let (message, signature) = token.rsplit_once('.').ok_or(VerifyError::Shape)?;
        let (head, payload) = message.split_once('.').ok_or(VerifyError::Shape)?;
        if head.is_empty() || payload.is_empty() || signature.is_empty() || payload.contains('.') {
            return Err(VerifyError::Shape);
        }
        let header = header::read(head)?;
        let algorithm: Algorithm =
            header.alg.parse().map_err(|_unsupported| VerifyError::Algorithm)?;
        let sent = header.typ.ok_or(VerifyError::Type)?;
        if !typ.iter().any(|wanted| header::same_type(&sent, wanted)) {
            return Err(VerifyError::Type);
        }
        let kid = header.kid.ok_or(VerifyError::UnknownKey)?;
        let key = self.keys.get(&kid).ok_or(VerifyError::UnknownKey)?;
        if key.algorithm() != algorithm {
            return Err(VerifyError::Algorithm);
        }
        let payload = encoding::decode(payload).ok_or(VerifyError::Shape)?;
        let signature = encoding::decode(signature).ok_or(VerifyError::Shape)?;
        key.parsed
            .verify_sig(message.as_bytes(), &signature)
            .map_err(|_unspecified| VerifyError::Signature)?;
        Ok(payload)
    }
}
