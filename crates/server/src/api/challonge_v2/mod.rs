//! Challonge's API v2.1: JSON:API envelopes under `/v2.1`.

mod auth;
mod error;
mod input;
mod matches;
mod me;
mod output;
mod participants;
mod path;
mod resources;
mod tournaments;

use axum::{
    Router,
    routing::{any, delete, get, post, put},
};

use crate::App;

/// The dialect's routes.
pub(super) fn routes(app: &App) -> Router<App> {
    let routes = Router::new()
        // The fallback below does not cover the prefix itself.
        .route("/", any(error::unknown_route))
        .route("/me", get(me::get))
        .route("/tournaments", get(tournaments::list::list).post(tournaments::create::create))
        .route(
            "/tournaments/{tournament}",
            get(tournaments::get::get)
                .put(tournaments::update::update)
                .delete(tournaments::delete::delete),
        )
        .route(
            "/tournaments/{tournament}/change_state",
            put(tournaments::change_state::change_state)
                .post(tournaments::change_state::change_state),
        )
        .route(
            "/tournaments/{tournament}/participants",
            get(participants::list::list).post(participants::create::create),
        )
        .route(
            "/tournaments/{tournament}/participants/bulk_add",
            post(participants::bulk_add::bulk_add),
        )
        .route(
            "/tournaments/{tournament}/participants/clear",
            delete(participants::clear::clear).post(participants::clear::clear),
        )
        .route(
            "/tournaments/{tournament}/participants/randomize",
            put(participants::randomize::randomize).post(participants::randomize::randomize),
        )
        .route(
            "/tournaments/{tournament}/participants/{participant}",
            get(participants::get::get)
                .put(participants::update::update)
                .delete(participants::delete::delete),
        )
        .route("/tournaments/{tournament}/matches", get(matches::list::list))
        .route(
            "/tournaments/{tournament}/matches/{match}",
            get(matches::get::get).put(matches::update::update),
        )
        .route(
            "/tournaments/{tournament}/matches/{match}/change_state",
            put(matches::change_state::change_state).post(matches::change_state::change_state),
        )
        .fallback(error::unknown_route)
        .method_not_allowed_fallback(error::wrong_method)
        .with_state(app.clone());
    Router::new().nest("/v2.1", routes)
}
