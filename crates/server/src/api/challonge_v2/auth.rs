//! Who calls: `Authorization-Type: v2` with a bearer token, `v1` with a personal key
//! (reference/challonge §1.2). The type may be left out where the credential's form is clear.

use axum::http::{HeaderMap, header::AUTHORIZATION};
use tiltyard_core::{Actor, authorization::bearer::Refused};
use tiltyard_oauth::resource::Resource;

use super::error::ApiError;
use crate::App;

/// The actor behind the request's credential.
pub(super) async fn actor(app: &App, headers: &HeaderMap) -> Result<Actor, ApiError> {
    let unauthorized = |detail: &str, invalid| ApiError::unauthorized(app, detail, invalid);
    let Some(credential) = headers.get(AUTHORIZATION) else {
        return Err(unauthorized(
            "This route needs a credential: send `Authorization: Bearer <access token>`.",
            false,
        ));
    };
    let credential = credential
        .to_str()
        .map_err(|_| unauthorized("The Authorization header is not text.", true))?
        .trim();
    let by_key = headers
        .get("authorization-type")
        .is_some_and(|kind| kind.as_bytes().eq_ignore_ascii_case(b"v1"));
    let bearer = credential
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let found = match bearer {
        Some(token) if !by_key => {
            app.core().authenticate_bearer(token, Resource::ChallongeV2).await
        }
        // Some clients write `Bearer` before a key as well.
        Some(key) => app.core().authenticate_key(key).await,
        None => app.core().authenticate_key(credential).await,
    };
    found.map_err(|refused| match refused {
        Refused::Invalid => unauthorized(
            "The credential is unknown, expired or revoked; get a new access token.",
            true,
        ),
        Refused::Failed(error) => error.into(),
    })
}
