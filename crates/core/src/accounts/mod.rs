//! People's accounts: signing up, signing in, sessions, passwords.

mod api_keys;
mod change_password;
mod delete;
mod form_token;
mod known_browser;
mod new_password;
mod operate;
mod profile;
mod session;
mod setup;
mod sign_in;
mod sign_up;

pub use api_keys::{ApiKey, NewApiKey};
pub use change_password::ChangePassword;
pub use operate::{Account, Ended};
pub use profile::{DisplayName, NAMES_MAX};
pub use session::{Session, SessionSummary};
pub use sign_in::{NewSession, SignIn};
pub use sign_up::NewPerson;

pub(crate) use session::signed_in;

use tiltyard_store::repo::people::PersonRow;

use crate::{Actor, clock::Millis};

/// Where a request to our pages comes from; kept with the session and in the audit.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The client's address; empty for the command line.
    pub address: String,
    /// The browser's own description, cut to a sane length.
    pub user_agent: String,
}

/// An account, as others may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Numeric id.
    pub id: i64,
    /// The stable subject identifier.
    pub uuid: String,
    /// Name for signing in and for showing.
    pub username: String,
    /// E-mail address.
    pub email: String,
    /// Whether they operate this installation.
    pub operator: bool,
    /// When the account was made.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        Self {
            id: row.id,
            uuid: row.uuid,
            username: row.username,
            email: row.email,
            operator: row.operator,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl Person {
    /// The person as an actor on our own pages.
    pub const fn actor(&self) -> Actor {
        Actor::Person { person: self.id, operator: self.operator }
    }
}

/// The form under which user names and e-mail addresses are unique and looked up.
pub(crate) fn login_key(text: &str) -> String {
    text.trim().to_lowercase()
}
