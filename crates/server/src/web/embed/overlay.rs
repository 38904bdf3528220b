//! `/{slug}/overlay`: for stream software, which lays the page over a picture. Live as the page is.

use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use tiltyard_pages::embed::{Overlay, OverlayPage, Show};

use super::{
    asked,
    frame::{self, Frames},
};
use crate::App;

/// Longest identifier of a match that is looked for.
const LONGEST_IDENTIFIER: usize = 16;

fn shown(request: &Request) -> (Show, Option<String>) {
    let query = request.uri().query();
    let show = asked(query, "show").and_then(|name| Show::parse(&name)).unwrap_or(Show::Match);
    let sane = |name: &String| {
        name.len() <= LONGEST_IDENTIFIER && name.chars().all(|c| c.is_ascii_alphanumeric())
    };
    (show, asked(query, "match").filter(|name| !name.is_empty()).filter(sane))
}

/// The page.
pub(super) async fn page(
    State(app): State<App>,
    Path(slug): Path<String>,
    request: Request,
) -> Response {
    let (tournament, organizer) = match frame::load(&app, &slug, None).await {
        Ok(loaded) => loaded,
        Err(error) => return frame::failed(&error, Frames::None),
    };
    let (show, wanted) = shown(&request);
    let look = frame::look(request.uri());
    let mut query = look.to_string();
    query.push(if query.is_empty() { '?' } else { '&' });
    query.push_str("show=");
    query.push_str(show.name());
    if let Some(wanted) = &wanted {
        query.push_str("&match=");
        query.push_str(wanted);
    }
    let view = frame::seen(&tournament, organizer, look.tab);
    let page = OverlayPage {
        site_name: app.core().settings().site_name.clone(),
        live: frame::live(&view.slug, "overlay", &query),
        overlay: Overlay { tournament: view, show, look, wanted },
    };
    frame::respond(&tournament, &page, Frames::None)
}

/// The part of it that changes. Few watch an overlay: it is rendered for each.
pub(super) async fn part(
    State(app): State<App>,
    Path(slug): Path<String>,
    request: Request,
) -> Response {
    let (tournament, organizer) = match frame::load(&app, &slug, None).await {
        Ok(loaded) => loaded,
        Err(error) => return frame::failed(&error, Frames::None),
    };
    let (show, wanted) = shown(&request);
    let look = frame::look(request.uri());
    let overlay =
        Overlay { tournament: frame::seen(&tournament, organizer, look.tab), show, look, wanted };
    frame::respond(&tournament, &overlay, Frames::None)
}
