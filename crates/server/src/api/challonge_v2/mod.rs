//! Challonge's API v2.1: JSON:API envelopes under `/v2.1`.

mod communities;
pub(crate) mod document;
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
    routing::{any, get, post},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use self::output::WithinApplication;
use super::credential;
use crate::{App, openapi};

/// The dialect's routes.
pub(super) fn routes(app: &App) -> OpenApiRouter<App> {
    let (router, document) =
        OpenApiRouter::new().routes(routes!(me::get)).merge(tournament_routes()).split_for_parts();
    let router = router
        // The fallback below does not cover the prefix itself.
        .route("/", any(error::unknown_route))
        .route("/communities", get(communities::list))
        .nest("/communities/{community}", plain(tournament_routes()))
        .nest("/application", plain(tournament_routes()).layer(Extension(WithinApplication)))
        .fallback(error::unknown_route)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(from_fn_with_state(app.clone(), credential::frame))
        .with_state(app.clone());
    openapi::nested("/v2.1", router, document)
}

/// The same routes without what the document says of them: they stand there once.
fn plain(routes: OpenApiRouter<App>) -> Router<App> {
    routes.split_for_parts().0
}

/// Tournaments and what belongs to them: the person's own, and the same again within a community
/// and within the calling application (reference/challonge §2).
fn tournament_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(tournaments::list::list, tournaments::create::create))
        .routes(routes!(
            tournaments::get::get,
            tournaments::update::update,
            tournaments::delete::delete
        ))
        .routes(routes!(tournaments::change_state::change_state))
        .routes(routes!(participants::list::list, participants::create::create))
        .routes(routes!(participants::bulk_add::bulk_add))
        .routes(routes!(participants::clear::clear))
        .routes(routes!(participants::randomize::randomize))
        .route(
            "/tournaments/{tournament}/participants/register",
            post(participants::register::register).delete(participants::register::unregister),
        )
        .routes(routes!(
            participants::get::get,
            participants::update::update,
            participants::delete::delete
        ))
        .routes(routes!(matches::list::list))
        .routes(routes!(matches::get::get, matches::update::update))
        .routes(routes!(matches::change_state::change_state))
}
