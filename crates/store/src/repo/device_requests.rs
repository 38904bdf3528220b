//! Requests of devices (RFC 8628), kept under the device code's hash.

use crate::{Read, Row, StoreError, Tx, params, statements};

statements! {
    DEVICE_REQUEST = "SELECT hash, application_id, request, status, person_id, scopes, auth_time, decided_at, \
        interval_ms, polled_at, expires_at, address FROM device_requests WHERE hash = $1";
    DEVICE_REQUEST_BY_USER_CODE = "SELECT hash, application_id, request, status, person_id, scopes, auth_time, decided_at, \
        interval_ms, polled_at, expires_at, address FROM device_requests WHERE user_code = $1";
    INSERT_DEVICE_REQUEST = "INSERT INTO device_requests \
        (hash, user_code, application_id, request, address, status, interval_ms, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7, $8)";
    NOTE_DEVICE_POLL = "UPDATE device_requests SET interval_ms = $2, polled_at = $3 WHERE hash = $1";
    APPROVE_DEVICE_REQUEST = "UPDATE device_requests \
        SET status = 'approved', person_id = $2, scopes = $3, auth_time = $4, decided_at = $5 \
        WHERE hash = $1 AND status = 'pending'";
    DENY_DEVICE_REQUEST = "UPDATE device_requests SET status = 'denied', person_id = $2, decided_at = $3 \
        WHERE hash = $1 AND status = 'pending'";
    DENY_APPROVED_DEVICE_REQUEST = "UPDATE device_requests SET status = 'denied' \
        WHERE hash = $1 AND status = 'approved'";
    DENY_DEVICE_REQUESTS_OF_CONSENT = "UPDATE device_requests SET status = 'denied' \
        WHERE person_id = $1 AND application_id = $2 AND status = 'approved'";
    DENY_DEVICE_REQUESTS_OF_PERSON = "UPDATE device_requests SET status = 'denied' \
        WHERE person_id = $1 AND status = 'approved'";
    REDEEM_DEVICE_REQUEST = "UPDATE device_requests SET status = 'redeemed', family_id = $2 \
        WHERE hash = $1 AND status = 'approved'";
    DELETE_EXPIRED_DEVICE_REQUESTS = "DELETE FROM device_requests WHERE hash IN \
        (SELECT hash FROM device_requests WHERE expires_at < $1 LIMIT $2)";
}

/// A device's request.
#[derive(Debug, Clone)]
pub struct DeviceRow {
    /// The device code's hash.
    pub hash: [u8; 32],
    /// Which application asks.
    pub application_id: i64,
    /// The protocol's record, as JSON.
    pub request: String,
    /// `pending`, `approved`, `denied` or `redeemed`.
    pub status: String,
    /// Who decided.
    pub person_id: Option<i64>,
    /// What was granted, space-separated.
    pub scopes: Option<String>,
    /// When the person who decided had signed in.
    pub auth_time: Option<i64>,
    /// When it was decided.
    pub decided_at: Option<i64>,
    /// How long the device has to wait between two polls, in milliseconds.
    pub interval_ms: i64,
    /// The last poll that was not too early.
    pub polled_at: Option<i64>,
    /// When the code stops working.
    pub expires_at: i64,
    /// The device's address.
    pub address: String,
}

/// A new request.
#[derive(Debug, Clone)]
pub struct NewDeviceRow {
    /// The device code's hash.
    pub hash: [u8; 32],
    /// The user code's keyed hash.
    pub user_code: [u8; 32],
    /// Which application asks.
    pub application_id: i64,
    /// The protocol's record, as JSON.
    pub request: String,
    /// The device's address.
    pub address: String,
    /// How long the device has to wait between two polls, in milliseconds.
    pub interval_ms: i64,
    /// When it was made.
    pub created_at: i64,
    /// When the code stops working.
    pub expires_at: i64,
}

fn from_row(row: &Row) -> Result<DeviceRow, StoreError> {
    Ok(DeviceRow {
        hash: row.array(0)?,
        application_id: row.int(1)?,
        request: row.text(2)?,
        status: row.text(3)?,
        person_id: row.opt_int(4)?,
        scopes: row.opt_text(5)?,
        auth_time: row.opt_int(6)?,
        decided_at: row.opt_int(7)?,
        interval_ms: row.int(8)?,
        polled_at: row.opt_int(9)?,
        expires_at: row.int(10)?,
        address: row.text(11)?,
    })
}

/// The request with this device code's hash.
pub fn get(db: &mut impl Read, hash: [u8; 32]) -> Result<Option<DeviceRow>, StoreError> {
    db.opt(&DEVICE_REQUEST, params![hash])?.as_ref().map(from_row).transpose()
}

/// The request with this user code's keyed hash.
pub fn by_user_code(
    db: &mut impl Read,
    user_code: [u8; 32],
) -> Result<Option<DeviceRow>, StoreError> {
    db.opt(&DEVICE_REQUEST_BY_USER_CODE, params![user_code])?.as_ref().map(from_row).transpose()
}

/// Adds a request.
pub fn insert(tx: &mut Tx<'_>, request: &NewDeviceRow) -> Result<(), StoreError> {
    tx.run_one(
        &INSERT_DEVICE_REQUEST,
        params![
            request.hash,
            request.user_code,
            request.application_id,
            request.request.as_str(),
            request.address.as_str(),
            request.interval_ms,
            request.created_at,
            request.expires_at
        ],
    )
}

/// Notes a poll: the interval from now on and the last poll in time.
pub fn note_poll(
    tx: &mut Tx<'_>,
    hash: [u8; 32],
    interval_ms: i64,
    polled_at: Option<i64>,
) -> Result<(), StoreError> {
    tx.run_one(&NOTE_DEVICE_POLL, params![hash, interval_ms, polled_at])
}

/// Marks the request allowed by the person; false if it was decided before.
pub fn approve(
    tx: &mut Tx<'_>,
    hash: [u8; 32],
    person: i64,
    scopes: &str,
    auth_time: i64,
    now: i64,
) -> Result<bool, StoreError> {
    Ok(tx.run(&APPROVE_DEVICE_REQUEST, params![hash, person, scopes, auth_time, now])? == 1)
}

/// Marks the request refused by the person; false if it was decided before.
pub fn deny(tx: &mut Tx<'_>, hash: [u8; 32], person: i64, now: i64) -> Result<bool, StoreError> {
    Ok(tx.run(&DENY_DEVICE_REQUEST, params![hash, person, now])? == 1)
}

/// Takes an approval back whose tokens were not handed out.
pub fn take_back(tx: &mut Tx<'_>, hash: [u8; 32]) -> Result<bool, StoreError> {
    Ok(tx.run(&DENY_APPROVED_DEVICE_REQUEST, params![hash])? == 1)
}

/// Takes the approvals back that a consent had led to.
pub fn deny_of_consent(tx: &mut Tx<'_>, person: i64, application: i64) -> Result<u64, StoreError> {
    tx.run(&DENY_DEVICE_REQUESTS_OF_CONSENT, params![person, application])
}

/// Marks an allowed request as used up; false if it was before, or is not allowed.
pub fn redeem(tx: &mut Tx<'_>, hash: [u8; 32], family: i64) -> Result<bool, StoreError> {
    Ok(tx.run(&REDEEM_DEVICE_REQUEST, params![hash, family])? == 1)
}

/// Removes at most `most` of what expired; how many.
pub fn delete_expired(tx: &mut Tx<'_>, before: i64, most: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_EXPIRED_DEVICE_REQUESTS, params![before, most])
}

/// Denies what the person has approved and no device has fetched yet; how many.
pub fn deny_of_person(tx: &mut Tx<'_>, person: i64) -> Result<u64, StoreError> {
    tx.run(&DENY_DEVICE_REQUESTS_OF_PERSON, params![person])
}
