//! ID tokens: who signed in, for the client (OpenID Connect Core §2), and the answer of the userinfo
//! endpoint (§5.3).

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::scope::ScopeSet;

/// The header's `typ`; access tokens have another, so that neither is taken for the other
/// (RFC 9068 §4).
pub const TYPE: &str = "JWT";

/// How long an ID token is good, in seconds.
pub const LIFETIME_SECONDS: i64 = 3_600;

/// The scope that asks for an ID token.
pub const OPENID: &str = "openid";

/// What an application's ID tokens are signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum IdTokenAlgorithm {
    /// RSA with SHA-256: what every library verifies (OpenID Connect Core §15.1).
    #[default]
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

/// A name that is none of the algorithms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be RS256, ES256 or EdDSA")]
pub struct UnknownAlgorithm;

impl IdTokenAlgorithm {
    /// All of them, the default first.
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    /// The name in headers, metadata and forms (RFC 7518 §3.1, RFC 8037 §3.1).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

impl fmt::Display for IdTokenAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for IdTokenAlgorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        Self::ALL.into_iter().find(|it| it.name() == name).ok_or(UnknownAlgorithm)
    }
}

/// A person, as far as scopes let a client know them.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Never changes, and is nobody else's.
    pub sub: &'a str,
    /// The user name, for `profile`.
    pub username: &'a str,
    /// The e-mail address, for `email`.
    pub email: &'a str,
    /// When the account last changed, in Unix seconds, for `profile`.
    pub updated_at: i64,
}

impl Subject<'_> {
    /// The claims that the scopes open (OpenID Connect Core §5.4), `sub` always.
    pub fn claims(&self, scopes: &ScopeSet) -> Map<String, Value> {
        let mut claims = Map::new();
        let mut put = |name: &str, value: Value| {
            claims.insert(name.to_owned(), value);
        };
        put("sub", self.sub.into());
        if scopes.contains("profile") {
            put("name", self.username.into());
            put("preferred_username", self.username.into());
            put("updated_at", self.updated_at.into());
        }
        if scopes.contains("email") {
            put("email", self.email.into());
            // Nobody has proved yet that the address is theirs.
            put("email_verified", false.into());
        }
        claims
    }
}

/// What an ID token is made of. Times are Unix seconds.
#[derive(Debug, Clone, Copy)]
pub struct IdToken<'a> {
    /// The issuer.
    pub issuer: &'a str,
    /// The client it is for.
    pub client_id: &'a str,
    /// Who signed in.
    pub subject: Subject<'a>,
    /// What was granted.
    pub scopes: &'a ScopeSet,
    /// What the client's request said, to be returned unchanged.
    pub nonce: Option<&'a str>,
    /// When the person signed in.
    pub auth_time: Option<i64>,
    /// The access token that comes with it.
    pub access_token: &'a str,
    /// What it will be signed with.
    pub algorithm: IdTokenAlgorithm,
    /// Now.
    pub issued_at: i64,
}

impl IdToken<'_> {
    /// The claims, as JSON. The session's own claims come after the person's, so that none of those
    /// can stand for them.
    pub fn claims(&self) -> Value {
        let mut claims = self.subject.claims(self.scopes);
        let mut put = |name: &str, value: Value| {
            claims.insert(name.to_owned(), value);
        };
        put("iss", self.issuer.into());
        put("aud", self.client_id.into());
        put("iat", self.issued_at.into());
        put("exp", (self.issued_at + LIFETIME_SECONDS).into());
        put("at_hash", half_hash(self.access_token, self.algorithm).into());
        if let Some(auth_time) = self.auth_time {
            put("auth_time", auth_time.into());
        }
        if let Some(nonce) = self.nonce {
            put("nonce", nonce.into());
        }
        Value::Object(claims)
    }
}

/// The left half of the token's hash, by the hash of the signature (OpenID Connect Core §3.1.3.6).
fn half_hash(token: &str, algorithm: IdTokenAlgorithm) -> String {
    let hash = match algorithm {
        IdTokenAlgorithm::Rs256 | IdTokenAlgorithm::Es256 => &digest::SHA256,
        IdTokenAlgorithm::EdDsa => &digest::SHA512,
    };
    let hash = digest::digest(hash, token.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..hash.as_ref().len() / 2])
}

/// The account that the claims of an ID token of ours name, however old it is: what
/// `id_token_hint` is for (OpenID Connect Core §3.1.2.1).
pub fn hinted_subject(claims: &[u8], issuer: &str) -> Option<String> {
    let claims: Value = serde_json::from_slice(claims).ok()?;
    let ours = claims.get("iss")?.as_str()? == issuer;
    ours.then(|| claims.get("sub")?.as_str().map(str::to_owned)).flatten()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const ADA: Subject<'_> =
        Subject { sub: "0194", username: "ada", email: "ada@example.org", updated_at: 7 };

    fn token(scopes: &ScopeSet, algorithm: IdTokenAlgorithm) -> IdToken<'_> {
        IdToken {
            issuer: "https://id.example",
            client_id: "c",
            subject: ADA,
            scopes,
            nonce: Some("n-0S6_WzA2Mj"),
            auth_time: Some(1_000),
            access_token: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
            algorithm,
            issued_at: 1_010,
        }
    }

    #[test]
    fn an_id_token_has_what_the_standard_asks_for() {
        let scopes = "openid profile email me".parse().unwrap();
        insta::assert_json_snapshot!(token(&scopes, IdTokenAlgorithm::Rs256).claims(), @r#"
        {
          "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
          "aud": "c",
          "auth_time": 1000,
          "email": "ada@example.org",
          "email_verified": false,
          "exp": 4610,
          "iat": 1010,
          "iss": "https://id.example",
          "name": "ada",
          "nonce": "n-0S6_WzA2Mj",
          "preferred_username": "ada",
          "sub": "0194",
          "updated_at": 7
        }
        "#);
    }

    #[rstest]
    #[case("openid", "sub")]
    #[case("openid profile", "name preferred_username sub updated_at")]
    #[case("openid email", "email email_verified sub")]
    fn a_scope_opens_its_claims_and_no_others(#[case] scopes: &str, #[case] names: &str) {
        let claims = ADA.claims(&scopes.parse().unwrap());
        let mut found: Vec<&str> = claims.keys().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found.join(" "), names);
    }

    #[test]
    fn the_hash_is_half_as_long_as_the_signatures() {
        let scopes = "openid".parse().unwrap();
        for (algorithm, length) in [
            (IdTokenAlgorithm::Rs256, 22),
            (IdTokenAlgorithm::Es256, 22),
            (IdTokenAlgorithm::EdDsa, 43),
        ] {
            let claims = token(&scopes, algorithm).claims();
            assert_eq!(claims["at_hash"].as_str().unwrap().len(), length);
            assert_eq!(algorithm.name().parse(), Ok(algorithm));
            assert_eq!(serde_json::to_value(algorithm).unwrap(), algorithm.name());
        }
        assert_eq!("none".parse::<IdTokenAlgorithm>(), Err(UnknownAlgorithm));
    }

    #[test]
    fn a_hint_names_an_account_of_ours_only() {
        let claims = br#"{"iss":"https://id.example","sub":"0194","exp":1}"#;
        assert_eq!(hinted_subject(claims, "https://id.example").as_deref(), Some("0194"));
        assert_eq!(hinted_subject(claims, "https://other.example"), None);
        assert_eq!(hinted_subject(b"[]", "https://id.example"), None);
    }
}
