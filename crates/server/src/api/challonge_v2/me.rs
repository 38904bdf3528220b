//! `GET /v2.1/me.json`: who the credential acts for.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use serde::Serialize;

use super::{
    auth,
    error::ApiError,
    output::{Asked, One},
    resources::as_text,
};
use crate::App;

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

pub(super) async fn get(State(app): State<App>, request: Request) -> Result<Response, ApiError> {
    let asked = Asked::of(&request)?;
    let actor = auth::actor(&app, request.headers()).await?;
    let person = app.core().me(&actor).await?;
    let data = User {
        id: person.id,
        kind: "user",
        attributes: Attributes {
            email: &person.email,
            username: &person.username,
            image_url: None,
        },
    };
    Ok(asked.respond(StatusCode::OK, &One::<_, ()> { data, included: Vec::new() }))
}
