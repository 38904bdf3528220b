//! Challonge's API v1 under `/v1`, in JSON and in XML, for clients that were written for it; the
//! addresses of before 2014 (`/api/v1`, `/api/tournaments`) lead here as well (`http::rewrite`).

mod attachments;
mod call;
pub(crate) mod document;
mod error;
mod form;
mod format;
mod frame;
mod matches;
mod parameters;
mod participants;
mod resources;
mod tournaments;
mod xml;

use axum::{Router, middleware::from_fn_with_state, routing::any};
use tiltyard_oauth::resource::Resource;
use tower::Layer as _;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::credential;
use crate::{App, openapi};

/// The dialect's routes. What a request says may stand in its body, its method too, so the body is
/// read before the route is known.
pub(super) fn routes(app: &App) -> OpenApiRouter<App> {
    let (router, document) = OpenApiRouter::new()
        .routes(routes!(tournaments::list::list, tournaments::create::create))
        .routes(routes!(
            tournaments::show::show,
            tournaments::update::update,
            tournaments::delete::delete
        ))
        .routes(routes!(tournaments::state::start))
        .routes(routes!(tournaments::state::finalize))
        .routes(routes!(tournaments::state::reset))
        .routes(routes!(tournaments::state::open_for_predictions))
        .routes(routes!(tournaments::state::publish))
        .routes(routes!(tournaments::state::process_check_ins))
        .routes(routes!(tournaments::state::abort_check_in))
        .routes(routes!(participants::all::list, participants::add::create))
        .routes(routes!(participants::add::bulk_add))
        .routes(routes!(participants::all::randomize))
        .routes(routes!(participants::all::clear))
        .routes(routes!(
            participants::one::show,
            participants::one::update,
            participants::one::delete
        ))
        .routes(routes!(participants::check_in::check_in))
        .routes(routes!(participants::check_in::undo))
        .routes(routes!(matches::list::list))
        .routes(routes!(matches::show::show, matches::update::update))
        .routes(routes!(matches::change::reopen))
        .routes(routes!(matches::change::mark_as_underway))
        .routes(routes!(matches::change::unmark_as_underway))
        .routes(routes!(attachments::list, attachments::create))
        .routes(routes!(attachments::show, attachments::update, attachments::delete))
        .split_for_parts();
    let router = router
        // The fallback below does not cover the prefix itself.
        .route("/", any(error::unknown_route))
        .fallback(error::unknown_route)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(from_fn_with_state(app.clone(), frame::keyed))
        .layer(from_fn_with_state((app.clone(), Resource::ChallongeV1), credential::frame))
        .with_state(app.clone());
    let framed = from_fn_with_state(app.clone(), frame::enter).layer(router);
    let described = openapi::described(Router::new(), document);
    let (_, document) = OpenApiRouter::new().nest("/v1", described).split_for_parts();
    openapi::described(Router::new().nest_service("/v1", framed), document)
}
