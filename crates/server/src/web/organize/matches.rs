//! `/{slug}/manage/matches/{id}`: one match, and what its form came to.

use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::Response,
};
use tiltyard_bracket::MatchState;
use tiltyard_core::{
    Error,
    tournaments::{State, Tournament},
};
use tiltyard_pages::{
    Field, Notice,
    organize::{Tab, desk::MatchPage},
};

use super::{
    super::{Form, PageError, Posted, Visitor, form::problem, html, page::see_other},
    by, desk, given, head, load, number, or_error,
    report::{self, Asked},
    sentence, shown, tag, words,
};
use crate::App;

/// Names the state of the match with this id.
fn seen(t: &Tournament, id: i64) -> Option<String> {
    t.match_by_id(id).map(|(_, of)| tag(of))
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
    typed: Option<(&Form, &Error)>,
) -> Result<Response, Error> {
    let (row, of) = t.match_by_id(id).ok_or(Error::NotFound("match"))?;
    let mut form = desk::form(t, row, of, desk::usual_sets(t));
    if let Some((sent, error)) = typed {
        let mut known = false;
        let mut field = |name: String| {
            let error = problem(error, &name).map(|text| lower(&text));
            known |= error.is_some();
            Field { value: sent.text(&name).to_owned(), error }
        };
        for side in &mut form.sides {
            let slot = side.slot as usize;
            for (set, score) in side.scores.iter_mut().enumerate() {
                *score = field(report::score_field(slot, set));
            }
            if let Some(place) = &mut side.place {
                *place = field(report::place_field(slot));
            }
        }
        form.error = (!known).then(|| sentence(error));
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

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| format!("{}{}", first.to_lowercase(), letters.as_str()))
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

/// The page again, with what is wrong; where somebody was faster, with what is there now.
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
    let stale = matches!(error, Error::Stale(_));
    let notice = stale.then(|| Notice::error(sentence(&error)));
    let visitor = visitor.with_notice(notice);
    let page = async {
        let t = load(app, &visitor, slug).await?;
        let typed = (!stale).then_some((form, &error));
        page(app, &visitor, status, &t, number(id, "match")?, typed)
    };
    or_error(app, &visitor, page.await)
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
        let (_, of) = t.match_by_id(id).ok_or(Error::NotFound("match"))?;
        let actor = visitor.actor();
        let given = given(by(&slug)?, &form, move |t| seen(t, id));
        let t = match report::read(&form, &t, of)? {
            Asked::Underway(underway) => app.core().mark_match(&actor, given, id, underway).await?,
            Asked::Report(report) => app.core().report_match(&actor, given, id, report).await?,
            Asked::Absent(absent) => app.core().forfeit_match(&actor, given, id, absent).await?,
        };
        let next = next(&t, id).map_or_else(String::new, |next| format!("&next={next}"));
        let sets = form.text("sets").parse::<u32>().unwrap_or(1);
        let base = format!("/{}/manage/results", t.row.slug);
        Ok::<_, Error>(format!("{base}?done={id}&sets={sets}{next}"))
    };
    match done.await {
        Ok(location) => see_other(&location),
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
