//! `/{slug}/module`: a tournament in a frame of any other site. Live as the page is.

use axum::{
    extract::{Path, Request, State},
    http::{HeaderValue, header},
    response::Response,
};
use tiltyard_core::tournaments::Tournament;
use tiltyard_pages::embed::{Look, Module, ModulePage};

use super::{
    asked,
    frame::{self, Frames},
};
use crate::{
    App,
    app::{DocumentKey, DocumentKind},
    http::heavy,
    web::unrendered,
};

/// The page: rendered once a revision and look, as the part of it that changes.
pub(super) async fn page(
    State(app): State<App>,
    Path(slug): Path<String>,
    request: Request,
) -> Response {
    let community = asked(request.uri().query(), "subdomain");
    let loaded = frame::load(&app, &slug, community.as_deref()).await;
    let tournament = match loaded {
        Ok(tournament) => tournament,
        Err(error) => return frame::failed(&error, Frames::Any),
    };
    let look = frame::look(request.uri());
    let base = app.base_index(request.headers());
    let byline = match app.byline(&tournament).await {
        Ok(byline) => byline,
        Err(error) => return frame::failed(&error, Frames::Any),
    };
    let kind = DocumentKind::ModulePage(look);
    let key = DocumentKey::of(&tournament, kind, base).beside(byline.print);
    let rendered = async {
        let module = module(&app, &tournament, byline.organizer.clone(), look, base);
        let page = ModulePage {
            site_name: app.core().settings().site_name.clone(),
            canonical: module.page.clone(),
            live: frame::live(&module.tournament.slug, "module", &look.to_string()),
            module,
        };
        frame::render(&tournament, &page).map_err(|error| unrendered(&error))
    };
    match app.document_if(look.is_common(), &key, rendered).await {
        Ok(page) => frame::answer(&tournament, page, Frames::Any),
        Err(answer) => answer,
    }
}

/// What is shown of it.
fn module(
    app: &App,
    tournament: &Tournament,
    organizer: String,
    look: Look,
    base: usize,
) -> Module {
    let size = tournament.participants.len();
    let tournament = heavy::draw(size, || frame::seen(tournament, organizer, look.tab));
    let page = format!("{}/{}", app.base_at(base), tournament.slug);
    Module { page, tournament, look }
}

/// The part of it that changes.
pub(super) async fn part(
    State(app): State<App>,
    Path(slug): Path<String>,
    request: Request,
) -> Response {
    let tournament = match frame::load(&app, &slug, None).await {
        Ok(tournament) => tournament,
        Err(error) => return frame::failed(&error, Frames::None),
    };
    let look = frame::look(request.uri());
    let base = app.base_index(request.headers());
    let byline = match app.byline(&tournament).await {
        Ok(byline) => byline,
        Err(error) => return frame::failed(&error, Frames::None),
    };
    let key = DocumentKey::of(&tournament, DocumentKind::Module(look), base).beside(byline.print);
    if let Some(known) = key.not_modified(request.headers()) {
        return known;
    }
    let tag = key.tag();
    let rendered = async {
        let module = module(&app, &tournament, byline.organizer.clone(), look, base);
        frame::render(&tournament, &module).map_err(|error| unrendered(&error))
    };
    let body = match app.document_if(look.is_common(), &key, rendered).await {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    let mut response = frame::answer(&tournament, body, Frames::None);
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
