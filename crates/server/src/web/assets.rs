//! Stylesheet, script and pictures from inside the binary.

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use tiltyard_pages::assets::{self, Asset};

use crate::{http::coding::Document, openapi};

/// The files by path, each compressed when it is first asked for so.
static FILES: LazyLock<HashMap<&str, Document>> = LazyLock::new(|| {
    assets::ALL.iter().map(|asset| (asset.path, Document::lasting(asset.bytes))).collect()
});

/// A file; for good if the address carries its version.
pub(crate) async fn serve(request: Request) -> Response {
    match served(request.uri().path()) {
        Some((asset, file)) => respond(asset, file, &request),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The icon under the address that browsers try by themselves.
pub(crate) async fn icon(request: Request) -> Response {
    match served(assets::ICON.path) {
        Some((asset, file)) => respond(asset, file, &request),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn served(path: &str) -> Option<(&'static Asset, &'static Document)> {
    assets::find(path).zip(FILES.get(path))
}

fn respond(asset: &Asset, file: &Document, request: &Request) -> Response {
    let version = asset.version();
    let versioned = request.uri().query() == Some(&format!("v={version}"));
    let cache = if versioned { "public, max-age=31536000, immutable" } else { "no-cache" };
    let tag = format!("\"{version}\"");
    let known = openapi::is_known(request.headers().get(header::IF_NONE_MATCH), &tag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, asset.content_type)], file.clone()).into_response()
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
