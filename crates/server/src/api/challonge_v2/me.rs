//! `GET /v2.1/me.json`: who the credential acts for.

use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use tiltyard_core::permissions::Permission;
use utoipa::ToSchema;

use super::{
    document::MeDocument,
    error::ApiError,
    output::{Call, One},
    resources::as_text,
};

/// The person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::User)]
pub(super) struct User<'a> {
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, pattern = "^[0-9]+$", examples("10000001"))]
    id: i64,
    #[serde(rename = "type")]
    kind: &'static str,
    attributes: Attributes<'a>,
}

/// A person's attributes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::UserAttributes)]
struct Attributes<'a> {
    email: &'a str,
    username: &'a str,
    image_url: Option<&'a str>,
}

/// Shows the person whom the credential acts for.
#[utoipa::path(
    get,
    path = "/me",
    operation_id = "challongeV2GetMe",
    responses((status = 200, description = "The person.", body = MeDocument)),
    extensions(("x-permissions" = json!([Permission::ReadMe as u32]))),
)]
pub(super) async fn get(call: Call) -> Result<Response, ApiError> {
    let person = call.core().me(&call.actor).await?;
    let data = User {
        id: person.id,
        kind: "user",
        attributes: Attributes {
            email: &person.email,
            username: &person.username,
            image_url: None,
        },
    };
    Ok(call.respond(StatusCode::OK, &One::<_, ()> { data, included: Vec::new() }))
}
