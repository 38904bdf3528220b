//! What the use cases need to know of the configuration.

use tiltyard_oauth::device;

use crate::{
    clock::{DAY, HOUR, MINUTE, Millis},
    limits::LimitSettings,
    quota::QuotaSettings,
    tournaments::attachments::AttachmentSettings,
};

/// Settings of one installation.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The public address without a trailing slash: issuer, and base of every link.
    pub public_url: String,
    /// The name people see.
    pub site_name: String,
    /// Whether anybody may make an account.
    pub open_signup: bool,
    /// How many passwords may be hashed at once.
    pub parallel_hashes: usize,
    /// A session unused for this long ends.
    pub session_idle: Millis,
    /// A session this old ends.
    pub session_absolute: Millis,
    /// How long an authorization code may be exchanged.
    pub code_lifetime: Millis,
    /// How long a device's codes work.
    pub device_lifetime: Millis,
    /// How long a device waits between two polls.
    pub device_interval: Millis,
    /// A grant unused for this long ends.
    pub refresh_idle: Millis,
    /// A grant this old ends.
    pub refresh_absolute: Millis,
    /// How long a retired refresh token still gets its unused successor; `None` for as long as the
    /// grant lives, 0 for never.
    pub refresh_grace: Option<Millis>,
    /// How long a consent page may stay open.
    pub consent_lifetime: Millis,
    /// How long the first person's link works.
    pub setup_lifetime: Millis,
    /// How long a replaced client secret goes on working.
    pub secret_overlap: Millis,
    /// Whether the implicit grant may give scopes that change something.
    pub implicit_writes: bool,
    /// How long before it signs a new key is published.
    pub key_publication: Millis,
    /// A signing key of this age is replaced.
    pub key_age: Millis,
    /// How long security events are kept.
    pub audit_retention: Millis,
    /// How long the answer to a request with a key of the client's is kept.
    pub idempotency_lifetime: Millis,
    /// How often a stream looks whether its credential still opens what it shows.
    pub stream_check: Millis,
    /// Streams that one credential may have open on a node.
    pub streams_per_credential: u32,
    /// Streams that one address may have open on a node.
    pub streams_per_address: u32,
    /// Quotas of API requests.
    pub quotas: QuotaSettings,
    /// Limits on guessing and on unfinished requests.
    pub limits: LimitSettings,
    /// Bounds on what is attached to matches.
    pub attachments: AttachmentSettings,
}

impl Settings {
    /// The defaults for an installation at this address.
    pub fn at(public_url: impl Into<String>) -> Self {
        Self {
            public_url: public_url.into().trim_end_matches('/').to_owned(),
            site_name: "Tiltyard".to_owned(),
            open_signup: true,
            parallel_hashes: 2,
            session_idle: 14 * DAY,
            session_absolute: 90 * DAY,
            code_lifetime: MINUTE,
            device_lifetime: device::LIFETIME_MS,
            device_interval: device::INTERVAL_MS,
            refresh_idle: 90 * DAY,
            refresh_absolute: 365 * DAY,
            refresh_grace: None,
            consent_lifetime: 30 * MINUTE,
            setup_lifetime: DAY,
            secret_overlap: DAY,
            implicit_writes: true,
            key_publication: 10 * MINUTE,
            key_age: 90 * DAY,
            audit_retention: 400 * DAY,
            idempotency_lifetime: DAY,
            stream_check: 15_000,
            streams_per_credential: 20,
            streams_per_address: 200,
            quotas: QuotaSettings::default(),
            limits: LimitSettings::default(),
            attachments: AttachmentSettings::default(),
        }
    }

    /// The longest life that an access token of any preset has; revocations are kept this long.
    pub const fn longest_access_token(&self) -> Millis {
        7 * DAY + HOUR
    }
}
