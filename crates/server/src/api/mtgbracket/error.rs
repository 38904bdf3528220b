//! Errors as the dialect writes them (reference/mtgbracket §6): an envelope with the status, the
//! vendor's few words, and in `data` what is wrong; an empty list where there is nothing to say.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;
use tiltyard_core::Error;

use crate::{
    api::{credential::Denied, json, refusal::Refusal},
    text::capital,
};

/// An error on its way to the client.
#[derive(Debug)]
pub(super) struct ApiError(Refusal);

impl ApiError {
    /// A refusal in words.
    pub(super) fn new(status: StatusCode, detail: &str) -> Self {
        Self(Refusal::new(status, detail))
    }
}

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
        let (message, data) = match (refusal.status, refusal.missing) {
            (StatusCode::UNAUTHORIZED, _) => {
                ("Unauthorized".to_owned(), json!({"detail": refusal.detail}))
            }
            (StatusCode::FORBIDDEN, _) => {
                ("Forbidden".to_owned(), json!({"detail": refusal.detail}))
            }
            (_, Some(what)) => {
                let what = capital(what);
                (format!("{what} not found"), json!({"entity": what}))
            }
            _ => match refusal.problems.list().first() {
                Some(problem) => (refusal.detail.clone(), json!({"field": problem.field})),
                None => (refusal.detail.clone(), json!([])),
            },
        };
        let status = refusal.status.as_u16();
        let body = json!({
            "error": {"status_code": status, "message": message, "data": data, "debug": null},
        });
        refusal.on(json::answer(refusal.status, &body))
    }
}

/// A path that is no route.
pub(super) async fn unknown_route() -> ApiError {
    let detail = "There is no such route; docs/api-coverage.md lists those that exist.";
    ApiError::new(StatusCode::NOT_FOUND, detail)
}

/// A route that does not take this method.
pub(super) async fn wrong_method() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "This route does not take this method.")
}
