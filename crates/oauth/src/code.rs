//! Authorization codes: what is remembered of one, and what presenting it comes to.

use serde::{Deserialize, Serialize};

use crate::authorize::AuthorizationRequest;
use crate::client::{Client, GrantKind};
use crate::error::TokenError;
use crate::pkce::Challenge;
use crate::redirect_uri;
use crate::scope::ScopeSet;

/// How long a code lives, in milliseconds (RFC 6749 §4.1.2 allows ten minutes at most).
pub const CODE_LIFETIME_MS: i64 = 60_000;

/// An authorization code as stored; the code itself is stored as its hash only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationCode {
    /// Who asked for it.
    pub client_id: String,
    /// Who consented.
    pub person: i64,
    /// To what.
    pub scopes: ScopeSet,
    /// Whether the token answer must say that these are not what was asked.
    pub scopes_differ: bool,
    /// Where the code was sent.
    pub redirect_uri: String,
    /// Whether the request named that; then the exchange must name it too (RFC 6749 §4.1.3).
    pub redirect_uri_sent: bool,
    /// The PKCE challenge.
    pub challenge: Option<Challenge>,
    /// For the ID token.
    pub nonce: Option<String>,
    /// The resources the token is for.
    pub resource: Vec<String>,
    /// When the person signed in, in Unix milliseconds.
    pub auth_time: i64,
    /// When the code was made, in Unix milliseconds.
    pub issued_at: i64,
    /// When it stops working, in Unix milliseconds.
    pub expires_at: i64,
    /// The token family that was made from it.
    pub family: Option<i64>,
    /// When it was used up, in Unix milliseconds: exchanged, or burnt by a wrong verifier.
    pub used_at: Option<i64>,
}

/// What a code turns into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeemed {
    /// Who consented.
    pub person: i64,
    /// To what, as far as the client is still registered for it.
    pub scopes: ScopeSet,
    /// Whether the token answer must say that these are not what was asked.
    pub scopes_differ: bool,
    /// For the ID token.
    pub nonce: Option<String>,
    /// The resources the token is for.
    pub resource: Vec<String>,
    /// When the person signed in, in Unix milliseconds.
    pub auth_time: i64,
}

/// Why a code is refused, and what the caller must do. The client always sees the same
/// `invalid_grant`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefusal {
    /// Do nothing: expired, of another client, or with another redirect URI.
    #[error("the code is not valid for this request")]
    Invalid,
    /// Mark the code used: its verifier was wrong, and nobody gets to guess again.
    #[error("the code verifier is wrong")]
    Burn,
    /// Revoke everything made from the code: its own client presented it again, so one of the two
    /// was a thief (RFC 6749 §4.1.2).
    #[error("the code was used before")]
    Replay {
        /// The family that was made from it.
        family: Option<i64>,
    },
}

impl From<CodeRefusal> for TokenError {
    fn from(_: CodeRefusal) -> Self {
        Self::invalid_grant()
    }
}

impl AuthorizationCode {
    /// The record for a request to which `person` consented; `scopes` is what was granted, times
    /// are in Unix milliseconds.
    pub fn new(
        request: &AuthorizationRequest,
        person: i64,
        scopes: ScopeSet,
        auth_time: i64,
        now: i64,
    ) -> Self {
        Self {
            client_id: request.client_id.clone(),
            person,
            scopes_differ: !scopes.same_as(&request.scopes),
            scopes,
            redirect_uri: request.redirect_uri.clone(),
            redirect_uri_sent: request.redirect_uri_sent,
            challenge: request.challenge.clone(),
            nonce: request.nonce.clone(),
            resource: request.resource.clone(),
            auth_time,
            issued_at: now,
            expires_at: now.saturating_add(CODE_LIFETIME_MS),
            family: None,
            used_at: None,
        }
    }

    /// Decides on a code that `client`, authenticated, presents. On success the caller marks the
    /// code used and makes the tokens in one transaction.
    pub fn redeem(
        &self,
        client: &Client,
        redirect_uri: Option<&str>,
        verifier: Option<&str>,
        now: i64,
    ) -> Result<Redeemed, CodeRefusal> {
        // Another client learns nothing and can do no harm with a code it got hold of.
        if self.client_id != client.client_id {
            return Err(CodeRefusal::Invalid);
        }
        if self.used_at.is_some() {
            return Err(CodeRefusal::Replay { family: self.family });
        }
        if now >= self.expires_at {
            return Err(CodeRefusal::Invalid);
        }
        // What was switched off since the consent no longer counts.
        let registered =
            client.redirect_uris.iter().any(|it| redirect_uri::matches(it, &self.redirect_uri));
        if !registered || !client.may(GrantKind::AuthorizationCode) {
            return Err(CodeRefusal::Invalid);
        }
        let same_uri = match redirect_uri {
            Some(sent) => sent == self.redirect_uri,
            None => !self.redirect_uri_sent,
        };
        if !same_uri {
            return Err(CodeRefusal::Invalid);
        }
        match (&self.challenge, verifier) {
            (Some(challenge), Some(verifier)) if challenge.accepts(verifier) => {}
            // A verifier without a challenge means that somebody took the challenge out of the
            // request on its way (RFC 9700 §4.8.2).
            (Some(_), _) | (None, Some(_)) => return Err(CodeRefusal::Burn),
            (None, None) if client.needs_pkce() => return Err(CodeRefusal::Invalid),
            (None, None) => {}
        }
        Ok(Redeemed {
            person: self.person,
            scopes: self.scopes.intersection(&client.scopes),
            scopes_differ: self.scopes_differ || !self.scopes.is_subset(&client.scopes),
            nonce: self.nonce.clone(),
            resource: self.resource.clone(),
            auth_time: self.auth_time,
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::preset::Preset;

    const URI: &str = "https://client.example/cb";
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn client() -> Client {
        Preset::Challonge.template().client("c", "Client", 7, vec![URI.to_owned()])
    }

    fn code() -> AuthorizationCode {
        AuthorizationCode {
            client_id: "c".to_owned(),
            person: 1,
            scopes: "me tournaments:read".parse().unwrap(),
            scopes_differ: false,
            redirect_uri: URI.to_owned(),
            redirect_uri_sent: true,
            challenge: Challenge::read(Some(CHALLENGE), Some("S256"), true).unwrap(),
            nonce: Some("n".to_owned()),
            resource: Vec::new(),
            auth_time: 500,
            issued_at: 1_000,
            expires_at: 61_000,
            family: None,
            used_at: None,
        }
    }

    #[test]
    fn the_right_client_with_the_right_verifier_gets_what_was_granted() {
        let redeemed = code().redeem(&client(), Some(URI), Some(VERIFIER), 60_999).unwrap();
        assert_eq!(redeemed.person, 1);
        assert_eq!(redeemed.scopes.to_string(), "me tournaments:read");
        assert_eq!((redeemed.nonce.as_deref(), redeemed.auth_time), (Some("n"), 500));
    }

    #[rstest]
    #[case::wrong_verifier(Some(URI), Some(CHALLENGE), CodeRefusal::Burn)]
    #[case::no_verifier(Some(URI), None, CodeRefusal::Burn)]
    #[case::no_address(None, Some(VERIFIER), CodeRefusal::Invalid)]
    #[case::other_address(Some("https://client.example/CB"), Some(VERIFIER), CodeRefusal::Invalid)]
    fn a_request_that_does_not_fit_is_refused(
        #[case] uri: Option<&str>,
        #[case] verifier: Option<&str>,
        #[case] refusal: CodeRefusal,
    ) {
        assert_eq!(code().redeem(&client(), uri, verifier, 2_000), Err(refusal));
        assert_eq!(TokenError::from(refusal), TokenError::invalid_grant());
    }

    #[test]
    fn an_old_code_is_refused() {
        let refused = code().redeem(&client(), Some(URI), Some(VERIFIER), 61_000);
        assert_eq!(refused, Err(CodeRefusal::Invalid));
    }

    #[test]
    fn a_second_use_by_its_client_revokes_the_family_and_nothing_else() {
        let used = AuthorizationCode { used_at: Some(2_000), family: Some(77), ..code() };
        let refused = used.redeem(&client(), Some(URI), Some(VERIFIER), 3_000);
        assert_eq!(refused, Err(CodeRefusal::Replay { family: Some(77) }));
        // Also without the rest of the request: the thief may not have it.
        let refused = used.redeem(&client(), None, None, 90_000);
        assert_eq!(refused, Err(CodeRefusal::Replay { family: Some(77) }));
    }

    #[test]
    fn another_client_cannot_use_a_code_nor_kill_the_session() {
        let other = Client { client_id: "other".to_owned(), ..client() };
        for used_at in [None, Some(2_000)] {
            let code = AuthorizationCode { used_at, family: Some(77), ..code() };
            let refused = code.redeem(&other, Some(URI), Some(VERIFIER), 3_000);
            assert_eq!(refused, Err(CodeRefusal::Invalid));
        }
    }

    #[test]
    fn a_verifier_for_a_code_without_challenge_is_refused() {
        let code = AuthorizationCode { challenge: None, ..code() };
        let refused = code.redeem(&client(), Some(URI), Some(VERIFIER), 2_000);
        assert_eq!(refused, Err(CodeRefusal::Burn));
        assert!(code.redeem(&client(), Some(URI), None, 2_000).is_ok());
        let mut strict = client();
        strict.switches.clear();
        assert_eq!(code.redeem(&strict, Some(URI), None, 2_000), Err(CodeRefusal::Invalid));
    }

    #[test]
    fn what_was_switched_off_since_the_consent_is_refused() {
        let mut without_uri = client();
        without_uri.redirect_uris.clear();
        let mut without_grant = client();
        without_grant.grants.remove(&GrantKind::AuthorizationCode);
        for client in [without_uri, without_grant] {
            let refused = code().redeem(&client, Some(URI), Some(VERIFIER), 2_000);
            assert_eq!(refused, Err(CodeRefusal::Invalid));
        }
        let mut narrowed = client();
        narrowed.scopes = "me".parse().unwrap();
        let redeemed = code().redeem(&narrowed, Some(URI), Some(VERIFIER), 2_000).unwrap();
        assert_eq!((redeemed.scopes.to_string().as_str(), redeemed.scopes_differ), ("me", true));
    }

    #[test]
    fn an_address_left_out_may_be_left_out_again() {
        let code = AuthorizationCode { redirect_uri_sent: false, ..code() };
        assert!(code.redeem(&client(), None, Some(VERIFIER), 2_000).is_ok());
        assert!(code.redeem(&client(), Some(URI), Some(VERIFIER), 2_000).is_ok());
        let other = code.redeem(&client(), Some("https://x.example/"), Some(VERIFIER), 2_000);
        assert_eq!(other, Err(CodeRefusal::Invalid));
    }

    #[test]
    fn records_survive_storage() {
        let text = serde_json::to_string(&code()).unwrap();
        assert_eq!(serde_json::from_str::<AuthorizationCode>(&text).unwrap(), code());
    }
}
