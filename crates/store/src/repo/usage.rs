//! Tokens that applications were given, summed up by day and grant.

use crate::{Read, StoreError, Tx, params, statements};

statements! {
    ADD_USAGE = "INSERT INTO application_usage (application_id, day, kind, tokens, last_at) \
        SELECT a.id, CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS BIGINT) \
        FROM applications a WHERE a.id = $1 \
        ON CONFLICT (application_id, day, kind) DO UPDATE SET \
        tokens = application_usage.tokens + excluded.tokens, \
        last_at = CASE WHEN excluded.last_at > application_usage.last_at \
            THEN excluded.last_at ELSE application_usage.last_at END";
    USAGE_OF_APPLICATION = "SELECT kind, \
        CAST(SUM(CASE WHEN day >= $2 THEN tokens ELSE 0 END) AS BIGINT), MAX(last_at) \
        FROM application_usage WHERE application_id = $1 GROUP BY kind ORDER BY kind";
    LAST_USE_OF_OWNED = "SELECT u.application_id, MAX(u.last_at) FROM applications a \
        JOIN application_usage u ON u.application_id = a.id WHERE a.owner_id = $1 \
        GROUP BY u.application_id";
    DELETE_OLD_USAGE = "DELETE FROM application_usage WHERE (application_id, day, kind) IN \
        (SELECT application_id, day, kind FROM application_usage WHERE last_at < $1 ORDER BY last_at LIMIT 500)";
}

/// How an application used one grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRow {
    /// The grant's name.
    pub kind: String,
    /// Tokens since the day that was asked for.
    pub tokens: i64,
    /// When the last one was given, ever.
    pub last_at: i64,
}

/// Adds tokens to an application's day; nothing where it was removed meanwhile.
pub fn add(
    tx: &mut Tx<'_>,
    application: i64,
    day: i64,
    kind: &str,
    (tokens, last_at): (i64, i64),
) -> Result<(), StoreError> {
    tx.run(&ADD_USAGE, params![application, day, kind, tokens, last_at])?;
    Ok(())
}

/// What the application used, grant by grant; tokens are counted from the day on.
pub fn of_application(
    db: &mut impl Read,
    application: i64,
    since_day: i64,
) -> Result<Vec<UsageRow>, StoreError> {
    db.all(&USAGE_OF_APPLICATION, params![application, since_day])?
        .iter()
        .map(|row| Ok(UsageRow { kind: row.text(0)?, tokens: row.int(1)?, last_at: row.int(2)? }))
        .collect()
}

/// When each of the person's applications was last given a token, by application.
pub fn last_of_owner(db: &mut impl Read, owner: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    db.all(&LAST_USE_OF_OWNED, params![owner])?
        .iter()
        .map(|row| Ok((row.int(0)?, row.int(1)?)))
        .collect()
}

/// Removes some of what was last used before then; how many rows.
pub fn delete_old(tx: &mut Tx<'_>, before: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_OLD_USAGE, params![before])
}
