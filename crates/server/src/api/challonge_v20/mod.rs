//! Challonge's API v2.0 under `/v2`: it takes the requests of v2.1, and answers under the names that it
//! had before (reference/challonge §3.8). Every answer is v2.1's, translated, so that what v2.1 does is
//! done here, too.

pub(crate) mod document;
mod translate;

use axum::middleware::from_fn;
use utoipa_axum::router::OpenApiRouter;

use super::challonge_v2;
use crate::{App, openapi};

/// The dialect's routes.
pub(super) fn routes(app: &App) -> OpenApiRouter<App> {
    let (router, described) = challonge_v2::older(app).split_for_parts();
    let router = router.layer(from_fn(translate::frame));
    OpenApiRouter::new().nest("/v2", openapi::described(router, described))
}
