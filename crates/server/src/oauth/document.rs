//! The authorization server in the OpenAPI document. The types here exist for their schemas: what
//! is read and written is put together in `tiltyard_oauth`.
#![expect(dead_code, reason = "only the schemas are used")]

use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::openapi::{self, Operation, Part, with_schema};

/// The authorization server in the document.
pub(crate) const PART: Part = Part {
    prefixes: &["/oauth/", "/oauth2/", "/api/access_token", "/.well-known/"],
    suffix: "",
    tag: "Authorization",
    words: "OAuth 2.1 and its neighbours: how an application gets tokens, and what it can know of \
        them. Bodies are forms; JSON is understood as well. Errors are those of RFC 6749.",
    schemas: openapi::collect::<OAuthError>,
    complete,
};

fn complete(operation: &mut Operation<'_>) {
    if operation.path().starts_with("/.well-known/") {
        return;
    }
    if operation.has_body() && operation.answers(401) {
        operation.answer(413, with_schema("The request is too large.", "oauth.Error"));
    }
    // Tokens cannot be guessed: nobody counts the wrong ones.
    if operation.answers(401) && operation.path() != "/oauth/userinfo" {
        let description = "Too many failures from here; `Retry-After` says when to try again.";
        operation.answer(429, with_schema(description, "oauth.Error"));
    }
    operation.header(401, "WWW-Authenticate", "How clients authenticate (RFC 6749 §5.2).");
    operation.limited();
}

/// An error (RFC 6749 §5.2). Answers to some platforms' applications also have `message` and
/// `hint`.
#[derive(ToSchema)]
#[schema(as = oauth::Error)]
pub(super) struct OAuthError {
    /// The code.
    #[schema(examples("invalid_grant"))]
    error: String,
    /// A sentence for the developer of the client.
    error_description: String,
    /// The same sentence, for clients that look for it here.
    #[schema(required = false)]
    message: String,
    /// What to look at next.
    #[schema(required = false)]
    hint: String,
}

/// The request of an application that sends a person to be asked (RFC 6749 §4.1.1).
#[derive(IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[schema(as = oauth::AuthorizationRequest)]
pub(super) struct AuthorizationRequest {
    /// `code`; `token` where an application is switched to the implicit grant.
    #[schema(required = false, examples("code"))]
    #[param(required = false, example = "code")]
    response_type: String,
    /// The application.
    client_id: String,
    /// Where the person returns: one of the registered addresses, exactly.
    #[schema(required = false)]
    #[param(required = false)]
    redirect_uri: String,
    /// What is asked for, parted by spaces; the application's reading scopes where it is left out.
    #[schema(required = false)]
    #[param(required = false)]
    scope: String,
    /// Comes back unchanged.
    #[schema(required = false)]
    #[param(required = false)]
    state: String,
    /// Of the code verifier: SHA-256 in base64url (RFC 7636 §4.2).
    #[schema(required = false)]
    #[param(required = false)]
    code_challenge: String,
    /// `S256`.
    #[schema(required = false)]
    #[param(required = false, example = "S256")]
    code_challenge_method: String,
    /// How the answer travels: `query`, `form_post` or, with the implicit grant, `fragment`.
    #[schema(required = false)]
    #[param(required = false, example = "query")]
    response_mode: String,
    /// `none`, `login`, `consent` or `select_account`.
    #[schema(required = false)]
    #[param(required = false)]
    prompt: String,
    /// Where the tokens are to be used (RFC 8707); may be sent several times.
    #[schema(required = false)]
    #[param(required = false)]
    resource: String,
    /// Comes back in the ID token (OpenID Connect Core §3.1.2.1).
    #[schema(required = false)]
    #[param(required = false)]
    nonce: String,
    /// The name to begin the sign-in with.
    #[schema(required = false)]
    #[param(required = false)]
    login_hint: String,
    /// An ID token of the person who is expected.
    #[schema(required = false)]
    #[param(required = false)]
    id_token_hint: String,
    /// A reference to a request that was pushed (RFC 9126); then only `client_id` goes with it.
    #[schema(required = false)]
    #[param(required = false)]
    request_uri: String,
    /// How many seconds ago the person may have signed in.
    #[schema(required = false)]
    #[param(required = false)]
    max_age: String,
}

/// The request of a token (RFC 6749 §4.1.3, §4.4.2, §6). Which members are needed depends on the
/// grant; confidential applications authenticate by Basic or with `client_secret`.
#[derive(IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[schema(as = oauth::TokenRequest)]
pub(super) struct TokenRequest {
    /// `authorization_code`, `refresh_token`, `client_credentials` or
    /// `urn:ietf:params:oauth:grant-type:device_code`.
    #[schema(examples("client_credentials"))]
    #[param(example = "client_credentials")]
    grant_type: String,
    /// The application, unless Basic names it.
    #[schema(required = false)]
    #[param(required = false)]
    client_id: String,
    /// Its secret, unless Basic has it.
    #[schema(required = false)]
    #[param(required = false)]
    client_secret: String,
    /// The authorization code.
    #[schema(required = false)]
    #[param(required = false)]
    code: String,
    /// The address that the code was sent to.
    #[schema(required = false)]
    #[param(required = false)]
    redirect_uri: String,
    /// Proves that the code was asked for by this client (RFC 7636 §4.5).
    #[schema(required = false)]
    #[param(required = false)]
    code_verifier: String,
    /// The device code (RFC 8628 §3.4).
    #[schema(required = false)]
    #[param(required = false)]
    device_code: String,
    /// The refresh token.
    #[schema(required = false)]
    #[param(required = false)]
    refresh_token: String,
    /// Where the token is to be used (RFC 8707); may be sent several times.
    #[schema(required = false)]
    #[param(required = false)]
    resource: String,
    /// What the token shall open, parted by spaces.
    #[schema(required = false, examples("tournaments:read"))]
    #[param(required = false)]
    scope: String,
}

/// Tokens (RFC 6749 §5.1).
#[derive(ToSchema)]
#[schema(as = oauth::Tokens)]
pub(super) struct Tokens {
    /// To be sent as `Authorization: Bearer …`.
    access_token: String,
    /// `Bearer`.
    #[schema(examples("Bearer"))]
    token_type: String,
    /// Seconds until it expires.
    #[schema(examples(3600))]
    expires_in: u32,
    /// Gets the next tokens; this one is used up by it.
    #[schema(required = false)]
    refresh_token: String,
    /// What the access token opens, where that is not what was asked for, or the platform's
    /// clients expect it.
    #[schema(required = false)]
    scope: String,
    /// Unix seconds, for Challonge's clients.
    #[schema(required = false)]
    created_at: i64,
    /// Who signed in (OpenID Connect Core §3.1.3.3).
    #[schema(required = false)]
    id_token: String,
}

/// What this authorization server offers (RFC 8414 §2, OpenID Connect Discovery §3).
#[derive(ToSchema)]
#[schema(as = oauth::ServerMetadata)]
#[expect(clippy::struct_excessive_bools, reason = "the specifications have them")]
pub(super) struct ServerMetadata {
    /// Exactly as in `iss`.
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    scopes_supported: Vec<String>,
    response_types_supported: Vec<String>,
    grant_types_supported: Vec<String>,
    token_endpoint_auth_methods_supported: Vec<String>,
    code_challenge_methods_supported: Vec<String>,
    revocation_endpoint: String,
    revocation_endpoint_auth_methods_supported: Vec<String>,
    introspection_endpoint: String,
    introspection_endpoint_auth_methods_supported: Vec<String>,
    device_authorization_endpoint: String,
    pushed_authorization_request_endpoint: String,
    userinfo_endpoint: String,
    response_modes_supported: Vec<String>,
    authorization_response_iss_parameter_supported: bool,
    id_token_signing_alg_values_supported: Vec<String>,
    subject_types_supported: Vec<String>,
    claim_types_supported: Vec<String>,
    claims_supported: Vec<String>,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    prompt_values_supported: Vec<String>,
}

/// What a resource takes, and who gives it (RFC 9728 §2).
#[derive(ToSchema)]
#[schema(as = oauth::ResourceMetadata)]
pub(super) struct ResourceMetadata {
    resource: String,
    authorization_servers: Vec<String>,
    scopes_supported: Vec<String>,
    bearer_methods_supported: Vec<String>,
    resource_name: String,
    resource_documentation: String,
}

/// Public keys (RFC 7517 §5).
#[derive(ToSchema)]
#[schema(as = oauth::KeySet)]
pub(super) struct KeySet {
    keys: Vec<Key>,
}

/// A public key (RFC 7517 §4).
#[derive(ToSchema)]
#[schema(as = oauth::Key)]
struct Key {
    kty: String,
    kid: String,
    alg: String,
    r#use: String,
    /// The curve, of kinds `EC` and `OKP`.
    #[schema(required = false)]
    crv: String,
    /// A coordinate, of kinds `EC` and `OKP`.
    #[schema(required = false)]
    x: String,
    /// The other one, of kind `EC`.
    #[schema(required = false)]
    y: String,
    /// The modulus, of kind `RSA`.
    #[schema(required = false)]
    n: String,
    /// The exponent, of kind `RSA`.
    #[schema(required = false)]
    e: String,
}

/// An authorization request that is pushed (RFC 9126 §2.1): the members of one, and the client's
/// credentials.
#[derive(ToSchema)]
#[schema(as = oauth::PushedRequest)]
pub(super) struct PushedRequest {
    /// The application, unless Basic names it.
    #[schema(required = false)]
    client_id: String,
    /// Its secret, unless Basic has it.
    #[schema(required = false)]
    client_secret: String,
    /// `code`.
    #[schema(required = false, examples("code"))]
    response_type: String,
    /// Where the person returns: one of the registered addresses, exactly.
    #[schema(required = false)]
    redirect_uri: String,
    /// What is asked for, parted by spaces.
    #[schema(required = false)]
    scope: String,
    /// Comes back unchanged.
    #[schema(required = false)]
    state: String,
    /// Of the code verifier (RFC 7636 §4.2).
    #[schema(required = false)]
    code_challenge: String,
    /// `S256`.
    #[schema(required = false)]
    code_challenge_method: String,
}

/// A reference to a pushed request (RFC 9126 §2.2).
#[derive(ToSchema)]
#[schema(as = oauth::Pushed)]
pub(super) struct Pushed {
    /// For `request_uri` at the authorization endpoint.
    request_uri: String,
    /// Seconds.
    expires_in: u32,
}

/// A token that something is to be done with, or to be known of.
#[derive(ToSchema)]
#[schema(as = oauth::TokenQuestion)]
pub(super) struct TokenQuestion {
    /// The token.
    token: String,
    /// `access_token` or `refresh_token`; a wrong guess does no harm.
    #[schema(required = false)]
    token_type_hint: String,
    /// The application, unless Basic names it.
    #[schema(required = false)]
    client_id: String,
    /// Its secret, unless Basic has it.
    #[schema(required = false)]
    client_secret: String,
}

/// What a token is (RFC 7662 §2.2).
#[derive(ToSchema)]
#[schema(as = oauth::Introspected)]
pub(super) struct Introspected {
    /// Whether it counts. If not, nothing else is told.
    active: bool,
    /// What it opens, parted by spaces.
    #[schema(required = false)]
    scope: String,
    /// Whose it is.
    #[schema(required = false)]
    client_id: String,
    /// Who it stands for.
    #[schema(required = false)]
    sub: String,
    /// Where it may be used: one address, or a list.
    #[schema(required = false)]
    aud: Value,
    /// Who made it.
    #[schema(required = false)]
    iss: String,
    /// Unix seconds.
    #[schema(required = false)]
    exp: i64,
    /// Unix seconds.
    #[schema(required = false)]
    iat: i64,
    /// `Bearer`, for access tokens.
    #[schema(required = false)]
    token_type: String,
    /// Its id.
    #[schema(required = false)]
    jti: String,
}

/// The request of a device (RFC 8628 §3.1).
#[derive(ToSchema)]
#[schema(as = oauth::DeviceRequest)]
pub(super) struct DeviceRequest {
    /// The application, unless Basic names it.
    #[schema(required = false)]
    client_id: String,
    /// Its secret, unless Basic has it.
    #[schema(required = false)]
    client_secret: String,
    /// What is asked for, parted by spaces.
    #[schema(required = false)]
    scope: String,
    /// Where the tokens are to be used (RFC 8707).
    #[schema(required = false)]
    resource: String,
}

/// The codes of a device (RFC 8628 §3.2).
#[derive(ToSchema)]
#[schema(as = oauth::DeviceCodes)]
pub(super) struct DeviceCodes {
    /// For the token endpoint.
    device_code: String,
    /// For the person to type.
    user_code: String,
    /// The page where it is typed.
    verification_uri: String,
    /// The same with the code, for a QR code.
    verification_uri_complete: String,
    /// Seconds.
    expires_in: u32,
    /// Seconds between two polls.
    interval: u32,
}

/// Who signed in (OpenID Connect Core §5.1).
#[derive(ToSchema)]
#[schema(as = oauth::UserInfo)]
pub(super) struct UserInfoClaims {
    /// The person's identifier.
    #[schema(format = "uuid")]
    sub: String,
    /// With `profile`.
    #[schema(required = false)]
    name: String,
    /// With `profile`.
    #[schema(required = false)]
    preferred_username: String,
    /// Unix seconds; with `profile`.
    #[schema(required = false)]
    updated_at: i64,
    /// With `email`.
    #[schema(required = false)]
    email: String,
    /// With `email`.
    #[schema(required = false)]
    email_verified: bool,
}
