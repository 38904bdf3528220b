//! Addresses that tournaments have left.

use crate::{Read, StoreError, Tx, params, statements};

statements! {
    LEAVE_ADDRESS = "INSERT INTO former_addresses (slug_key, tournament_id, left_at) VALUES ($1, $2, $3) \
        ON CONFLICT (slug_key) DO UPDATE SET tournament_id = excluded.tournament_id, left_at = excluded.left_at";
    FORGET_ADDRESSES = "DELETE FROM former_addresses WHERE tournament_id = $1 AND slug_key IN \
        (SELECT slug_key FROM former_addresses WHERE tournament_id = $1 \
        ORDER BY left_at DESC, slug_key LIMIT 1000 OFFSET $2)";
    MOVED_TO = "SELECT t.slug FROM former_addresses a JOIN tournaments t ON t.id = a.tournament_id \
        WHERE a.slug_key = $1 AND t.private = FALSE \
        AND NOT EXISTS (SELECT 1 FROM tournaments there WHERE there.slug_key = $1)";
}

/// Addresses of one tournament that are remembered: the latest.
const REMEMBERED: i64 = 20;

/// Notes that a tournament had this address (lower-cased by the caller) until now.
pub fn leave(tx: &mut Tx<'_>, id: i64, slug_key: &str, now: i64) -> Result<(), StoreError> {
    tx.run(&LEAVE_ADDRESS, params![slug_key, id, now])?;
    tx.run(&FORGET_ADDRESSES, params![id, REMEMBERED])?;
    Ok(())
}

/// The address of the public tournament that had this one (lower-cased by the caller), unless there is
/// another now.
pub fn moved_to(db: &mut impl Read, slug_key: &str) -> Result<Option<String>, StoreError> {
    if super::is_no_text(slug_key) {
        return Ok(None);
    }
    db.opt(&MOVED_TO, params![slug_key])?.map(|row| row.text(0)).transpose()
}
