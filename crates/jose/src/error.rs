//! What can go wrong, one enum a kind of work.

/// A key that cannot be made, read or used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The underlying library made no key.
    #[error("the key could not be generated")]
    Generation,
    /// The bytes are no PKCS#8 private key of the algorithm.
    #[error("not a PKCS#8 private key of this algorithm")]
    Pkcs8,
    /// The document is no public key we understand: members missing, of the wrong length, or no
    /// point of the curve.
    #[error("not a usable public JWK")]
    Jwk,
    /// A document that ought to be public carries private members (RFC 7517 §9.3).
    #[error("the JWK contains a private key")]
    PrivateJwk,
    /// The key says that it is for something else than signatures.
    #[error("the JWK is not for signatures")]
    WrongUse,
    /// The algorithm is none of ES256, `EdDSA`, RS256, or does not fit the key type.
    #[error("the algorithm is not supported")]
    UnsupportedAlgorithm,
    /// A `kid` that is empty or longer than 128 bytes.
    #[error("the key id is empty or too long")]
    KeyId,
}

/// A signature that could not be made; only a fault of the underlying library leads here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("signing failed")]
pub struct SignError;

/// Why a token was refused. All but [`VerifyError::Signature`] are found out before any signature
/// work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Longer than the bound.
    #[error("the token is too long")]
    TooLong,
    /// Not three non-empty parts of canonical base64url.
    #[error("the token is not a compact JWS")]
    Shape,
    /// The header is not a JSON object with the members it needs, or it repeats one.
    #[error("the token header is malformed")]
    Header,
    /// The header has `crit`, `jku`, `x5u`, `x5c` or `jwk`.
    #[error("the token header has a member that is refused")]
    RefusedMember,
    /// `alg` is `none`, symmetric, unknown, or not the one of the key (RFC 8725 §3.1).
    #[error("the token algorithm is not allowed")]
    Algorithm,
    /// `typ` is missing or none of those asked for (RFC 8725 §3.11).
    #[error("the token is of another type")]
    Type,
    /// `kid` is missing or names no key here.
    #[error("the token key is unknown")]
    UnknownKey,
    /// The signature does not fit.
    #[error("the token signature is wrong")]
    Signature,
}
