//! Answers of token introspection (RFC 7662 §2.2).

use serde::Serialize;

use crate::access_token::AccessClaims;
use crate::scope::ScopeSet;

/// The answer about everything that is not alive, unknown, or none of the caller's business: these
/// bytes and no others (RFC 7662 §2.2, §4).
pub const INACTIVE: &[u8] = br#"{"active":false}"#;

/// An answer that cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer cannot be written as JSON")]
pub struct Unwritable;

#[derive(Serialize)]
struct Told<'a> {
    active: bool,
    scope: &'a ScopeSet,
    client_id: &'a str,
    sub: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<Audience<'a>>,
    iss: &'a str,
    exp: i64,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Audience<'a> {
    One(&'a str),
    Many(&'a [String]),
}

/// The answer about a live access token.
pub fn access_token(claims: &AccessClaims) -> Result<Vec<u8>, Unwritable> {
    let answer = Told {
        active: true,
        scope: &claims.scope,
        client_id: &claims.client_id,
        sub: &claims.sub,
        aud: Some(match claims.aud.as_slice() {
            [only] => Audience::One(only),
            many => Audience::Many(many),
        }),
        iss: &claims.iss,
        exp: claims.exp,
        iat: claims.iat,
        token_type: Some("Bearer"),
        jti: Some(&claims.jti),
    };
    serde_json::to_vec(&answer).map_err(|_unwritable| Unwritable)
}

/// What is told of a live refresh token. It has no `token_type`, so that nobody takes it for
/// something to send to a resource.
#[derive(Debug, Clone, Copy)]
pub struct RefreshFacts<'a> {
    /// Who made it.
    pub issuer: &'a str,
    /// Whose token it is.
    pub client_id: &'a str,
    /// The person's subject identifier.
    pub sub: &'a str,
    /// What was granted.
    pub scopes: &'a ScopeSet,
    /// When it was made, in Unix seconds.
    pub issued_at: i64,
    /// When it ends if it is not used, in Unix seconds.
    pub expires_at: i64,
}

/// The answer about a live refresh token.
pub fn refresh_token(facts: &RefreshFacts<'_>) -> Result<Vec<u8>, Unwritable> {
    let answer = Told {
        active: true,
        scope: facts.scopes,
        client_id: facts.client_id,
        sub: facts.sub,
        aud: None,
        iss: facts.issuer,
        exp: facts.expires_at,
        iat: facts.issued_at,
        token_type: None,
        jti: None,
    };
    serde_json::to_vec(&answer).map_err(|_unwritable| Unwritable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> AccessClaims {
        AccessClaims {
            iss: "https://id.example".to_owned(),
            sub: "0193-uuid".to_owned(),
            aud: vec!["https://id.example".to_owned()],
            client_id: "c".to_owned(),
            iat: 1_000,
            exp: 4_600,
            jti: "j".to_owned(),
            scope: "me tournaments:read".parse().unwrap(),
            fam: Some(77),
            epo: [1, 2],
        }
    }

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn an_access_token_is_told_by_the_members_of_the_standard() {
        insta::assert_snapshot!(text(access_token(&claims()).unwrap()), @r#"{"active":true,"scope":"me tournaments:read","client_id":"c","sub":"0193-uuid","aud":"https://id.example","iss":"https://id.example","exp":4600,"iat":1000,"token_type":"Bearer","jti":"j"}"#);
        let mut claims = claims();
        claims.aud.push("https://id.example/v1".to_owned());
        let both = r#""aud":["https://id.example","https://id.example/v1"]"#;
        assert!(text(access_token(&claims).unwrap()).contains(both));
    }

    #[test]
    fn a_refresh_token_has_no_type() {
        let scopes = "me".parse().unwrap();
        let facts = RefreshFacts {
            issuer: "https://id.example",
            client_id: "c",
            sub: "0193-uuid",
            scopes: &scopes,
            issued_at: 1,
            expires_at: 2,
        };
        insta::assert_snapshot!(text(refresh_token(&facts).unwrap()), @r#"{"active":true,"scope":"me","client_id":"c","sub":"0193-uuid","iss":"https://id.example","exp":2,"iat":1}"#);
    }
}
