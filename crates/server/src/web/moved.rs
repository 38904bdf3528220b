//! Pages that were looked for where they are no more: at a tournament's former address, or with a slash
//! too many at the end.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::{App, http::rewrite};

/// How long a browser may go on without asking: whoever takes the address later is to be found.
const REMEMBERED: &str = "max-age=300";

/// Around everything that is served: where there is no page, leads to where it went.
pub(crate) async fn follow(State(app): State<App>, request: Request, next: Next) -> Response {
    let read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !read || rewrite::is_of_api(request.uri().path()) {
        return next.run(request).await;
    }
    let uri = request.uri().clone();
    let slim = slim(&uri).map(|uri| (next.clone(), copy(&request, uri)));
    let response = next.run(request).await;
    if response.status() != StatusCode::NOT_FOUND {
        return response;
    }
    if let Some((next, slim)) = slim {
        let to = slim.uri().to_string();
        // It leads on only to where there is something.
        if next.run(slim).await.status() != StatusCode::NOT_FOUND {
            return lead(to).unwrap_or(response);
        }
    }
    elsewhere(&app, &uri).await.unwrap_or(response)
}

/// The address without the slashes at its end, if it has any.
fn slim(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    let slim = path.trim_end_matches('/');
    // Two slashes, or what browsers take for them, would lead to another site.
    let here = slim.len() > 1 && !slim[1..].starts_with(['/', '\\']);
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let slim = (here && slim.len() < path.len()).then(|| format!("{slim}{query}"))?;
    slim.parse().ok()
}

/// The same request for another address; what it asks for is only looked at.
fn copy(request: &Request, uri: Uri) -> Request {
    let mut copy = Request::new(Body::empty());
    *copy.method_mut() = Method::HEAD;
    *copy.uri_mut() = uri;
    request.headers().clone_into(copy.headers_mut());
    request.extensions().clone_into(copy.extensions_mut());
    copy
}

/// The way to the tournament that was at this address, if there is one.
async fn elsewhere(app: &App, uri: &Uri) -> Option<Response> {
    let path = uri.path().strip_prefix('/')?;
    let (first, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
    let slug = first.strip_suffix(".svg").or_else(|| first.strip_suffix(".png")).unwrap_or(first);
    let suffix = first.strip_prefix(slug).unwrap_or_default();
    // What we cannot find out now is not there, as was said.
    let there = app.core().moved_to(slug).await.ok().flatten()?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    lead(format!("/{there}{suffix}{rest}{query}"))
}

fn lead(to: String) -> Option<Response> {
    let to = HeaderValue::try_from(to).ok()?;
    let remembered = HeaderValue::from_static(REMEMBERED);
    let headers = [(header::LOCATION, to), (header::CACHE_CONTROL, remembered)];
    Some((StatusCode::PERMANENT_REDIRECT, headers).into_response())
}
