//! Predictions, and how often everybody is picked. `picks` and `votes` are JSON documents of the layers
//! above.

use crate::{Read, Row, StoreError, Tx, params, statements};

statements! {
    PREDICTION = "SELECT person_id, picks, created_at, updated_at FROM predictions \
        WHERE tournament_id = $1 AND person_id = $2";
    PREDICTIONS = "SELECT predictions.person_id, predictions.picks, people.username FROM predictions \
        JOIN people ON people.id = predictions.person_id WHERE predictions.tournament_id = $1 \
        ORDER BY predictions.person_id";
    TOURNAMENTS_OF_PERSON = "SELECT tournament_id FROM predictions WHERE person_id = $1 ORDER BY tournament_id";
    PUT_PREDICTION = "INSERT INTO predictions (tournament_id, person_id, picks, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tournament_id, person_id) \
        DO UPDATE SET picks = excluded.picks, updated_at = excluded.updated_at";
    DELETE_PREDICTION = "DELETE FROM predictions WHERE tournament_id = $1 AND person_id = $2";
    DELETE_PREDICTIONS = "DELETE FROM predictions WHERE tournament_id = $1";
    VOTES = "SELECT votes FROM prediction_votes WHERE tournament_id = $1";
    PUT_VOTES = "INSERT INTO prediction_votes (tournament_id, votes) VALUES ($1, $2) \
        ON CONFLICT (tournament_id) DO UPDATE SET votes = excluded.votes";
    DELETE_VOTES = "DELETE FROM prediction_votes WHERE tournament_id = $1";
}

/// A person's prediction of a tournament.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PredictionRow {
    /// Whose it is.
    pub person_id: i64,
    /// Whom they pick, as JSON.
    pub picks: String,
    /// When it was first saved.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
}

/// The person's prediction.
pub fn get(
    db: &mut impl Read,
    tournament: i64,
    person: i64,
) -> Result<Option<PredictionRow>, StoreError> {
    let from_row = |row: Row| {
        Ok(PredictionRow {
            person_id: row.int(0)?,
            picks: row.text(1)?,
            created_at: row.int(2)?,
            updated_at: row.int(3)?,
        })
    };
    db.opt(&PREDICTION, params![tournament, person])?.map(from_row).transpose()
}

/// Calls `each` with every prediction of the tournament: whose, their user name, whom they pick (JSON).
pub fn each_of_tournament(
    db: &mut impl Read,
    tournament: i64,
    each: &mut dyn FnMut(i64, String, &str) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    db.each(&PREDICTIONS, params![tournament], &mut |row| {
        let picks = row.text(1)?;
        each(row.int(0)?, row.text(2)?, &picks)
    })
}

/// The tournaments of which the person has a prediction, in order.
pub fn tournaments_of_person(db: &mut impl Read, person: i64) -> Result<Vec<i64>, StoreError> {
    db.all(&TOURNAMENTS_OF_PERSON, params![person])?.iter().map(|row| row.int(0)).collect()
}

/// Saves a prediction, in the place of the one before.
pub fn put(tx: &mut Tx<'_>, tournament: i64, row: &PredictionRow) -> Result<(), StoreError> {
    tx.run_one(
        &PUT_PREDICTION,
        params![tournament, row.person_id, row.picks.as_str(), row.created_at, row.updated_at],
    )
}

/// Removes the person's prediction, which is there.
pub fn delete(tx: &mut Tx<'_>, tournament: i64, person: i64) -> Result<(), StoreError> {
    tx.run_one(&DELETE_PREDICTION, params![tournament, person])
}

/// Removes all predictions of a tournament and what was counted; how many there were.
pub fn delete_all(tx: &mut Tx<'_>, tournament: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_VOTES, params![tournament])?;
    tx.run(&DELETE_PREDICTIONS, params![tournament])
}

/// How often everybody is picked, as JSON.
pub fn votes(db: &mut impl Read, tournament: i64) -> Result<Option<String>, StoreError> {
    db.opt(&VOTES, params![tournament])?.map(|row| row.text(0)).transpose()
}

/// Writes how often everybody is picked.
pub fn put_votes(tx: &mut Tx<'_>, tournament: i64, votes: &str) -> Result<(), StoreError> {
    tx.run_one(&PUT_VOTES, params![tournament, votes])
}
