//! The protected header: written once per key and type, read strictly.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use crate::algorithm::Algorithm;
use crate::encoding;
use crate::error::VerifyError;

/// Members that would let a token choose its own key or rules (RFC 7515 §4.1, §10; RFC 8725 §3.10).
const REFUSED: [&str; 5] = ["crit", "jku", "x5u", "x5c", "jwk"];

/// Decoded headers are at most so long; ours have about 90 bytes.
const MAX_HEADER_BYTES: usize = 2048;

/// More members than this are no header of anybody.
const MAX_MEMBERS: usize = 16;

/// The base64url of a header for `typ`.
pub(crate) fn write(algorithm: Algorithm, typ: &str, kid: &str) -> String {
    // Strings of serde_json are escaped as JSON wants; the order of members is ours.
    let typ = serde_json::Value::from(typ);
    let kid = serde_json::Value::from(kid);
    encoding::encode(format!(r#"{{"typ":{typ},"alg":"{algorithm}","kid":{kid}}}"#).as_bytes())
}

/// What a verifier looks at.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) alg: String,
    pub(crate) kid: Option<String>,
    pub(crate) typ: Option<String>,
}

/// Reads the first part of a token.
pub(crate) fn read(part: &str) -> Result<Header, VerifyError> {
    if part.len() > MAX_HEADER_BYTES / 3 * 4 {
        return Err(VerifyError::Header);
    }
    let bytes = encoding::decode(part).ok_or(VerifyError::Shape)?;
    let members: Members =
        serde_json::from_slice(&bytes).map_err(|_malformed| VerifyError::Header)?;
    if members.refused {
        return Err(VerifyError::RefusedMember);
    }
    let alg = members.alg.ok_or(VerifyError::Header)?;
    Ok(Header { alg, kid: members.kid, typ: members.typ })
}

/// Says whether two `typ` values mean the same media type: case does not matter and
/// `application/` may be left out (RFC 7515 §4.1.9, RFC 9068 §4).
pub(crate) fn same_type(sent: &str, wanted: &str) -> bool {
    fn short(typ: &str) -> &str {
        match typ.split_at_checked(12) {
            Some((prefix, rest))
                if prefix.eq_ignore_ascii_case("application/") && !rest.contains('/') =>
            {
                rest
            }
            _ => typ,
        }
    }
    short(sent).eq_ignore_ascii_case(short(wanted))
}

#[derive(Default)]
struct Members {
    alg: Option<String>,
    kid: Option<String>,
    typ: Option<String>,
    refused: bool,
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JOSE header")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Members::default();
        let mut seen: Vec<Cow<'de, str>> = Vec::with_capacity(4);
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            if seen.contains(&name) {
                return Err(A::Error::custom("a member twice"));
            }
            if seen.len() == MAX_MEMBERS {
                return Err(A::Error::custom("too many members"));
            }
            match name.as_ref() {
                "alg" => members.alg = Some(map.next_value()?),
                "kid" => members.kid = Some(map.next_value()?),
                "typ" => members.typ = Some(map.next_value()?),
                other => {
                    members.refused |= REFUSED.contains(&other);
                    map.next_value::<IgnoredAny>()?;
                }
            }
            seen.push(name);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_json(json: &str) -> Result<Header, VerifyError> {
        read(&encoding::encode(json.as_bytes()))
    }

    #[test]
    fn a_written_header_reads_back() {
        let header = read(&write(Algorithm::Es256, "at+jwt", "a \"quoted\" id")).unwrap();
        assert_eq!(header.alg, "ES256");
        assert_eq!(header.kid.as_deref(), Some("a \"quoted\" id"));
        assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    }

    #[test]
    fn members_may_not_repeat() {
        let refused = read_json(r#"{"alg":"ES256","kid":"a","kid":"b"}"#);
        assert_eq!(refused, Err(VerifyError::Header));
        let refused = read_json(r#"{"alg":"ES256","other":1,"other":2}"#);
        assert_eq!(refused, Err(VerifyError::Header));
        // The same name, once spelt with an escape.
        let refused = read_json(r#"{"alg":"ES256","\u0061lg":"none"}"#);
        assert_eq!(refused, Err(VerifyError::Header));
    }

    #[test]
    fn members_that_choose_the_key_are_refused() {
        for name in REFUSED {
            let json = format!(r#"{{"alg":"ES256","{name}":["x"]}}"#);
            assert_eq!(read_json(&json), Err(VerifyError::RefusedMember), "{name}");
        }
    }

    #[test]
    fn odd_shapes_are_refused() {
        for json in ["", "[]", "null", "{}", r#"{"alg":1}"#, r#"{"alg":"ES256"} x"#, "{\"alg\":"] {
            assert!(read_json(json).is_err(), "{json}");
        }
        let deep = format!(r#"{{"alg":"ES256","x":{}{}}}"#, "[".repeat(500), "]".repeat(500));
        assert_eq!(read_json(&deep).map(|_| ()), Ok(()), "ignored values are skipped flat");
    }

    #[test]
    fn types_are_media_types() {
        assert!(same_type("at+jwt", "at+jwt"));
        assert!(same_type("AT+JWT", "at+jwt"));
        assert!(same_type("application/at+jwt", "at+jwt"));
        assert!(!same_type("JWT", "at+jwt"));
        assert!(!same_type("text/at+jwt", "at+jwt"));
        assert!(!same_type("application/x/at+jwt", "at+jwt"));
    }
}
