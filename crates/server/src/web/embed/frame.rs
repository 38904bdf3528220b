//! What pages in frames and overlays share: no session is read, no cookie is set, and what everybody
//! sees is shown.

use std::sync::Arc;

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use tiltyard_core::{Error, tournaments::Tournament};
use tiltyard_pages::{
    Page,
    embed::{Look, Tab},
    tournament::{self, Live, TournamentView},
};

use crate::{
    App,
    http::heavy,
    web::{Extent, tournament_view_to},
};

/// Who may put a page into a frame.
#[derive(Debug, Clone, Copy)]
pub(super) enum Frames {
    /// Any site.
    Any,
    /// None.
    None,
}

/// A tournament, by its address and perhaps its community's.
pub(super) async fn load(
    app: &App,
    slug: &str,
    community: Option<&str>,
) -> Result<Arc<Tournament>, Error> {
    let community = community.filter(|label| !label.is_empty() && !slug.contains('-'));
    let address = community.map_or_else(|| slug.to_owned(), |label| format!("{label}-{slug}"));
    app.core().tournament_page(&address).await
}

/// The name of whoever made it.
pub(super) async fn organizer(
    app: &App,
    tournament: &Tournament,
    frames: Frames,
) -> Result<String, Response> {
    match app.core().username(tournament.row.owner_id).await {
        Ok(name) => Ok(name.unwrap_or_default()),
        Err(error) => Err(failed(&error, frames)),
    }
}

/// What is shown of it: of several phases the one that is asked for, or being played.
pub(super) fn seen(tournament: &Tournament, organizer: String, tab: Option<Tab>) -> TournamentView {
    let of = |stage, organizer| {
        let look = tournament::Look { stage, ..tournament::Look::default() };
        tournament_view_to(tournament, organizer, look, Extent::Frame)
    };
    if tab == Some(Tab::Groups) {
        return of(Some(1), organizer);
    }
    let view = of(None, organizer);
    match view.tabs.last() {
        Some(last) if tab == Some(Tab::Final) && !last.current => {
            of(Some(last.stage), view.organizer)
        }
        _ => view,
    }
}

/// What a query asks for.
pub(super) fn look(uri: &Uri) -> Look {
    let mut look = Look::default();
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        look.set(&name, &value);
    }
    look
}

/// Where changes are told, and the part that is fetched then.
pub(super) fn live(slug: &str, part: &str, query: &str) -> Live {
    Live {
        events_url: format!("/{slug}/events"),
        fragment_url: format!("/{slug}/{part}/live{query}"),
    }
}

/// There is nothing to show: in a frame or on a stream, a line says more than a page.
pub(super) fn failed(error: &Error, frames: Frames) -> Response {
    let mut response = match error {
        Error::NotFound(_) => {
            (StatusCode::NOT_FOUND, "There is no such tournament here.\n").into_response()
        }
        error => {
            tracing::error!(?error, "an embed failed by our fault");
            crate::http::plain::internal_error()
        }
    };
    guard(response.headers_mut(), frames);
    response
}

fn guard(headers: &mut HeaderMap, frames: Frames) {
    let policy = match frames {
        Frames::Any => {
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
             connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *"
        }
        Frames::None => {
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
             connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
        }
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    if matches!(frames, Frames::None) {
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-cache"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// A page of this tournament, rendered.
pub(super) fn render(
    tournament: &Tournament,
    page: &impl Page,
) -> Result<Vec<u8>, impl std::fmt::Debug> {
    heavy::draw(tournament.participants.len(), || page.render()).map(String::into_bytes)
}

/// The answer with what was rendered.
pub(super) fn answer(tournament: &Tournament, body: impl IntoResponse, frames: Frames) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    guard(headers, frames);
    if tournament.row.private {
        headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    }
    response
}
