//! The participant.

use serde::Serialize;
use tiltyard_core::tournaments::{
    ParticipantRow, State, Tournament,
    registration::{self, Answers},
};
use utoipa::ToSchema;

use super::{DateTime, MatchBox};

/// A participant under its name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge_v1::ParticipantDocument)]
pub(in crate::api::challonge_v1) struct ParticipantBox {
    participant: Fields,
}

/// A participant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge_v1::Participant)]
#[expect(clippy::struct_excessive_bools, reason = "the wire form has them")]
struct Fields {
    id: i64,
    tournament_id: i64,
    name: String,
    seed: i64,
    /// False once withdrawn.
    active: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime,
    #[schema(value_type = String, format = DateTime)]
    updated_at: DateTime,
    invite_email: Option<String>,
    /// After the tournament was finalized.
    final_rank: Option<i64>,
    misc: Option<String>,
    icon: Option<String>,
    on_waiting_list: bool,
    invitation_id: Option<i64>,
    group_id: Option<i64>,
    #[schema(value_type = Option<String>, format = DateTime)]
    checked_in_at: Option<DateTime>,
    ranked_member_id: Option<i64>,
    /// Answers to the tournament's own registration fields.
    #[schema(value_type = Option<Object>)]
    custom_field_response: Option<Answers>,
    clinch: Option<String>,
    #[schema(value_type = Option<Object>)]
    integration_uids: Option<serde_json::Value>,
    challonge_username: Option<String>,
    challonge_email_address_verified: Option<bool>,
    removable: bool,
    participatable_or_invitation_attached: bool,
    confirm_remove: bool,
    invitation_pending: bool,
    display_name_with_invitation_email_address: String,
    email_hash: Option<String>,
    username: Option<String>,
    display_name: String,
    attached_participatable_portrait_url: Option<String>,
    can_check_in: bool,
    checked_in: bool,
    reactivatable: bool,
    check_in_open: bool,
    /// Everybody keeps one id through all stages, so it is empty.
    group_player_ids: Vec<i64>,
    has_irrelevant_seed: bool,
    ordinal_seed: Option<i64>,
    /// The participant's matches, where they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    matches: Option<Vec<MatchBox>>,
}

/// One participant of the tournament, who is in this group.
pub(in crate::api::challonge_v1) fn participant(
    tournament: &Tournament,
    row: &ParticipantRow,
    group_id: Option<i64>,
    matches: Option<Vec<MatchBox>>,
) -> ParticipantBox {
    let started = tournament.state.started();
    let open = tournament.state == State::CheckingIn;
    let invited = row.username.is_some() || row.email.is_some();
    ParticipantBox {
        participant: Fields {
            id: row.id,
            tournament_id: tournament.row.id,
            name: row.name.clone(),
            seed: row.seed,
            active: row.active,
            created_at: DateTime::new(row.created_at),
            updated_at: DateTime::new(row.updated_at),
            invite_email: row.email.clone(),
            final_rank: row.final_rank,
            misc: row.misc.clone(),
            icon: None,
            on_waiting_list: row.on_waiting_list,
            invitation_id: None,
            group_id,
            checked_in_at: row.checked_in_at.map(DateTime::new),
            ranked_member_id: None,
            custom_field_response: registration::answers(row),
            clinch: None,
            integration_uids: None,
            challonge_username: row.username.clone(),
            challonge_email_address_verified: None,
            removable: !started,
            participatable_or_invitation_attached: invited || row.person_id.is_some(),
            confirm_remove: true,
            invitation_pending: invited && row.person_id.is_none(),
            display_name_with_invitation_email_address: match &row.email {
                Some(email) if *email != row.name => format!("{} <{email}>", row.name),
                _ => row.name.clone(),
            },
            email_hash: None,
            username: row.username.clone(),
            display_name: row.name.clone(),
            attached_participatable_portrait_url: None,
            can_check_in: open && row.checked_in_at.is_none(),
            checked_in: row.checked_in_at.is_some(),
            reactivatable: !row.active && !started,
            check_in_open: open,
            group_player_ids: Vec::new(),
            has_irrelevant_seed: false,
            ordinal_seed: None,
            matches,
        },
    }
}
