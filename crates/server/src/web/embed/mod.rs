//! Tournaments in other places: pictures, previews and embeds.

mod frame;
mod module;
mod oembed;
mod overlay;
mod pictures;
mod playground;
mod raster;

use axum::{Router, routing::get};

pub(crate) use pictures::{Picture, png, svg};
pub(crate) use raster::Rasters;

use crate::App;

/// The routes for other sites. Pictures are asked for at the page's own address, with a suffix.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/oembed", get(oembed::describe))
        .route("/docs/embed", get(playground::show))
        .route("/{slug}/module", get(module::page))
        .route("/{slug}/module/live", get(module::part))
        .route("/{slug}/overlay", get(overlay::page))
        .route("/{slug}/overlay/live", get(overlay::part))
}

/// A value of a query.
fn asked(query: Option<&str>, name: &str) -> Option<String> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}
