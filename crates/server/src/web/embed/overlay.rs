//! `/{slug}/overlay`: for stream software, which lays the page over a picture. Live as the page is.

use std::sync::Arc;

use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use tiltyard_core::tournaments::Tournament;
use tiltyard_pages::{
    Page,
    embed::{Overlay, OverlayPage, Show},
};

use super::{
    asked,
    frame::{self, Frames},
};
use crate::{App, web::unrendered};

/// Longest identifier of a match that is looked for.
const LONGEST_IDENTIFIER: usize = 16;

fn shown(request: &Request) -> (Show, Option<String>) {
    let query = request.uri().query();
    let show = asked(query, "show").and_then(|name| Show::parse(&name)).unwrap_or(Show::Match);
    let sane = |name: &String| {
        let sane = |c: char| c.is_ascii_alphanumeric() || c == '-';
        name.len() <= LONGEST_IDENTIFIER && name.chars().all(sane)
    };
    (show, asked(query, "match").filter(|name| !name.is_empty()).filter(sane))
}

async fn load(app: &App, slug: &str) -> Result<(Arc<Tournament>, String), Response> {
    let loaded = frame::load(app, slug, None).await;
    let tournament = loaded.map_err(|error| frame::failed(&error, Frames::None))?;
    let organizer = frame::organizer(app, &tournament, Frames::None).await?;
    Ok((tournament, organizer))
}

fn respond(tournament: &Tournament, page: &impl Page) -> Response {
    match frame::render(tournament, page) {
        Ok(page) => frame::answer(tournament, page, Frames::None),
        Err(error) => unrendered(&error),
    }
}

/// The page.
pub(super) async fn page(
    State(app): State<App>,
    Path(slug): Path<String>,
    request: Request,
) -> Response {
    let (tournament, organizer) = match load(&app, &slug).await {
        Ok(loaded) => loaded,
        Err(answer) => return answer,
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
    respond(&tournament, &page)
}

/// The part of it that changes. Few watch an overlay: it is rendered for each.
pub(super) async fn part(
    State(app): State<App>,
    Path(slug): Path<String>,
    request: Request,
) -> Response {
    let (tournament, organizer) = match load(&app, &slug).await {
        Ok(loaded) => loaded,
        Err(answer) => return answer,
    };
    let (show, wanted) = shown(&request);
    let look = frame::look(request.uri());
    let overlay =
        Overlay { tournament: frame::seen(&tournament, organizer, look.tab), show, look, wanted };
    respond(&tournament, &overlay)
}
