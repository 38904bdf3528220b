//! Security events in plain words.

use askama::Template;

use crate::{
    chrome::{Chrome, Link},
    moment::Moment,
};

/// `/account/log`, `/apps/{client_id}/log` and `/admin/log`. The operators' page has a form by GET with
/// the fields `person`, `application` (client identifier) and `event`.
#[derive(Debug, Clone, Template)]
#[template(path = "log.html")]
pub struct LogPage {
    /// Frame.
    pub chrome: Chrome,
    /// Heading.
    pub title: String,
    /// Whose events these are, in a sentence.
    pub lede: String,
    /// Where the page belongs.
    pub back: Link,
    /// The operators' filter.
    pub filter: Option<LogFilter>,
    /// The events, latest first.
    pub entries: Vec<LogEntry>,
    /// The address of older ones.
    pub older: Option<String>,
}

/// What operators look for.
#[derive(Debug, Clone, Default)]
pub struct LogFilter {
    /// User name, e-mail address or id.
    pub person: String,
    /// Client identifier.
    pub application: String,
    /// Dotted name of the event.
    pub event: String,
}

/// A security event.
#[derive(Debug, Clone)]
pub struct LogEntry {
    /// When.
    pub at: Moment,
    /// Dotted name.
    pub event: String,
    /// Whether it came to pass.
    pub ok: bool,
    /// Who did it.
    pub actor: String,
    /// From where; empty for the command line.
    pub address: String,
    /// The application it concerns.
    pub application: Option<String>,
    /// Anything else.
    pub detail: String,
}

impl LogEntry {
    /// What happened, in words.
    pub(crate) fn words(&self) -> &str {
        match (self.event.as_str(), self.ok) {
            ("session.begin", true) => "Signed in",
            ("session.begin", false) => "Sign-in failed",
            ("session.end", _) => "Signed out",
            ("session.end_others", _) => "All other sessions ended",
            ("person.create", _) => "Account made",
            ("person.lock", _) => "Account locked",
            ("person.unlock", _) => "Account unlocked",
            ("person.delete", _) => "Account deleted",
            ("password.change", _) => "Password changed",
            ("password.reset", _) => "Password reset by an operator",
            ("consent.give", true) => "Application allowed",
            ("consent.give", false) => "Application denied",
            ("consent.withdraw", _) => "Application disconnected",
            ("code.reuse", _) => "A used authorization code came back: its grant was revoked",
            ("refresh.reuse", _) => "A used refresh token came back: its grant was revoked",
            ("token.revoke", _) => "Token revoked",
            ("device.approve" | "device.allow", true) => "Device allowed",
            ("device.deny", _) | ("device.approve" | "device.allow", false) => "Device denied",
            ("api_key.create", _) => "Personal key made",
            ("api_key.delete", _) => "Personal key deleted",
            ("application.create", _) => "Application registered",
            ("application.update", _) => "Application changed",
            ("application.rotate_secret", _) => "Application's secret replaced",
            ("application.rotate_key", _) => "Application's API key replaced",
            ("application.delete", _) => "Application deleted",
            ("keys.rotate", _) => "Signing key replaced",
            ("community.create", _) => "Community made",
            ("community.update", _) => "Community changed",
            ("community.delete", _) => "Community deleted",
            ("community.member.add", _) => "Member added to a community",
            ("community.member.role", _) => "Role of a community's member changed",
            ("community.member.remove", _) => "Member taken out of a community",
            ("tournament.delete", _) => "Tournament deleted",
            ("installation.restore", _) => "Backup put back: every token and session ended",
            (other, _) => other,
        }
    }
}
