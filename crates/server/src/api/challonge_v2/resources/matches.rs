//! The match resource. Beyond the reference it shows what its clients miss: where the sides come
//! from, under the names that v1 has for it.

use std::num::NonZeroU32;

use serde::Serialize;
use tiltyard_bracket::{Identifier, Match, MatchState, Source};
use tiltyard_core::tournaments::{MatchRow, Tournament};
use utoipa::ToSchema;

use super::{Reference, SelfLink, ToOne, as_text};
use crate::http::time::iso;

/// A match.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Match)]
pub(in crate::api::challonge_v2) struct MatchResource<'a> {
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, pattern = "^[0-9]+$", examples("10000001"))]
    id: i64,
    #[serde(rename = "type")]
    #[schema(examples("match"))]
    kind: &'static str,
    attributes: Attributes<'a>,
    relationships: Relationships,
    links: SelfLink,
}

/// A match's attributes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::MatchAttributes)]
#[expect(clippy::struct_excessive_bools, reason = "the wire form has them")]
struct Attributes<'a> {
    /// `pending`, `open` or `complete`.
    state: &'static str,
    /// From 1 on; negative in the losers' bracket.
    round: i32,
    /// The name on the bracket, such as `A`.
    #[schema(value_type = String)]
    identifier: Identifier,
    /// Null in groups, which are played side by side.
    suggested_play_order: Option<u32>,
    /// The group it belongs to; null outside a group stage.
    group_id: Option<i64>,
    #[schema(examples("Group A"))]
    group_name: Option<&'a str>,
    /// `2 - 0`: the score of a single set, or the sets won by each side.
    scores: String,
    /// Every set, both sides.
    score_in_sets: &'a [Vec<i64>],
    points_by_participant: Vec<Points>,
    /// In a match of more than two sides, how many of them go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    advancing_count: Option<u32>,
    winner_id: Option<i64>,
    loser_id: Option<i64>,
    /// How many predictions pick the first player to win, and what the organizer added; only where votes
    /// are shown and the player is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    player1_votes: Option<u32>,
    /// The same of the second player.
    #[serde(skip_serializing_if = "Option::is_none")]
    player2_votes: Option<u32>,
    tie: bool,
    forfeited: bool,
    optional: bool,
    has_attachment: bool,
    attachment_count: i64,
    location: Option<&'a str>,
    #[schema(format = DateTime)]
    scheduled_time: Option<String>,
    #[schema(format = DateTime)]
    underway_at: Option<String>,
    player1_prereq_match_id: Option<i64>,
    player2_prereq_match_id: Option<i64>,
    player1_is_prereq_match_loser: bool,
    player2_is_prereq_match_loser: bool,
    timestamps: Timestamps,
    /// A second time, for clients that read the reference's schema to the letter.
    relationships: Sides,
}

/// One side's score in every set.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Points)]
struct Points {
    participant_id: Option<i64>,
    scores: Vec<i64>,
    /// The side's place in a complete match of more than two sides.
    #[serde(skip_serializing_if = "Option::is_none")]
    rank: Option<u8>,
    /// In a match of more than two sides, the match that decides who this side is.
    #[serde(skip_serializing_if = "Option::is_none")]
    prereq_match_id: Option<i64>,
    /// The place in that match from which this side comes, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    prereq_match_rank: Option<u8>,
}

/// When what happened to a match.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::MatchTimestamps)]
#[expect(clippy::struct_field_names, reason = "the wire form's names")]
struct Timestamps {
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    #[schema(format = DateTime)]
    started_at: Option<String>,
    #[schema(format = DateTime)]
    underway_at: Option<String>,
    #[schema(format = DateTime)]
    completed_at: Option<String>,
}

/// Who plays, and the matches of which they are the winners or losers.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = challonge::MatchRelationships)]
struct Relationships {
    player1: ToOne,
    player2: ToOne,
    /// The match that decides who the first player is.
    player1_prerequisite: ToOne,
    /// The match that decides who the second player is.
    player2_prerequisite: ToOne,
}

/// Who plays.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = challonge::Sides)]
struct Sides {
    player1: ToOne,
    player2: ToOne,
}

const fn state(state: MatchState) -> &'static str {
    match state {
        MatchState::Pending => "pending",
        MatchState::Open => "open",
        MatchState::Complete => "complete",
    }
}

/// `2 - 0`: the score of a single set, or sets won by each side.
fn display(sets: &[Vec<i64>]) -> String {
    let won = |side: usize| {
        let best = |set: &&Vec<i64>| {
            let score = set.get(side);
            set.iter().enumerate().all(|(other, it)| other == side || Some(it) < score)
        };
        sets.iter().filter(best).count().to_string()
    };
    let shown: Vec<String> = match sets {
        [] => return String::new(),
        [only] => only.iter().map(i64::to_string).collect(),
        [first, ..] => (0..first.len()).map(won).collect(),
    };
    shown.join(" - ")
}

/// The resource of one match.
pub(in crate::api::challonge_v2) fn one_match<'a>(
    tournament: &'a Tournament,
    row: &'a MatchRow,
    of_bracket: &'a Match,
    base: &str,
) -> MatchResource<'a> {
    let id_of = |entrant| tournament.participant(entrant).map(|participant| participant.id);
    let player = |slot: usize| {
        of_bracket.slots.get(slot).and_then(|slot| slot.content.entrant()).and_then(id_of)
    };
    let side =
        |slot: usize| ToOne { data: player(slot).map(|id| Reference { id, kind: "participant" }) };
    let prerequisite = |slot: usize| {
        let (key, loser) = match of_bracket.slots.get(slot)?.source {
            Source::Seed(_) => return None,
            Source::Winner(key) => (key, false),
            Source::Loser(key) => (key, true),
            Source::Place { of, .. } => (of, false),
        };
        Some((tournament.sibling(row, key)?.id, loser))
    };
    let (first, second) = (prerequisite(0), prerequisite(1));
    let many = of_bracket.slots.len() > 2;
    let advancing_count = || {
        let (_, stage) = tournament.stage_of(row)?;
        let places = 1..=of_bracket.slots.len();
        let on = places.filter(|place| stage.goes_to(of_bracket.key, *place).is_some());
        u32::try_from(on.count()).ok()
    };
    let group = tournament.group_of(row);
    let sides = Sides { player1: side(0), player2: side(1) };
    let to_match =
        |of: Option<(i64, bool)>| ToOne { data: of.map(|(id, _)| Reference { id, kind: "match" }) };
    MatchResource {
        id: row.id,
        kind: "match",
        attributes: Attributes {
            state: state(of_bracket.state),
            round: of_bracket.round,
            identifier: of_bracket.identifier,
            suggested_play_order: of_bracket
                .play_order
                .filter(|_| group.is_none())
                .map(NonZeroU32::get),
            group_id: group.map(|group| group.id),
            group_name: group.map(|group| group.name),
            scores: display(&of_bracket.sets),
            score_in_sets: &of_bracket.sets,
            points_by_participant: (0..of_bracket.slots.len())
                .map(|slot| Points {
                    participant_id: player(slot),
                    scores: of_bracket
                        .sets
                        .iter()
                        .map(|set| set.get(slot).copied().unwrap_or(0))
                        .collect(),
                    rank: of_bracket.places.get(slot).copied().filter(|_| player(slot).is_some()),
                    prereq_match_id: prerequisite(slot).filter(|_| many).map(|(id, _)| id),
                    prereq_match_rank: match of_bracket.slots.get(slot).map(|slot| slot.source) {
                        Some(Source::Place { place, .. }) => Some(place),
                        _ => None,
                    },
                })
                .collect(),
            advancing_count: many.then(advancing_count).flatten(),
            winner_id: of_bracket.winner().and_then(id_of),
            loser_id: of_bracket.loser().and_then(id_of),
            player1_votes: tournament.votes(row, of_bracket, 0),
            player2_votes: tournament.votes(row, of_bracket, 1),
            tie: of_bracket.outcome == Some(tiltyard_bracket::Outcome::Draw),
            forfeited: matches!(
                of_bracket.outcome,
                Some(
                    tiltyard_bracket::Outcome::Winner { forfeit: true, .. }
                        | tiltyard_bracket::Outcome::DoubleForfeit
                )
            ),
            optional: of_bracket.optional,
            has_attachment: row.attachments > 0,
            attachment_count: row.attachments,
            location: row.location.as_deref(),
            scheduled_time: row.scheduled_at.map(iso),
            underway_at: row.underway_at.map(iso),
            player1_prereq_match_id: first.map(|(id, _)| id),
            player2_prereq_match_id: second.map(|(id, _)| id),
            player1_is_prereq_match_loser: first.is_some_and(|(_, loser)| loser),
            player2_is_prereq_match_loser: second.is_some_and(|(_, loser)| loser),
            timestamps: Timestamps {
                created_at: iso(row.created_at),
                updated_at: iso(row.updated_at),
                started_at: row.started_at.map(iso),
                underway_at: row.underway_at.map(iso),
                completed_at: row.completed_at.map(iso),
            },
            relationships: sides,
        },
        relationships: Relationships {
            player1: sides.player1,
            player2: sides.player2,
            player1_prerequisite: to_match(first),
            player2_prerequisite: to_match(second),
        },
        links: SelfLink {
            own: format!("{base}/v2.1/tournaments/{}/matches/{}.json", tournament.row.id, row.id),
        },
    }
}

/// The resources of a tournament's matches, in list order.
pub(in crate::api::challonge_v2) fn matches<'a>(
    tournament: &'a Tournament,
    base: &'a str,
) -> impl Iterator<Item = MatchResource<'a>> {
    tournament
        .listed_matches()
        .map(move |(row, of_bracket)| one_match(tournament, row, of_bracket, base))
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case(vec![], "")]
    #[case(vec![vec![3, 1]], "3 - 1")]
    #[case(vec![vec![4, 1], vec![2, 4], vec![4, 0]], "2 - 1")]
    fn one_set_shows_its_score_and_several_the_sets_won(
        #[case] sets: Vec<Vec<i64>>,
        #[case] shown: &str,
    ) {
        assert_eq!(super::display(&sets), shown);
    }
}
