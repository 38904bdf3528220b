//! Public keys as documents (RFC 7517), their identifiers (RFC 7638), and parsing them.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents,
};
use serde_json::{Map, Value};

use crate::algorithm::Algorithm;
use crate::encoding;
use crate::error::KeyError;

/// The numbers that make a public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PublicNumbers {
    /// P-256: both coordinates, 32 bytes each.
    Ec { x: Vec<u8>, y: Vec<u8> },
    /// Ed25519: 32 bytes.
    Okp { x: Vec<u8> },
    /// RSA: modulus and exponent, big-endian without leading zeros.
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

/// Members of a private JWK (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl PublicNumbers {
    pub(crate) const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ec { .. } => Algorithm::Es256,
            Self::Okp { .. } => Algorithm::EdDsa,
            Self::Rsa { .. } => Algorithm::Rs256,
        }
    }

    /// Reads a public JWK, strictly.
    pub(crate) fn from_jwk(jwk: &Value) -> Result<Self, KeyError> {
        let members = jwk.as_object().ok_or(KeyError::Jwk)?;
        if PRIVATE_MEMBERS.iter().any(|name| members.contains_key(*name)) {
            return Err(KeyError::PrivateJwk);
        }
        if members.get("use").is_some_and(|purpose| purpose != "sig") {
            return Err(KeyError::WrongUse);
        }
        let numbers = match (text(members, "kty")?, members.get("crv").and_then(Value::as_str)) {
            ("EC", Some("P-256")) => {
                Self::Ec { x: exactly_32(members, "x")?, y: exactly_32(members, "y")? }
            }
            ("OKP", Some("Ed25519")) => Self::Okp { x: exactly_32(members, "x")? },
            ("RSA", None) => Self::Rsa { n: number(members, "n")?, e: number(members, "e")? },
            _ => return Err(KeyError::UnsupportedAlgorithm),
        };
        match members.get("alg") {
            Some(alg) if alg != numbers.algorithm().name() => Err(KeyError::UnsupportedAlgorithm),
            _ => Ok(numbers),
        }
    }

    /// The members that RFC 7638 §3.2 counts, in their lexicographic order.
    fn required_members(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Ec { x, y } => vec![
                ("crv", "P-256".to_owned()),
                ("kty", "EC".to_owned()),
                ("x", encoding::encode(x)),
                ("y", encoding::encode(y)),
            ],
            Self::Okp { x } => vec![
                ("crv", "Ed25519".to_owned()),
                ("kty", "OKP".to_owned()),
                ("x", encoding::encode(x)),
            ],
            Self::Rsa { n, e } => vec![
                ("e", encoding::encode(e)),
                ("kty", "RSA".to_owned()),
                ("n", encoding::encode(n)),
            ],
        }
    }

    /// The SHA-256 thumbprint, base64url (RFC 7638 §3).
    pub(crate) fn thumbprint(&self) -> String {
        let members: Vec<String> = self
            .required_members()
            .into_iter()
            // No value can need escaping: all are base64url or our own words.
            .map(|(name, value)| format!(r#""{name}":"{value}""#))
            .collect();
        let canonical = format!("{{{}}}", members.join(","));
        encoding::encode(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref())
    }

    /// The published document: public members, `kid`, `alg` and `use`.
    pub(crate) fn to_jwk(&self, kid: &str) -> Value {
        let mut members = Map::new();
        members.insert("kid".to_owned(), kid.into());
        members.insert("alg".to_owned(), self.algorithm().name().into());
        members.insert("use".to_owned(), "sig".into());
        for (name, value) in self.required_members() {
            members.insert(name.to_owned(), value.into());
        }
        Value::Object(members)
    }

    /// The parsed key of the underlying library, with the point or modulus checked.
    pub(crate) fn parse(&self) -> Result<ParsedPublicKey, KeyError> {
        match self {
            Self::Ec { x, y } => {
                // Uncompressed point (SEC 1 §2.3.3).
                let mut point = Vec::with_capacity(1 + x.len() + y.len());
                point.push(4);
                point.extend_from_slice(x);
                point.extend_from_slice(y);
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            }
            Self::Okp { x } => ParsedPublicKey::new(&ED25519, x),
            Self::Rsa { n, e } => {
                if !(2048..=8192).contains(&(n.len() * 8)) {
                    return Err(KeyError::Jwk);
                }
                return RsaPublicKeyComponents { n, e }
                    .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
                    .map_err(|_rejected| KeyError::Jwk);
            }
        }
        .map_err(|_rejected| KeyError::Jwk)
    }
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<&'a str, KeyError> {
    members.get(name).and_then(Value::as_str).ok_or(KeyError::Jwk)
}

fn bytes(members: &Map<String, Value>, name: &str) -> Result<Vec<u8>, KeyError> {
    encoding::decode(text(members, name)?).ok_or(KeyError::Jwk)
}

fn exactly_32(members: &Map<String, Value>, name: &str) -> Result<Vec<u8>, KeyError> {
    bytes(members, name)
        .and_then(|found| if found.len() == 32 { Ok(found) } else { Err(KeyError::Jwk) })
}

/// A positive number in as few bytes as it needs (RFC 7518 §2, `Base64urlUInt`).
fn number(members: &Map<String, Value>, name: &str) -> Result<Vec<u8>, KeyError> {
    bytes(members, name).and_then(|found| match found.first() {
        Some(first) if *first != 0 => Ok(found),
        _ => Err(KeyError::Jwk),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MODULUS: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    #[test]
    fn the_thumbprint_of_the_rfc_example_fits() {
        // The example of RFC 7638 §3.1.
        let numbers = PublicNumbers::from_jwk(
            &json!({"kty": "RSA", "n": MODULUS, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}),
        )
        .unwrap();
        assert_eq!(numbers.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        assert!(numbers.parse().is_ok());
    }

    #[test]
    fn private_and_unfit_documents_are_refused() {
        let x = encoding::encode(&[1; 32]);
        let cases = [
            (json!([]), KeyError::Jwk),
            (json!({"kty": "RSA", "n": MODULUS, "e": "AQAB", "d": "AQ"}), KeyError::PrivateJwk),
            (json!({"kty": "oct", "k": "AQAB"}), KeyError::PrivateJwk),
            (json!({"kty": "RSA", "n": MODULUS, "e": "AQAB", "use": "enc"}), KeyError::WrongUse),
            (
                json!({"kty": "RSA", "n": MODULUS, "e": "AQAB", "alg": "HS256"}),
                KeyError::UnsupportedAlgorithm,
            ),
            (json!({"kty": "RSA", "n": "AAEB", "e": "AQAB"}), KeyError::Jwk),
            (json!({"kty": "OKP", "crv": "X25519", "x": x}), KeyError::UnsupportedAlgorithm),
            (json!({"kty": "OKP", "crv": "Ed25519", "x": "AQAB"}), KeyError::Jwk),
            (json!({"kty": "EC", "crv": "P-521", "x": x, "y": x}), KeyError::UnsupportedAlgorithm),
        ];
        for (jwk, reason) in cases {
            assert_eq!(PublicNumbers::from_jwk(&jwk), Err(reason), "{jwk}");
        }
        let off_curve =
            PublicNumbers::from_jwk(&json!({"kty": "EC", "crv": "P-256", "x": x, "y": x})).unwrap();
        assert_eq!(off_curve.parse().err(), Some(KeyError::Jwk));
        let short = PublicNumbers::from_jwk(&json!({"kty": "RSA", "n": x, "e": "AQAB"})).unwrap();
        assert_eq!(short.parse().err(), Some(KeyError::Jwk));
    }
}
