//! Pages for people: rendered here, complete without JavaScript.

mod account;
mod activate;
mod apps;
mod around;
mod assets;
mod attachment;
mod byline;
mod communities;
mod device;
pub(crate) mod docs;
pub(crate) mod embed;
mod form;
mod health;
mod home;
mod join;
mod log;
mod login;
pub(crate) mod moved;
mod organize;
pub(crate) mod page;
mod search;
mod setup;
mod signup;
mod tournament;
pub(crate) mod visitor;

use axum::{
    Router,
    extract::{FromRequestParts as _, Request, State},
    http::{StatusCode, header},
    response::Response,
    routing::{get, post},
};

pub(crate) use around::Kept as AroundPage;
pub(crate) use byline::{Byline, Bylines};
pub(crate) use form::{Form, Posted};
pub(crate) use home::Held as HomeLists;
pub(crate) use page::{PageError, html, unrendered};
pub(crate) use tournament::{
    Extent, is_kept, look as tournament_look, look_asked, picture as tournament_picture,
    view as tournament_view, view_to as tournament_view_to,
};
pub(crate) use visitor::Visitor;

use crate::{App, oauth};

/// The pages' routes.
pub(crate) fn routes() -> Router<App> {
    organize::routes()
        .route("/", get(home::home))
        .route("/tournaments", get(home::tournaments))
        .route("/search", get(search::show))
        .route("/signup", get(signup::show).post(signup::submit))
        .route("/login", get(login::show).post(login::submit))
        .route("/logout", post(login::sign_out))
        .route("/account", get(account::show))
        .route("/account/delete", post(account::delete))
        .route("/account/log", get(log::mine))
        .route("/account/password", post(account::change_password))
        .route("/account/sessions/{id}/end", post(account::end_session))
        .route("/account/sessions/end-others", post(account::end_other_sessions))
        .route("/account/connections/{client_id}/disconnect", post(account::disconnect))
        .route("/account/keys", post(account::create_key))
        .route("/account/keys/{id}/delete", post(account::delete_key))
        .route("/apps", get(apps::list))
        .route("/apps/new", get(apps::new).post(apps::create))
        .route("/apps/{client_id}", get(apps::show).post(apps::update))
        .route("/apps/{client_id}/rotate", post(apps::rotate))
        .route("/apps/{client_id}/log", get(log::of_application))
        .route("/admin/log", get(log::all))
        .route("/apps/{client_id}/key", post(apps::rotate_key))
        .route("/apps/{client_id}/delete", post(apps::delete))
        .route("/assets/{name}", get(assets::serve))
        .route("/attachments/{id}/{name}", get(attachment::download))
        .route("/favicon.ico", get(assets::icon))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .merge(join::routes())
        .merge(embed::routes())
        .merge(around::routes())
        .merge(communities::routes())
        // What is no route of ours does not exist, whatever the method: no tournament takes another.
        .route("/{slug}", get(tournament::page).fallback(not_found))
}

/// The routes of pages that show codes and the like; their answers are never compressed.
pub(crate) fn secret_routes() -> Router<App> {
    Router::new()
        .route("/setup", get(setup::show).post(setup::submit))
        .route("/activate", get(activate::show).post(activate::submit))
        .route("/device", get(device::show).post(device::submit))
}

/// An address that is nothing.
pub(crate) async fn not_found(State(app): State<App>, request: Request) -> Response {
    if asks_endpoint(&request) {
        return oauth::no_such_address();
    }
    let error = PageError::from(tiltyard_core::Error::NotFound("page"));
    show(&app, request, error).await
}

/// An address that does not take the method.
pub(crate) async fn method_not_allowed(State(app): State<App>, request: Request) -> Response {
    if asks_endpoint(&request) {
        return oauth::wrong_method();
    }
    let error = PageError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "This address does not take that",
        "The page was asked for in a way it does not answer.",
    );
    show(&app, request, error).await
}

/// Whether a program asks at what are the authorization server's endpoints. Browsers say that they
/// take pages.
fn asks_endpoint(request: &Request) -> bool {
    let path = request.uri().path();
    let accepts = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    (path.starts_with("/oauth/") || path.starts_with("/.well-known/"))
        && !accepts.is_some_and(|accepts| accepts.contains("text/html"))
}

async fn show(app: &App, request: Request, error: PageError) -> Response {
    let (mut parts, _) = request.into_parts();
    match Visitor::from_request_parts(&mut parts, app).await {
        Ok(visitor) => error.respond(app, &visitor),
        Err(trouble) => trouble,
    }
}
