//! What an access token says (RFC 9068 §2), to and from JSON.

use serde::{Deserialize, Serialize};

use crate::json;
use crate::resource::ResourceSet;
use crate::scope::ScopeSet;

/// The `typ` of access tokens (RFC 9068 §2.1), so that an ID token never passes as one.
pub const TYPE: &str = "at+jwt";

/// Most leeway for clocks that differ, in milliseconds.
pub const MAX_LEEWAY_MS: i64 = 60_000;

/// How deep the claims may nest; ours nest two levels.
const MAX_DEPTH: u8 = 4;

/// The claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// Who made it.
    pub iss: String,
    /// The person's UUID, or the client's identifier where the application acts for itself.
    pub sub: String,
    /// Where it may be used; one audience is written as a string.
    #[serde(with = "audience")]
    pub aud: Vec<String>,
    /// Who uses it.
    pub client_id: String,
    /// When it was made, in Unix seconds.
    pub iat: i64,
    /// When it stops working, in Unix seconds.
    pub exp: i64,
    /// Its own name, for revoking it alone.
    pub jti: String,
    /// What it may do.
    pub scope: ScopeSet,
    /// The token family it belongs to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fam: Option<i64>,
    /// The revocation epochs of application and person at the time it was made.
    pub epo: [i64; 2],
}

/// The form of the claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimsForm {
    /// RFC 9068.
    Standard,
    /// Besides, a `scopes` array and `nbf`, which clients of one platform read.
    Trackmania,
}

/// What a token must say to be good here.
#[derive(Debug, Clone, Copy)]
pub struct Expectations<'a> {
    /// Our issuer; the audience must name one of its resources ([`crate::resource`]).
    pub issuer: &'a str,
    /// Unix milliseconds.
    pub now_ms: i64,
    /// For clocks that differ; at most [`MAX_LEEWAY_MS`] count.
    pub leeway_ms: i64,
}

/// Why a token is no good here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsError {
    /// No JSON object with our claims, a member twice, or too deep a nest.
    #[error("the claims are malformed")]
    Malformed,
    /// Made by somebody else.
    #[error("the token has another issuer")]
    Issuer,
    /// Made for none of our resources.
    #[error("the token is for another audience")]
    Audience,
    /// Too old.
    #[error("the token is expired")]
    Expired,
}

impl AccessClaims {
    /// Says whether the application acts for itself.
    pub fn is_application(&self) -> bool {
        self.sub == self.client_id
    }

    /// The JSON to sign or seal.
    pub fn to_json(&self, form: ClaimsForm) -> Result<Vec<u8>, ClaimsError> {
        #[derive(Serialize)]
        struct WithScopes<'a> {
            #[serde(flatten)]
            claims: &'a AccessClaims,
            nbf: i64,
            scopes: Vec<&'a str>,
        }
        match form {
            ClaimsForm::Standard => serde_json::to_vec(self),
            ClaimsForm::Trackmania => serde_json::to_vec(&WithScopes {
                claims: self,
                nbf: self.iat,
                scopes: self.scope.iter().map(crate::scope::Scope::as_str).collect(),
            }),
        }
        .map_err(|_unwritable| ClaimsError::Malformed)
    }

    /// Reads a payload without judging it.
    pub fn from_json(payload: &[u8]) -> Result<Self, ClaimsError> {
        if !json::is_strict_object(payload, MAX_DEPTH) {
            return Err(ClaimsError::Malformed);
        }
        serde_json::from_slice(payload).map_err(|_malformed| ClaimsError::Malformed)
    }
}

/// Reads the payload of a token whose signature (or seal) and `typ` are already verified, and
/// checks that it is good here and now (RFC 9068 §4). Whether it opens the very resource where it
/// is used ([`AccessClaims::resources`]), and revocation, are the caller's to check.
pub fn check(payload: &[u8], expected: &Expectations<'_>) -> Result<AccessClaims, ClaimsError> {
    let claims = AccessClaims::from_json(payload)?;
    claims.check(expected)?;
    Ok(claims)
}

impl AccessClaims {
    /// The resources of `issuer` that the token is for.
    pub fn resources(&self, issuer: &str) -> ResourceSet {
        ResourceSet::of_audience(issuer, &self.aud)
    }

    /// Checks claims that were read before, say from a cache.
    pub fn check(&self, expected: &Expectations<'_>) -> Result<(), ClaimsError> {
        if self.iss != expected.issuer {
            return Err(ClaimsError::Issuer);
        }
        if self.resources(expected.issuer).is_empty() {
            return Err(ClaimsError::Audience);
        }
        let leeway = expected.leeway_ms.clamp(0, MAX_LEEWAY_MS);
        let end = self.exp.saturating_mul(1_000).saturating_add(leeway);
        if expected.now_ms >= end { Err(ClaimsError::Expired) } else { Ok(()) }
    }
}

/// `aud`: a string or an array of strings (RFC 7519 §4.1.3).
mod audience {
    use serde::{Deserialize, Deserializer, Serialize as _, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }

    pub(super) fn serialize<S: Serializer>(
        audience: &[String],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match audience {
            [only] => only.serialize(serializer),
            many => many.serialize(serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<String>, D::Error> {
        Ok(match OneOrMany::deserialize(deserializer)? {
            OneOrMany::One(only) => vec![only],
            OneOrMany::Many(many) => many,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;
    use crate::resource::Resource;

    fn claims() -> AccessClaims {
        AccessClaims {
            iss: "https://id.example".to_owned(),
            sub: "0193-uuid".to_owned(),
            aud: vec!["https://id.example/v2.1".to_owned()],
            client_id: "c".to_owned(),
            iat: 1_000,
            exp: 4_600,
            jti: "j".to_owned(),
            scope: "me tournaments:read".parse().unwrap(),
            fam: Some(77),
            epo: [1, 2],
        }
    }

    fn expected(now_ms: i64) -> Expectations<'static> {
        Expectations { issuer: "https://id.example", now_ms, leeway_ms: 0 }
    }

    #[test]
    fn the_claims_of_the_standard_are_there() {
        let text = String::from_utf8(claims().to_json(ClaimsForm::Standard).unwrap()).unwrap();
        insta::assert_snapshot!(text, @r#"{"iss":"https://id.example","sub":"0193-uuid","aud":"https://id.example/v2.1","client_id":"c","iat":1000,"exp":4600,"jti":"j","scope":"me tournaments:read","fam":77,"epo":[1,2]}"#);
    }

    #[test]
    fn one_platform_finds_scopes_as_an_array_and_one_string_as_audience() {
        let text = claims().to_json(ClaimsForm::Trackmania).unwrap();
        let value: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(value["scopes"], json!(["me", "tournaments:read"]));
        assert_eq!(
            (&value["aud"], &value["nbf"]),
            (&json!("https://id.example/v2.1"), &json!(1_000))
        );
        assert_eq!(check(&text, &expected(2_000_000)), Ok(claims()));
    }

    #[test]
    fn several_audiences_are_an_array() {
        let mut claims = claims();
        claims.aud.push("https://other.example".to_owned());
        let text = claims.to_json(ClaimsForm::Standard).unwrap();
        assert_eq!(check(&text, &expected(0)), Ok(claims.clone()));
        let resources = claims.resources("https://id.example");
        assert!(resources.opens(Resource::ChallongeV2) && !resources.opens(Resource::Api));
    }

    #[rstest]
    #[case("iss", json!("https://evil.example"), ClaimsError::Issuer)]
    #[case("aud", json!("https://other.example"), ClaimsError::Audience)]
    #[case("aud", json!([]), ClaimsError::Audience)]
    #[case("exp", json!(2_000), ClaimsError::Expired)]
    #[case("exp", json!("4600"), ClaimsError::Malformed)]
    #[case("exp", Value::Null, ClaimsError::Malformed)]
    #[case("sub", json!({"a": 1}), ClaimsError::Malformed)]
    #[case("other", json!([[[[1]]]]), ClaimsError::Malformed)]
    fn tokens_for_elsewhere_are_refused(
        #[case] name: &str,
        #[case] value: Value,
        #[case] reason: ClaimsError,
    ) {
        let text = claims().to_json(ClaimsForm::Standard).unwrap();
        let mut changed: Value = serde_json::from_slice(&text).unwrap();
        changed[name] = value;
        assert_eq!(check(changed.to_string().as_bytes(), &expected(2_000_000)), Err(reason));
    }

    #[test]
    fn a_claim_twice_is_refused_known_or_not() {
        let text = String::from_utf8(claims().to_json(ClaimsForm::Standard).unwrap()).unwrap();
        for twice in [r#""sub":"x","#, r#""y":1,"y":1,"#] {
            let changed = text.replacen('{', &format!("{{{twice}"), 1);
            assert_eq!(check(changed.as_bytes(), &expected(0)), Err(ClaimsError::Malformed));
        }
    }

    #[test]
    fn expiry_has_a_bounded_leeway() {
        let text = claims().to_json(ClaimsForm::Standard).unwrap();
        let at = |now_ms, leeway_ms| check(&text, &Expectations { leeway_ms, ..expected(now_ms) });
        assert!(at(4_599_999, 0).is_ok());
        assert_eq!(at(4_600_000, 0), Err(ClaimsError::Expired));
        assert!(at(4_659_999, 60_000).is_ok());
        assert_eq!(at(4_660_000, i64::MAX), Err(ClaimsError::Expired));
    }

    #[test]
    fn an_application_is_its_own_subject() {
        assert!(!claims().is_application());
        let own = AccessClaims { sub: "c".to_owned(), fam: None, ..claims() };
        assert!(own.is_application());
        let text = own.to_json(ClaimsForm::Standard).unwrap();
        assert_eq!(check(&text, &expected(0)), Ok(own));
    }

    proptest! {
        #[test]
        fn reading_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = AccessClaims::from_json(&bytes);
        }
    }
}
