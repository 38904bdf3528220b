//! `/{slug}/module`: a tournament in a frame of any other site. Live as the page is.

use axum::{
    extract::{Path, Request, State},
    http::{HeaderValue, header},
    response::Response,
};
use tiltyard_pages::{
    Page as _,
    embed::{Module, ModulePage},
};

use super::{
    asked,
    frame::{self, Frames},
};
use crate::{
    App,
    app::{DocumentKey, DocumentKind},
    http::heavy,
};

/// The page.
pub(super) async fn page(
    State(app): State<App>,
    Path(slug): Path<String>,
    request: Request,
) -> Response {
    let community = asked(request.uri().query(), "subdomain");
    let loaded = frame::load(&app, &slug, community.as_deref()).await;
    let (tournament, organizer) = match loaded {
        Ok(loaded) => loaded,
        Err(error) => return frame::failed(&error, Frames::Any),
    };
    let look = frame::look(request.uri());
    let view = frame::seen(&tournament, organizer, look.tab);
    let canonical = format!("{}/{}", app.base(request.headers()), view.slug);
    let page = ModulePage {
        site_name: app.core().settings().site_name.clone(),
        canonical: canonical.clone(),
        live: frame::live(&view.slug, "module", &look.to_string()),
        module: Module { page: canonical, tournament: view, look },
    };
    frame::respond(&tournament, &page, Frames::Any)
}

/// The part of it that changes. Rendered once a revision and look, whatever the number of viewers.
pub(super) async fn part(
    State(app): State<App>,
    Path(slug): Path<String>,
    request: Request,
) -> Response {
    let (tournament, organizer) = match frame::load(&app, &slug, None).await {
        Ok(loaded) => loaded,
        Err(error) => return frame::failed(&error, Frames::None),
    };
    let look = frame::look(request.uri());
    let base = app.base_index(request.headers());
    let key = DocumentKey::of(&tournament, DocumentKind::Module(look), base);
    if let Some(known) = key.not_modified(request.headers()) {
        return known;
    }
    let tag = key.tag();
    let body = heavy::draw(tournament.participants.len(), || {
        app.document(key, || {
            let view = frame::seen(&tournament, organizer, look.tab);
            let page = format!("{}/{}", app.base_at(base), view.slug);
            let module = Module { page, tournament: view, look };
            module.render().map(String::into_bytes).unwrap_or_default()
        })
    });
    let mut response = frame::answer(&tournament, body, Frames::None);
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
