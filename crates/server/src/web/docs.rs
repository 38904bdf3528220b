//! The API as people read it.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{StatusCode, header},
    response::Response,
    routing::get,
};
use serde_json::Value;
use tiltyard_pages::docs::{ApiIndexPage, ApiPart, ApiPartPage};

use super::{PageError, Visitor, login::query, page::kept};
use crate::{App, openapi};

/// Longest text to look for, in characters; the rest is left out.
const LONGEST_QUERY: usize = 100;

/// The pages of a document, made once.
pub(crate) fn routes(document: &Value) -> Router<App> {
    let parts: Arc<[ApiPart]> = openapi::reference(document).into();
    let same = Arc::clone(&parts);
    let index = move |State(app): State<App>, visitor: Visitor, request: Request| {
        let parts = Arc::clone(&parts);
        async move {
            let page = ApiIndexPage { chrome: visitor.chrome(&app), query: asked(&request), parts };
            kept(&app, &visitor, request.headers().get(header::IF_NONE_MATCH), &page)
        }
    };
    let of_part = move |State(app): State<App>,
                        Path(slug): Path<String>,
                        visitor: Visitor,
                        request: Request| {
        let parts = Arc::clone(&same);
        async move { part(&app, &slug, &visitor, &request, parts) }
    };
    Router::new().route("/docs/api", get(index)).route("/docs/api/{platform}", get(of_part))
}

/// What is looked for.
fn asked(request: &Request) -> String {
    query(request, "q").trim().chars().take(LONGEST_QUERY).collect()
}

fn part(
    app: &App,
    slug: &str,
    visitor: &Visitor,
    request: &Request,
    parts: Arc<[ApiPart]>,
) -> Response {
    let Some(index) = parts.iter().position(|part| part.slug == slug) else {
        let error = PageError::new(
            StatusCode::NOT_FOUND,
            "Nothing here",
            "No platform of this name is described.",
        );
        return error.hint("All are listed at /docs/api.").respond(app, visitor);
    };
    let page = ApiPartPage { chrome: visitor.chrome(app), query: asked(request), parts, index };
    kept(app, visitor, request.headers().get(header::IF_NONE_MATCH), &page)
}
