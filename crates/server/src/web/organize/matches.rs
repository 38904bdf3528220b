//! `/{slug}/manage/matches/{id}`: one match, and what its form came to.

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::Response,
};
use tiltyard_bracket::{Match, MatchState};
use tiltyard_core::{
    Error,
    tournaments::{Current, MatchRow, State, Tournament},
};
use tiltyard_pages::{
    Notice,
    organize::{Tab, desk::MatchPage},
};

use super::{
    super::{Form, PageError, Posted, Visitor, html, page::see_other},
    by,
    confirm::{self, Question},
    desk, given, head, load, number, or_error,
    report::{self, Asked},
    sentence, shown, words,
};
use crate::App;

/// Names the state of the match with this id.
fn seen(t: &Tournament, id: i64) -> Option<String> {
    t.match_by_id(id).map(|(_, of)| desk::seen(of))
}

/// Why the match cannot be reported.
fn closed(t: &Tournament, state: MatchState) -> Option<String> {
    let text = match (t.state, state) {
        (State::Complete, _) => "The tournament is finalized; its results cannot change.",
        (State::AcceptingPredictions, _) => "Predictions are open; start the tournament first.",
        (_, MatchState::Pending) => "A side of it is still to be decided.",
        _ => return None,
    };
    Some(text.to_owned())
}

fn page(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    t: &Tournament,
    id: i64,
    refused: Option<desk::Refused<'_>>,
) -> Result<Response, Error> {
    let (row, of) = t.match_by_id(id).ok_or(Error::NotFound("match"))?;
    let sets = refused.and_then(|refused| refused.form.text("sets").parse().ok()).unwrap_or(1);
    let mut form = desk::form(t, row, of, desk::usual_sets(t).max(sets));
    if let Some(refused) = refused {
        refused.fill(t, of, &mut form);
    }
    form.focus = true;
    let complete = of.state == MatchState::Complete;
    let resets = if complete { t.reset_by_reopening(id).unwrap_or_default() } else { Vec::new() };
    let page = MatchPage {
        chrome: visitor.chrome(app),
        head: head(t, Tab::Results),
        of: form,
        stands: (complete || !of.sets.is_empty()).then(|| words::stands(t, of)),
        resets: words::of_matches(t, &resets),
        closed: closed(t, of.state),
    };
    Ok(html(app, visitor, status, &page))
}

pub(super) async fn show(
    Extract(app): Extract<App>,
    Path((slug, id)): Path<(String, String)>,
    visitor: Visitor,
) -> Response {
    let shown = async {
        let t = load(&app, &visitor, &slug).await?;
        page(&app, &visitor, StatusCode::OK, &t, number(&id, "match")?, None)
    };
    or_error(&app, &visitor, shown.await)
}

/// The match that is next on the desk.
fn next(t: &Tournament, id: i64) -> Option<i64> {
    let open = desk::to_play(t, "");
    open.iter().map(|(row, _)| row.id).find(|other| *other != id)
}

/// What was sent from, again, with what is wrong; where somebody was faster, with what is there now.
async fn again(
    app: &App,
    visitor: Visitor,
    (slug, id): (&str, &str),
    form: &Form,
    error: Error,
) -> Response {
    let Some(status) = shown(&error) else {
        return PageError::from(error).respond(app, &visitor);
    };
    let t = match load(app, &visitor, slug).await {
        Ok(t) => t,
        Err(error) => return PageError::from(error).respond(app, &visitor),
    };
    let Ok(id) = number(id, "match") else {
        return PageError::from(error).respond(app, &visitor);
    };
    let refused = desk::Refused { id, form, error: &error };
    if form.ticked("desk") {
        return desk::again(app, visitor, status, &t, refused);
    }
    // A page without a form has the reason above it.
    let of = t.match_by_id(id).map(|(_, of)| of);
    let closed = of.is_none_or(|of| closed(&t, of.state).is_some());
    let notice = closed.then(|| Notice::error(sentence(&error)));
    let visitor = visitor.with_notice(notice);
    or_error(app, &visitor, page(app, &visitor, status, &t, id, Some(refused)))
}

/// Asks whether the result of a match is to change, where others rest on it: `None` if there is
/// nothing to ask, or it was said that just these may lose theirs.
fn question(
    t: &Tournament,
    (row, of): (&MatchRow, &Match),
    form: &Form,
    asked: &Asked,
) -> Option<Question> {
    let lost = match asked {
        Asked::Underway(_) => return None,
        Asked::Report(report) => t.reset_by_report(row.id, report),
        Asked::Absent(absent) => t.reset_by_forfeit(row.id, absent),
    };
    // What is wrong with it is said when it is done.
    let lost = lost.ok().filter(|lost| !lost.is_empty())?;
    let ids: Vec<String> = lost.iter().map(i64::to_string).collect();
    let ids = ids.join(",");
    // What somebody else has changed is said first.
    if form.text("resets") == ids || form.text("seen") != desk::seen(of) {
        return None;
    }
    let lost = words::of_matches(t, &lost);
    let sent = form
        .pairs()
        .filter(|(name, value)| !value.is_empty() && !matches!(*name, "csrf" | "resets"));
    let mut hidden: Vec<(String, String)> =
        sent.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    hidden.push(("resets".to_owned(), ids));
    let back = if form.ticked("desk") {
        let look = desk::Look::of(|name| form.text(name).to_owned());
        format!("/results{}", look.tail())
    } else {
        format!("/matches/{}", row.id)
    };
    Some(Question {
        title: format!("Change the result of {}?", words::called(t, row, of)),
        paragraphs: vec![
            format!(
                "It stands: {}. Somebody else goes on by the new result.",
                words::stands(t, of)
            ),
            confirm::rests(&lost),
        ],
        lost,
        action: format!("/matches/{}", row.id),
        hidden,
        tick: None,
        button: "Change the result",
        back,
    })
}

/// Reports, saves a score, or marks as underway: only if the match is still as the form showed it.
pub(super) async fn report(
    Extract(app): Extract<App>,
    Path((slug, id)): Path<(String, String)>,
    Posted(visitor, form): Posted,
) -> Response {
    let done = async {
        let t = load(&app, &visitor, &slug).await?;
        let id = number(&id, "match")?;
        let (row, of) = t.match_by_id(id).ok_or(Error::NotFound("match"))?;
        let actor = visitor.actor();
        let given = given(by(&slug)?, &form, move |t| seen(t, id));
        let now = desk::seen(of);
        let asked = match report::read(&form, &t, of) {
            // What somebody else has changed is said before what is wrong with the form.
            Err(_) if form.text("seen") != now => {
                let current = Current { tag: now, document: serde_json::Value::Null };
                return Err(Error::Stale(Box::new(current)));
            }
            asked => asked?,
        };
        if let Some(question) = question(&t, (row, of), &form, &asked) {
            return Ok(confirm::page(&app, &visitor, StatusCode::OK, &t, question));
        }
        let t = match asked {
            Asked::Underway(underway) => app.core().mark_match(&actor, given, id, underway).await?,
            Asked::Report(report) => app.core().report_match(&actor, given, id, report).await?,
            Asked::Absent(absent) => app.core().forfeit_match(&actor, given, id, absent).await?,
        };
        let next = next(&t, id).map_or_else(String::new, |next| format!("&next={next}"));
        let sets = form.text("sets").parse::<u32>().unwrap_or(1);
        let base = format!("/{}/manage/results", t.row.slug);
        Ok::<_, Error>(see_other(&format!("{base}?done={id}&sets={sets}{next}")))
    };
    match done.await {
        Ok(response) => response,
        Err(error) => again(&app, visitor, (&slug, &id), &form, error).await,
    }
}

pub(super) async fn reopen(
    Extract(app): Extract<App>,
    Path((slug, id)): Path<(String, String)>,
    Posted(visitor, form): Posted,
) -> Response {
    let done = async {
        let id = number(&id, "match")?;
        let given = given(by(&slug)?, &form, move |t| seen(t, id));
        let t = app.core().reopen_match(&visitor.actor(), given, id).await?;
        Ok::<_, Error>(format!("/{}/manage/results?done=reopened&next={id}", t.row.slug))
    };
    match done.await {
        Ok(location) => see_other(&location),
        Err(error) => again(&app, visitor, (&slug, &id), &form, error).await,
    }
}
