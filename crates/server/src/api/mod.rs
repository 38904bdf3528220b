//! API dialects: each parses its own wire form, calls use cases, and writes its own wire form.
//! None holds a rule, none sees the store.

mod challonge_v2;
pub(crate) mod credential;
mod json;
mod mtgbracket;
mod refusal;
mod toornament;
mod trackmania;

use axum::Router;

use crate::App;

/// The routes of all dialects.
pub(crate) fn routes(app: &App) -> Router<App> {
    challonge_v2::routes(app)
        .merge(toornament::routes(app))
        .merge(trackmania::routes(app))
        .merge(mtgbracket::routes(app))
}
