//! `GET /api/user`: who signed in. Under the names of today and, for clients that are older, those of
//! 2021 (reference/trackmania §8).

use axum::{
    extract::State,
    http::{StatusCode, request::Parts},
    response::Response,
};
use serde_json::json;
use tiltyard_core::permissions::Permission;
use tiltyard_oauth::resource::Resource;

use super::{document::User, error::ApiError};
use crate::{
    App,
    api::{
        credential::{self, Reading},
        json,
    },
};

/// Shows the person who signed in.
#[utoipa::path(
    get,
    path = "/api/user",
    operation_id = "trackmaniaGetUser",
    responses((status = 200, description = "The person.", body = User)),
    extensions(("x-permissions" = json!([Permission::ReadProfile as u32]))),
)]
pub(super) async fn get(State(app): State<App>, parts: Parts) -> Result<Response, ApiError> {
    let actor = credential::actor(&app, &parts, Reading::at(Resource::Api)).await?;
    let person = app.core().profile(&actor).await?;
    let body = json!({
        "accountId": person.uuid,
        "displayName": person.username,
        "account_id": person.uuid,
        "display_name": person.username,
    });
    Ok(json::answer(StatusCode::OK, &body))
}
