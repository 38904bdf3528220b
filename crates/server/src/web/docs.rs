//! The API as people read it.

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{StatusCode, header},
    response::Response,
    routing::get,
};
use tiltyard_pages::docs::{ApiIndexPage, ApiPartPage};

use super::{PageError, Visitor, login::query, page::kept};
use crate::App;

/// Longest text to look for, in characters; the rest is left out.
const LONGEST_QUERY: usize = 100;

/// The pages of the document.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/docs/api", get(index)).route("/docs/api/{platform}", get(part))
}

async fn index(State(app): State<App>, visitor: Visitor, request: Request) -> Response {
    let parts = app.description().parts();
    let page = ApiIndexPage { chrome: visitor.chrome(&app), query: asked(&request), parts };
    kept(&app, &visitor, request.headers().get(header::IF_NONE_MATCH), &page)
}

/// What is looked for.
fn asked(request: &Request) -> String {
    query(request, "q").trim().chars().take(LONGEST_QUERY).collect()
}

async fn part(
    State(app): State<App>,
    Path(slug): Path<String>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let parts = app.description().parts();
    let Some(index) = parts.iter().position(|part| part.slug == slug) else {
        let error = PageError::new(
            StatusCode::NOT_FOUND,
            "Nothing here",
            "No platform of this name is described.",
        );
        return error.hint("All are listed at /docs/api.").respond(&app, &visitor);
    };
    let page = ApiPartPage { chrome: visitor.chrome(&app), query: asked(&request), parts, index };
    kept(&app, &visitor, request.headers().get(header::IF_NONE_MATCH), &page)
}
