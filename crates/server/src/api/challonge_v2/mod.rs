//! Challonge's API v2.1: JSON:API envelopes under `/v2.1`.

mod communities;
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
    Extension, Router,
    middleware::from_fn_with_state,
    routing::{any, delete, get, post, put},
};

use self::output::WithinApplication;
use super::credential;
use crate::App;

/// The dialect's routes.
pub(super) fn routes(app: &App) -> Router<App> {
    let routes = Router::new()
        // The fallback below does not cover the prefix itself.
        .route("/", any(error::unknown_route))
        .route("/me", get(me::get))
        .route("/communities", get(communities::list))
        .merge(tournament_routes())
        .nest("/communities/{community}", tournament_routes())
        .nest("/application", tournament_routes().layer(Extension(WithinApplication)))
        .fallback(error::unknown_route)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(from_fn_with_state(app.clone(), credential::frame))
        .with_state(app.clone());
    Router::new().nest("/v2.1", routes)
}

/// Tournaments and what belongs to them: the person's own, and the same again within a community
/// and within the calling application (reference/challonge §2).
fn tournament_routes() -> Router<App> {
    Router::new()
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
            "/tournaments/{tournament}/participants/register",
            post(participants::register::register).delete(participants::register::unregister),
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
}
