//! Who calls: one credential in one place, read the same way for every dialect.
//!
//! `Authorization` holds a bearer token (without the word `Bearer` where the application has the
//! switch), or a personal key with `Authorization-Type: v1`, or user name and key as Basic. The type
//! may be left out where the credential's form is clear. `X-Api-Key` names an application: alone it
//! opens public data, and beside a token it must be the token's own.

use std::sync::{Arc, OnceLock};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE},
        request::Parts,
    },
    middleware::Next,
    response::Response,
};
use tiltyard_core::{
    Actor, Error, authorization::bearer::Refused, permissions::Permission, quota::Left,
};
use tiltyard_oauth::{
    bearer::{self, BearerError, Credential},
    error::ErrorCode,
    resource::Resource,
    token_text::{self, TokenKind},
};

use super::idempotency::Known;
use crate::{
    App,
    http::{body, client_address, limited},
    oauth,
};

/// What challenges name as the realm.
const REALM: &str = "tiltyard";

/// Where a dialect's credentials may stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// What its tokens must be for.
    pub(crate) resource: Resource,
    /// Whether the key that names an application may stand in the address (`api_key`).
    pub(crate) application_key_in_query: bool,
}

impl Reading {
    /// Headers only.
    pub(crate) const fn at(resource: Resource) -> Self {
        Self { resource, application_key_in_query: false }
    }
}

/// Why nobody is let in; each dialect writes it in its own form.
#[derive(Debug)]
pub(crate) enum Denied {
    /// The credential is missing, bad, or not alone.
    Credential {
        /// 400, 401 or 403.
        status: StatusCode,
        /// What is wrong and how to mend it.
        detail: String,
        /// The challenge to send along.
        challenge: String,
    },
    /// We could not find out.
    Failed(Error),
}

impl Denied {
    /// No credential at all: no error code is told (RFC 6750 §3.1).
    fn missing() -> Self {
        Self::Credential {
            status: StatusCode::UNAUTHORIZED,
            detail: "This route needs a credential: send `Authorization: Bearer <access token>`."
                .to_owned(),
            challenge: bearer::challenge(REALM, None, None, None),
        }
    }

    fn refused(code: ErrorCode, detail: &str) -> Self {
        Self::Credential {
            status: StatusCode::from_u16(code.status()).unwrap_or(StatusCode::UNAUTHORIZED),
            detail: detail.to_owned(),
            challenge: bearer::challenge(REALM, None, Some((code, detail)), None),
        }
    }

    fn invalid() -> Self {
        Self::refused(
            ErrorCode::InvalidToken,
            "The credential is unknown, expired or revoked; get a new access token.",
        )
    }

    /// A personal key where an access token belongs: its form tells, whether or not there is such a key.
    fn key_as_token() -> Self {
        Self::refused(
            ErrorCode::InvalidToken,
            "This is a personal key and no access token: send it as `Authorization: <key>`, without \
             the word Bearer, and with `Authorization-Type: v1`.",
        )
    }

    fn twice(detail: &str) -> Self {
        Self::refused(ErrorCode::InvalidRequest, detail)
    }
}

impl From<BearerError> for Denied {
    fn from(error: BearerError) -> Self {
        Self::refused(error.code(), &error.to_string())
    }
}

impl From<Refused> for Denied {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Invalid => Self::invalid(),
            Refused::Failed(error) => Self::Failed(error),
        }
    }
}

/// The challenge of an answer that a use case refused: for lack of a scope, or of any credential.
pub(crate) fn challenge_of(error: &Error) -> Option<String> {
    match error {
        Error::LacksScope(permission) => Some(insufficient(*permission)),
        Error::Unauthenticated(_) => Some(bearer::challenge(REALM, None, None, None)),
        _ => None,
    }
}

fn insufficient(permission: Permission) -> String {
    let error = (ErrorCode::InsufficientScope, "The token lacks a scope.");
    bearer::challenge(REALM, None, Some(error), Some(permission.scope()))
}

/// That the body of a form holds an access token.
#[derive(Debug, Clone, Copy)]
struct TokenInBody;

/// A header that may stand once.
fn once<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a HeaderValue>, Denied> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(Denied::twice(&format!("The header {name} stands more than once.")));
    }
    Ok(first)
}

/// The value of a parameter in the address.
fn in_query(parts: &Parts, name: &str) -> Option<String> {
    let query = parts.uri.query()?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// What the header `Authorization-Type` says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Key,
    Token,
    Unsaid,
}

fn type_of(headers: &HeaderMap) -> Type {
    match headers.get("authorization-type").map(HeaderValue::as_bytes) {
        Some(kind) if kind.eq_ignore_ascii_case(b"v1") => Type::Key,
        Some(kind) if kind.eq_ignore_ascii_case(b"v2") => Type::Token,
        _ => Type::Unsaid,
    }
}

/// Where a request's count is noted, for the headers of its answer; it is counted once.
#[derive(Debug, Clone, Default)]
struct Counted(Arc<OnceLock<Vec<Left>>>);

/// The actor behind the request's credential, whose request it is counted as.
pub(crate) async fn actor(app: &App, parts: &Parts, reading: Reading) -> Result<Actor, Denied> {
    if let Some(Known(actor)) = parts.extensions.get::<Known>() {
        return Ok(actor.clone());
    }
    let actor = authenticated(app, parts, reading).await?;
    if let Some(Counted(cell)) = parts.extensions.get::<Counted>()
        && cell.get().is_none()
    {
        let left = app.core().count_request(&actor).await.map_err(Denied::Failed)?;
        // Somebody else was first only where it is the same request.
        let _ = cell.set(left);
    }
    Ok(actor)
}

async fn authenticated(app: &App, parts: &Parts, reading: Reading) -> Result<Actor, Denied> {
    let headers = &parts.headers;
    let authorization = once(headers, AUTHORIZATION.as_str())?.map(HeaderValue::as_bytes);
    // Programs that have no credential yet send the header all the same.
    let authorization = authorization
        .filter(|it| !matches!(it.trim_ascii().to_ascii_lowercase().as_slice(), b"" | b"bearer"));
    let in_body = parts.extensions.get::<TokenInBody>().is_some();
    let token_in_query = in_query(parts, "access_token").is_some();
    let credential = bearer::read(authorization, in_body, token_in_query)?;
    let named = application_key(parts, reading, credential.is_some())?;
    let actor = match credential {
        None => {
            let key = named.ok_or_else(Denied::missing)?;
            return Ok(app.core().authenticate_application_key(&key).await?);
        }
        Some(credential) => {
            let trusted = &app.options().trusted_proxies;
            let address = client_address::of(&parts.extensions, headers, trusted);
            authenticate(app, credential, type_of(headers), reading, &address).await?
        }
    };
    let Some(key) = named else { return Ok(actor) };
    let named = app.core().authenticate_application_key(&key).await?;
    if actor.application_id().is_none() {
        return Err(Denied::twice(
            "X-Api-Key goes with access tokens; a personal key is a credential of its own.",
        ));
    }
    if actor.application_id() != named.application_id() {
        return Err(Denied::Credential {
            status: StatusCode::FORBIDDEN,
            detail: "X-Api-Key is of another application than the access token.".to_owned(),
            challenge: bearer::challenge(REALM, None, None, None),
        });
    }
    Ok(actor)
}

/// The key that names an application, if the request has one.
fn application_key(
    parts: &Parts,
    reading: Reading,
    beside_another: bool,
) -> Result<Option<String>, Denied> {
    let in_header = once(&parts.headers, "x-api-key")?
        .map(|value| value.to_str().map(|text| text.trim().to_owned()))
        .transpose()
        .map_err(|_| Denied::invalid())?;
    let in_address = in_query(parts, "api_key");
    if in_address.is_some() && (!reading.application_key_in_query || in_header.is_some()) {
        return Err(Denied::twice("Keys do not belong in the address; send a header."));
    }
    let key = in_header.or(in_address);
    let personal = |key: &String| token_text::kind_of(key) == Some(TokenKind::PersonalKey);
    if beside_another && key.as_ref().is_some_and(personal) {
        return Err(Denied::twice("The request carries a personal key and another credential."));
    }
    Ok(key)
}

async fn authenticate(
    app: &App,
    credential: Credential,
    kind: Type,
    reading: Reading,
    address: &str,
) -> Result<Actor, Denied> {
    let core = app.core();
    let is_key = |word: &str| token_text::kind_of(word) == Some(TokenKind::PersonalKey);
    let found = match credential {
        // Some clients write `Bearer` before a key as well.
        Credential::Bearer(key) if kind == Type::Key => core.authenticate_key(&key, address).await,
        Credential::Bearer(word) if is_key(&word) => return Err(Denied::key_as_token()),
        Credential::Bare(word) if kind == Type::Token && is_key(&word) => {
            return Err(Denied::key_as_token());
        }
        Credential::Bearer(token) => {
            core.authenticate_bearer(&token, false, reading.resource).await
        }
        Credential::Bare(word) => {
            if kind == Type::Key || (is_key(&word) && kind == Type::Unsaid) {
                core.authenticate_key(&word, address).await
            } else {
                core.authenticate_bearer(&word, true, reading.resource).await
            }
        }
        Credential::Basic { .. } if kind == Type::Token => Err(Refused::Invalid),
        Credential::Basic { user, password } => {
            let actor = core.authenticate_key(&password, address).await?;
            let owner = actor.person_id().unwrap_or_default();
            let name = core.username(owner).await.map_err(Denied::Failed)?.unwrap_or_default();
            if user.is_empty() || name.to_lowercase() == user.to_lowercase() {
                Ok(actor)
            } else {
                Err(Refused::Invalid)
            }
        }
    };
    Ok(found?)
}

/// Around every route that takes these credentials: notices a token in the body of a form, and tells
/// in each challenge where the route's resource is described (RFC 9728 §5.1).
pub(crate) async fn frame(
    State((app, resource)): State<(App, Resource)>,
    request: Request,
    next: Next,
) -> Response {
    let form = request
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let request = if form {
        let (mut parts, body) = request.into_parts();
        // No route takes a form: what cannot be read is refused for its kind, in the route's form.
        let bytes = body::read(body, app.options().body_limit).await.unwrap_or_default();
        if form_urlencoded::parse(&bytes).any(|(name, _)| name == "access_token") {
            parts.extensions.insert(TokenInBody);
        }
        Request::from_parts(parts, Body::from(bytes))
    } else {
        request
    };
    let counted = Counted::default();
    let mut request = request;
    request.extensions_mut().insert(counted.clone());
    let mut response = next.run(request).await;
    if let Some(left) = counted.0.get() {
        limited::left(response.headers_mut(), left);
    }
    let full = response
        .headers()
        .get(WWW_AUTHENTICATE)
        .and_then(|challenge| challenge.to_str().ok())
        .filter(|challenge| challenge.starts_with("Bearer ") && !challenge.contains("metadata="))
        .map(|challenge| {
            let metadata = oauth::metadata_address(app.core().public_url(), resource);
            format!("{challenge}, resource_metadata=\"{metadata}\"")
        });
    if let Some(full) = full.and_then(|full| HeaderValue::try_from(full).ok()) {
        response.headers_mut().insert(WWW_AUTHENTICATE, full);
    }
    response
}
