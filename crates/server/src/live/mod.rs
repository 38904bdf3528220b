//! What keeps pages fresh: the stream of changes, and the part of a page that is fetched again.

mod events;
pub(crate) mod streams;

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use tiltyard_core::Error;

use crate::{
    App,
    app::{DocumentKey, DocumentKind},
    http::heavy,
    web::{is_kept, tournament_look, tournament_view, unrendered},
};

/// The routes of live updates.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/{slug}/events", get(events::stream)).route("/{slug}/live", get(fragment))
}

fn failed(error: &Error) -> Response {
    match error {
        Error::NotFound(_) => StatusCode::NOT_FOUND.into_response(),
        error => {
            tracing::error!(?error, "a live part failed by our fault");
            crate::http::plain::internal_error()
        }
    }
}

/// `/{slug}/live`: the part of the page that changes. Rendered once a revision, whatever the
/// number of viewers.
async fn fragment(State(app): State<App>, Path(slug): Path<String>, request: Request) -> Response {
    let tournament = match app.core().tournament_page(&slug).await {
        Ok(tournament) => tournament,
        Err(error) => return failed(&error),
    };
    let look = tournament_look(request.uri(), &tournament);
    let byline = match app.byline(&tournament).await {
        Ok(byline) => byline,
        Err(error) => return failed(&error),
    };
    let key = DocumentKey::of(&tournament, DocumentKind::Fragment(look), 0).beside(byline.print);
    if let Some(known) = key.not_modified(request.headers()) {
        return known;
    }
    let tag = key.tag();
    let drawn = async {
        let organizer = byline.organizer.clone();
        let part = heavy::draw(tournament.participants.len(), || {
            tournament_view(&tournament, organizer, look).render_fragment()
        });
        part.map(String::into_bytes).map_err(|error| unrendered(&error))
    };
    let body = match app.document_if(is_kept(&tournament, &look), &key, drawn).await {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
