//! `GET /v2.1/me.json`: who the credential acts for.

use axum::{http::StatusCode, response::Response};
use serde::Serialize;

use super::{
    error::ApiError,
    output::{Call, One},
    resources::as_text,
};

#[derive(Debug, Serialize)]
struct User<'a> {
    #[serde(serialize_with = "as_text")]
    id: i64,
    #[serde(rename = "type")]
    kind: &'static str,
    attributes: Attributes<'a>,
}

#[derive(Debug, Serialize)]
struct Attributes<'a> {
    email: &'a str,
    username: &'a str,
    image_url: Option<&'a str>,
}

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
