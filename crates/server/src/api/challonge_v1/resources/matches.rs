//! The match.

use std::num::NonZeroU32;

use serde::Serialize;
use tiltyard_bracket::{Identifier, Match, MatchState, Outcome, Source};
use tiltyard_core::tournaments::{MatchRow, Tournament};
use utoipa::ToSchema;

use super::{AttachmentBox, DateTime};

/// A match under its name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge_v1::MatchDocument)]
pub(in crate::api::challonge_v1) struct MatchBox {
    r#match: Fields,
}

/// A match.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge_v1::Match)]
#[expect(clippy::struct_excessive_bools, reason = "the wire form has them")]
struct Fields {
    id: i64,
    tournament_id: i64,
    /// `pending`, `open` or `complete`.
    state: &'static str,
    player1_id: Option<i64>,
    player2_id: Option<i64>,
    player1_prereq_match_id: Option<i64>,
    player2_prereq_match_id: Option<i64>,
    player1_is_prereq_match_loser: bool,
    player2_is_prereq_match_loser: bool,
    winner_id: Option<i64>,
    loser_id: Option<i64>,
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<DateTime>,
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime,
    #[schema(value_type = String, format = DateTime)]
    updated_at: DateTime,
    /// The name on the bracket, such as `A`.
    #[schema(value_type = String)]
    identifier: Identifier,
    has_attachment: bool,
    /// From 1 on; negative in the losers' bracket.
    round: i32,
    /// How many predictions pick the first player, and what the organizer added, where that is shown.
    player1_votes: Option<u32>,
    player2_votes: Option<u32>,
    /// The group it belongs to.
    group_id: Option<i64>,
    /// Null without attachments.
    attachment_count: Option<i64>,
    #[schema(value_type = Option<String>, format = DateTime)]
    scheduled_time: Option<DateTime>,
    location: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    underway_at: Option<DateTime>,
    optional: bool,
    rushb_id: Option<i64>,
    #[schema(value_type = Option<String>, format = DateTime)]
    completed_at: Option<DateTime>,
    /// Null in groups, which are played side by side.
    suggested_play_order: Option<u32>,
    forfeited: bool,
    open_graph_image_file_name: Option<String>,
    open_graph_image_content_type: Option<String>,
    open_graph_image_file_size: Option<i64>,
    /// The matches that feed this one, by id.
    prerequisite_match_ids_csv: String,
    /// Every set, the first player's score first: `3-1,2-3`.
    scores_csv: String,
    /// Where they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<Vec<AttachmentBox>>,
}

impl MatchBox {
    /// The same with what is attached.
    pub(in crate::api::challonge_v1) fn with(
        mut self,
        attachments: Option<Vec<AttachmentBox>>,
    ) -> Self {
        self.r#match.attachments = attachments;
        self
    }
}

const fn state(state: MatchState) -> &'static str {
    match state {
        MatchState::Pending => "pending",
        MatchState::Open => "open",
        MatchState::Complete => "complete",
    }
}

/// `3-1,2-3`; empty without a score.
fn scores(sets: &[Vec<i64>]) -> String {
    let mut text = String::new();
    for set in sets {
        if !text.is_empty() {
            text.push(',');
        }
        for (side, score) in set.iter().enumerate() {
            if side > 0 {
                text.push('-');
            }
            text.push_str(&score.to_string());
        }
    }
    text
}

/// One match of the tournament.
pub(in crate::api::challonge_v1) fn one_match(
    tournament: &Tournament,
    row: &MatchRow,
    of_bracket: &Match,
) -> MatchBox {
    let id_of = |entrant| tournament.participant(entrant).map(|participant| participant.id);
    let player = |slot: usize| {
        of_bracket.slots.get(slot).and_then(|slot| slot.content.entrant()).and_then(id_of)
    };
    let prerequisite = |slot: usize| {
        let (key, loser) = match of_bracket.slots.get(slot)?.source {
            Source::Seed(_) => return None,
            Source::Winner(key) => (key, false),
            Source::Loser(key) => (key, true),
            Source::Place { of, .. } => (of, false),
        };
        Some((tournament.sibling(row, key)?.id, loser))
    };
    let feeding: Vec<Option<(i64, bool)>> = (0..of_bracket.slots.len()).map(prerequisite).collect();
    let fed = |slot: usize| feeding.get(slot).copied().flatten();
    let mut ids: Vec<String> = feeding.iter().flatten().map(|(id, _)| id.to_string()).collect();
    ids.dedup();
    let group = tournament.group_of(row);
    MatchBox {
        r#match: Fields {
            id: row.id,
            tournament_id: tournament.row.id,
            state: state(of_bracket.state),
            player1_id: player(0),
            player2_id: player(1),
            player1_prereq_match_id: fed(0).map(|(id, _)| id),
            player2_prereq_match_id: fed(1).map(|(id, _)| id),
            player1_is_prereq_match_loser: fed(0).is_some_and(|(_, loser)| loser),
            player2_is_prereq_match_loser: fed(1).is_some_and(|(_, loser)| loser),
            winner_id: of_bracket.winner().and_then(id_of),
            loser_id: of_bracket.loser().and_then(id_of),
            started_at: row.started_at.map(DateTime::new),
            created_at: DateTime::new(row.created_at),
            updated_at: DateTime::new(row.updated_at),
            identifier: of_bracket.identifier,
            has_attachment: row.attachments > 0,
            round: of_bracket.round,
            player1_votes: tournament.votes(row, of_bracket, 0),
            player2_votes: tournament.votes(row, of_bracket, 1),
            group_id: group.map(|group| group.id),
            attachment_count: Some(row.attachments).filter(|count| *count > 0),
            scheduled_time: row.scheduled_at.map(DateTime::new),
            location: row.location.clone(),
            underway_at: row.underway_at.map(DateTime::new),
            optional: of_bracket.optional,
            rushb_id: None,
            completed_at: row.completed_at.map(DateTime::new),
            suggested_play_order: of_bracket
                .play_order
                .filter(|_| group.is_none())
                .map(NonZeroU32::get),
            forfeited: matches!(
                of_bracket.outcome,
                Some(Outcome::Winner { forfeit: true, .. } | Outcome::DoubleForfeit)
            ),
            open_graph_image_file_name: None,
            open_graph_image_content_type: None,
            open_graph_image_file_size: None,
            prerequisite_match_ids_csv: ids.join(","),
            scores_csv: scores(&of_bracket.sets),
            attachments: None,
        },
    }
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case(vec![], "")]
    #[case(vec![vec![3, 1]], "3-1")]
    #[case(vec![vec![4, -1], vec![0, 4]], "4--1,0-4")]
    fn scores(#[case] sets: Vec<Vec<i64>>, #[case] text: &str) {
        assert_eq!(super::scores(&sets), text);
    }
}
