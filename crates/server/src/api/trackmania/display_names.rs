//! `GET /api/display-names` and `GET /api/display-names/account-ids`: what people are called, and who
//! is called so. Who does not exist is left out; where nothing is left, the answer is an empty list and
//! no object, as clients have learned (reference/trackmania §8).

use axum::{
    extract::State,
    http::{StatusCode, request::Parts},
    response::Response,
};
use serde_json::{Map, Value};
use tiltyard_core::Actor;
use tiltyard_oauth::resource::Resource;

use super::{document::Names, error::ApiError};
use crate::{
    App,
    api::{
        credential::{self, Reading},
        json,
    },
};

/// The values of an array parameter in any of its spellings: `name[]=`, `name[0]=`, `name=`.
fn array(parts: &Parts, name: &str) -> Vec<String> {
    let query = parts.uri.query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .filter(|(key, value)| {
            let index = key.strip_prefix(name).and_then(|rest| {
                if rest.is_empty() { Some("") } else { rest.strip_prefix('[')?.strip_suffix(']') }
            });
            !value.is_empty()
                && index.is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()))
        })
        .map(|(_, value)| value.into_owned())
        .collect()
}

async fn caller(app: &App, parts: &Parts) -> Result<Actor, ApiError> {
    Ok(credential::actor(app, parts, Reading::at(Resource::Api)).await?)
}

fn answer(map: Map<String, Value>) -> Response {
    let body = if map.is_empty() { Value::Array(Vec::new()) } else { Value::Object(map) };
    json::answer(StatusCode::OK, &body)
}

/// Tells what people are called.
#[utoipa::path(
    get,
    path = "/api/display-names",
    operation_id = "trackmaniaDisplayNames",
    params(("accountId[]" = Vec<String>, Query, description = "Account ids, 50 at most.")),
    responses((status = 200, description = "Names by account id; an empty list where there are none.",
        body = Names)),
    security(("bearer" = [])),
)]
pub(super) async fn names(State(app): State<App>, parts: Parts) -> Result<Response, ApiError> {
    let actor = caller(&app, &parts).await?;
    let asked = array(&parts, "accountId");
    let found = app.core().names_of(&actor, asked).await?;
    Ok(answer(found.into_iter().map(|it| (it.uuid, it.username.into())).collect()))
}

/// Tells who has these names.
#[utoipa::path(
    get,
    path = "/api/display-names/account-ids",
    operation_id = "trackmaniaAccountIds",
    params(("displayName[]" = Vec<String>, Query, description = "Names, 50 at most.")),
    responses((status = 200, description = "Account ids by name; an empty list where there are none.",
        body = Names)),
    security(("bearer" = [])),
)]
pub(super) async fn account_ids(
    State(app): State<App>,
    parts: Parts,
) -> Result<Response, ApiError> {
    let actor = caller(&app, &parts).await?;
    let asked = array(&parts, "displayName");
    let found = app.core().people_called(&actor, asked).await?;
    Ok(answer(found.into_iter().map(|it| (it.username, it.uuid.into())).collect()))
}
