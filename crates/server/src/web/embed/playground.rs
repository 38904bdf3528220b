//! `/docs/embed`: a page on which embeds are tried.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use tiltyard_pages::embed::PlaygroundPage;

use super::asked;
use crate::{
    App,
    web::{Visitor, html},
};

/// Longest address of a tournament that is looked for.
const LONGEST: usize = 128;

pub(super) async fn show(State(app): State<App>, visitor: Visitor, request: Request) -> Response {
    let slug = asked(request.uri().query(), "tournament").unwrap_or_default();
    let slug: String = slug.trim().chars().take(LONGEST).collect();
    let (slug, found) = match app.core().tournament_page(&slug).await {
        Ok(tournament) => (tournament.row.slug.clone(), true),
        Err(_) => (slug, false),
    };
    let page = PlaygroundPage {
        chrome: visitor.chrome(&app),
        slug,
        found,
        base: app.base(request.headers()).to_owned(),
    };
    let mut response = html(&app, &visitor, StatusCode::OK, &page);
    // The one page with a frame: of our own, which is the embed that is tried.
    let headers = response.headers_mut();
    let policy = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|it| it.to_str().ok());
    let policy = policy.map(|policy| format!("{policy}; frame-src 'self'"));
    if let Some(Ok(policy)) = policy.map(HeaderValue::try_from) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
