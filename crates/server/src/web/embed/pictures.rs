//! `/{slug}.png`: the drawing of `/{slug}.svg` in pixels; with `size=card` the card that other sites show
//! for a link.

use std::sync::Arc;

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use tiltyard_core::{Error, tournaments::Tournament};
use tiltyard_pages::{
    bracket::svg_document,
    embed::{Preview, flat},
    tournament::{Play, TournamentView},
};

use super::{asked, raster};
use crate::{
    App,
    app::{Document, DocumentKey, DocumentKind},
    web::tournament_view,
};

/// Which picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Picture {
    /// The card for link previews, not the drawing alone.
    card: bool,
    dark: bool,
    /// From 1.
    stage: Option<u32>,
}

impl Picture {
    fn of(query: Option<&str>) -> Self {
        let stage = asked(query, "stage").and_then(|stage| stage.parse().ok());
        Self {
            card: asked(query, "size").as_deref() == Some("card"),
            dark: asked(query, "theme").as_deref() == Some("dark"),
            stage: stage.filter(|stage| *stage > 0),
        }
    }

    /// The drawing that becomes pixels; none where there is nothing to draw.
    fn drawing(self, tournament: &Tournament, site: &str) -> Option<String> {
        let view = tournament_view(tournament, String::new());
        let theme = if self.dark { "dark" } else { "light" };
        let picture = self.document(&view).map(|document| flat(&document, theme));
        if !self.card {
            return picture;
        }
        let card = Preview {
            name: &view.name,
            summary: &view.summary(),
            site,
            picture: picture.as_deref().filter(|it| it.len() < raster::LONGEST_DRAWING),
        };
        Some(card.svg())
    }

    fn document(self, view: &TournamentView) -> Option<String> {
        let drawn = |stage: &tiltyard_pages::tournament::Stage| match &stage.play {
            Play::Bracket(bracket) => Some(svg_document(bracket)),
            Play::Rounds(_) => None,
        };
        if let Some(stage) = self.stage {
            return drawn(view.stages.get(stage as usize - 1)?);
        }
        let begun = view.stages.iter().rev().find(|stage| !stage.preview);
        begun.or(view.stages.first()).and_then(drawn)
    }
}

/// Why there is no picture.
enum Missing {
    /// Nothing is there to be drawn.
    Nothing,
    /// It would be too large.
    TooLarge,
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
fn respond(picture: Document, tag: &str, private: bool) -> Response {
    let mut response = picture.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
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

/// The answer to a request for a PNG. Each is drawn once a revision, away from the threads that serve
/// requests.
pub(crate) async fn png(
    app: &App,
    slug: &str,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Response {
    let tournament = match app.core().tournament_page(slug).await {
        Ok(tournament) => tournament,
        Err(error) => return failed(&error),
    };
    let picture = Picture::of(query);
    let private = tournament.row.private;
    let key = DocumentKey {
        tournament: tournament.row.id,
        revision: tournament.row.revision,
        kind: DocumentKind::Png(picture),
        base: 0,
    };
    let tag = format!("\"{:x}\"", key.revision);
    if headers.get(header::IF_NONE_MATCH).is_some_and(|sent| *sent == tag) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    if let Some(known) = app.kept_document(&key) {
        return respond(known, &tag, private);
    }
    let Some(turn) = app.rasters().turn().await else {
        let retry = [(header::RETRY_AFTER, "10")];
        return (StatusCode::SERVICE_UNAVAILABLE, retry, "Too many pictures at once.\n")
            .into_response();
    };
    // Somebody else may have waited for the same.
    if let Some(known) = app.kept_document(&key) {
        return respond(known, &tag, private);
    }
    let site = app.core().settings().site_name.clone();
    let drawn = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        draw(&tournament, picture, &site)
    });
    match drawn.await {
        Ok(Ok(bytes)) => respond(app.keep_document(key, bytes), &tag, private),
        Ok(Err(missing)) => missing.respond(),
        Err(error) => Missing::Failed(error.to_string()).respond(),
    }
}

fn draw(tournament: &Arc<Tournament>, picture: Picture, site: &str) -> Result<Vec<u8>, Missing> {
    let drawing = picture.drawing(tournament, site).ok_or(Missing::Nothing)?;
    if drawing.len() > raster::LONGEST_DRAWING {
        return Err(Missing::TooLarge);
    }
    raster::png(&drawing).map_err(Missing::Failed)
}
