//! Requests with a key of the client's (`Idempotency-Key`): who carries each out, and its answer.

use crate::{Read, StoreError, Tx, params, statements};

statements! {
    CLAIM_KEY = "INSERT INTO idempotency_keys \
        (actor, hash, person_id, fingerprint, claim, state, claimed_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, 'claimed', $6, $7) ON CONFLICT (actor, hash) DO NOTHING";
    KEY = "SELECT fingerprint, claim, state, status, content_type, body, claimed_at, expires_at \
        FROM idempotency_keys WHERE actor = $1 AND hash = $2";
    TAKE_KEY_OVER = "UPDATE idempotency_keys SET claim = $4, fingerprint = $5, state = 'claimed', status = NULL, \
        content_type = NULL, body = NULL, claimed_at = $6, expires_at = $7 \
        WHERE actor = $1 AND hash = $2 AND claim = $3 AND (state = 'claimed' OR expires_at <= $6)";
    KEY_DONE = "UPDATE idempotency_keys SET state = 'done' \
        WHERE actor = $1 AND hash = $2 AND claim = $3 AND state IN ('claimed', 'done')";
    KEEP_ANSWER = "UPDATE idempotency_keys SET state = 'answered', status = $4, content_type = $5, body = $6 \
        WHERE actor = $1 AND hash = $2 AND claim = $3";
    KEEP_NO_ANSWER = "UPDATE idempotency_keys SET state = 'answered', status = NULL \
        WHERE actor = $1 AND hash = $2 AND claim = $3";
    RELEASE_KEY = "DELETE FROM idempotency_keys \
        WHERE actor = $1 AND hash = $2 AND claim = $3 AND state = 'claimed'";
    FORGET_OLDEST_KEYS = "DELETE FROM idempotency_keys WHERE actor = $1 AND claimed_at < \
        (SELECT claimed_at FROM idempotency_keys WHERE actor = $1 \
        ORDER BY claimed_at DESC LIMIT 1 OFFSET $2)";
    DELETE_EXPIRED_KEYS = "DELETE FROM idempotency_keys WHERE (actor, hash) IN \
        (SELECT actor, hash FROM idempotency_keys WHERE expires_at < $1 ORDER BY expires_at LIMIT 500)";
}

/// Names a request: whose it is, and the hash of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName {
    /// Who sent it.
    pub actor: String,
    /// The hash of the key.
    pub hash: [u8; 32],
}

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Somebody may be carrying it out; nothing is committed.
    Claimed,
    /// What it changed is committed.
    Done,
    /// And its answer is kept.
    Answered,
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// The HTTP status.
    pub status: i64,
    /// The media type, if there was a body.
    pub content_type: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// A request with a key.
#[derive(Debug, Clone)]
pub struct KeyRow {
    /// The request's hash.
    pub fingerprint: Vec<u8>,
    /// The attempt that may carry it out.
    pub claim: i64,
    /// How far it is.
    pub progress: Progress,
    /// Its answer, where one is kept.
    pub answer: Option<AnswerRow>,
    /// When the attempt began.
    pub claimed_at: i64,
    /// From when on the key means nothing any more.
    pub expires_at: i64,
}

/// Claims the key for an attempt; false where it is claimed already.
pub fn claim(
    tx: &mut Tx<'_>,
    name: &KeyName,
    person: i64,
    fingerprint: [u8; 32],
    claim: i64,
    (now, expires_at): (i64, i64),
) -> Result<bool, StoreError> {
    let inserted = tx.run(
        &CLAIM_KEY,
        params![name.actor.as_str(), name.hash, person, fingerprint, claim, now, expires_at],
    )?;
    Ok(inserted == 1)
}

/// What is known of the key.
pub fn get(db: &mut impl Read, name: &KeyName) -> Result<Option<KeyRow>, StoreError> {
    db.opt(&KEY, params![name.actor.as_str(), name.hash])?
        .map(|row| {
            let progress = match row.text(2)?.as_str() {
                "answered" => Progress::Answered,
                "done" => Progress::Done,
                _ => Progress::Claimed,
            };
            let answer = match row.opt_int(3)? {
                Some(status) => Some(AnswerRow {
                    status,
                    content_type: row.opt_text(4)?,
                    body: row.opt_blob(5)?.unwrap_or_default(),
                }),
                None => None,
            };
            Ok(KeyRow {
                fingerprint: row.blob(0)?,
                claim: row.int(1)?,
                progress,
                answer,
                claimed_at: row.int(6)?,
                expires_at: row.int(7)?,
            })
        })
        .transpose()
}

/// Claims the key anew after an attempt of which nothing came, or after its time; false where that
/// attempt got further meanwhile.
pub fn take_over(
    tx: &mut Tx<'_>,
    name: &KeyName,
    from: i64,
    claim: i64,
    fingerprint: [u8; 32],
    (now, expires_at): (i64, i64),
) -> Result<bool, StoreError> {
    let params = params![name.actor.as_str(), name.hash, from, claim, fingerprint, now, expires_at];
    Ok(tx.run(&TAKE_KEY_OVER, params)? == 1)
}

/// Notes that what the request changes is part of this transaction; false where the attempt lost
/// its claim, and so must not commit.
pub fn done(tx: &mut Tx<'_>, name: &KeyName, claim: i64) -> Result<bool, StoreError> {
    Ok(tx.run(&KEY_DONE, params![name.actor.as_str(), name.hash, claim])? == 1)
}

/// Keeps the answer, if the claim still holds.
pub fn keep(
    tx: &mut Tx<'_>,
    name: &KeyName,
    claim: i64,
    answer: &AnswerRow,
) -> Result<(), StoreError> {
    tx.run(
        &KEEP_ANSWER,
        params![
            name.actor.as_str(),
            name.hash,
            claim,
            answer.status,
            answer.content_type.as_deref(),
            &answer.body
        ],
    )?;
    Ok(())
}

/// Notes that the request was answered, and that the answer is not kept.
pub fn keep_none(tx: &mut Tx<'_>, name: &KeyName, claim: i64) -> Result<(), StoreError> {
    tx.run(&KEEP_NO_ANSWER, params![name.actor.as_str(), name.hash, claim])?;
    Ok(())
}

/// Forgets the key, if nothing was changed under this claim.
pub fn release(tx: &mut Tx<'_>, name: &KeyName, claim: i64) -> Result<(), StoreError> {
    tx.run(&RELEASE_KEY, params![name.actor.as_str(), name.hash, claim])?;
    Ok(())
}

/// Forgets the actor's oldest keys, so that about `most` are left.
pub fn forget_oldest(tx: &mut Tx<'_>, actor: &str, most: i64) -> Result<u64, StoreError> {
    tx.run(&FORGET_OLDEST_KEYS, params![actor, most])
}

/// Removes what expired, some hundred rows at a time.
pub fn delete_expired(tx: &mut Tx<'_>, before: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_EXPIRED_KEYS, params![before])
}
