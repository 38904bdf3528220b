//! `/{slug}/manage`: where the tournament stands, and what is to be done next.

use axum::{
    extract::{Path, Request, State as Extract},
    http::StatusCode,
    response::Response,
};
use tiltyard_bracket::MatchState;
use tiltyard_core::{
    Error,
    tournaments::{Change, State, StateChange, Tournament, forecast},
};
use tiltyard_pages::{
    Notice,
    organize::{
        Tab,
        manage::{Action, Deed, ManagePage, Next, Progress, Step},
    },
};

use super::{
    super::{PageError, Posted, Visitor, around::taken_back, html, login::query, page::see_other},
    by, given, head, history, load, notice, or_error, sentence, shown, words,
};
use crate::App;

/// Verbs of the field `verb`, but `undo`.
const VERBS: [(&str, StateChange); 9] = [
    ("start", StateChange::Start),
    ("process_checkin", StateChange::ProcessCheckIn),
    ("abort_checkin", StateChange::AbortCheckIn),
    ("open_predictions", StateChange::OpenPredictions),
    ("finalize_group_stage", StateChange::FinalizeGroupStage),
    ("reset_final_stage", StateChange::ResetFinalStage),
    ("finalize", StateChange::Finalize),
    ("reset", StateChange::Reset),
    ("reset_group_stage", StateChange::ResetGroupStage),
];

fn before_start(state: State) -> bool {
    matches!(state, State::Pending | State::CheckingIn | State::CheckedIn)
}

fn played(state: State) -> bool {
    matches!(state, State::AwaitingReview | State::Complete)
}

/// Matches that are open, and results.
fn count(t: &Tournament, state: MatchState) -> usize {
    t.listed_matches().filter(|(_, of)| of.state == state).count()
}

fn steps(t: &Tournament, base: &str) -> Vec<Step> {
    let playing = t.playing();
    let is = |done: bool, now: bool| match (done, now) {
        (true, _) => Progress::Done,
        (false, true) => Progress::Now,
        (false, false) => Progress::Later,
    };
    let started = t.state.started() && t.state != State::AcceptingPredictions;
    let step = |title, detail: String, path: &str, progress| Step {
        title,
        detail,
        href: format!("{base}{path}"),
        progress,
    };
    let results =
        if started { format!("{} % played", t.row.progress) } else { "after the start".to_owned() };
    vec![
        step("Set up", t.kind.title().to_owned(), "/settings", Progress::Done),
        step(
            "Participants",
            format!("{}{}", t.participants.len(), if started { "" } else { " so far" }),
            "/participants",
            is(playing >= 2, true),
        ),
        step(
            "Start",
            if started { "done".to_owned() } else { "draws the bracket".to_owned() },
            "",
            is(started, playing >= 2),
        ),
        step("Results", results, "/results", is(played(t.state), started)),
        step(
            "Finalize",
            "fixes the ranks".to_owned(),
            "",
            is(t.state == State::Complete, t.state == State::AwaitingReview),
        ),
    ]
}

fn verb(base: &str, label: &str, verb: &'static str) -> Action {
    let about = String::new();
    Action::Do { label: label.to_owned(), href: format!("{base}/state"), verb, about }
}

fn go(base: &str, label: &str, path: &str) -> Action {
    Action::Go { label: label.to_owned(), href: format!("{base}{path}") }
}

fn next(t: &Tournament, base: &str) -> Next {
    let of = |title: &str, text: String, action| Next {
        title: title.to_owned(),
        text,
        refused: None,
        action,
    };
    let report = |what: &str| {
        let open = count(t, MatchState::Open);
        of(
            what,
            match open {
                1 => "One match can be played now.".to_owned(),
                open => format!("{open} matches can be played now."),
            },
            go(base, "To the results desk", "/results"),
        )
    };
    match t.state {
        state if before_start(state) && t.participants.len() < 2 => of(
            "Add participants",
            "At least two take part. A whole list can be pasted at once.".to_owned(),
            go(base, "Add participants", "/participants"),
        ),
        State::CheckingIn => {
            let here = t.participants.iter().filter(|one| one.checked_in_at.is_some()).count();
            let text = format!(
                "{here} of {} are here. Ending the check-in puts aside whoever is not, and gives \
                 their places to those of the waiting list who are.",
                t.participants.len()
            );
            of("End the check-in", text, verb(base, "End the check-in", "process_checkin"))
        }
        State::Pending | State::CheckedIn | State::AcceptingPredictions => {
            let found = forecast(t.kind, &t.options, t.playing());
            let what = found.map(|found| words::forecast(&found).join(" ")).unwrap_or_default();
            let groups = t.options.group_stage_enabled;
            let label = if groups { "Start the groups" } else { "Start the tournament" };
            Next {
                refused: t.start_refused().map(|error| sentence(&error)),
                ..of(
                    label,
                    format!(
                        "{} take part. {what} Once it has started, nobody joins, and results can \
                         come in.",
                        t.playing()
                    ),
                    verb(base, label, "start"),
                )
            }
        }
        State::GroupStagesUnderway if t.groups_are_played() => of(
            "Start the final stage",
            "Every match of the groups is played. Of those who are level at the cut, the better \
             seed goes on. Results of the groups can still be corrected afterwards."
                .to_owned(),
            verb(base, "Start the final stage", "start"),
        ),
        State::GroupStagesFinalized => of(
            "Start the final stage",
            "The groups are over, and it is known who goes on.".to_owned(),
            verb(base, "Start the final stage", "start"),
        ),
        State::GroupStagesUnderway => report("Report the groups’ results"),
        State::Underway => report("Report results"),
        State::AwaitingReview => of(
            "Finalize the tournament",
            "Every match is played. Look the results over: finalizing fixes the ranks, and \
             nothing can be corrected afterwards unless it is undone."
                .to_owned(),
            verb(base, "Finalize", "finalize"),
        ),
        State::Complete => {
            let first = t.participants.iter().filter(|one| one.final_rank == Some(1));
            let names: Vec<&str> = first.map(|one| one.name.as_str()).collect();
            of(
                "It is over",
                match names.as_slice() {
                    [] => "The ranks are final.".to_owned(),
                    [name] => format!("{name} has won. The ranks are final."),
                    [names @ .., last] => {
                        format!("{} and {last} share the first place.", names.join(", "))
                    }
                },
                Action::Go {
                    label: "See the tournament".to_owned(),
                    href: format!("/{}", t.row.slug),
                },
            )
        }
    }
}

fn others(t: &Tournament, base: &str, undo: Result<Vec<Change>, Error>) -> Vec<Deed> {
    let mut all = Vec::new();
    let mut add = |title: &str, text: &str, danger: bool, action: Action| {
        all.push(Deed {
            title: title.to_owned(),
            text: text.to_owned(),
            refused: None,
            danger,
            action,
        });
    };
    if t.state == State::Pending && t.options.prediction_options.method > 0 && t.playing() >= 2 {
        add(
            "Open predictions",
            "Draws the bracket and lets people predict it. Who takes part is fixed then.",
            false,
            verb(base, "Open predictions", "open_predictions"),
        );
    }
    if matches!(t.state, State::CheckingIn | State::CheckedIn) {
        add(
            "Give the check-in up",
            "Everybody is in again, and nobody is marked as here.",
            false,
            verb(base, "Give it up", "abort_checkin"),
        );
    }
    if t.groups_are_played() {
        add(
            "Close the groups",
            "Says who goes on, and leaves the final stage for later.",
            false,
            verb(base, "Close the groups", "finalize_group_stage"),
        );
    }
    let final_stage =
        t.row.first_group.is_some() && matches!(t.state, State::Underway | State::AwaitingReview);
    if final_stage {
        add(
            "Reset the final stage",
            "Throws away what was played in it. The groups stay as they are.",
            true,
            go(base, "Reset the final stage", "/reset?what=final"),
        );
    }
    if t.state.started() {
        let (title, refused, action) = match undo {
            Ok(changes) => {
                let mut known = changes.iter();
                let what = known.find_map(|it| taken_back(t, &it.event, &it.body));
                let about = what.unwrap_or_else(|| "what was done last".to_owned());
                let (label, href) = ("Undo".to_owned(), format!("{base}/state"));
                let title = format!("Undo: {about}");
                (title, None, Action::Do { label, href, verb: "undo", about })
            }
            Err(error) => {
                ("Undo the last change".to_owned(), Some(sentence(&error)), Action::Nothing)
            }
        };
        let text = "Takes back what was done last, one step at a time.".to_owned();
        all.push(Deed { title, text, refused, danger: false, action });
        all.push(Deed {
            title: "Reset".to_owned(),
            text: "Back to before the start: every result goes, the participants stay.".to_owned(),
            refused: None,
            danger: true,
            action: go(base, "Reset", "/reset"),
        });
    }
    all
}

async fn respond(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    slug: &str,
) -> Result<Response, Error> {
    let tournament = load(app, visitor, slug).await?;
    let undo = match app.core().last_change(&tournament).await {
        Err(error) if shown(&error).is_none() => return Err(error),
        undo => undo,
    };
    let head = head(&tournament, Tab::Overview);
    let base = head.base();
    let page = ManagePage {
        chrome: visitor.chrome(app),
        steps: steps(&tournament, &base),
        next: next(&tournament, &base),
        others: others(&tournament, &base, undo),
        seen: history(&tournament),
        head,
    };
    Ok(html(app, visitor, status, &page))
}

pub(super) async fn show(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let visitor = visitor.with_notice(notice(&query(&request, "done")));
    or_error(&app, &visitor, respond(&app, &visitor, StatusCode::OK, &slug).await)
}

/// A verb of the overview. It is done only if nothing has happened since the page was shown: what it
/// said would be done is what is done.
pub(super) async fn change(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    Posted(visitor, form): Posted,
) -> Response {
    let actor = visitor.actor();
    let wanted = form.text("verb");
    let done = async {
        let by = given(by(&slug)?, &form, |tournament| Some(history(tournament)));
        if wanted == "undo" {
            let (tournament, _) = app.core().undo_last_change(&actor, by).await?;
            return Ok(tournament);
        }
        let known = VERBS.into_iter().find(|(name, _)| *name == wanted);
        let (_, change) = known.ok_or_else(|| Error::invalid("verb", "is none of this page's"))?;
        app.core().change_tournament_state(&actor, by, change).await
    };
    let error = match done.await {
        Ok(tournament) => {
            let slug = &tournament.row.slug;
            return see_other(&format!("/{slug}/manage?done={wanted}"));
        }
        Err(error) => error,
    };
    let Some(status) = shown(&error) else {
        return PageError::from(error).respond(&app, &visitor);
    };
    let visitor = visitor.with_notice(Some(Notice::error(sentence(&error))));
    or_error(&app, &visitor, respond(&app, &visitor, status, &slug).await)
}
