//! Participants of tournaments.

use crate::{Read, Row, StoreError, Tx, Value, params, statements};

statements! {
    HAS_PERSON = "SELECT id FROM participants WHERE tournament_id = $1 AND person_id = $2 LIMIT 1";
    PARTICIPANTS = "SELECT id, seed, name, misc, email, username, person_id, active, checked_in_at, final_rank, \
        created_at, updated_at, on_waiting_list, answers FROM participants WHERE tournament_id = $1 ORDER BY seed, id";
    INSERT_PARTICIPANT = "INSERT INTO participants \
        (id, tournament_id, seed, name, misc, email, username, person_id, active, checked_in_at, final_rank, \
        created_at, updated_at, on_waiting_list, answers) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    UPDATE_PARTICIPANT = "UPDATE participants SET seed = $2, name = $3, misc = $4, email = $5, username = $6, \
        person_id = $7, active = $8, checked_in_at = $9, final_rank = $10, updated_at = $11, on_waiting_list = $12, answers = $13 WHERE id = $1";
    DELETE_PARTICIPANT = "DELETE FROM participants WHERE id = $1";
    DELETE_PARTICIPANTS = "DELETE FROM participants WHERE tournament_id = $1";
}

/// A participant's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParticipantRow {
    /// Numeric id.
    pub id: i64,
    /// Seed, from 1; without gaps within the tournament.
    pub seed: i64,
    /// Name as shown.
    pub name: String,
    /// Free text of the organizer's program, byte for byte.
    pub misc: Option<String>,
    /// Invited e-mail address.
    pub email: Option<String>,
    /// Invited user name.
    pub username: Option<String>,
    /// The person behind it.
    pub person_id: Option<i64>,
    /// False once withdrawn, and for those who did not check in in time.
    pub active: bool,
    /// When checked in.
    pub checked_in_at: Option<i64>,
    /// Rank after the tournament was finalized.
    pub final_rank: Option<i64>,
    /// When added.
    pub created_at: i64,
    /// When last changed.
    pub updated_at: i64,
    /// Whether they wait for a place.
    pub on_waiting_list: bool,
    /// Answers to the tournament's own registration fields by key, as JSON.
    pub answers: Option<String>,
}

fn from_row(row: &Row) -> Result<ParticipantRow, StoreError> {
    Ok(ParticipantRow {
        id: row.int(0)?,
        seed: row.int(1)?,
        name: row.text(2)?,
        misc: row.opt_text(3)?,
        email: row.opt_text(4)?,
        username: row.opt_text(5)?,
        person_id: row.opt_int(6)?,
        active: row.bool(7)?,
        checked_in_at: row.opt_int(8)?,
        final_rank: row.opt_int(9)?,
        created_at: row.int(10)?,
        updated_at: row.int(11)?,
        on_waiting_list: row.bool(12)?,
        answers: row.opt_text(13)?,
    })
}

/// The tournament's participants by seed.
pub fn of_tournament(
    db: &mut impl Read,
    tournament: i64,
) -> Result<Vec<ParticipantRow>, StoreError> {
    db.all(&PARTICIPANTS, params![tournament])?.iter().map(from_row).collect()
}

/// Whether the person takes part in the tournament.
pub fn has_person(db: &mut impl Read, tournament: i64, person: i64) -> Result<bool, StoreError> {
    Ok(db.opt(&HAS_PERSON, params![tournament, person])?.is_some())
}

/// Adds participants.
pub fn insert(
    tx: &mut Tx<'_>,
    tournament: i64,
    participants: &[ParticipantRow],
) -> Result<(), StoreError> {
    let rows = participants
        .iter()
        .map(|p| -> Vec<Value> {
            vec![
                p.id.into(),
                tournament.into(),
                p.seed.into(),
                p.name.as_str().into(),
                p.misc.as_deref().into(),
                p.email.as_deref().into(),
                p.username.as_deref().into(),
                p.person_id.into(),
                p.active.into(),
                p.checked_in_at.into(),
                p.final_rank.into(),
                p.created_at.into(),
                p.updated_at.into(),
                p.on_waiting_list.into(),
                p.answers.as_deref().into(),
            ]
        })
        .collect();
    tx.insert_many(&INSERT_PARTICIPANT, rows)
}

/// Writes everything that can change.
pub fn update(tx: &mut Tx<'_>, p: &ParticipantRow) -> Result<(), StoreError> {
    tx.run_one(
        &UPDATE_PARTICIPANT,
        params![
            p.id,
            p.seed,
            p.name.as_str(),
            p.misc.as_deref(),
            p.email.as_deref(),
            p.username.as_deref(),
            p.person_id,
            p.active,
            p.checked_in_at,
            p.final_rank,
            p.updated_at,
            p.on_waiting_list,
            p.answers.as_deref()
        ],
    )
}

/// Removes a participant.
pub fn delete(tx: &mut Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.run_one(&DELETE_PARTICIPANT, params![id])
}

/// Removes all participants of a tournament.
pub fn delete_all(tx: &mut Tx<'_>, tournament: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_PARTICIPANTS, params![tournament])
}
