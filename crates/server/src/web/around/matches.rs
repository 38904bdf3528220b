//! `/{slug}/matches`: every match, and those that are looked for.

use axum::{extract::Path, response::Response};
use tiltyard_bracket::{Match, Outcome, Source, event::StageKey};
use tiltyard_core::{
    Error,
    tournaments::{MatchRow, Tournament},
};
use tiltyard_pages::{
    Link, Moment,
    bracket::MatchState,
    tournament::{
        around::{Head, Section},
        matches::{Choice, MatchLine, MatchSide, MatchesPage},
    },
};

use super::{Asked, address, match_path, paged, participant_path};
use crate::{http::heavy, text, web::organize::words};

/// Matches a page.
const PER_PAGE: usize = 48;

/// The states to choose: what is sent, what is read.
const STATES: [(&str, &str); 5] = [
    ("", "All"),
    ("open", "To play"),
    ("underway", "Being played"),
    ("complete", "Complete"),
    ("pending", "To come"),
];

/// How a match stands, for people.
pub(super) fn state(row: &MatchRow, of: &Match) -> MatchState {
    match of.state {
        tiltyard_bracket::MatchState::Pending => MatchState::Pending,
        tiltyard_bracket::MatchState::Open if row.underway_at.is_some() => MatchState::Underway,
        tiltyard_bracket::MatchState::Open => MatchState::Open,
        tiltyard_bracket::MatchState::Complete => MatchState::Complete,
    }
}

fn state_name(state: MatchState) -> &'static str {
    match state {
        MatchState::Pending => "pending",
        MatchState::Open => "open",
        MatchState::Underway => "underway",
        MatchState::Complete => "complete",
    }
}

/// Where whoever stands on a side comes from: in words, with the match.
fn from(tournament: &Tournament, row: &MatchRow, source: Source) -> Option<(&'static str, Link)> {
    let (word, key) = match source {
        Source::Seed(_) => return None,
        Source::Winner(key) => ("winner of", key),
        Source::Loser(key) => ("loser of", key),
        Source::Place { of, .. } => ("out of", of),
    };
    let (_, stage) = tournament.stage_of(row)?;
    let (other, of) = (tournament.sibling(row, key)?, stage.get(key)?);
    let link = Link::new(of.identifier.to_string(), match_path(tournament, other, of));
    Some((word, link))
}

/// One side of a match.
fn side(tournament: &Tournament, row: &MatchRow, of: &Match, slot: usize) -> MatchSide {
    let Some(place) = of.slots.get(slot) else { return MatchSide::default() };
    let participant = place.content.entrant().and_then(|it| tournament.participant(it));
    let from = from(tournament, row, place.source);
    let hint = match (&from, place.content, place.source) {
        (_, tiltyard_bracket::Content::Bye, _) => "Bye".to_owned(),
        (_, _, Source::Seed(seed)) => format!("Seed {seed}"),
        (Some((word, link)), ..) => {
            format!("{} {}", text::capital(word), link.label)
        }
        (None, ..) => "To be decided".to_owned(),
    };
    let places = of.slots.len() > 2;
    let goes_on = of.places.get(slot).is_some_and(|it| {
        places
            && tournament
                .stage_of(row)
                .is_some_and(|(_, stage)| stage.goes_to(of.key, (*it).into()).is_some())
    });
    MatchSide {
        name: participant.map(|it| it.name.clone()),
        href: participant.map_or_else(String::new, |it| participant_path(tournament, it.id)),
        seed: participant
            .and_then(|it| u32::try_from(it.seed).ok())
            .filter(|_| !tournament.options.seeding_options.hide_seeds),
        hint,
        scores: of.sets.iter().filter_map(|set| set.get(slot)).copied().collect(),
        won: of.outcome.and_then(Outcome::winner_slot) == Some(slot) || goes_on,
        place: of.places.get(slot).copied().filter(|_| places),
        forfeited: match of.outcome {
            Some(Outcome::Winner { slot: won, forfeit: true }) => usize::from(won) != slot,
            Some(Outcome::DoubleForfeit) => true,
            _ => false,
        },
        from,
        votes: None,
    }
}

/// A match in a list.
pub(super) fn line(tournament: &Tournament, row: &MatchRow, of: &Match) -> MatchLine {
    let round = words::round(tournament, row, of);
    let sides: Vec<MatchSide> =
        (0..of.slots.len()).map(|slot| side(tournament, row, of, slot)).collect();
    let state = state(row, of);
    let when = match state {
        MatchState::Complete => row.completed_at.map(|at| ("Played", at)),
        MatchState::Underway => row.underway_at.map(|at| ("Since", at)),
        MatchState::Open | MatchState::Pending => row.scheduled_at.map(|at| ("Planned", at)),
    };
    let known = |side: &MatchSide| side.name.clone().unwrap_or_else(|| side.hint.clone());
    let stands = if sides.iter().all(|side| side.name.is_some()) {
        words::stands(tournament, of)
    } else {
        sides.iter().map(known).collect::<Vec<_>>().join(" against ")
    };
    MatchLine {
        id: row.id,
        href: match_path(tournament, row, of),
        identifier: of.identifier.to_string(),
        label: format!("Match {}, {round}: {stands}", of.identifier),
        round,
        state,
        sides,
        when: when.map(|(word, at)| (word, Moment::from_millis(at))),
        location: row.location.clone(),
    }
}

/// What the list is narrowed to.
struct Wanted {
    find: String,
    state: String,
    /// Stage and round, as in the form.
    round: String,
    participant: Option<i64>,
}

impl Wanted {
    fn narrows(&self) -> bool {
        !self.find.is_empty()
            || !self.state.is_empty()
            || !self.round.is_empty()
            || self.participant.is_some()
    }

    fn takes(&self, tournament: &Tournament, row: &MatchRow, of: &Match) -> bool {
        let in_state = self.state.is_empty() || self.state == state_name(state(row, of));
        let in_round = self.round.is_empty() || round_value(tournament, row, of) == self.round;
        if !in_state || !in_round {
            return false;
        }
        let mut sides = of.entrants().filter_map(|entrant| tournament.participant(entrant));
        match self.participant {
            Some(id) if !sides.any(|it| it.id == id) => return false,
            _ => {}
        }
        if self.find.is_empty() {
            return true;
        }
        let find = self.find.to_lowercase();
        let mut sides = of.entrants().filter_map(|entrant| tournament.participant(entrant));
        of.identifier.to_string().to_lowercase() == find
            || sides.any(|it| it.name.to_lowercase().contains(&find))
    }
}

/// Where a match stands in the list: what is played, what can be, the latest results, what is to come. A
/// round that was asked for keeps the order of the bracket.
fn order(row: &MatchRow, of: &Match) -> (u8, i64) {
    match state(row, of) {
        MatchState::Underway => (0, row.underway_at.unwrap_or_default()),
        MatchState::Open => (1, 0),
        MatchState::Complete => (2, row.completed_at.map_or(i64::MAX, |at| -at)),
        MatchState::Pending => (3, 0),
    }
}

/// A round in the form: the stage from 1, and the round's number in it.
fn round_value(tournament: &Tournament, row: &MatchRow, of: &Match) -> String {
    let stage = tournament.stage_of(row).map_or(0, |(key, _)| key.0);
    format!("{}.{}", stage + 1, of.round)
}

/// The rounds to choose, stage by stage.
fn rounds(tournament: &Tournament, chosen: &str) -> Vec<(String, Vec<Choice>)> {
    let design = tournament.event.as_ref().map(tiltyard_bracket::event::Event::design);
    let several = design.is_some_and(|design| design.stages.len() > 1);
    let name = |key: StageKey| {
        design
            .and_then(|design| design.stages.get(key.index()))
            .filter(|_| several)
            .map_or_else(String::new, |stage| stage.name.clone())
    };
    let of_stage = |(key, stage): (StageKey, &tiltyard_bracket::Stage)| {
        let mut choices: Vec<Choice> = Vec::new();
        for of in stage.matches() {
            let value = format!("{}.{}", key.0 + 1, of.round);
            if choices.iter().rev().any(|choice| choice.value == value) {
                continue;
            }
            let label = stage
                .round_name(of.key)
                .map_or_else(|| format!("Round {}", of.round), |name| name.to_string());
            choices.push(Choice { chosen: value == chosen, value, label });
        }
        (name(key), choices)
    };
    tournament.stages_played().map(of_stage).collect()
}

pub(super) async fn show(Path(slug): Path<String>, asked: Asked) -> Response {
    asked.or_error(page(&asked, &slug).await)
}

async fn page(asked: &Asked, slug: &str) -> Result<Response, Error> {
    let tournament = asked.tournament(slug).await?;
    let t = tournament.as_ref();
    let kept = asked.kept(t, Section::Matches, t.matches.len().div_ceil(PER_PAGE));
    let page = async {
        let head = asked.head(t, Section::Matches).await;
        Ok(heavy::draw(t.participants.len(), || list(asked, t, head)))
    };
    asked.answer_kept(t, kept, page).await
}

fn list(asked: &Asked, t: &Tournament, head: Head) -> MatchesPage {
    let wanted = Wanted {
        find: asked.query("find").trim().chars().take(120).collect(),
        state: asked.query("state"),
        round: asked.query("round"),
        participant: asked.query("participant").parse().ok(),
    };
    let mut found: Vec<_> =
        t.listed_matches().filter(|(row, of)| wanted.takes(t, row, of)).collect();
    if wanted.round.is_empty() {
        found.sort_by_key(|(row, of)| order(row, of));
    }
    let total = found.len();
    let of = wanted
        .participant
        .and_then(|id| t.participants.iter().find(|it| it.id == id))
        .map(|it| (it.name.clone(), it.id));
    let id = wanted.participant.map(|id| id.to_string()).unwrap_or_default();
    let link = |number: u32| {
        let number = number.to_string();
        let fields = [
            ("find", wanted.find.as_str()),
            ("state", wanted.state.as_str()),
            ("round", wanted.round.as_str()),
            ("participant", id.as_str()),
            ("page", number.as_str()),
        ];
        address(&head.here(), &fields)
    };
    let (found, paging) = paged(found, &asked.query("page"), PER_PAGE, link);
    MatchesPage {
        chrome: asked.chrome(),
        states: STATES
            .into_iter()
            .map(|(value, label)| Choice {
                value: value.to_owned(),
                label: label.to_owned(),
                chosen: value == wanted.state,
            })
            .collect(),
        rounds: rounds(t, &wanted.round),
        of,
        items: found.into_iter().map(|(row, of)| line(t, row, of)).collect(),
        total,
        drawn: t.event.is_some(),
        narrowed: wanted.narrows(),
        find: wanted.find,
        paging,
        head,
    }
}
