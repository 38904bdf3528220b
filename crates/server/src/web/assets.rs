//! Stylesheet, script and pictures from inside the binary.

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use tiltyard_pages::assets::{self, Asset};

/// A file; for good if the address carries its version.
pub(crate) async fn serve(request: Request) -> Response {
    match assets::find(request.uri().path()) {
        Some(asset) => respond(asset, &request),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The icon under the address that browsers try by themselves.
pub(crate) async fn icon(request: Request) -> Response {
    respond(&assets::ICON, &request)
}

fn respond(asset: &Asset, request: &Request) -> Response {
    let version = asset.version();
    let versioned = request.uri().query() == Some(&format!("v={version}"));
    let cache = if versioned { "public, max-age=31536000, immutable" } else { "no-cache" };
    let tag = format!("\"{version}\"");
    let known = request.headers().get(header::IF_NONE_MATCH).is_some_and(|sent| *sent == tag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, asset.content_type)], asset.bytes).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Modules are read by scripts of other sites, too; there is nothing in these files to hide.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
