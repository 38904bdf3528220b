//! `GET /account/v2/me/info`: who signed in with Toornament's way of signing in.

use axum::{
    extract::State,
    http::{StatusCode, request::Parts},
    response::Response,
};
use serde_json::json;
use tiltyard_core::permissions::Permission;
use tiltyard_oauth::resource::Resource;

use super::{document::Account, error::ApiError};
use crate::{
    App,
    api::{
        credential::{self, Reading},
        json,
    },
};

/// Where the dialect's credentials stand: its documents allow the application's key in the address
/// while developing (reference/toornament §2).
const READING: Reading =
    Reading { resource: Resource::ToornamentAccount, application_key_in_query: true };

/// Shows the person who signed in.
#[utoipa::path(
    get,
    path = "/me/info",
    operation_id = "toornamentGetMe",
    responses((status = 200, description = "The person.", body = Account)),
    extensions(("x-permissions" = json!([Permission::ReadProfile as u32]))),
)]
pub(super) async fn info(State(app): State<App>, parts: Parts) -> Result<Response, ApiError> {
    let actor = credential::actor(&app, &parts, READING).await?;
    let person = app.core().profile(&actor).await?;
    let body = json!({"id": person.id.to_string(), "name": person.username, "country": null});
    Ok(json::answer(StatusCode::OK, &body))
}
