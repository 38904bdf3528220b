//! Proof Key for Code Exchange (RFC 7636), with S256 only.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

/// The only method that is offered (RFC 9700 §2.1.1 asks for it; `plain` protects nothing once the
/// request is seen).
pub const METHOD: &str = "S256";

/// Why the PKCE parameters of an authorization request are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PkceError {
    /// The client must send a challenge.
    #[error("code_challenge is required, with code_challenge_method=S256.")]
    Missing,
    /// No method would mean `plain` (RFC 7636 §4.3).
    #[error("code_challenge_method is required and must be S256.")]
    NoMethod,
    /// `plain` or something unknown.
    #[error("code_challenge_method must be S256.")]
    Method,
    /// A method without a challenge.
    #[error("code_challenge_method is given without code_challenge.")]
    NoChallenge,
    /// Not 43 characters of base64url (RFC 7636 §4.2).
    #[error("code_challenge must be 43 characters of base64url, the SHA-256 of the verifier.")]
    Challenge,
}

/// The challenge of an authorization request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge(String);

impl Challenge {
    /// Reads the two parameters. `required` is [`crate::client::Client::needs_pkce`].
    pub fn read(
        challenge: Option<&str>,
        method: Option<&str>,
        required: bool,
    ) -> Result<Option<Self>, PkceError> {
        match (challenge, method) {
            (None, None) if required => Err(PkceError::Missing),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(PkceError::NoChallenge),
            (Some(_), None) => Err(PkceError::NoMethod),
            (Some(challenge), Some(METHOD)) => {
                let fits = challenge.len() == 43
                    && challenge
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
                if fits { Ok(Some(Self(challenge.to_owned()))) } else { Err(PkceError::Challenge) }
            }
            (Some(_), Some(_)) => Err(PkceError::Method),
        }
    }

    /// The text as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Says whether the verifier fits, in constant time. A verifier outside the grammar of
    /// RFC 7636 §4.1 (43 to 128 unreserved characters) never does.
    pub fn accepts(&self, verifier: &str) -> bool {
        let grammatical = (43..=128).contains(&verifier.len())
            && verifier.bytes().all(|it| it.is_ascii_alphanumeric() || b"-._~".contains(&it));
        let hash = digest::digest(&digest::SHA256, verifier.as_bytes());
        let expected = URL_SAFE_NO_PAD.encode(hash.as_ref());
        // Case C15.
        let equal = expected.as_bytes().ct_eq(self.0.as_bytes());
        grammatical & bool::from(equal)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    // The pair of RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_pair_of_the_rfc_fits_and_the_challenge_is_no_verifier() {
        let challenge = Challenge::read(Some(CHALLENGE), Some("S256"), true).unwrap().unwrap();
        assert!(challenge.accepts(VERIFIER));
        assert!(!challenge.accepts(CHALLENGE));
        assert!(!challenge.accepts(""));
        assert!(!challenge.accepts(&VERIFIER[..42]));
    }

    #[rstest]
    #[case(None, None, PkceError::Missing)]
    #[case(Some(CHALLENGE), None, PkceError::NoMethod)]
    #[case(Some(CHALLENGE), Some("plain"), PkceError::Method)]
    #[case(Some(CHALLENGE), Some("s256"), PkceError::Method)]
    #[case(None, Some("S256"), PkceError::NoChallenge)]
    #[case(Some("short"), Some("S256"), PkceError::Challenge)]
    #[case(Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"), Some("S256"), PkceError::Challenge)]
    #[case(
        Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM="),
        Some("S256"),
        PkceError::Challenge
    )]
    fn malformed_requests_are_refused(
        #[case] challenge: Option<&str>,
        #[case] method: Option<&str>,
        #[case] reason: PkceError,
    ) {
        assert_eq!(Challenge::read(challenge, method, true), Err(reason));
    }

    #[test]
    fn it_may_be_left_out_only_where_it_is_not_required() {
        assert_eq!(Challenge::read(None, None, false), Ok(None));
        assert_eq!(Challenge::read(Some(CHALLENGE), None, false), Err(PkceError::NoMethod));
    }

    proptest! {
        #[test]
        fn only_the_right_verifier_fits(
            verifier in "[A-Za-z0-9._~-]{43,128}",
            other in "[A-Za-z0-9._~-]{43,128}|\\PC{0,50}",
        ) {
            let hash = digest::digest(&digest::SHA256, verifier.as_bytes());
            let text = URL_SAFE_NO_PAD.encode(hash.as_ref());
            let challenge = Challenge::read(Some(&text), Some("S256"), true).unwrap().unwrap();
            prop_assert!(challenge.accepts(&verifier));
            prop_assert_eq!(challenge.accepts(&other), other == verifier);
        }
    }
}
