//! The answer of the token endpoint, as each platform's clients expect it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::scope::ScopeSet;

/// How answers to a client look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AnswerShape {
    /// RFC 6749 §5.1.
    #[default]
    Standard,
    /// With `created_at`.
    Challonge,
    /// Always with `scope` and without any member that is not documented: some clients take the
    /// answer apart strictly. Errors have `message` and `hint`.
    Toornament,
    /// Access tokens with a `scopes` array. Errors have `message` and `hint`.
    Trackmania,
    /// The redirect has `response_code` besides `code`. Errors have `message` and `hint`.
    Mtgbracket,
}

/// Tokens to hand out.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenAnswer {
    /// The access token.
    pub access_token: String,
    /// Seconds until it expires.
    pub expires_in: u32,
    /// The refresh token, where the grant gives one.
    pub refresh_token: Option<String>,
    /// What the access token may do.
    pub scopes: ScopeSet,
    /// Whether the client asked for other scopes than these; then every platform is told
    /// (RFC 6749 §5.1).
    pub scopes_differ: bool,
    /// When the token was made, in Unix seconds.
    pub created_at: i64,
    /// An ID token (OpenID Connect Core §3.1.3.3).
    pub id_token: Option<String>,
}

impl std::fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenAnswer")
            .field("expires_in", &self.expires_in)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

impl TokenAnswer {
    /// The JSON body; it must be sent with `Cache-Control: no-store` (RFC 6749 §5.1).
    pub fn to_json(&self, shape: AnswerShape) -> Value {
        let mut body = Map::new();
        let mut put = |name: &str, value: Value| {
            body.insert(name.to_owned(), value);
        };
        put("access_token", self.access_token.as_str().into());
        put("token_type", "Bearer".into());
        put("expires_in", self.expires_in.into());
        if let Some(refresh_token) = &self.refresh_token {
            put("refresh_token", refresh_token.as_str().into());
        }
        let documents_scope = match shape {
            AnswerShape::Standard | AnswerShape::Challonge | AnswerShape::Toornament => true,
            AnswerShape::Trackmania | AnswerShape::Mtgbracket => self.scopes_differ,
        };
        if documents_scope {
            put("scope", self.scopes.to_string().into());
        }
        if shape == AnswerShape::Challonge {
            put("created_at", self.created_at.into());
        }
        if let Some(id_token) = &self.id_token {
            put("id_token", id_token.as_str().into());
        }
        Value::Object(body)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn answer(refresh_token: bool) -> TokenAnswer {
        TokenAnswer {
            access_token: "access".to_owned(),
            expires_in: 3600,
            refresh_token: refresh_token.then(|| "refresh".to_owned()),
            scopes: "a b".parse().unwrap(),
            scopes_differ: false,
            created_at: 1_700_000_000,
            id_token: None,
        }
    }

    #[rstest]
    #[case(AnswerShape::Standard, true, "access_token expires_in refresh_token scope token_type")]
    #[case(
        AnswerShape::Challonge,
        true,
        "access_token created_at expires_in refresh_token scope token_type"
    )]
    #[case(AnswerShape::Toornament, true, "access_token expires_in refresh_token scope token_type")]
    #[case(AnswerShape::Toornament, false, "access_token expires_in scope token_type")]
    #[case(AnswerShape::Trackmania, true, "access_token expires_in refresh_token token_type")]
    #[case(AnswerShape::Trackmania, false, "access_token expires_in token_type")]
    #[case(AnswerShape::Mtgbracket, true, "access_token expires_in refresh_token token_type")]
    fn each_platform_gets_the_members_it_documents(
        #[case] shape: AnswerShape,
        #[case] refresh_token: bool,
        #[case] members: &str,
    ) {
        let body = answer(refresh_token).to_json(shape);
        let mut found: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found.join(" "), members);
        assert_eq!(body["token_type"], "Bearer");
    }

    #[test]
    fn a_scope_that_differs_is_told_to_everybody() {
        let mut answer = answer(false);
        answer.scopes_differ = true;
        assert_eq!(answer.to_json(AnswerShape::Trackmania)["scope"], "a b");
    }

    #[test]
    fn the_debug_form_shows_no_token() {
        assert!(!format!("{:?}", answer(true)).contains("refresh"));
    }
}
