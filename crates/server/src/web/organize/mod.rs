//! The organiser's pages: `/tournaments/new`, and everything under `/{slug}/manage`, so that a
//! tournament's pages stand together and its address is all that one has to know.

mod confirm;
mod desk;
mod manage;
mod matches;
mod new;
mod particulars;
mod people;
mod person;
mod questions;
mod report;
mod settings;
pub(super) mod words;

use std::sync::Arc;

use axum::{
    Router,
    response::Response,
    routing::{get, post},
};
use tiltyard_core::{
    Error,
    tournaments::{By, Condition, Current, Tournament},
};
use tiltyard_pages::{
    Notice,
    organize::{Head, Tab},
};

use super::{Form, PageError, Visitor, tournament::shown_state};
use crate::{App, openapi, text};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/tournaments/new", get(new::show).post(new::create))
        .route("/{slug}/manage", get(manage::show))
        .route("/{slug}/manage/state", post(manage::change))
        .route("/{slug}/manage/reset", get(confirm::reset))
        .route("/{slug}/manage/delete", get(confirm::delete).post(confirm::deleted))
        .route("/{slug}/manage/settings", get(settings::show).post(settings::save))
        .route("/{slug}/manage/participants", get(people::show).post(people::add))
        .route("/{slug}/manage/participants/randomize", post(people::randomize))
        .route("/{slug}/manage/participants/clear", get(confirm::clear).post(people::clear))
        .route("/{slug}/manage/participants/{id}", get(person::show).post(person::save))
        .route("/{slug}/manage/participants/{id}/move", post(person::reseed))
        .route("/{slug}/manage/participants/{id}/check-in", post(person::check_in))
        .route("/{slug}/manage/participants/{id}/remove", post(person::remove))
        .route("/{slug}/manage/results", get(desk::show))
        .route("/{slug}/manage/matches/{id}", get(matches::show).post(matches::report))
        .route("/{slug}/manage/matches/{id}/reopen", get(confirm::reopen).post(matches::reopen))
}

/// The tournament of a page's address: pages go by their address alone.
pub(super) fn by(slug: &str) -> Result<By, Error> {
    match By::parse(slug) {
        By::Id(_) => Err(Error::NotFound("page")),
        by => Ok(by),
    }
}

/// The tournament, for whoever runs it.
async fn load(app: &App, visitor: &Visitor, slug: &str) -> Result<Arc<Tournament>, Error> {
    app.core().tournament_to_run(&visitor.actor(), by(slug)?).await
}

/// The page, or why there is none.
pub(super) fn or_error(app: &App, visitor: &Visitor, page: Result<Response, Error>) -> Response {
    page.unwrap_or_else(|error| PageError::from(error).respond(app, visitor))
}

/// The number in a path.
fn number(text: &str, what: &'static str) -> Result<i64, Error> {
    text.parse().map_err(|_| Error::NotFound(what))
}

fn head(tournament: &Tournament, tab: Tab) -> Head {
    Head {
        slug: tournament.row.slug.clone(),
        name: tournament.row.name.clone(),
        state: shown_state(&tournament.row.state),
        kind: tournament.kind.title().to_owned(),
        tab,
    }
}

/// Names a state of something.
fn tag(of: &impl std::fmt::Debug) -> String {
    openapi::entity_tag(format!("{of:?}").as_bytes()).trim_matches('"').to_owned()
}

/// A change that is made only if the form was made of what is there now: `tag_of` names that.
fn given(
    by: By,
    form: &Form,
    tag_of: impl Fn(&Tournament) -> Option<String> + Send + Sync + 'static,
) -> By {
    let seen = form.text("seen").to_owned();
    by.given(Condition::new(move |tournament| match tag_of(tournament) {
        Some(tag) if tag != seen => Err(Current { tag, document: serde_json::Value::Null }),
        _ => Ok(()),
    }))
}

/// Names all of a tournament's history so far.
fn history(tournament: &Tournament) -> String {
    tournament.row.journal_number.to_string()
}

/// An error as a sentence above a form.
pub(super) fn sentence(error: &Error) -> String {
    if let Error::Stale(_) = error {
        return "Somebody else changed this meanwhile. It is shown as it is now, and nothing of \
                yours was written."
            .to_owned();
    }
    text::sentence(&error.to_string())
}

/// What a form came to that led here, by its name in the address.
fn notice(done: &str) -> Option<Notice> {
    let text = match done {
        "created" => "The tournament is made. Add whoever takes part.",
        "saved" => "Saved.",
        "added" => "Added.",
        "removed" => "Removed.",
        "withdrawn" => "Withdrawn: what was left to play is forfeited.",
        "checked_in" => "Checked in. Who is next?",
        "unmarked" => "Not here, then.",
        "cleared" => "Everybody was removed.",
        "drawn" => "The seeds were drawn by lot.",
        "start" => "It has started.",
        "process_checkin" => "The check-in is over.",
        "abort_checkin" => "The check-in was given up.",
        "open_predictions" => "Predictions are open.",
        "finalize_group_stage" => "The groups are final.",
        "reset_final_stage" => "The final stage was reset.",
        "finalize" => "It is final.",
        "reset" => "It was reset.",
        "undo" => "The last change was undone.",
        "reopened" => "The match is open again.",
        _ => return None,
    };
    Some(Notice::success(text))
}

/// Whether the error is one that a form shows, and with which status.
pub(super) fn shown(error: &Error) -> Option<axum::http::StatusCode> {
    match error {
        Error::Invalid(_) | Error::Conflict(_) => {
            Some(axum::http::StatusCode::UNPROCESSABLE_ENTITY)
        }
        Error::Stale(_) => Some(axum::http::StatusCode::CONFLICT),
        _ => None,
    }
}
