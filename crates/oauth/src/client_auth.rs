//! Client authentication (RFC 6749 §2.3): reading what was presented, and checking it.

use std::fmt;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::{Choice, ConstantTimeEq as _};

use crate::client::Client;
use crate::error::TokenError;
use crate::params::{self, Params};
use crate::switch::Switch;

/// Longest `Authorization` header that is looked at, in bytes.
pub const MAX_HEADER_BYTES: usize = 4096;

/// How a client named itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// HTTP Basic.
    Basic,
    /// `client_id` and perhaps `client_secret` among the parameters.
    Body,
}

/// What a client presented. The debug form does not show the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Presented {
    /// Who it says it is.
    pub client_id: String,
    /// Its proof; an empty secret counts as none (RFC 6749 §2.3.1).
    pub secret: Option<String>,
    /// Where both stood.
    pub via: Via,
}

impl fmt::Debug for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presented")
            .field("client_id", &self.client_id)
            .field("has_secret", &self.secret.is_some())
            .field("via", &self.via)
            .finish()
    }
}

/// A secret as the store has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredSecret {
    /// SHA-256 of the secret's text ([`crate::token_text::hash`]). Generated secrets have more
    /// than 128 random bits, so a fast hash does (RFC 6819 §5.1.4.1.3).
    pub hash: [u8; 32],
    /// When it stops working, in Unix milliseconds; `None` for never.
    pub expires_at: Option<i64>,
}

/// How far a client is authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authentication {
    /// It proved that it has the secret.
    Secret,
    /// It is public: it has said who it is, nothing more.
    Public,
    /// It has a secret but left it out, as its switch allows.
    Omitted,
}

impl Authentication {
    /// Refuses everything but a proven secret: for client credentials, introspection and the like,
    /// whatever the switches say.
    pub fn require_secret(self) -> Result<(), TokenError> {
        match self {
            Self::Secret => Ok(()),
            Self::Public | Self::Omitted => Err(TokenError::invalid_client()),
        }
    }
}

/// Reads the client's name and secret from the `Authorization` header and the parameters.
///
/// A header that is no correct Basic is `invalid_client`; Basic together with a secret among the
/// parameters, or with another `client_id` there, is `invalid_request` (RFC 6749 §2.3: one method
/// at a time).
pub fn read(authorization: Option<&[u8]>, params: &Params) -> Result<Presented, TokenError> {
    let client_id = params.one("client_id")?;
    let secret = params.one("client_secret")?;
    if params.has("client_assertion") || params.has("client_assertion_type") {
        // Assertions (RFC 7523) are not offered, and must not be overlooked.
        return Err(TokenError::invalid_client());
    }
    let Some(header) = authorization else {
        let client_id = client_id.ok_or_else(TokenError::invalid_client)?.to_owned();
        return Ok(Presented { client_id, secret: secret.map(str::to_owned), via: Via::Body });
    };
    let (name, password) = read_basic(header).ok_or_else(TokenError::invalid_client)?;
    if secret.is_some() {
        let description = "The client authenticates both by Basic and by client_secret.";
        return Err(TokenError::invalid_request(description));
    }
    if client_id.is_some_and(|client_id| client_id != name) {
        let description = "client_id is not the one of the Authorization header.";
        return Err(TokenError::invalid_request(description));
    }
    let secret = Some(password).filter(|password| !password.is_empty());
    Ok(Presented { client_id: name, secret, via: Via::Basic })
}

/// Decodes Basic strictly: one scheme word, canonical padded base64 (RFC 7617 §2), and both parts
/// form-url-decoded (RFC 6749 §2.3.1, appendix B).
fn read_basic(header: &[u8]) -> Option<(String, String)> {
    if header.len() > MAX_HEADER_BYTES {
        return None;
    }
    let (scheme, rest) = header.split_at_checked(6)?;
    if !scheme.eq_ignore_ascii_case(b"basic ") {
        return None;
    }
    let credentials = STANDARD.decode(rest.trim_ascii()).ok()?;
    let colon = credentials.iter().position(|byte| *byte == b':')?;
    let name = params::decode(&credentials[..colon]).ok()?;
    let password = params::decode(&credentials[colon + 1..]).ok()?;
    (!name.is_empty()).then_some((name, password))
}

/// Checks what was presented. `client` is the one of that name, `None` if there is none or it may
/// not be used; `now` is in Unix milliseconds.
///
/// Unknown client, wrong secret, expired secret, missing secret, and a secret from a public client
/// all give the same `invalid_client`, and the work is the same for all.
pub fn verify(
    client: Option<&Client>,
    presented: &Presented,
    secrets: &[StoredSecret],
    now: i64,
) -> Result<Authentication, TokenError> {
    let text = presented.secret.as_deref().unwrap_or_default();
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    // Something to compare with when there is nothing.
    let nothing = [StoredSecret { hash: [0; 32], expires_at: None }];
    let stored = if secrets.is_empty() { &nothing } else { secrets };
    let mut fits = Choice::from(0);
    for secret in stored {
        let live = secret.expires_at.is_none_or(|end| now < end);
        // Cases F10, F12.
        fits |= hash.as_ref().ct_eq(&secret.hash) & Choice::from(u8::from(live));
    }
    let client = client
        .filter(|client| client.client_id == presented.client_id)
        .ok_or_else(TokenError::invalid_client)?;
    match (client.is_public(), &presented.secret) {
        (true, None) => Ok(Authentication::Public),
        (false, None) if client.has(Switch::SecretOptional) => Ok(Authentication::Omitted),
        (false, Some(_)) if bool::from(fits) => Ok(Authentication::Secret),
        _ => Err(TokenError::invalid_client()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::client::ClientKind;
    use crate::error::ErrorCode;
    use crate::preset::Preset;
    use crate::token_text::hash;

    fn params(query: &str) -> Params {
        Params::from_form(query.as_bytes()).unwrap()
    }

    fn basic(credentials: &str) -> Vec<u8> {
        format!("Basic {}", STANDARD.encode(credentials)).into_bytes()
    }

    fn presented(secret: Option<&str>) -> Presented {
        Presented { client_id: "c".into(), secret: secret.map(str::to_owned), via: Via::Body }
    }

    fn client(preset: Preset) -> Client {
        preset.template().client("c", "Client", 7, vec![])
    }

    #[test]
    fn both_parts_of_basic_are_form_encoded() {
        let found = read(Some(&basic("a%3Ab+c:s%2B%25%20%C3%A4")), &params("")).unwrap();
        assert_eq!(found.client_id, "a:b c");
        assert_eq!(found.secret.as_deref(), Some("s+% ä"));
        assert_eq!(found.via, Via::Basic);
    }

    #[rstest]
    #[case(b"Basic")]
    #[case(b"Basic ")]
    #[case(b"Basic Yzpz=")] // stray padding
    #[case(b"Basic Yzp")] // missing padding
    #[case(b"Basic Yzpz!")]
    #[case(b"Basic Yz pz")]
    #[case(b"Basic Yw==")] // no colon
    #[case(b"Basic OnM=")] // no name
    #[case(b"Basic Yzol")] // lone percent sign
    #[case(b"Bearer Yzpz")]
    #[case(b"Digest Yzpz")]
    #[case(b"Yzpz")]
    #[case(b"")]
    #[case(b"Basic \xff\xfe")]
    fn malformed_headers_are_invalid_clients(#[case] header: &[u8]) {
        let refused = read(Some(header), &params("client_id=c")).unwrap_err();
        assert_eq!(refused, TokenError::invalid_client());
        assert_eq!(refused.status(), 401);
        assert!(refused.challenge().is_some());
    }

    #[rstest]
    #[case("client_id=other")]
    #[case("client_secret=s")]
    #[case("client_id=c&client_secret=s")]
    #[case("client_id=c&client_id=c")]
    fn two_ways_at_once_are_an_invalid_request(#[case] body: &str) {
        let refused = read(Some(&basic("c:s")), &params(body)).unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidRequest);
    }

    #[test]
    fn the_body_and_json_name_a_client_too() {
        let found = read(None, &params("client_id=c&client_secret=s")).unwrap();
        assert_eq!((found.secret.as_deref(), found.via), (Some("s"), Via::Body));
        let json = Params::from_json(br#"{"client_id":12,"client_secret":"s"}"#).unwrap();
        assert_eq!(read(None, &json).unwrap().client_id, "12");
        assert_eq!(read(None, &params("client_id=c&client_secret=")).unwrap().secret, None);
        assert_eq!(read(Some(&basic("c:")), &params("client_id=c")).unwrap().secret, None);
        assert_eq!(read(None, &params("")), Err(TokenError::invalid_client()));
        let assertion = read(None, &params("client_id=c&client_assertion=x"));
        assert_eq!(assertion, Err(TokenError::invalid_client()));
    }

    /// Case F09.
    #[test]
    fn every_failure_looks_the_same() {
        let right = [StoredSecret { hash: hash("right"), expires_at: None }];
        let confidential = client(Preset::Standard);
        let public = client(Preset::Browser);
        let refusals = [
            verify(None, &presented(Some("right")), &[], 0),
            verify(Some(&confidential), &presented(Some("wrong")), &right, 0),
            verify(Some(&confidential), &presented(None), &right, 0),
            verify(Some(&confidential), &presented(Some("right")), &[], 0),
            verify(Some(&public), &presented(Some("anything")), &[], 0),
            verify(Some(&client(Preset::Challonge)), &presented(Some("wrong")), &right, 0),
        ];
        for refused in refusals {
            assert_eq!(refused, Err(TokenError::invalid_client()));
        }
    }

    /// Cases F13, F14.
    #[test]
    fn two_secrets_live_until_the_older_ends() {
        let client = client(Preset::Standard);
        let secrets = [
            StoredSecret { hash: hash("old"), expires_at: Some(1_000) },
            StoredSecret { hash: hash("new"), expires_at: None },
        ];
        let check = |secret, now| verify(Some(&client), &presented(Some(secret)), &secrets, now);
        assert_eq!(check("old", 999), Ok(Authentication::Secret));
        assert_eq!(check("new", 999), Ok(Authentication::Secret));
        assert!(check("old", 1_000).is_err());
        assert_eq!(check("new", 1_000), Ok(Authentication::Secret));
    }

    #[test]
    fn public_clients_only_say_who_they_are() {
        let public = client(Preset::Browser);
        let found = verify(Some(&public), &presented(None), &[], 0).unwrap();
        assert_eq!(found, Authentication::Public);
        assert!(found.require_secret().is_err());
    }

    #[test]
    fn the_switch_lets_a_secret_be_left_out_but_not_where_one_is_needed() {
        let mut client = client(Preset::Challonge);
        let found = verify(Some(&client), &presented(None), &[], 0).unwrap();
        assert_eq!(found, Authentication::Omitted);
        assert_eq!(found.require_secret(), Err(TokenError::invalid_client()));
        client.kind = ClientKind::Public;
        assert_eq!(verify(Some(&client), &presented(None), &[], 0), Ok(Authentication::Public));
    }

    #[test]
    fn the_debug_form_shows_no_secret() {
        assert!(!format!("{:?}", presented(Some("hunter2"))).contains("hunter2"));
    }

    proptest! {
        #[test]
        fn reading_never_panics(header in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(Some(&header), &params("client_id=c"));
            let _ = read(Some(&[b"Basic ", &header[..]].concat()), &params(""));
            let encoded = format!("Basic {}", STANDARD.encode(&header));
            let _ = read(Some(encoded.as_bytes()), &params(""));
        }
    }
}
