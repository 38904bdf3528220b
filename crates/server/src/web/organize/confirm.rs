//! Pages that ask before something is thrown away, and the deletion.

use axum::{
    extract::{Path, Request, State as Extract},
    http::StatusCode,
    response::Response,
};
use tiltyard_bracket::MatchState;
use tiltyard_core::{
    Error,
    tournaments::{State, Tournament},
};
use tiltyard_pages::{
    Notice,
    organize::{Tab, manage::ConfirmPage},
};

use super::{
    super::{PageError, Posted, Visitor, html, login::query, page::see_other},
    by, desk, given, head, history, load, number, or_error, sentence, shown, words,
};
use crate::App;

/// A question; the rest of the page follows from the tournament.
pub(super) struct Question {
    pub(super) title: String,
    pub(super) paragraphs: Vec<String>,
    pub(super) lost: Vec<String>,
    /// Behind the base.
    pub(super) action: String,
    pub(super) hidden: Vec<(String, String)>,
    pub(super) tick: Option<(String, bool)>,
    pub(super) button: &'static str,
    /// Behind the base.
    pub(super) back: String,
}

fn hidden(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

/// What rests on a match and loses its result.
pub(super) fn rests(lost: &[String]) -> String {
    match lost.len() {
        0 => "No other result is lost.",
        1 => "This match rests on it and loses its result:",
        _ => "These matches rest on it and lose their results:",
    }
    .to_owned()
}

pub(super) fn page(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    tournament: &Tournament,
    question: Question,
) -> Response {
    let head = head(tournament, Tab::Overview);
    let base = head.base();
    let page = ConfirmPage {
        chrome: visitor.chrome(app),
        title: question.title,
        paragraphs: question.paragraphs,
        lost: question.lost,
        action: format!("{base}{}", question.action),
        hidden: question.hidden,
        tick: question.tick,
        button: question.button.to_owned(),
        back: format!("{base}{}", question.back),
        head,
    };
    html(app, visitor, status, &page)
}

async fn ask(
    app: &App,
    visitor: &Visitor,
    slug: &str,
    question: impl FnOnce(&Tournament) -> Result<Question, Error>,
) -> Response {
    let asked = async {
        let tournament = load(app, visitor, slug).await?;
        let question = question(&tournament)?;
        Ok::<_, Error>(page(app, visitor, StatusCode::OK, &tournament, question))
    };
    or_error(app, visitor, asked.await)
}

/// `/{slug}/manage/reset`: all of it, or with `?what=final` the final stage.
pub(super) async fn reset(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let of_final = query(&request, "what") == "final";
    ask(&app, &visitor, &slug, |t| {
        if !t.state.started() {
            return Err(Error::conflict("the tournament has not started, so nothing can be reset"));
        }
        let results = t.listed_matches().filter(|(row, of)| {
            let of_group = t.group_of(row).is_some();
            of.state == MatchState::Complete && !(of_final && of_group)
        });
        let results: Vec<String> = results.map(|(row, of)| words::of_match(t, row, of)).collect();
        let lost = match results.len() {
            0 => "Nothing has been played that would be lost.".to_owned(),
            1 => "This result is lost, for good:".to_owned(),
            many => format!("These {many} results are lost, for good:"),
        };
        let (title, does, verb) = if of_final {
            (
                "Reset the final stage?",
                "The groups stay as they are, and the final stage can be started again.",
                "reset_final_stage",
            )
        } else {
            (
                "Reset the tournament?",
                "It goes back to before its start. The participants stay, with their seeds.",
                "reset",
            )
        };
        Ok(Question {
            title: title.to_owned(),
            paragraphs: vec![does.to_owned(), lost],
            lost: results,
            action: "/state".to_owned(),
            hidden: vec![hidden("seen", history(t)), hidden("verb", verb)],
            tick: None,
            button: "Reset",
            back: String::new(),
        })
    })
    .await
}

/// `/{slug}/manage/participants/clear`.
pub(super) async fn clear(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    visitor: Visitor,
) -> Response {
    ask(&app, &visitor, &slug, |t| {
        if t.state.started() {
            return Err(Error::conflict("once it has started nobody is removed; reset it first"));
        }
        Ok(Question {
            title: format!("Remove all {} participants?", t.participants.len()),
            paragraphs: vec!["Their names and seeds are gone then, for good.".to_owned()],
            lost: t.participants.iter().map(|one| one.name.clone()).collect(),
            action: "/participants/clear".to_owned(),
            hidden: vec![hidden("seen", history(t))],
            tick: None,
            button: "Remove all",
            back: "/participants".to_owned(),
        })
    })
    .await
}

/// `/{slug}/manage/matches/{id}/reopen`: shows what is reset by it.
pub(super) async fn reopen(
    Extract(app): Extract<App>,
    Path((slug, id)): Path<(String, String)>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let look = desk::Look::of(|name| query(&request, name));
    let sets = query(&request, "sets");
    ask(&app, &visitor, &slug, |t| {
        let id = number(&id, "match")?;
        let (row, of) = t.match_by_id(id).ok_or(Error::NotFound("match"))?;
        let reset = t.reset_by_reopening(id)?;
        let lost = words::of_matches(t, &reset);
        let stands =
            format!("It stands: {}. Its score is kept as a live score.", words::stands(t, of));
        let mut fields = vec![hidden("seen", desk::seen(of)), hidden("sets", sets.clone())];
        fields.extend(look.fields().into_iter().map(|(name, value)| hidden(name, value)));
        Ok(Question {
            title: format!("Reopen {}?", words::called(t, row, of)),
            paragraphs: vec![stands, rests(&lost)],
            lost,
            action: format!("/matches/{id}/reopen"),
            hidden: fields,
            tick: None,
            button: "Reopen",
            back: format!("/results{}", look.tail()),
        })
    })
    .await
}

fn deletion(t: &Tournament, missing: bool) -> Question {
    let players = t.participants.len();
    let results = t.listed_matches().filter(|(_, of)| of.state == MatchState::Complete).count();
    let running = !matches!(t.state, State::Pending | State::Complete);
    let mut paragraphs = vec![format!(
        "Its page, {players} participants, {results} results and its history go with it, for good."
    )];
    if running {
        paragraphs.push("It is being played right now.".to_owned());
    }
    Question {
        title: format!("Delete {}?", t.row.name),
        paragraphs,
        lost: Vec::new(),
        action: "/delete".to_owned(),
        hidden: vec![hidden("seen", history(t))],
        tick: Some(("I want to delete it.".to_owned(), missing)),
        button: "Delete",
        back: "/settings".to_owned(),
    }
}

/// `/{slug}/manage/delete`.
pub(super) async fn delete(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    visitor: Visitor,
) -> Response {
    ask(&app, &visitor, &slug, |t| Ok(deletion(t, false))).await
}

pub(super) async fn deleted(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    Posted(visitor, form): Posted,
) -> Response {
    let ticked = form.ticked("confirm");
    let done = async {
        let tournament = load(&app, &visitor, &slug).await?;
        if !ticked {
            return Ok(Some((tournament, None)));
        }
        let by = given(by(&slug)?, &form, |tournament| Some(history(tournament)));
        match app.core().delete_tournament(&visitor.actor(), by).await {
            Ok(()) => Ok(None),
            Err(error @ Error::Stale(_)) => {
                Ok(Some((load(&app, &visitor, &slug).await?, Some(error))))
            }
            Err(error) => Err(error),
        }
    };
    match done.await {
        Ok(None) => see_other("/tournaments?show=yours"),
        Ok(Some((tournament, error))) => {
            let status = error.as_ref().and_then(shown);
            let notice = error.map(|error| Notice::error(sentence(&error)));
            let visitor = visitor.with_notice(notice);
            let status = status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            page(&app, &visitor, status, &tournament, deletion(&tournament, !ticked))
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}
