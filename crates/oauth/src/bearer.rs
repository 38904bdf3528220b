//! The `Authorization` header at a protected resource, and the challenges that answer it
//! (RFC 6750, RFC 9728 §5.1).

use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::ErrorCode;

/// Longest header that is looked at, in bytes.
pub const MAX_HEADER_BYTES: usize = 16 * 1024 + 16;

/// A credential as presented. The debug form shows its kind only.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// `Bearer` and a token.
    Bearer(String),
    /// A single word without a scheme: a key, or a token of a client whose switch allows it.
    Bare(String),
    /// `Basic`: a user name and a password, as sent.
    Basic {
        /// Before the colon.
        user: String,
        /// After it.
        password: String,
    },
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bearer(_) => "Bearer(..)",
            Self::Bare(_) => "Bare(..)",
            Self::Basic { .. } => "Basic { .. }",
        })
    }
}

/// A header that cannot be read (RFC 6750 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// Another scheme, or no token behind the scheme.
    #[error("The Authorization header is malformed.")]
    Malformed,
    /// A token that nobody can have made: of other characters, or far too long.
    #[error("The access token is malformed.")]
    Token,
    /// A token in more than one place (RFC 6750 §2).
    #[error("The request carries more than one access token.")]
    Twice,
    /// A token in the address (RFC 9700 §4.3.2).
    #[error("Access tokens do not belong in the address.")]
    InQuery,
}

impl BearerError {
    /// The code of the answer: 401 for a bad token, 400 for a bad request.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::Token => ErrorCode::InvalidToken,
            Self::Malformed | Self::Twice | Self::InQuery => ErrorCode::InvalidRequest,
        }
    }
}

/// Reads the header. `in_body` and `in_query` say whether the request has `access_token` there as
/// well: in the address it is refused, in the body it is refused beside a header, and otherwise it
/// is the caller's choice to look at it.
pub fn read(
    authorization: Option<&[u8]>,
    in_body: bool,
    in_query: bool,
) -> Result<Option<Credential>, BearerError> {
    if in_query {
        return Err(BearerError::InQuery);
    }
    let Some(header) = authorization else { return Ok(None) };
    if in_body {
        return Err(BearerError::Twice);
    }
    if header.len() > MAX_HEADER_BYTES {
        return Err(BearerError::Token);
    }
    let text = str::from_utf8(header).map_err(|_invalid| BearerError::Malformed)?;
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    match (words.next(), words.next(), words.next()) {
        (Some(scheme), Some(token), None) if scheme.eq_ignore_ascii_case("bearer") => {
            if is_token(token) {
                Ok(Some(Credential::Bearer(token.to_owned())))
            } else {
                Err(BearerError::Token)
            }
        }
        (Some(scheme), Some(credentials), None) if scheme.eq_ignore_ascii_case("basic") => {
            read_basic(credentials).map(Some).ok_or(BearerError::Malformed)
        }
        (Some(word), None, None)
            if is_token(word)
                && !word.eq_ignore_ascii_case("bearer")
                && !word.eq_ignore_ascii_case("basic") =>
        {
            Ok(Some(Credential::Bare(word.to_owned())))
        }
        _ => Err(BearerError::Malformed),
    }
}

/// `b64token` of RFC 6750 §2.1.
fn is_token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|it| it.is_ascii_alphanumeric() || b"-._~+/".contains(&it))
}

fn read_basic(credentials: &str) -> Option<Credential> {
    let text = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some(Credential::Basic { user: user.to_owned(), password: password.to_owned() })
}

/// The `WWW-Authenticate` header of a 400, 401 or 403. `realm`, `metadata` (the address of the
/// protected resource's document) and the description must be our own words. Without an error the
/// request simply had no credential, and no code is told (RFC 6750 §3.1).
pub fn challenge(
    realm: &str,
    metadata: Option<&str>,
    error: Option<(ErrorCode, &str)>,
    scope: Option<&str>,
) -> String {
    let mut header = format!(r#"Bearer realm="{}""#, quotable(realm));
    let mut put = |name: &str, value: &str| {
        // Writing to a string does not fail.
        let _ = write!(header, r#", {name}="{}""#, quotable(value));
    };
    if let Some((code, description)) = error {
        put("error", code.name());
        put("error_description", description);
    }
    if let Some(scope) = scope {
        put("scope", scope);
    }
    if let Some(metadata) = metadata {
        put("resource_metadata", metadata);
    }
    header
}

/// The text without what would end a quoted string or a header.
fn quotable(text: &str) -> String {
    text.chars().filter(|it| matches!(it, ' '..='~') && !matches!(it, '"' | '\\')).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Bearer abc.def-1_~+/=", Credential::Bearer("abc.def-1_~+/=".into()))]
    #[case("bearer abc", Credential::Bearer("abc".into()))]
    #[case("BEARER   abc ", Credential::Bearer("abc".into()))]
    #[case("abc.def.ghi", Credential::Bare("abc.def.ghi".into()))]
    #[case("Basic dTpwOnE=", Credential::Basic { user: "u".into(), password: "p:q".into() })]
    fn headers_are_read(#[case] header: &str, #[case] credential: Credential) {
        assert_eq!(read(Some(header.as_bytes()), false, false), Ok(Some(credential)));
    }

    #[rstest]
    #[case("")]
    #[case("Bearer")]
    #[case("Bearer ")]
    #[case("Bearer a b")]
    #[case("Digest abc")]
    #[case("Basic nothing:at:all")]
    fn malformed_headers_are_refused(#[case] header: &str) {
        let refused = read(Some(header.as_bytes()), false, false);
        assert_eq!(refused, Err(BearerError::Malformed));
    }

    /// Case L14.
    #[test]
    fn malformed_tokens_are_refused() {
        let long = format!("Bearer {}", "x".repeat(65_536));
        for header in ["Bearer a\tb", "Bearer a,b", "Bearer ===", long.as_str()] {
            let refused = read(Some(header.as_bytes()), false, false);
            assert_eq!(refused, Err(BearerError::Token), "{header:.20}");
        }
        assert_eq!(BearerError::Token.code(), ErrorCode::InvalidToken);
        assert_eq!(BearerError::InQuery.code(), ErrorCode::InvalidRequest);
    }

    #[test]
    fn one_token_in_one_place() {
        assert_eq!(read(None, false, false), Ok(None));
        assert_eq!(read(None, true, false), Ok(None));
        assert_eq!(read(Some(b"Bearer a"), true, false), Err(BearerError::Twice));
        assert_eq!(read(None, false, true), Err(BearerError::InQuery));
    }

    #[test]
    fn challenges_name_the_metadata_and_tell_no_code_without_a_token() {
        let metadata = "https://id.example/.well-known/oauth-protected-resource";
        assert_eq!(
            challenge("api", Some(metadata), None, None),
            format!(r#"Bearer realm="api", resource_metadata="{metadata}""#)
        );
        let error = Some((ErrorCode::InsufficientScope, "More is \"needed\".\r\n"));
        assert_eq!(
            challenge("api", None, error, Some("me")),
            r#"Bearer realm="api", error="insufficient_scope", error_description="More is needed.", scope="me""#
        );
    }

    proptest! {
        #[test]
        fn reading_never_panics(header in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(Some(&header), false, false);
        }
    }
}
