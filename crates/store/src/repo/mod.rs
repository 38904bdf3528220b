//! Rows and statements, one file a table. A function here does one thing to one table inside the
//! caller's transaction; what may be done, and in which order, is decided by the use cases.

pub mod addresses;
pub mod api_keys;
pub mod api_requests;
pub mod application_keys;
pub mod applications;
pub mod attachments;
pub mod audit;
pub mod codes;
pub mod communities;
pub mod consents;
pub mod device_requests;
pub mod facts;
pub mod families;
pub mod idempotency;
pub mod journal;
pub mod matches;
pub mod participants;
pub mod people;
pub mod predictions;
pub mod pushed_requests;
pub mod requests;
pub mod revocations;
pub mod secrets;
pub mod sessions;
pub mod signing_keys;
pub mod tournaments;
pub mod usage;

use crate::Sql;

/// Every statement of every table, so that a test can prepare each of them on both engines.
pub fn statements() -> Vec<&'static Sql> {
    [
        addresses::ALL,
        api_keys::ALL,
        api_requests::ALL,
        application_keys::ALL,
        applications::ALL,
        attachments::ALL,
        audit::ALL,
        codes::ALL,
        communities::ALL,
        consents::ALL,
        device_requests::ALL,
        facts::ALL,
        families::ALL,
        idempotency::ALL,
        journal::ALL,
        matches::ALL,
        participants::ALL,
        people::ALL,
        predictions::ALL,
        pushed_requests::ALL,
        requests::ALL,
        revocations::ALL,
        secrets::ALL,
        sessions::ALL,
        signing_keys::ALL,
        tournaments::ALL,
        usage::ALL,
    ]
    .concat()
}

/// Most rows that one call of a `delete_expired` removes: a transaction that everybody waits behind
/// stays short. Whoever purges calls again while it is this many.
pub const PURGED_AT_ONCE: u64 = 500;

/// Whether no row can hold this text: PostgreSQL takes no U+0000 in TEXT, and fails where one is
/// looked for.
fn is_no_text(text: &str) -> bool {
    text.contains('\0')
}

/// The sequences from which ids are taken.
pub mod sequences {
    use crate::Sequence;

    /// People.
    pub const PERSON: Sequence = Sequence("person");
    /// Browser sessions.
    pub const SESSION: Sequence = Sequence("session");
    /// Applications (OAuth clients).
    pub const APPLICATION: Sequence = Sequence("application");
    /// Client secrets.
    pub const SECRET: Sequence = Sequence("secret");
    /// Personal API keys.
    pub const API_KEY: Sequence = Sequence("api_key");
    /// Token families.
    pub const FAMILY: Sequence = Sequence("family");
    /// Revocations.
    pub const REVOCATION: Sequence = Sequence("revocation");
    /// Audit rows.
    pub const AUDIT: Sequence = Sequence("audit");
    /// Tournaments.
    pub const TOURNAMENT: Sequence = Sequence("tournament");
    /// Participants.
    pub const PARTICIPANT: Sequence = Sequence("participant");
    /// Matches.
    pub const MATCH: Sequence = Sequence("match");
    /// Groups of group stages.
    pub const GROUP: Sequence = Sequence("group");
    /// Attachments of matches.
    pub const ATTACHMENT: Sequence = Sequence("attachment");
    /// Communities.
    pub const COMMUNITY: Sequence = Sequence("community");
}

impl crate::Tx<'_> {
    /// The next id of the sequence.
    pub fn next_id(&mut self, sequence: crate::Sequence) -> Result<i64, crate::StoreError> {
        self.next_ids(sequence, 1)?.first().copied().ok_or(crate::StoreError::RowCount {
            statement: "next_id",
            expected: 1,
            got: 0,
        })
    }
}
