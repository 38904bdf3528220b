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
use tiltyard_pages::{bracket::svg_document, tournament::Play};

use crate::{
    App,
    app::{DocumentKey, DocumentKind},
    http::heavy,
    web::tournament_view,
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
    let key = DocumentKey {
        tournament: tournament.row.id,
        revision: tournament.row.revision,
        kind: DocumentKind::Fragment,
        base: 0,
    };
    let tag = format!("\"{:x}\"", key.revision);
    if request.headers().get(header::IF_NONE_MATCH).is_some_and(|sent| *sent == tag) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let organizer = match app.core().username(tournament.row.owner_id).await {
        Ok(name) => name.unwrap_or_default(),
        Err(error) => return failed(&error),
    };
    let body = heavy::draw(tournament.participants.len(), || {
        app.document(key, || {
            tournament_view(&tournament, organizer)
                .render_fragment()
                .map(String::into_bytes)
                .unwrap_or_default()
        })
    });
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

/// `/{slug}.svg`: the bracket as a picture of its own.
pub(crate) async fn picture(app: &App, slug: &str) -> Response {
    let tournament = match app.core().tournament_page(slug).await {
        Ok(tournament) => tournament,
        Err(error) => return failed(&error),
    };
    let picture = heavy::draw(tournament.participants.len(), || {
        let view = tournament_view(&tournament, String::new());
        view.stages.iter().find_map(|stage| match &stage.play {
            Play::Bracket(bracket) => Some(svg_document(bracket)),
            Play::Rounds(_) => None,
        })
    });
    match picture {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(picture) => (
            [
                (header::CONTENT_TYPE, "image/svg+xml"),
                (header::CACHE_CONTROL, "no-cache"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (
                    header::CONTENT_SECURITY_POLICY,
                    "default-src 'none'; style-src 'unsafe-inline'; sandbox",
                ),
            ],
            picture,
        )
            .into_response(),
    }
}
