//! `GET /oauth/validate`: what a token may do, as the vendor's services ask for it
//! (reference/mtgbracket §3.6). 403 where it does not count.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header::AUTHORIZATION, request::Parts},
    response::Response,
};
use serde_json::json;
use tiltyard_core::authorization::bearer::Refused;
use tiltyard_oauth::{
    bearer::{self, Credential},
    scope::ScopeSet,
};

use super::{document::Privileges, error::ApiError};
use crate::{App, api::json};

/// The resources of the privileges' names.
const RESOURCES: [&str; 4] = ["user", "deck", "event", "organization"];

/// Tells what an access token may do.
#[utoipa::path(
    get,
    path = "/oauth/validate",
    operation_id = "mtgbracketValidate",
    responses((status = 200, description = "What it may do.", body = Privileges)),
    security(("bearer" = [])),
)]
pub(super) async fn get(State(app): State<App>, parts: Parts) -> Result<Response, ApiError> {
    let invalid = || ApiError::new(StatusCode::FORBIDDEN, "The token does not count.");
    let header = parts.headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
    let Ok(Some(Credential::Bearer(token))) = bearer::read(header, false, false) else {
        return Err(invalid());
    };
    let scopes = app.core().scopes_of(&token).await.map_err(|refused| match refused {
        Refused::Invalid => invalid(),
        Refused::Failed(error) => error.into(),
    })?;
    Ok(json::answer(StatusCode::OK, &json!({"scopes": permissions(&scopes)})))
}

/// A line for each resource of which the token may read or write anything.
fn permissions(scopes: &ScopeSet) -> Vec<serde_json::Value> {
    RESOURCES
        .iter()
        .filter_map(|resource| {
            let has = |what| scopes.contains(&format!("{}_{what}", resource.to_uppercase()));
            let (read, write) = (has("READ"), has("WRITE"));
            (read || write).then(|| {
                json!({
                    "resource": resource,
                    "oauth_permission": {"resource": resource},
                    "has_read": read,
                    "has_write": write,
                })
            })
        })
        .collect()
}
