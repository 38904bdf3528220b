//! `GET /users/me` and `GET /users/{id}` of oneself.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::{StatusCode, request::Parts},
    response::Response,
};
use serde_json::{Value, json};
use tiltyard_core::{Error, accounts::Person, permissions::Permission};
use tiltyard_oauth::resource::Resource;

use super::{document::User, error::ApiError};
use crate::{
    App,
    api::{
        credential::{self, Reading},
        json,
    },
};

/// The user object. We have one name for a person: it stands where a first name is read.
fn user(person: &Person) -> Value {
    json!({
        "id": person.id,
        "username": person.username,
        "email": person.email,
        "first_name": person.username,
        "last_name": "",
        "birthday": null,
        "tier": {"id": 1, "name": "Free", "description": "Everything", "rank": 1},
        "date_created": person.created_at / 1_000,
        "date_updated": person.updated_at / 1_000,
        "status": {"id": 1, "name": "active"},
    })
}

/// Shows the person who signed in.
#[utoipa::path(
    get,
    path = "/users/{id}",
    operation_id = "mtgbracketGetUser",
    params(("id" = String, Path, description = "`me`, or one's own id.", example = "me")),
    responses((status = 200, description = "The person.", body = User)),
    extensions(("x-permissions" = json!([Permission::ReadMe as u32]))),
)]
pub(super) async fn get(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    parts: Parts,
) -> Result<Response, ApiError> {
    let actor = credential::actor(&app, &parts, Reading::at(Resource::Users)).await?;
    let person = app.core().me(&actor).await?;
    // Other people are not shown: theirs is their own.
    match path {
        Ok(Path(id)) if id == "me" || id == person.id.to_string() => {
            Ok(json::answer(StatusCode::OK, &user(&person)))
        }
        _ => Err(Error::NotFound("user").into()),
    }
}
