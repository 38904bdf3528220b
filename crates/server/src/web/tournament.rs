//! The page of a tournament, and the part of it that is replaced live.

use std::{borrow::Cow, collections::BTreeSet};

use axum::{
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode, Uri},
    response::Response,
};
use tiltyard_bracket::{
    Content, Entrant, MatchKey, Outcome,
    event::{Event, StageKey},
};
use tiltyard_core::{
    Error,
    tournaments::{self, Tournament},
};
use tiltyard_pages::{
    Chrome, Link, Moment, Page as _,
    bracket::{self, BracketView, EntrantText, Links},
    tournament::{
        Live, Look, Participant, Rank, Stage, State as Shown, Tab, TournamentPage, TournamentView,
        around::More,
    },
};

use super::{PageError, Visitor, html, page::for_all};
use crate::{
    App,
    app::{DocumentKey, DocumentKind},
    http::heavy,
};

/// The state of a tournament for its pages.
pub(super) fn shown_state(state: &str) -> Shown {
    match tournaments::State::parse(state) {
        Some(tournaments::State::CheckingIn | tournaments::State::CheckedIn) => Shown::CheckingIn,
        Some(tournaments::State::AcceptingPredictions) => Shown::Predicting,
        Some(
            tournaments::State::GroupStagesUnderway
            | tournaments::State::GroupStagesFinalized
            | tournaments::State::Underway,
        ) => Shown::Underway,
        Some(tournaments::State::AwaitingReview) => Shown::AwaitingReview,
        Some(tournaments::State::Complete) => Shown::Complete,
        Some(tournaments::State::Pending) | None => Shown::Pending,
    }
}

fn entrants(tournament: &Tournament) -> Vec<EntrantText> {
    let hide = tournament.options.seeding_options.hide_seeds;
    tournament
        .participants
        .iter()
        .map(|participant| EntrantText {
            name: participant.name.clone(),
            seed: u32::try_from(participant.seed).ok().filter(|_| !hide),
        })
        .collect()
}

/// What is played; before the start, what would be. With it, whether it has started.
fn played(tournament: &Tournament) -> Option<(Cow<'_, Event>, bool)> {
    match &tournament.event {
        Some(event) => Some((Cow::Borrowed(event), true)),
        None => tournament.draw().ok().map(|event| (Cow::Owned(event), false)),
    }
}

/// The phase of the stage that was asked for; else the last that has started.
fn phase_shown(event: &Event, look: &Look) -> u32 {
    let stages = &event.design().stages;
    let index = look.stage.and_then(|stage| stage.checked_sub(1));
    let asked = index.and_then(|index| stages.get(index as usize));
    let begun = || {
        let begun = event.keys().filter(|key| event.contest(*key).is_some());
        begun.last().and_then(|key| stages.get(key.index()))
    };
    asked.or_else(begun).or_else(|| stages.first()).map_or(1, |stage| stage.phase)
}

/// The phases, where there are several.
fn tabs(event: &Event, shown: u32) -> Vec<Tab> {
    let mut tabs: Vec<(u32, Tab)> = Vec::new();
    for (stage, number) in event.design().stages.iter().zip(1..) {
        if let Some((_, tab)) = tabs.last_mut().filter(|(phase, _)| *phase == stage.phase) {
            "Groups".clone_into(&mut tab.label);
            continue;
        }
        let current = stage.phase == shown;
        tabs.push((stage.phase, Tab { label: stage.name.clone(), stage: number, current }));
    }
    if tabs.len() < 2 {
        return Vec::new();
    }
    tabs.into_iter().map(|(_, tab)| tab).collect()
}

/// Groups on one page: of some hundred, a browser would lay out that many tables at every change.
const BESIDE: usize = 16;

/// The stages of a phase that stand on one page with the one at `index`, and the pages there are.
fn page_of_phase(event: &Event, phase: &[StageKey], index: usize) -> (Vec<StageKey>, Vec<Tab>) {
    if phase.len() <= BESIDE {
        return (phase.to_vec(), Vec::new());
    }
    let shown = index / BESIDE;
    let name = |key: &StageKey| event.design().stages.get(key.index()).map(|it| it.name.as_str());
    let letter = |key| name(key).map(|name| name.strip_prefix("Group ").unwrap_or(name));
    let pages = phase.chunks(BESIDE).enumerate().filter_map(|(page, keys)| {
        let (first, last) = (keys.first()?, keys.last()?);
        let label = match (letter(first)?, letter(last)?) {
            (from, to) if from == to => format!("Group {from}"),
            (from, to) => format!("Groups {from}–{to}"),
        };
        Some(Tab { label, stage: first.0 + 1, current: page == shown })
    });
    (phase.chunks(BESIDE).nth(shown).unwrap_or_default().to_vec(), pages.collect())
}

/// Where among the stages of a phase the one is that was asked for, or in which somebody plays.
fn place_in_phase(event: &Event, phase: &[StageKey], look: &Look) -> usize {
    let asked = |key: &StageKey| look.stage == Some(key.0 + 1);
    let player = look.player.map(Entrant);
    let plays = |key: &StageKey| {
        let seated = |seats: Vec<Content>| seats.iter().any(|seat| seat.entrant() == player);
        player.is_some() && event.seats(*key).is_ok_and(seated)
    };
    let found = match look.stage {
        Some(_) => phase.iter().position(asked),
        None if phase.len() > BESIDE => phase.iter().position(plays),
        None => None,
    };
    found.unwrap_or_default()
}

/// How much of a stage is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it.
    Whole,
    /// What a page shows: of many groups some.
    Page,
    /// What a frame in another page shows: all groups.
    Frame,
    /// What is legible on the card for link previews.
    Card,
    /// Its table alone; nothing where none decides.
    Table,
}

/// The view of one stage.
fn stage_view(
    tournament: &Tournament,
    event: &Event,
    key: StageKey,
    entrants: &[EntrantText],
    extent: Extent,
) -> Option<BracketView> {
    let outlook = event.outlook(key).ok()?;
    let stage = event.design().stages.get(key.index()).filter(|_| event.design().stages.len() > 1);
    let name = match stage {
        Some(stage) => format!("{}: {}", tournament.row.name, stage.name),
        None => tournament.row.name.clone(),
    };
    let underway: BTreeSet<MatchKey> = outlook
        .matches()
        .map(|of_bracket| of_bracket.key)
        .filter(|of_match| {
            let row = tournament.matches.get(key, *of_match);
            row.is_some_and(|row| row.underway_at.is_some())
        })
        .collect();
    let mut view = match extent {
        Extent::Whole => bracket::view(name, &outlook, entrants, &underway),
        Extent::Page | Extent::Frame => bracket::page_view(name, &outlook, entrants, &underway),
        Extent::Card => bracket::card_view(name, &outlook, entrants, &underway),
        Extent::Table => bracket::table_view(name, &outlook, entrants)?,
    };
    view.stage = key.0;
    Some(view)
}

/// What of a tournament is shown.
#[derive(Default)]
struct Part {
    tabs: Vec<Tab>,
    pages: Vec<Tab>,
    stages: Vec<Stage>,
}

fn part(tournament: &Tournament, look: &Look, extent: Extent) -> Part {
    let Some((event, started)) = played(tournament) else { return Part::default() };
    let entrants = entrants(tournament);
    let phase = phase_shown(&event, look);
    let several = event.design().stages.len() > 1;
    let keys: Vec<StageKey> = event.design().phase(phase).collect();
    let (keys, pages) = if extent == Extent::Frame {
        (keys, Vec::new())
    } else {
        page_of_phase(&event, &keys, place_in_phase(&event, &keys, look))
    };
    let stages = keys.into_iter().filter_map(|key| {
        let title = event.design().stages.get(key.index()).filter(|_| several);
        let preview = !started || event.contest(key).is_none();
        let mut view = stage_view(tournament, &event, key, &entrants, extent)?;
        let number = if several { format!("{}-", key.0 + 1) } else { String::new() };
        view.links = (!preview).then(|| Links {
            before: format!("/{}/matches/{number}", tournament.row.slug),
            beside: false,
        });
        Some(Stage {
            title: title.map_or_else(String::new, |stage| stage.name.clone()),
            preview,
            view: Box::new(view),
        })
    });
    Part { tabs: tabs(&event, phase), pages, stages: stages.collect() }
}

/// A stage in one picture: the one that was asked for, or the first of the phase that is played.
pub(crate) fn picture(tournament: &Tournament, look: &Look, extent: Extent) -> Option<BracketView> {
    let (event, _) = played(tournament)?;
    let asked = look.stage.and_then(|stage| stage.checked_sub(1)).map(StageKey);
    let first = || event.design().phase(phase_shown(&event, look)).next();
    let key = asked.or_else(first)?;
    stage_view(tournament, &event, key, &entrants(tournament), extent)
}

/// Wins, losses and draws by entrant, in the order of seeds.
fn records(tournament: &Tournament) -> Vec<(u32, u32, u32)> {
    let mut records = vec![(0, 0, 0); tournament.participants.len()];
    // Matches of many have places, which are no wins and losses.
    let of_two = tournament.listed_matches().filter(|(_, of_bracket)| of_bracket.slots.len() == 2);
    for (_, of_bracket) in of_two {
        if of_bracket.outcome == Some(Outcome::Draw) {
            for entrant in of_bracket.entrants() {
                if let Some(record) = records.get_mut(entrant.index()) {
                    record.2 += 1;
                }
            }
        }
        if let Some(record) =
            of_bracket.winner().and_then(|entrant| records.get_mut(entrant.index()))
        {
            record.0 += 1;
        }
        if let Some(record) =
            of_bracket.loser().and_then(|entrant| records.get_mut(entrant.index()))
        {
            record.1 += 1;
        }
    }
    records
}

/// Everybody who takes part, in the order in which they stand on pages.
pub(super) fn participants(tournament: &Tournament) -> Vec<Participant> {
    let checking_in =
        matches!(tournament.state, tournaments::State::CheckingIn | tournaments::State::CheckedIn);
    let complete = tournament.state == tournaments::State::Complete;
    // While people predict, the bracket is drawn, and there are no places yet.
    let playing = tournament.state != tournaments::State::AcceptingPredictions;
    let (decided, guaranteed) = tournament
        .event
        .as_ref()
        .filter(|_| playing)
        .map_or_else(Default::default, |event| (event.ranks(), event.guaranteed_ranks()));
    // A table has its order while it is played, too.
    let table = tournament
        .event
        .as_ref()
        .filter(|event| event.design().stages.len() == 1)
        .and_then(|event| event.stage(StageKey(0)))
        .filter(|stage| stage.settings().format.is_table())
        .and_then(|stage| stage.standings().ok())
        .map(|table| table.ranks());
    let records = records(tournament);
    let draws = records.iter().any(|(_, _, drawn)| *drawn > 0);
    let mut list: Vec<Participant> = tournament
        .participants
        .iter()
        .enumerate()
        .map(|(index, participant)| {
            let decided = if complete {
                participant.final_rank.and_then(|rank| u32::try_from(rank).ok())
            } else {
                decided.get(index).copied().flatten()
            };
            let record = records.get(index).filter(|(won, lost, drawn)| won + lost + drawn > 0);
            Participant {
                entrant: u32::try_from(index + 1)
                    .ok()
                    .filter(|_| tournament.event.is_some() && !participant.on_waiting_list),
                seed: u32::try_from(participant.seed).unwrap_or_default(),
                name: participant.name.clone(),
                rank: decided
                    .map(Rank::Final)
                    .or_else(|| guaranteed.get(index).copied().map(Rank::Guaranteed)),
                record: record.map(|(won, lost, drawn)| {
                    if draws {
                        format!("{won}–{lost}–{drawn}")
                    } else {
                        format!("{won}–{lost}")
                    }
                }),
                checked_in: checking_in.then_some(participant.checked_in_at.is_some()),
                waiting: participant.on_waiting_list,
            }
        })
        .collect();
    match table {
        Some(ranks) => list.sort_by_key(|participant| {
            let index = (participant.seed as usize).wrapping_sub(1);
            (ranks.get(index).copied(), participant.seed)
        }),
        None => list.sort_by_key(standing),
    }
    list
}

/// The order of standings: by place, whoever can still do better before whoever cannot, by seed.
fn standing(participant: &Participant) -> (u32, bool, u32) {
    let (place, ended) = match participant.rank {
        Some(Rank::Final(place)) => (place, true),
        Some(Rank::Guaranteed(place)) => (place, false),
        None => (u32::MAX, false),
    };
    (place, ended, participant.seed)
}

/// The tournament as its page shows it.
pub(crate) fn view(tournament: &Tournament, organizer: String, look: Look) -> TournamentView {
    view_to(tournament, organizer, look, Extent::Page)
}

/// The same with so much of its stages.
pub(crate) fn view_to(
    tournament: &Tournament,
    organizer: String,
    look: Look,
    extent: Extent,
) -> TournamentView {
    let row = &tournament.row;
    let Part { tabs, pages, stages } = part(tournament, &look, extent);
    TournamentView {
        slug: row.slug.clone(),
        revision: u64::try_from(row.journal_number).unwrap_or_default(),
        name: row.name.clone(),
        description: (!row.description.trim().is_empty()).then(|| row.description.clone()),
        game: (!row.game_name.is_empty()).then(|| row.game_name.clone()),
        kind: tournament.kind.title().to_owned(),
        organizer,
        state: shown_state(&row.state),
        progress: u8::try_from(row.progress).unwrap_or_default(),
        starts: row.starts_at.map(Moment::from_millis),
        started: row.started_at.map(Moment::from_millis),
        ended: row.completed_at.map(Moment::from_millis),
        participants: participants(tournament),
        tabs,
        pages,
        stages,
        joinable: super::join::open(tournament),
        seeds: !tournament.options.seeding_options.hide_seeds,
        look,
        more: More { predictions: row.predictions_opened_at.is_some(), log: !row.private },
    }
}

/// How many rounds its longest stage has on a page, at most: matches for third places and the like may stand
/// in one of their own.
fn rounds(tournament: &Tournament) -> usize {
    let of_stage = |stage: &tiltyard_bracket::Stage| {
        let rounds: BTreeSet<i32> = stage.matches().map(|of| of.round).collect();
        rounds.len() + 2
    };
    tournament.stages_played().map(|(_, stage)| of_stage(stage)).max().unwrap_or_default()
}

/// Whether a page is kept for the next who asks for the same: what many look at, somebody's matches among it,
/// but no lists of everybody. Before the start it is not known which rounds there will be.
pub(crate) fn is_kept(tournament: &Tournament, look: &Look) -> bool {
    let drawn = look.round.is_none() || tournament.event.is_some();
    let there = |player: u32| player as usize <= tournament.participants.len();
    drawn && look.player.is_none_or(there) && !look.everybody
}

/// What an address asks to see of a tournament. What makes no sense is left out.
pub(crate) fn look(uri: &Uri, tournament: &Tournament) -> Look {
    let mut look = look_asked(uri);
    look.stage = look.stage.filter(|stage| *stage as usize <= tournament.stage_count());
    // Groups on one page have one page.
    if let (Some(event), Some(_)) = (&tournament.event, look.stage) {
        let phase: Vec<StageKey> = event.design().phase(phase_shown(event, &look)).collect();
        let (_, pages) = page_of_phase(event, &phase, place_in_phase(event, &phase, &look));
        let shown = pages.iter().find(|page| page.current);
        look.stage = shown.map(|page| page.stage).or(look.stage);
    }
    let drawn = tournament.event.is_some();
    look.round = look.round.filter(|round| !drawn || *round as usize <= rounds(tournament));
    look
}

/// What an address asks to see, whether or not there is such a thing.
pub(crate) fn look_asked(uri: &Uri) -> Look {
    let mut look = Look::default();
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        let number = || value.parse().ok().filter(|number| *number > 0);
        match &*name {
            "stage" => look.stage = number(),
            "round" => look.round = number(),
            "player" => look.player = value.parse().ok(),
            "people" => look.everybody = value == "all",
            _ => {}
        }
    }
    look
}

/// Who was looked for by a part of the name, as a number: one who is called just so before others.
fn sought(tournament: &Tournament, uri: &Uri) -> Option<u32> {
    let mut query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let wanted = query.find(|(name, _)| name == "find")?.1.trim().to_lowercase();
    let playing =
        || (1..).zip(tournament.participants.iter()).filter(|(_, it)| !it.on_waiting_list);
    let named = |is: &dyn Fn(String) -> bool| {
        playing().find(|(_, person)| is(person.name.to_lowercase())).map(|(number, _)| number)
    };
    let found = named(&|name| name == wanted).or_else(|| named(&|name| name.contains(&wanted)));
    (!wanted.is_empty()).then(|| found.unwrap_or_default())
}

/// What a page shows beside its tournament.
struct Frame {
    chrome: Chrome,
    manage: Option<String>,
    organizer: String,
    community: Option<Link>,
}

/// The page as it is for somebody.
fn shown(
    app: &App,
    tournament: &Tournament,
    look: Look,
    base: usize,
    frame: Frame,
) -> TournamentPage {
    let Frame { chrome, manage, organizer, community } = frame;
    let view = heavy::draw(tournament.participants.len(), || view(tournament, organizer, look));
    let slug = &view.slug;
    TournamentPage {
        chrome,
        manage,
        community,
        canonical: Some(format!("{}/{slug}", app.base_at(base))),
        // One that is over, too: its end can be taken back.
        live: Some(Live {
            events_url: format!("/{slug}/events"),
            fragment_url: format!("/{slug}/live{look}"),
        }),
        tournament: view,
    }
}

/// The page for whoever is signed in: with their name, and the way to run the tournament.
async fn own_page(
    app: &App,
    visitor: &Visitor,
    tournament: &Tournament,
    look: Look,
    base: usize,
) -> Result<Response, Error> {
    let (slug, core) = (&tournament.row.slug, app.core());
    let (by, actor) = (tournaments::By::parse(slug), visitor.actor());
    let runs = visitor.session.is_some() && core.tournament_to_run(&actor, by).await.is_ok();
    let community = match tournament.row.community_id {
        Some(id) => core.community_of(&actor, id).await?,
        None => None,
    };
    let frame = Frame {
        chrome: visitor.chrome(app),
        manage: runs.then(|| format!("/{slug}/manage")),
        organizer: core.username(tournament.row.owner_id).await?.unwrap_or_default(),
        community: community.map(|it| Link::new(it.name, format!("/communities/{}", it.permalink))),
    };
    let page = shown(app, tournament, look, base, frame);
    let size = tournament.participants.len();
    Ok(heavy::draw(size, || html(app, visitor, StatusCode::OK, &page)))
}

/// The page for everybody else, rendered once a revision: nothing in it is anybody's.
async fn common_page(
    app: &App,
    tournament: &Tournament,
    look: Look,
    base: usize,
) -> Result<Response, Error> {
    let byline = app.byline(tournament).await?;
    let key = DocumentKey::of(tournament, DocumentKind::Page(look), base).beside(byline.print);
    let rendered = async {
        let chrome = Chrome {
            site_name: app.core().settings().site_name.clone(),
            path: format!("/{}", tournament.row.slug),
            ..Chrome::default()
        };
        let frame = Frame {
            chrome,
            manage: None,
            organizer: byline.organizer.clone(),
            community: byline.community.clone(),
        };
        let page = shown(app, tournament, look, base, frame);
        let rendered = heavy::draw(tournament.participants.len(), || page.render());
        rendered.map(String::into_bytes).map_err(Error::internal)
    };
    let page = app.document_if(is_kept(tournament, &look), &key, rendered).await?;
    Ok(for_all(app, page))
}

/// `/{slug}`: the page.
pub(super) async fn page(
    State(app): State<App>,
    slug: Result<Path<String>, axum::extract::rejection::PathRejection>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let base = app.base_index(request.headers());
    let Ok(Path(slug)) = slug else {
        return PageError::from(Error::NotFound("page")).respond(&app, &visitor);
    };
    if let Some(slug) = slug.strip_suffix(".svg") {
        return super::embed::svg(&app, slug, request.uri(), request.headers()).await;
    }
    if let Some(slug) = slug.strip_suffix(".png") {
        return super::embed::png(&app, slug, request.uri(), request.headers()).await;
    }
    let tournament = match app.core().tournament_page(&slug).await {
        Ok(tournament) => tournament,
        Err(error) => return PageError::from(error).respond(&app, &visitor),
    };
    let mut look = look(request.uri(), &tournament);
    look.player = look.player.or_else(|| sought(&tournament, request.uri()));
    // What few know of is kept nowhere.
    let private = tournament.row.private;
    let page = if visitor.session.is_some() || private {
        own_page(&app, &visitor, &tournament, look, base).await
    } else {
        common_page(&app, &tournament, look, base).await
    };
    let mut response = page.unwrap_or_else(|error| PageError::from(error).respond(&app, &visitor));
    if private {
        response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_still_plays_stands_before_whoever_is_out_at_the_same_place() {
        let of = |seed, rank| Participant {
            entrant: Some(seed),
            seed,
            name: seed.to_string(),
            rank,
            record: None,
            checked_in: None,
            waiting: false,
        };
        let mut list = [
            of(1, None),
            of(2, Some(Rank::Final(7))),
            of(5, Some(Rank::Guaranteed(7))),
            of(4, Some(Rank::Guaranteed(7))),
            of(3, Some(Rank::Final(1))),
        ];
        list.sort_by_key(standing);
        assert_eq!(list.map(|participant| participant.seed), [3, 4, 5, 2, 1]);
    }
}
