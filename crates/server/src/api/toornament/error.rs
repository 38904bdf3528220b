//! Errors as the dialect writes them (reference/toornament §4.2): a list of objects with a message
//! and where the fault lies.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tiltyard_core::Error;

use crate::api::{credential::Denied, json, refusal::Refusal};

#[derive(Debug, Serialize)]
struct Body<'a> {
    errors: Vec<Entry<'a>>,
}

/// One problem. `property_path` and `invalid_value` are optional in the reference.
#[derive(Debug, Serialize)]
struct Entry<'a> {
    message: &'a str,
    scope: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    property_path: Option<&'a str>,
    r#type: Option<&'static str>,
}

impl<'a> Entry<'a> {
    fn new(message: &'a str, property_path: Option<&'a str>) -> Self {
        let scope = if property_path.is_some() { "body" } else { "query" };
        Self { message, scope, property_path, r#type: None }
    }
}

/// An error on its way to the client.
#[derive(Debug)]
pub(super) struct ApiError(Refusal);

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        Self(denied.into())
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Self(refusal) = self;
        let problems = refusal.problems.list();
        let errors = if problems.is_empty() {
            vec![Entry::new(&refusal.detail, None)]
        } else {
            problems.iter().map(|it| Entry::new(&it.message, Some(&it.field))).collect()
        };
        refusal.on(json::answer(refusal.status, &Body { errors }))
    }
}

/// A path that is no route.
pub(super) async fn unknown_route() -> ApiError {
    let detail = "There is no such route; docs/api-coverage.md lists those that exist.";
    ApiError(Refusal::new(StatusCode::NOT_FOUND, detail))
}

/// A route that does not take this method.
pub(super) async fn wrong_method() -> ApiError {
    let detail = "This route does not take this method.";
    ApiError(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, detail))
}
