//! `/{slug}/manage/results`: matches to report and results.

use axum::{
    extract::{Path, Request, State as Extract},
    http::StatusCode,
    response::Response,
};
use tiltyard_bracket::{Match, MatchState};
use tiltyard_core::{
    Error,
    tournaments::{MatchRow, State, Tournament},
};
use tiltyard_pages::{
    Field, Notice,
    home::Paging,
    organize::{
        Tab,
        desk::{DeskMatch, DeskPage, DeskSide, Done, Progress},
    },
};

use super::{
    super::{Form, PageError, Visitor, form::problem, html, login::query},
    head, load, notice, report, sentence, tag, words,
};
use crate::{App, http::heavy, text};

/// Matches to play on a page.
const OPEN: usize = 24;
/// Results on the page.
const DONE: usize = 30;
/// Most sets that fields are shown for.
const SETS: u32 = 9;

/// Names the state of a match, as a report asks whether it still is, and who plays it.
pub(super) fn seen(of: &Match) -> String {
    let sides = of.slots.iter().map(|slot| slot.content.entrant().map_or(0, |entrant| entrant.0));
    format!("{}~{}", tag(of), sides.map(|side| side.to_string()).collect::<Vec<_>>().join("-"))
}

/// Whether two names of states are of the same people.
fn same_sides(one: &str, other: &str) -> bool {
    let sides = |seen: &str| seen.split_once('~').map(|(_, sides)| sides.to_owned());
    sides(one).is_some() && sides(one) == sides(other)
}

/// Which part of the desk is looked at.
#[derive(Debug, Clone)]
pub(super) struct Look {
    find: String,
    sets: Option<u32>,
    page: usize,
    next: Option<i64>,
}

impl Look {
    /// By the fields of an address or of a form.
    pub(super) fn of(field: impl Fn(&str) -> String) -> Self {
        Self {
            find: field("find").trim().to_lowercase(),
            sets: field("sets").parse().ok().filter(|sets| (1..=SETS).contains(sets)),
            page: field("page").parse().unwrap_or(1),
            next: field("next").parse().ok(),
        }
    }

    /// The same as fields.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![("desk", "1".to_owned()), ("page", self.page.to_string())];
        if !self.find.is_empty() {
            fields.push(("find", self.find.clone()));
        }
        fields
    }

    /// The same as the query of an address.
    pub(super) fn tail(&self) -> String {
        let find: String = form_urlencoded::byte_serialize(self.find.as_bytes()).collect();
        let sets = self.sets.map(|sets| format!("&sets={sets}")).unwrap_or_default();
        format!("?find={find}{sets}&page={}", self.page)
    }
}

/// What was asked for a match, and why it was not done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refused<'a> {
    pub(super) id: i64,
    pub(super) form: &'a Form,
    pub(super) error: &'a Error,
}

impl Refused<'_> {
    /// In words, with what stands now where somebody was faster.
    fn text(&self, t: &Tournament, of: &Match, kept: bool) -> String {
        match self.error {
            Error::Stale(_) => {}
            // What is wrong with fields that are not shown.
            Error::Invalid(problems) => {
                let wrong = problems.list().iter().map(|problem| problem.message.as_str());
                return text::sentence(&wrong.collect::<Vec<_>>().join("; "));
            }
            error => return sentence(error),
        }
        let kept = if kept { " What you typed is still here." } else { "" };
        format!(
            "Somebody else changed this meanwhile: {}. Nothing of yours was written.{kept}",
            words::stands(t, of)
        )
    }

    /// Puts what was typed into the match's form, with what is wrong with it.
    pub(super) fn fill(&self, t: &Tournament, of: &Match, form: &mut DeskMatch) {
        let stale = matches!(self.error, Error::Stale(_));
        // What was typed of other people says nothing of these.
        let kept = !stale || same_sides(self.form.text("seen"), &form.seen);
        let mut known = false;
        let mut field = |name: String| {
            let error = problem(self.error, &name).map(|text| lower(&text));
            known |= error.is_some();
            Field { value: self.form.text(&name).to_owned(), error }
        };
        if kept {
            for side in &mut form.sides {
                let slot = side.slot as usize;
                for (set, score) in side.scores.iter_mut().enumerate() {
                    *score = field(report::score_field(slot, set));
                }
                if let Some(place) = &mut side.place {
                    *place = field(report::place_field(slot));
                }
            }
        }
        form.error = (!known).then(|| self.text(t, of, kept));
        form.blamed = !stale;
        form.focus = true;
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| format!("{}{}", first.to_lowercase(), letters.as_str()))
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
        stage: words::stage(t, row),
        round: words::round_alone(t, row, of),
        location: row.location.clone(),
        progress: match of.state {
            MatchState::Complete => Progress::Complete,
            _ if row.underway_at.is_some() => Progress::Underway,
            MatchState::Open | MatchState::Pending => Progress::Open,
        },
        sides: of.slots.iter().enumerate().filter_map(side).collect(),
        tie: t.stage_of(row).is_some_and(|(_, stage)| stage.settings().format.is_table()),
        seen: seen(of),
        at: Vec::new(),
        error: None,
        blamed: false,
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

fn page(
    app: &App,
    visitor: &Visitor,
    t: &Tournament,
    look: &Look,
    refused: Option<Refused<'_>>,
) -> DeskPage {
    let find = look.find.clone();
    let sets = look.sets.unwrap_or_else(|| usual_sets(t));
    let all = to_play(t, &find);
    let pages = all.len().div_ceil(OPEN).max(1);
    let look = &Look { page: look.page.clamp(1, pages), sets: Some(sets), ..look.clone() };
    let number = look.page;
    let is_refused = |id: i64| refused.filter(|refused| refused.id == id);
    let of_refused = refused.and_then(|refused| t.match_by_id(refused.id));
    let mut shown: Vec<_> = all.iter().skip((number - 1) * OPEN).take(OPEN).copied().collect();
    // It is there wherever it belongs now.
    if let Some((row, of)) = of_refused.filter(|(_, of)| of.state == MatchState::Open)
        && shown.iter().all(|(other, _)| other.id != row.id)
    {
        shown.insert(0, (row, of));
    }
    // Whoever comes here types: the first field waits for it.
    let next = look.next.or_else(|| shown.first().map(|(row, _)| row.id));
    let open = shown.into_iter().map(|(row, of)| {
        let mut form = form(t, row, of, sets);
        form.at = look.fields();
        form.focus = refused.is_none() && next == Some(row.id);
        if let Some(refused) = is_refused(row.id) {
            refused.fill(t, of, &mut form);
        }
        form
    });
    let open: Vec<DeskMatch> = open.collect();
    let count = |state| t.listed_matches().filter(|(_, of)| of.state == state).count();
    let mut done: Vec<_> = t
        .listed_matches()
        .filter(|(_, of)| of.state == MatchState::Complete && fits(t, of, &find))
        .collect();
    done.sort_by_key(|(row, _)| std::cmp::Reverse((row.completed_at, row.match_key)));
    let done_total = done.len();
    let closed = t.state == State::Complete;
    let mut latest: Vec<_> = done.into_iter().take(DONE).collect();
    if let Some((row, of)) = of_refused.filter(|(_, of)| of.state == MatchState::Complete)
        && latest.iter().all(|(other, _)| other.id != row.id)
    {
        latest.insert(0, (row, of));
    }
    let done = latest.into_iter().map(|(row, of)| Done {
        id: row.id,
        identifier: of.identifier.to_string(),
        stage: words::stage(t, row),
        round: words::round_alone(t, row, of),
        result: words::stands(t, of),
        automatic: of.automatic,
        open: !closed && !of.automatic,
        error: is_refused(row.id).map(|refused| refused.text(t, of, false)),
    });
    let whole = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let head = head(t, Tab::Results);
    let link =
        |page: usize| format!("{}/results{}", head.base(), Look { page, ..look.clone() }.tail());
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
        tail: look.tail(),
        find,
        head,
    }
}

/// The desk again, with why something was not done beside its match.
pub(super) fn again(
    app: &App,
    visitor: Visitor,
    status: StatusCode,
    t: &Tournament,
    refused: Refused<'_>,
) -> Response {
    let look = Look::of(|name| refused.form.text(name).to_owned());
    let of = t.match_by_id(refused.id).map(|(_, of)| of);
    // Where the match is on no list, the page says it.
    let listed = idle(t).is_none() && of.is_some_and(|of| of.state != MatchState::Pending);
    let visitor = if listed {
        visitor
    } else {
        visitor.with_notice(Some(Notice::error(sentence(refused.error))))
    };
    let page = heavy::draw(t.participants.len(), || page(app, &visitor, t, &look, Some(refused)));
    html(app, &visitor, status, &page)
}

/// What was just reported.
fn reported(t: &Tournament, done: &str) -> Option<Notice> {
    let (row, of) = t.match_by_id(done.parse().ok()?)?;
    let text = if of.state == MatchState::Open && row.underway_at.is_some() && of.sets.is_empty() {
        format!("{} is underway.", words::of_match(t, row, of))
    } else {
        format!("{}.", words::of_match(t, row, of))
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
    let look = Look::of(|name| query(&request, name));
    let page = heavy::draw(t.participants.len(), || page(&app, &visitor, &t, &look, None));
    html(&app, &visitor, StatusCode::OK, &page)
}
