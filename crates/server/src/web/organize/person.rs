//! `/{slug}/manage/participants/{id}`: one of those who take part.

use axum::{
    extract::{Path, Request, State as Extract},
    http::StatusCode,
    response::Response,
};
use tiltyard_core::{
    Error, Patch,
    tournaments::{State, Tournament, participants::ParticipantChanges},
};
use tiltyard_pages::{
    Notice,
    organize::{Fields, Tab, people::PersonPage},
};

use super::{
    super::{Form, PageError, Posted, Visitor, form::problem, html, login::query, page::see_other},
    by, given, head, load, notice, number, or_error,
    people::{PER_PAGE, Wanted, answer},
    sentence, shown, tag,
};
use crate::App;

/// Names the state of a participant.
fn seen(t: &Tournament, id: i64) -> Option<String> {
    t.participants.iter().find(|row| row.id == id).map(tag)
}

fn place(t: &Tournament, id: i64) -> Result<usize, Error> {
    let place = t.participants.iter().position(|row| row.id == id);
    place.ok_or(Error::NotFound("participant"))
}

/// What leaving would do now.
fn leaving(t: &Tournament, waits: bool, active: bool) -> Option<(String, String)> {
    let (text, button) = match t.state {
        _ if waits => ("They leave the waiting list.", "Remove"),
        State::Pending | State::CheckingIn | State::CheckedIn => {
            ("The seeds below move up, and so does the first of the waiting list.", "Remove")
        }
        State::AcceptingPredictions | State::Complete => return None,
        _ if !active => return None,
        _ => (
            "Every match they have left is forfeited as it opens. What was played stays. It can be \
             undone from the overview.",
            "Withdraw",
        ),
    };
    Some((text.to_owned(), button.to_owned()))
}

/// The page: as it is, or with what was typed.
fn page(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    t: &Tournament,
    id: i64,
    typed: Option<(Fields, Option<String>)>,
) -> Result<Response, Error> {
    let row = t.participants.get(place(t, id)?).ok_or(Error::NotFound("participant"))?;
    let (fields, error) = typed.unwrap_or_else(|| {
        let mut fields = Fields::default();
        fields.set("name", &row.name);
        fields.set("seed", row.seed.to_string());
        fields.set("username", row.username.clone().unwrap_or_default());
        fields.set("misc", row.misc.clone().unwrap_or_default());
        (fields, None)
    });
    let page = PersonPage {
        chrome: visitor.chrome(app),
        head: head(t, Tab::Participants),
        id,
        name: row.name.clone(),
        fields,
        open: !t.state.started(),
        leave: leaving(t, row.on_waiting_list, row.active),
        seen: tag(row),
        error,
    };
    Ok(html(app, visitor, status, &page))
}

pub(super) async fn show(
    Extract(app): Extract<App>,
    Path((slug, id)): Path<(String, String)>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let visitor = visitor.with_notice(notice(&query(&request, "done")));
    let shown = async {
        let t = load(&app, &visitor, &slug).await?;
        page(&app, &visitor, StatusCode::OK, &t, number(&id, "participant")?, None)
    };
    or_error(&app, &visitor, shown.await)
}

/// The list, where it shows this participant.
fn listed(t: &Tournament, id: i64, done: &str) -> String {
    let page = place(t, id).unwrap_or_default() / PER_PAGE + 1;
    let done = if done.is_empty() { String::new() } else { format!("&done={done}") };
    format!("/{}/manage/participants?page={page}{done}#p{id}", t.row.slug)
}

fn optional(form: &Form, name: &str) -> Patch<String> {
    match form.text(name).trim() {
        "" => Patch::Clear,
        text => Patch::Set(text.to_owned()),
    }
}

pub(super) async fn save(
    Extract(app): Extract<App>,
    Path((slug, id)): Path<(String, String)>,
    Posted(visitor, form): Posted,
) -> Response {
    let saved = async {
        let id = number(&id, "participant")?;
        let seed = match form.text("seed").trim() {
            "" => None,
            text => Some(
                text.parse()
                    .map_err(|_| Error::invalid("seed", "must be a whole number from 1 on"))?,
            ),
        };
        let changes = ParticipantChanges {
            name: Some(form.text("name").to_owned()),
            seed,
            misc: optional(&form, "misc"),
            username: optional(&form, "username"),
            ..ParticipantChanges::default()
        };
        let by = given(by(&slug)?, &form, move |t| seen(t, id));
        app.core().update_participant(&visitor.actor(), by, id, changes).await
    };
    let error = match saved.await {
        Ok(t) => return see_other(&listed(&t, number(&id, "").unwrap_or_default(), "saved")),
        Err(error) => error,
    };
    let Some(status) = shown(&error) else {
        return PageError::from(error).respond(&app, &visitor);
    };
    let whole = Some(sentence(&error));
    let typed = if let Error::Stale(_) = error {
        None
    } else {
        let mut fields = Fields::default();
        let mut known = false;
        for name in ["name", "seed", "username", "misc"] {
            fields.set(name, form.text(name));
            if let Some(text) = problem(&error, name) {
                fields.fail(name, text);
                known = true;
            }
        }
        Some((fields, whole.clone().filter(|_| !known)))
    };
    let visitor = match &typed {
        None => visitor.with_notice(whole.map(Notice::error)),
        Some(_) => visitor,
    };
    let again = async {
        let t = load(&app, &visitor, &slug).await?;
        page(&app, &visitor, status, &t, number(&id, "participant")?, typed)
    };
    or_error(&app, &visitor, again.await)
}

/// Moves a participant to another seed, if they still are where they were shown.
pub(super) async fn reseed(
    Extract(app): Extract<App>,
    Path((slug, id)): Path<(String, String)>,
    Posted(visitor, form): Posted,
) -> Response {
    let done = async {
        let id = number(&id, "participant")?;
        let seed = form.text("to").parse();
        let seed = seed.map_err(|_| Error::invalid("to", "must be a seed"))?;
        let changes = ParticipantChanges { seed: Some(seed), ..ParticipantChanges::default() };
        let at = move |t: &Tournament| {
            t.participants.iter().find(|row| row.id == id).map(|row| row.seed.to_string())
        };
        let by = given(by(&slug)?, &form, at);
        let t = app.core().update_participant(&visitor.actor(), by, id, changes).await?;
        Ok(listed(&t, id, ""))
    };
    let done = done.await;
    answer(&app, visitor, &slug, done).await
}

/// Marks somebody as here, or takes the mark away.
pub(super) async fn check_in(
    Extract(app): Extract<App>,
    Path((slug, id)): Path<(String, String)>,
    Posted(visitor, form): Posted,
) -> Response {
    let done = async {
        let id = number(&id, "participant")?;
        // Players may check in for themselves, but not here.
        load(&app, &visitor, &slug).await?;
        let (actor, by) = (visitor.actor(), by(&slug)?);
        let t = if form.text("here") == "no" {
            app.core().undo_check_in(&actor, by, id).await?
        } else {
            app.core().check_in_participant(&actor, by, id).await?
        };
        let base = format!("/{}/manage/participants", t.row.slug);
        let done = if form.text("here") == "no" { "unmarked" } else { "checked_in" };
        Ok(Wanted::next(&form, &base, done).unwrap_or_else(|| listed(&t, id, "")))
    };
    let done = done.await;
    answer(&app, visitor, &slug, done).await
}

/// Removes somebody, or once it has started lets them withdraw.
pub(super) async fn remove(
    Extract(app): Extract<App>,
    Path((slug, id)): Path<(String, String)>,
    Posted(visitor, form): Posted,
) -> Response {
    let done = async {
        let id = number(&id, "participant")?;
        let by = given(by(&slug)?, &form, move |t| seen(t, id));
        let (t, gone) = app.core().remove_participant(&visitor.actor(), by, id).await?;
        let done = if gone { "removed" } else { "withdrawn" };
        Ok(format!("/{}/manage/participants?done={done}", t.row.slug))
    };
    let done = done.await;
    answer(&app, visitor, &slug, done).await
}
