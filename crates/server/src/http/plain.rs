//! Answers for when nothing better is left.

use axum::{
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
};

/// Our fault, in words that any reader understands.
pub(crate) fn internal_error() -> Response {
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        [(CONTENT_TYPE, "application/json")],
        r#"{"errors":[{"status":500,"detail":"Something went wrong on our side; it was logged. Try again in a moment."}]}"#,
    )
        .into_response()
}
