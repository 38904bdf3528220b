//! `/{slug}/join`: people register themselves, check in and leave.

use axum::{
    Router,
    extract::{Path, Request, State as Extract},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use tiltyard_core::{
    Error, Patch,
    tournaments::{
        ParticipantRow, State, Tournament,
        registration::{Answers, CustomField, FieldKind, answers},
    },
};
use tiltyard_pages::{
    Field, Moment, Notice,
    join::{CheckIn, JoinPage, Place, Question, QuestionKind, Standing},
};

use super::{
    Form, PageError, Posted, Visitor,
    form::problem,
    html,
    login::query,
    organize::{by, or_error, sentence, shown},
    page::see_other,
    tournament::shown_state,
};
use crate::App;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/{slug}/join", get(show).post(register))
        .route("/{slug}/join/check-in", post(check_in))
        .route("/{slug}/join/leave", post(leave))
}

/// Whether people can register themselves now, or those who have can check in.
pub(crate) fn open(t: &Tournament) -> bool {
    match t.state {
        State::CheckingIn => true,
        State::Pending | State::CheckedIn => t.options.registration_options.open_signup,
        _ => false,
    }
}

/// The name of a question's field.
fn field(key: &str) -> String {
    format!("a_{key}")
}

fn question(of: &CustomField, typed: Option<(&Form, &Error)>) -> Question {
    let name = field(&of.key);
    let wrong =
        typed.and_then(|(_, error)| problem(error, &format!("custom_field_response.{}", of.key)));
    let value = typed.map_or_else(String::new, |(form, _)| form.text(&name).to_owned());
    Question {
        label: of.label.clone(),
        kind: match of.kind {
            FieldKind::Text => QuestionKind::Text,
            FieldKind::Number => QuestionKind::Number,
            FieldKind::Choice => QuestionKind::Choice(of.choices.clone()),
            FieldKind::Bool => QuestionKind::Bool,
        },
        required: of.required,
        private: of.private,
        field: Field { value, error: wrong },
        name,
    }
}

/// What leaving does now.
fn leaving(t: &Tournament, row: &ParticipantRow) -> Option<(&'static str, &'static str)> {
    match t.state {
        _ if row.on_waiting_list => Some(("You leave the waiting list.", "Leave")),
        State::Pending | State::CheckingIn | State::CheckedIn => {
            Some(("Your place goes to the next one. You can register again.", "Leave"))
        }
        State::AcceptingPredictions | State::Complete => None,
        _ => row.active.then_some((
            "Every match that you have left is forfeited. What was played stays. Only the \
             organizer can take it back.",
            "Withdraw",
        )),
    }
}

fn place(t: &Tournament, row: &ParticipantRow) -> Place {
    let asked = &t.options.registration_options.custom_fields;
    let mut answers = answers(row).unwrap_or_default();
    // An organizer may have noted something there that is not for the player.
    let answered = asked.iter().filter(|of| !of.private).filter_map(|of| {
        let text = match answers.remove(&of.key)? {
            serde_json::Value::String(text) => text,
            serde_json::Value::Bool(true) => "Yes".to_owned(),
            serde_json::Value::Bool(false) => "No".to_owned(),
            other => other.to_string(),
        };
        Some((of.label.clone(), text))
    });
    Place {
        name: row.name.clone(),
        seed: u32::try_from(row.seed).ok().filter(|_| !t.options.seeding_options.hide_seeds),
        waiting: row.on_waiting_list,
        out: !row.active,
        here: (t.state == State::CheckingIn).then(|| CheckIn {
            done: row.checked_in_at.is_some(),
            here: t.participants.iter().filter(|one| one.checked_in_at.is_some()).count(),
            of: t.participants.len(),
            starts: t.row.starts_at.map(Moment::from_millis),
        }),
        answers: answered.collect(),
        leave: leaving(t, row),
    }
}

fn standing(
    app: &App,
    visitor: &Visitor,
    t: &Tournament,
    typed: Option<(&Form, &Error)>,
) -> Standing {
    let person = visitor.session.as_ref().map(|session| session.person.id);
    let own = t.participants.iter().find(|row| person.is_some() && row.person_id == person);
    if let Some(row) = own {
        return Standing::In(place(t, row));
    }
    let options = &t.options.registration_options;
    if t.state.started() || t.state == State::AcceptingPredictions {
        return Standing::Closed("It has begun, so nobody can join any more.".to_owned());
    }
    if !options.open_signup {
        let text = "The organizer says who takes part; ask them for a place.";
        return Standing::Closed(text.to_owned());
    }
    if person.is_none() {
        return Standing::Stranger { signup_open: app.core().settings().open_signup };
    }
    Standing::May {
        questions: options.custom_fields.iter().map(|of| question(of, typed)).collect(),
        places: t.places_left(),
    }
}

/// The page. Private answers are not on it, one's own neither.
async fn page(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    slug: &str,
    typed: Option<(&Form, &Error)>,
) -> Result<Response, Error> {
    let t = app.core().tournament_page(slug).await?;
    let standing = standing(app, visitor, &t, typed);
    let known = matches!(&standing, Standing::May { questions, .. }
        if questions.iter().any(|question| question.field.error.is_some()));
    let page = JoinPage {
        chrome: visitor.chrome(app),
        slug: t.row.slug.clone(),
        name: t.row.name.clone(),
        state: shown_state(&t.row.state),
        standing,
        error: typed.filter(|_| !known).map(|(_, error)| sentence(error)),
    };
    Ok(html(app, visitor, status, &page))
}

async fn show(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let notice = match query(&request, "done").as_str() {
        "registered" => Some("You are registered."),
        "waiting" => Some("You are on the waiting list."),
        "left" => Some("You do not take part any more."),
        "here" => Some("You have checked in."),
        _ => None,
    };
    let visitor = visitor.with_notice(notice.map(Notice::success));
    let shown = page(&app, &visitor, StatusCode::OK, &slug, None).await;
    or_error(&app, &visitor, shown)
}

/// Back to the page, or the page with what is wrong.
async fn answer(
    app: &App,
    visitor: &Visitor,
    slug: &str,
    form: &Form,
    done: Result<&str, Error>,
) -> Response {
    let error = match done {
        Ok(done) => return see_other(&format!("/{slug}/join?done={done}")),
        Err(error) => error,
    };
    let Some(status) = shown(&error) else {
        return PageError::from(error).respond(app, visitor);
    };
    let again = page(app, visitor, status, slug, Some((form, &error))).await;
    or_error(app, visitor, again)
}

async fn register(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    Posted(visitor, form): Posted,
) -> Response {
    let done = async {
        let t = app.core().tournament_page(&slug).await?;
        let mut sent = Answers::new();
        for of in &t.options.registration_options.custom_fields {
            sent.insert(of.key.clone(), form.text(&field(&of.key)).into());
        }
        let (t, id) =
            app.core().register_me(&visitor.actor(), by(&slug)?, Patch::Set(sent)).await?;
        let waits = t.participants.iter().any(|row| row.id == id && row.on_waiting_list);
        Ok(if waits { "waiting" } else { "registered" })
    };
    let done = done.await;
    answer(&app, &visitor, &slug, &form, done).await
}

async fn check_in(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    Posted(visitor, form): Posted,
) -> Response {
    let done = async {
        let (actor, by) = (visitor.actor(), by(&slug)?);
        let t = app.core().tournament_page(&slug).await?;
        let own = t
            .participants
            .iter()
            .find(|row| row.person_id.is_some() && row.person_id == actor.person_id());
        let id = own.ok_or(Error::NotFound("participant"))?.id;
        if form.text("here") == "no" {
            app.core().undo_check_in(&actor, by, id).await?;
            return Ok("");
        }
        app.core().check_in_participant(&actor, by, id).await?;
        Ok("here")
    };
    let done = done.await;
    answer(&app, &visitor, &slug, &form, done).await
}

async fn leave(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    Posted(visitor, form): Posted,
) -> Response {
    let done = async {
        app.core().unregister_me(&visitor.actor(), by(&slug)?).await?;
        Ok("left")
    };
    let done = done.await;
    answer(&app, &visitor, &slug, &form, done).await
}
