//! The page of a tournament, and the part of it that is replaced live.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode},
    response::Response,
};
use tiltyard_bracket::{MatchKey, Outcome, event::StageKey};
use tiltyard_core::{
    Error,
    tournaments::{self, Tournament},
};
use tiltyard_pages::{
    Moment,
    bracket::{self, EntrantText},
    tournament::{
        Live, Participant, Play, Rank, Stage, State as Shown, TournamentPage, TournamentView,
    },
};

use super::{PageError, Visitor, html};
use crate::{App, http::heavy};

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

/// What is played; before the start, what would be.
fn stages(tournament: &Tournament) -> Vec<Stage> {
    let drawn;
    let (event, started) = if let Some(event) = &tournament.event {
        (event, true)
    } else {
        match tournament.draw() {
            Ok(event) => {
                drawn = event;
                (&drawn, false)
            }
            Err(_) => return Vec::new(),
        }
    };
    let underway: BTreeSet<i64> = tournament
        .listed_matches()
        .filter(|(row, _)| row.underway_at.is_some())
        .map(|(row, _)| row.match_key)
        .collect();
    let entrants = entrants(tournament);
    let several = event.design().stages.len() > 1;
    let stages = event.keys().filter_map(|key| {
        let outlook = event.outlook(key).ok()?;
        let underway: BTreeSet<MatchKey> = outlook
            .matches()
            .map(|of_bracket| of_bracket.key)
            .filter(|of_match| {
                let row = tournament.matches.get(key, *of_match);
                row.is_some_and(|row| underway.contains(&row.match_key))
            })
            .collect();
        let title = event.design().stages.get(key.index()).filter(|_| several);
        let name = tournament.row.name.clone();
        let view = bracket::view(name, &outlook, &entrants, &underway);
        Some(Stage {
            title: title.map_or_else(String::new, |stage| stage.name.clone()),
            preview: !started || event.contest(key).is_none(),
            play: Play::Bracket(Box::new(view)),
        })
    });
    stages.collect()
}

/// Wins, losses and draws by entrant, in the order of seeds.
fn records(tournament: &Tournament) -> Vec<(u32, u32, u32)> {
    let mut records = vec![(0, 0, 0); tournament.participants.len()];
    for (_, of_bracket) in tournament.listed_matches() {
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

fn participants(tournament: &Tournament) -> Vec<Participant> {
    let checking_in =
        matches!(tournament.state, tournaments::State::CheckingIn | tournaments::State::CheckedIn);
    let complete = tournament.state == tournaments::State::Complete;
    let (decided, guaranteed) = tournament
        .event
        .as_ref()
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
pub(crate) fn view(tournament: &Tournament, organizer: String) -> TournamentView {
    let row = &tournament.row;
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
        stages: stages(tournament),
    }
}

/// Whether a tournament is kept out of sight, and its view with the organizer's name.
async fn load(app: &App, slug: &str) -> Result<(bool, TournamentView), Error> {
    let tournament = app.core().tournament_page(slug).await?;
    let organizer = app.core().username(tournament.row.owner_id).await?.unwrap_or_default();
    let view = heavy::draw(tournament.participants.len(), || view(&tournament, organizer));
    Ok((tournament.row.private, view))
}

/// `/{slug}`: the page.
pub(super) async fn page(
    State(app): State<App>,
    slug: Result<Path<String>, axum::extract::rejection::PathRejection>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let base = app.base(request.headers()).to_owned();
    let Ok(Path(slug)) = slug else {
        return PageError::from(Error::NotFound("page")).respond(&app, &visitor);
    };
    if let Some(slug) = slug.strip_suffix(".svg") {
        return crate::live::picture(&app, slug).await;
    }
    if let Some(slug) = slug.strip_suffix(".png") {
        return super::embed::png(&app, slug, request.uri().query(), request.headers()).await;
    }
    match load(&app, &slug).await {
        Ok((private, tournament)) => {
            let slug = &tournament.slug;
            let page = TournamentPage {
                chrome: visitor.chrome(&app),
                canonical: Some(format!("{base}/{slug}")),
                live: (tournament.state != Shown::Complete).then(|| Live {
                    events_url: format!("/{slug}/events"),
                    fragment_url: format!("/{slug}/live"),
                }),
                tournament,
            };
            let size = page.tournament.participants.len();
            let mut response = heavy::draw(size, || html(&app, &visitor, StatusCode::OK, &page));
            if private {
                let robots = HeaderValue::from_static("noindex");
                response.headers_mut().insert("x-robots-tag", robots);
            }
            response
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_still_plays_stands_before_whoever_is_out_at_the_same_place() {
        let of = |seed, rank| Participant {
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
