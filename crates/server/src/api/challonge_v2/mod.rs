//! Challonge's API v2.1: JSON:API envelopes under `/v2.1`.

mod attachments;
mod communities;
pub(crate) mod document;
mod error;
mod groups;
pub(super) mod input;
pub(super) mod matches;
mod me;
mod origin;
mod output;
mod participants;
mod path;
mod predictions;
mod resources;
pub(super) mod tournaments;

use axum::{Extension, middleware::from_fn_with_state, routing::any};
use tiltyard_oauth::resource::Resource;
use utoipa_axum::{router::OpenApiRouter, routes};

use self::output::WithinApplication;
use super::{
    credential::{self, Reading},
    idempotency::{self, Dialect},
};
use crate::{App, openapi};

/// How the dialect takes keys of clients.
const KEYS: Dialect =
    Dialect { reading: Reading::at(Resource::ChallongeV2), refuse: error::refuse };

/// The dialect's routes.
pub(super) fn routes(app: &App) -> OpenApiRouter<App> {
    let routes = OpenApiRouter::new()
        .routes(routes!(me::get))
        .routes(routes!(communities::list::list, communities::create::create))
        .routes(routes!(
            communities::get::get,
            communities::update::update,
            communities::delete::delete
        ))
        .routes(routes!(communities::members::list::list, communities::members::add::add))
        .routes(routes!(
            communities::members::get::get,
            communities::members::update::update,
            communities::members::remove::remove
        ))
        .merge(everywhere(|| tournament_routes().merge(newer_routes())));
    OpenApiRouter::new().nest("/v2.1", framed(app, routes))
}

/// What v2.0 had already, without the version in front.
pub(super) fn older(app: &App) -> OpenApiRouter<App> {
    let routes = OpenApiRouter::new()
        .routes(routes!(me::get))
        .routes(routes!(communities::list::list))
        .merge(everywhere(tournament_routes));
    framed(app, routes)
}

/// The same routes for the person's own tournaments, within a community, and within the calling
/// application (reference/challonge §2).
fn everywhere(routes: impl Fn() -> OpenApiRouter<App>) -> OpenApiRouter<App> {
    let (within, application) = routes().split_for_parts();
    let within = within.layer(Extension(WithinApplication));
    routes().merge(openapi::again("/communities/{community}", "InCommunity", routes())).merge(
        openapi::again("/application", "InApplication", openapi::described(within, application)),
    )
}

/// The routes with what is around all of them.
fn framed(app: &App, routes: OpenApiRouter<App>) -> OpenApiRouter<App> {
    let (router, document) = routes.split_for_parts();
    let router = router
        // The fallback below does not cover the prefix itself.
        .route("/", any(error::unknown_route))
        .fallback(error::unknown_route)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(from_fn_with_state((app.clone(), KEYS), idempotency::frame))
        .layer(from_fn_with_state((app.clone(), Resource::ChallongeV2), credential::frame))
        .with_state(app.clone());
    openapi::described(router, document)
}

/// Tournaments and what belongs to them.
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
        .routes(routes!(participants::register::register, participants::register::unregister))
        .routes(routes!(participants::register::unregister_also))
        .routes(routes!(
            participants::register::register_named,
            participants::register::unregister_named
        ))
        .routes(routes!(participants::check_in::check_in))
        .routes(routes!(participants::check_in::undo))
        .routes(routes!(
            participants::get::get,
            participants::update::update,
            participants::delete::delete
        ))
        .routes(routes!(matches::list::list))
        .routes(routes!(matches::get::get, matches::update::update))
        .routes(routes!(matches::change_state::change_state))
        .routes(routes!(attachments::list::list, attachments::create::create))
        .routes(routes!(
            attachments::get::get,
            attachments::update::update,
            attachments::delete::delete
        ))
}

/// What came with v2.1, and what is ours.
fn newer_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(tournaments::undo::undo))
        .routes(routes!(groups::list::list))
        .routes(routes!(tournaments::events::events))
        .routes(routes!(predictions::list::list))
        .routes(routes!(predictions::me::get, predictions::me::save, predictions::me::remove))
        .routes(routes!(matches::bulk_update::bulk_update))
        .routes(routes!(attachments::of_tournament::list, attachments::of_tournament::create))
        .routes(routes!(
            attachments::of_tournament::get,
            attachments::of_tournament::update,
            attachments::of_tournament::delete
        ))
}
