//! Discovery documents. Every member is there because the caller says so: nothing is advertised
//! that is not served.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::client::GrantKind;
use crate::pkce;
use crate::response::ResponseMode;
use crate::scope::ScopeSet;

/// What ID tokens and the userinfo endpoint may tell.
const CLAIMS: [&str; 13] = [
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "at_hash",
    "name",
    "preferred_username",
    "updated_at",
    "email",
    "email_verified",
];

/// What the authorization server offers (RFC 8414 §2). Addresses are absolute.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorizationServer {
    /// The issuer identifier, exactly as in `iss`.
    pub issuer: String,
    /// Where people are sent; `None` if no grant uses it.
    pub authorization_endpoint: Option<String>,
    /// Where tokens are asked for.
    pub token_endpoint: Option<String>,
    /// Where the keys are.
    pub jwks_uri: Option<String>,
    /// RFC 7009.
    pub revocation_endpoint: Option<String>,
    /// RFC 7662.
    pub introspection_endpoint: Option<String>,
    /// RFC 8628.
    pub device_authorization_endpoint: Option<String>,
    /// RFC 9126; no application has to push unless its switch says so.
    pub pushed_authorization_request_endpoint: Option<String>,
    /// RFC 7591; only while registration is open.
    pub registration_endpoint: Option<String>,
    /// OpenID Connect.
    pub userinfo_endpoint: Option<String>,
    /// The grants that at least one client may have.
    pub grants: BTreeSet<GrantKind>,
    /// Whether at least one client may use the implicit grant.
    pub implicit: bool,
    /// How authorization answers may travel.
    pub response_modes: Vec<ResponseMode>,
    /// The scopes.
    pub scopes: ScopeSet,
    /// Whether confidential clients exist (Basic and body secrets).
    pub client_secrets: bool,
    /// Whether public clients exist.
    pub public_clients: bool,
    /// Algorithms of ID tokens; empty while there are none (OpenID Connect Discovery §3).
    pub id_token_algorithms: Vec<String>,
    /// A page for developers.
    pub service_documentation: Option<String>,
}

impl AuthorizationServer {
    /// The document of `/.well-known/oauth-authorization-server`. With ID tokens it is also the
    /// one of `/.well-known/openid-configuration`, so that both always agree.
    pub fn to_json(&self) -> Value {
        let mut document = Map::new();
        let mut put = |name: &str, value: Value| {
            document.insert(name.to_owned(), value);
        };
        put("issuer", self.issuer.as_str().into());
        for (name, address) in [
            ("authorization_endpoint", &self.authorization_endpoint),
            ("token_endpoint", &self.token_endpoint),
            ("jwks_uri", &self.jwks_uri),
            ("revocation_endpoint", &self.revocation_endpoint),
            ("introspection_endpoint", &self.introspection_endpoint),
            ("device_authorization_endpoint", &self.device_authorization_endpoint),
            ("pushed_authorization_request_endpoint", &self.pushed_authorization_request_endpoint),
            ("registration_endpoint", &self.registration_endpoint),
            ("userinfo_endpoint", &self.userinfo_endpoint),
            ("service_documentation", &self.service_documentation),
        ] {
            if let Some(address) = address {
                put(name, address.as_str().into());
            }
        }
        put("scopes_supported", names(&self.scopes));
        let codes = self.grants.contains(&GrantKind::AuthorizationCode);
        let mut response_types = Vec::new();
        response_types.extend(codes.then_some("code"));
        response_types.extend(self.implicit.then_some("token"));
        // The member is required even where it is empty (RFC 8414 §2).
        put("response_types_supported", json!(response_types));
        if codes || self.implicit {
            let mut modes: Vec<&str> = Vec::new();
            for mode in &self.response_modes {
                modes.push(match mode {
                    ResponseMode::Query => "query",
                    ResponseMode::Fragment => "fragment",
                    ResponseMode::FormPost => "form_post",
                });
            }
            put("response_modes_supported", json!(modes));
            put("authorization_response_iss_parameter_supported", true.into());
        }
        if codes {
            put("code_challenge_methods_supported", json!([pkce::METHOD]));
        }
        let mut grants: Vec<&str> = self.grants.iter().map(|grant| grant.wire_name()).collect();
        grants.extend(self.implicit.then_some("implicit"));
        put("grant_types_supported", json!(grants));
        let secret_methods = if self.client_secrets {
            &["client_secret_basic", "client_secret_post"][..]
        } else {
            &[]
        };
        let mut methods = secret_methods.to_vec();
        methods.extend(self.public_clients.then_some("none"));
        if self.token_endpoint.is_some() {
            put("token_endpoint_auth_methods_supported", json!(methods));
        }
        if self.revocation_endpoint.is_some() {
            put("revocation_endpoint_auth_methods_supported", json!(methods));
        }
        if self.introspection_endpoint.is_some() {
            put("introspection_endpoint_auth_methods_supported", json!(secret_methods));
        }
        if !self.id_token_algorithms.is_empty() {
            put("id_token_signing_alg_values_supported", json!(self.id_token_algorithms));
            put("subject_types_supported", json!(["public"]));
            put("claim_types_supported", json!(["normal"]));
            put("claims_supported", json!(CLAIMS));
            put("prompt_values_supported", json!(["none", "login", "consent", "select_account"]));
            put("claims_parameter_supported", false.into());
            put("request_parameter_supported", false.into());
            put("request_uri_parameter_supported", false.into());
        }
        Value::Object(document)
    }
}

/// A protected resource (RFC 9728 §2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProtectedResource {
    /// The resource identifier, the audience of its tokens.
    pub resource: String,
    /// Who issues tokens for it.
    pub issuer: String,
    /// The scopes it knows.
    pub scopes: ScopeSet,
    /// What people call it.
    pub name: Option<String>,
    /// A page for developers.
    pub documentation: Option<String>,
}

impl ProtectedResource {
    /// The document of `/.well-known/oauth-protected-resource`. Tokens come in the header only.
    pub fn to_json(&self) -> Value {
        let mut document = Map::new();
        let mut put = |name: &str, value: Value| {
            document.insert(name.to_owned(), value);
        };
        put("resource", self.resource.as_str().into());
        put("authorization_servers", json!([self.issuer]));
        // What has no values is left out (RFC 9728 §3.2).
        if self.scopes.iter().next().is_some() {
            put("scopes_supported", names(&self.scopes));
        }
        put("bearer_methods_supported", json!(["header"]));
        if let Some(name) = &self.name {
            put("resource_name", name.as_str().into());
        }
        if let Some(documentation) = &self.documentation {
            put("resource_documentation", documentation.as_str().into());
        }
        Value::Object(document)
    }
}

fn names(scopes: &ScopeSet) -> Value {
    scopes.iter().map(crate::scope::Scope::as_str).collect::<Vec<_>>().into()
}

/// Where the document `name` (`oauth-authorization-server`, `oauth-protected-resource`) of an
/// identifier lies: the well-known part goes between host and path (RFC 8414 §3.1, RFC 9728 §3.1).
pub fn well_known_path(identifier: &str, name: &str) -> String {
    let path = identifier
        .split_once("://")
        .and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]))
        .unwrap_or_default();
    format!("/.well-known/{name}{}", path.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn at(path: &str) -> String {
        format!("https://id.example{path}")
    }

    fn server() -> AuthorizationServer {
        AuthorizationServer {
            issuer: "https://id.example".to_owned(),
            authorization_endpoint: Some(at("/oauth/authorize")),
            token_endpoint: Some(at("/oauth/token")),
            jwks_uri: Some(at("/oauth/jwks")),
            revocation_endpoint: Some(at("/oauth/revoke")),
            introspection_endpoint: Some(at("/oauth/introspect")),
            grants: [
                GrantKind::AuthorizationCode,
                GrantKind::RefreshToken,
                GrantKind::ClientCredentials,
            ]
            .into(),
            response_modes: vec![ResponseMode::Query, ResponseMode::FormPost],
            scopes: "me tournaments:read".parse().unwrap(),
            client_secrets: true,
            public_clients: true,
            ..AuthorizationServer::default()
        }
    }

    #[test]
    fn the_document_lists_what_is_on() {
        insta::assert_json_snapshot!(server().to_json(), @r#"
        {
          "authorization_endpoint": "https://id.example/oauth/authorize",
          "authorization_response_iss_parameter_supported": true,
          "code_challenge_methods_supported": [
            "S256"
          ],
          "grant_types_supported": [
            "authorization_code",
            "refresh_token",
            "client_credentials"
          ],
          "introspection_endpoint": "https://id.example/oauth/introspect",
          "introspection_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post"
          ],
          "issuer": "https://id.example",
          "jwks_uri": "https://id.example/oauth/jwks",
          "response_modes_supported": [
            "query",
            "form_post"
          ],
          "response_types_supported": [
            "code"
          ],
          "revocation_endpoint": "https://id.example/oauth/revoke",
          "revocation_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "none"
          ],
          "scopes_supported": [
            "me",
            "tournaments:read"
          ],
          "token_endpoint": "https://id.example/oauth/token",
          "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "none"
          ]
        }
        "#);
    }

    #[test]
    fn what_is_off_is_not_mentioned() {
        let text = server().to_json().to_string();
        for absent in
            ["plain", "implicit", "\"token\"", "password", "device", "registration", "id_token"]
        {
            assert!(!text.contains(absent), "{absent}");
        }
        let bare =
            AuthorizationServer { issuer: "https://id.example".into(), ..Default::default() };
        insta::assert_json_snapshot!(bare.to_json(), @r#"
        {
          "grant_types_supported": [],
          "issuer": "https://id.example",
          "response_types_supported": [],
          "scopes_supported": []
        }
        "#);
    }

    #[test]
    fn implicit_is_listed_only_if_a_client_may_use_it() {
        let document = AuthorizationServer { implicit: true, ..server() }.to_json();
        assert_eq!(document["response_types_supported"], json!(["code", "token"]));
    }

    #[test]
    fn a_resource_names_its_issuer() {
        let resource = ProtectedResource {
            resource: "https://api.example".to_owned(),
            issuer: "https://id.example".to_owned(),
            scopes: "me".parse().unwrap(),
            name: Some("Tiltyard".to_owned()),
            documentation: None,
        };
        insta::assert_json_snapshot!(resource.to_json(), @r#"
        {
          "authorization_servers": [
            "https://id.example"
          ],
          "bearer_methods_supported": [
            "header"
          ],
          "resource": "https://api.example",
          "resource_name": "Tiltyard",
          "scopes_supported": [
            "me"
          ]
        }
        "#);
    }

    #[rstest]
    #[case("https://id.example", "/.well-known/oauth-authorization-server")]
    #[case("https://id.example/", "/.well-known/oauth-authorization-server")]
    #[case("https://id.example/a/b", "/.well-known/oauth-authorization-server/a/b")]
    #[case("https://id.example/a/", "/.well-known/oauth-authorization-server/a")]
    fn the_well_known_part_goes_before_the_path(#[case] issuer: &str, #[case] path: &str) {
        assert_eq!(well_known_path(issuer, "oauth-authorization-server"), path);
    }
}
