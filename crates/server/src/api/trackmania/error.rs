//! Errors as the dialect's clients read them (reference/trackmania §9): flat, always with `message`.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;
use tiltyard_core::Error;

use crate::api::{credential::Denied, json, refusal::Refusal};

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
        let error = match refusal.status {
            StatusCode::UNAUTHORIZED => "access_denied",
            StatusCode::FORBIDDEN => "forbidden",
            StatusCode::NOT_FOUND => "not_found",
            StatusCode::TOO_MANY_REQUESTS => "too_many_requests",
            status if status.is_server_error() => "server_error",
            _ => "invalid_request",
        };
        let body = json!({
            "error": error,
            "message": refusal.detail,
            "error_description": refusal.detail,
        });
        refusal.on(json::answer(refusal.status, &body))
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
