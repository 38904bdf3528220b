//! For those who watch the server.

use std::time::Duration;

use axum::{extract::State, http::StatusCode};

use crate::App;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process is alive.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// The database answers.
pub(crate) async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    let answered = match tokio::time::timeout(PATIENCE, app.core().store().ping()).await {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("no answer in time".to_owned()),
    };
    match answered {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
