//! Pages that were looked for where they are no more: at a tournament's former address, or with a slash
//! too many at the end.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::App;

/// How long a browser may go on without asking: whoever takes the address later is to be found.
const REMEMBERED: &str = "max-age=300";

/// Around pages: where there is nothing, leads to where it went.
pub(crate) async fn follow(State(app): State<App>, request: Request, next: Next) -> Response {
    let asked = is_read(request.method()).then(|| request.uri().clone());
    let response = next.run(request).await;
    match asked.filter(|_| response.status() == StatusCode::NOT_FOUND) {
        Some(uri) => elsewhere(&app, &uri).await.unwrap_or(response),
        None => response,
    }
}

pub(super) fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// The way to what stood at this address, if there is one.
pub(super) async fn elsewhere(app: &App, uri: &Uri) -> Option<Response> {
    let path = uri.path();
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let whole = path.trim_end_matches('/');
    // Two slashes, or what browsers take for them, would lead to another site.
    let here = whole.len() > 1 && !whole[1..].starts_with(['/', '\\']);
    if here && whole.len() < path.len() {
        return lead(format!("{whole}{query}"));
    }
    let (first, rest) =
        path.strip_prefix('/').map(|path| path.split_at(path.find('/').unwrap_or(path.len())))?;
    let slug = first.strip_suffix(".svg").or_else(|| first.strip_suffix(".png")).unwrap_or(first);
    let suffix = first.strip_prefix(slug).unwrap_or_default();
    // What we cannot find out now is not there, as was said.
    let there = app.core().moved_to(slug).await.ok().flatten()?;
    lead(format!("/{there}{suffix}{rest}{query}"))
}

fn lead(to: String) -> Option<Response> {
    let to = HeaderValue::try_from(to).ok()?;
    let remembered = HeaderValue::from_static(REMEMBERED);
    let headers = [(header::LOCATION, to), (header::CACHE_CONTROL, remembered)];
    Some((StatusCode::PERMANENT_REDIRECT, headers).into_response())
}
