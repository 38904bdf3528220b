//! `/{slug}.svg`: a stage as a drawing of its own; `stage` says which, `theme` in which colours.
//! `/{slug}.png`: the same in pixels; with `size=card` the card that other sites show for a link.

use std::sync::Arc;

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use tiltyard_core::{Error, tournaments::Tournament};
use tiltyard_pages::{
    bracket::{Theme, svg_document},
    embed::{Preview, flat},
    tournament::Look,
};

use super::{asked, raster};
use crate::{
    App,
    app::{DocumentKey, DocumentKind},
    http::{coding::Document, heavy},
    web::{Extent, look_asked, tournament_look, tournament_picture, tournament_view},
};

/// Which picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Picture {
    /// The card for link previews, not the drawing alone.
    card: bool,
    theme: Option<Theme>,
    look: Look,
}

impl Picture {
    fn of(uri: &Uri, tournament: &Tournament) -> Self {
        let query = uri.query();
        let card = asked(query, "size").as_deref() == Some("card");
        // A card is there in any case; of a stage that does not exist there is no drawing.
        let stage = if card { tournament_look(uri, tournament) } else { look_asked(uri) }.stage;
        let look = Look { stage, ..Look::default() };
        Self { card, theme: asked(query, "theme").and_then(|name| Theme::parse(&name)), look }
    }

    /// The drawing; none where there is nothing to draw.
    fn document(self, tournament: &Tournament, extent: Extent) -> Option<String> {
        let mut view = tournament_picture(tournament, &self.look, extent)?;
        view.theme = self.theme;
        Some(svg_document(&view))
    }

    /// The drawing that becomes pixels.
    fn drawing(self, tournament: &Tournament, site: &str) -> Option<String> {
        let theme = self.theme.unwrap_or(Theme::Light).name();
        if !self.card {
            return self.document(tournament, Extent::Whole).map(|it| flat(&it, theme));
        }
        let view = tournament_view(tournament, String::new(), self.look);
        let drawn = self.document(tournament, Extent::Card).map(|it| flat(&it, theme));
        let card = Preview {
            name: &view.name,
            summary: &view.summary(),
            site,
            picture: drawn.as_deref().filter(|it| it.len() < raster::LONGEST_DRAWING),
        };
        Some(card.svg())
    }
}

/// In which form.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Svg,
    Png,
}

/// Why there is no picture.
enum Missing {
    /// Nothing is there to be drawn.
    Nothing,
    /// It would be too large.
    TooLarge,
    /// Too many are drawn at once.
    Turn,
    /// Our fault.
    Failed(String),
}

impl Missing {
    fn respond(self) -> Response {
        match self {
            Self::Nothing => StatusCode::NOT_FOUND.into_response(),
            Self::TooLarge => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "This bracket is too large for a picture of pixels; ask for .svg instead.\n",
            )
                .into_response(),
            Self::Turn => {
                let retry = [(header::RETRY_AFTER, "10")];
                (StatusCode::SERVICE_UNAVAILABLE, retry, "Too many pictures at once.\n")
                    .into_response()
            }
            Self::Failed(why) => {
                tracing::error!(why, "a picture cannot be drawn");
                crate::http::plain::internal_error()
            }
        }
    }
}

fn failed(error: &Error) -> Response {
    match error {
        Error::NotFound(_) => StatusCode::NOT_FOUND.into_response(),
        error => {
            tracing::error!(?error, "a picture failed by our fault");
            crate::http::plain::internal_error()
        }
    }
}

/// The picture as an answer.
fn respond(kind: Kind, picture: Document, tag: &str, private: bool) -> Response {
    let mut response = picture.into_response();
    let headers = response.headers_mut();
    let (media, policy) = match kind {
        Kind::Svg => ("image/svg+xml", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
        Kind::Png => ("image/png", "default-src 'none'; sandbox"),
    };
    for (name, value) in [
        (header::CONTENT_TYPE, media),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, policy),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    if private {
        headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    }
    response
}

/// The answer to a request for an SVG. Drawn once a revision.
pub(crate) async fn svg(app: &App, slug: &str, uri: &Uri, headers: &HeaderMap) -> Response {
    let tournament = match app.core().tournament_page(slug).await {
        Ok(tournament) => tournament,
        Err(error) => return failed(&error),
    };
    let picture = Picture { card: false, ..Picture::of(uri, &tournament) };
    let key = DocumentKey::of(&tournament, DocumentKind::Svg(picture), 0);
    if let Some(known) = key.not_modified(headers) {
        return known;
    }
    let tag = key.tag();
    let drawn = async {
        let size = tournament.participants.len();
        let drawn = heavy::draw(size, || picture.document(&tournament, Extent::Whole));
        drawn.map(String::into_bytes).ok_or(Missing::Nothing)
    };
    match app.document(&key, drawn).await {
        Ok(drawing) => respond(Kind::Svg, drawing, &tag, tournament.row.private),
        Err(missing) => missing.respond(),
    }
}

/// The answer to a request for a PNG. Each is drawn once a revision, away from the threads that serve
/// requests.
pub(crate) async fn png(app: &App, slug: &str, uri: &Uri, headers: &HeaderMap) -> Response {
    let tournament = match app.core().tournament_page(slug).await {
        Ok(tournament) => tournament,
        Err(error) => return failed(&error),
    };
    let picture = Picture::of(uri, &tournament);
    let private = tournament.row.private;
    let key = DocumentKey::of(&tournament, DocumentKind::Png(picture), 0);
    if let Some(known) = key.not_modified(headers) {
        return known;
    }
    let tag = key.tag();
    let site = app.core().settings().site_name.clone();
    let drawn = async {
        let turn = app.rasters().turn().await.ok_or(Missing::Turn)?;
        let drawing = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            draw(&tournament, picture, &site)
        });
        drawing.await.unwrap_or_else(|error| Err(Missing::Failed(error.to_string())))
    };
    // Whoever waits for the same one waits no longer than for a turn and a drawing.
    let kept = tokio::time::timeout(2 * raster::PATIENCE, app.document(&key, drawn)).await;
    match kept.unwrap_or(Err(Missing::Turn)) {
        Ok(picture) => respond(Kind::Png, picture, &tag, private),
        Err(missing) => missing.respond(),
    }
}

fn draw(tournament: &Arc<Tournament>, picture: Picture, site: &str) -> Result<Vec<u8>, Missing> {
    let drawing = picture.drawing(tournament, site).ok_or(Missing::Nothing)?;
    if drawing.len() > raster::LONGEST_DRAWING {
        return Err(Missing::TooLarge);
    }
    raster::png(&drawing).map_err(Missing::Failed)
}
