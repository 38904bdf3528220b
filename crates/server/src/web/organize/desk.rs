//! `/{slug}/manage/results`: matches to report and results.

use axum::{
    extract::{Path, Request, State as Extract},
    http::StatusCode,
    response::Response,
};
use tiltyard_bracket::{Match, MatchState};
use tiltyard_core::tournaments::{MatchRow, State, Tournament};
use tiltyard_pages::{
    Field, Notice,
    home::Paging,
    organize::{
        Tab,
        desk::{DeskMatch, DeskPage, DeskSide, Done, Progress},
    },
};

use super::{
    super::{PageError, Visitor, html, login::query},
    head, load, notice, report, tag, words,
};
use crate::{App, http::heavy};

/// Matches to play on a page.
const OPEN: usize = 24;
/// Results on the page.
const DONE: usize = 30;
/// Most sets that fields are shown for.
const SETS: u32 = 9;

/// Names the state of a match, as a report asks whether it still is.
pub(super) fn seen(of: &Match) -> String {
    tag(of)
}

/// The match's form. `sets` is how many there are fields for at least.
pub(super) fn form(t: &Tournament, row: &MatchRow, of: &Match, sets: u32) -> DeskMatch {
    let many = of.slots.len() > 2;
    let sets = (sets as usize).max(of.sets.len()).clamp(1, report::SETS);
    let hide = t.options.seeding_options.hide_seeds;
    let side = |(slot, place): (usize, &tiltyard_bracket::Slot)| {
        let participant = t.participant(place.content.entrant()?)?;
        let score = |set: usize| of.sets.get(set).and_then(|set| set.get(slot));
        let place = of.places.get(slot).map(u8::to_string).unwrap_or_default();
        Some(DeskSide {
            slot: u32::try_from(slot).ok()?,
            name: participant.name.clone(),
            seed: u32::try_from(participant.seed).ok().filter(|_| !hide),
            scores: (0..sets)
                .map(|set| Field::of(score(set).map(i64::to_string).unwrap_or_default()))
                .collect(),
            place: many.then(|| Field::of(place)),
            winner: of.outcome.and_then(tiltyard_bracket::Outcome::winner_slot) == Some(slot),
        })
    };
    DeskMatch {
        id: row.id,
        identifier: of.identifier.to_string(),
        round: words::round(t, row, of),
        location: row.location.clone(),
        progress: match of.state {
            MatchState::Complete => Progress::Complete,
            _ if row.underway_at.is_some() => Progress::Underway,
            MatchState::Open | MatchState::Pending => Progress::Open,
        },
        sides: of.slots.iter().enumerate().filter_map(side).collect(),
        tie: t.stage_of(row).is_some_and(|(_, stage)| stage.settings().format.is_table()),
        seen: seen(of),
        error: None,
        focus: false,
    }
}

/// How many sets matches here have, as far as is known.
pub(super) fn usual_sets(t: &Tournament) -> u32 {
    let most = t.listed_matches().map(|(_, of)| of.sets.len()).max().unwrap_or(1);
    u32::try_from(most).unwrap_or(1).clamp(1, SETS)
}

/// Whether the match is what somebody looks for: its letters, or a name in it.
fn fits(t: &Tournament, of: &Match, find: &str) -> bool {
    find.is_empty()
        || of.identifier.to_string().to_lowercase() == find
        || of
            .entrants()
            .filter_map(|entrant| t.participant(entrant))
            .any(|participant| participant.name.to_lowercase().contains(find))
}

/// The matches to play, in the order of the desk.
pub(super) fn to_play<'a>(t: &'a Tournament, find: &str) -> Vec<(&'a MatchRow, &'a Match)> {
    let mut open: Vec<_> = t
        .listed_matches()
        .filter(|(_, of)| of.state == MatchState::Open && fits(t, of, find))
        .collect();
    open.sort_by_key(|(row, of)| {
        (row.underway_at.is_none(), of.play_order, of.round.unsigned_abs(), row.match_key)
    });
    open
}

/// Why nothing can be reported.
fn idle(t: &Tournament) -> Option<String> {
    Some(
        match t.state {
            State::Pending | State::CheckingIn | State::CheckedIn => {
                "It has not started. Once it has, results are reported here."
            }
            State::AcceptingPredictions => {
                "Predictions are open. Start the tournament, and results are reported here."
            }
            _ => return None,
        }
        .to_owned(),
    )
}

fn page(t: &Tournament, visitor: &Visitor, app: &App, request: &Request) -> DeskPage {
    let find = query(request, "find").trim().to_lowercase();
    let sets = query(request, "sets").parse().ok().filter(|sets| (1..=SETS).contains(sets));
    let sets = sets.unwrap_or_else(|| usual_sets(t));
    let all = to_play(t, &find);
    let pages = all.len().div_ceil(OPEN).max(1);
    let number = query(request, "page").parse().unwrap_or(1).clamp(1, pages);
    let next: Option<i64> = query(request, "next").parse().ok();
    let open: Vec<DeskMatch> = all
        .iter()
        .skip((number - 1) * OPEN)
        .take(OPEN)
        .map(|(row, of)| DeskMatch { focus: next == Some(row.id), ..form(t, row, of, sets) })
        .collect();
    let count = |state| t.listed_matches().filter(|(_, of)| of.state == state).count();
    let mut done: Vec<_> = t
        .listed_matches()
        .filter(|(_, of)| of.state == MatchState::Complete && fits(t, of, &find))
        .collect();
    done.sort_by_key(|(row, _)| std::cmp::Reverse((row.completed_at, row.match_key)));
    let done_total = done.len();
    let closed = t.state == State::Complete;
    let done = done.into_iter().take(DONE).map(|(row, of)| Done {
        id: row.id,
        identifier: of.identifier.to_string(),
        round: words::round(t, row, of),
        result: words::stands(t, of),
        automatic: of.automatic,
        open: !closed && !of.automatic,
    });
    let whole = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let head = head(t, Tab::Results);
    let looked: String = form_urlencoded::byte_serialize(find.as_bytes()).collect();
    let link =
        |number: usize| format!("{}/results?find={looked}&sets={sets}&page={number}", head.base());
    DeskPage {
        chrome: visitor.chrome(app),
        open,
        open_total: whole(all.len()),
        waiting: whole(count(MatchState::Pending)),
        done: done.collect(),
        done_total: whole(done_total),
        sets,
        paging: Paging {
            page: whole(number),
            pages: Some(whole(pages)),
            previous: (number > 1).then(|| link(number - 1)),
            next: (number < pages).then(|| link(number + 1)),
        },
        idle: idle(t),
        events_url: (!closed).then(|| format!("/{}/events", t.row.slug)),
        find,
        head,
    }
}

/// What was just reported.
fn reported(t: &Tournament, done: &str) -> Option<Notice> {
    let (row, of) = t.match_by_id(done.parse().ok()?)?;
    let text = if of.state == MatchState::Open && row.underway_at.is_some() && of.sets.is_empty() {
        format!("{} is underway.", words::of_match(t, of))
    } else {
        format!("{}.", words::of_match(t, of))
    };
    Some(Notice::success(text))
}

pub(super) async fn show(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let t = match load(&app, &visitor, &slug).await {
        Ok(t) => t,
        Err(error) => return PageError::from(error).respond(&app, &visitor),
    };
    let done = query(&request, "done");
    let visitor = visitor.with_notice(notice(&done).or_else(|| reported(&t, &done)));
    let page = heavy::draw(t.participants.len(), || page(&t, &visitor, &app, &request));
    html(&app, &visitor, StatusCode::OK, &page)
}
