//! A person's own account: password, sessions, connected applications, personal keys.

use askama::Template;

use crate::chrome::Chrome;
use crate::moment::Moment;

/// `/account`. Forms, all POST with `csrf`: `/account/password` (`current_password`,
/// `new_password`, checkbox `end_others`), `/account/sessions/{id}/end`,
/// `/account/sessions/end-others`, `/account/connections/{client_id}/disconnect`,
/// `/account/keys` (`name`, `expires` in days or nothing, checkboxes `scope`), `/account/keys/{id}/delete`, `/account/delete` (`delete_password`).
#[derive(Debug, Clone, Template)]
#[template(path = "account/account.html")]
pub struct AccountPage {
    /// Frame.
    pub chrome: Chrome,
    /// User name.
    pub username: String,
    /// E-mail address.
    pub email: String,
    /// What is wrong with the password form.
    pub password: PasswordErrors,
    /// Open sessions, this one first.
    pub sessions: Vec<Session>,
    /// Applications that may act for this person.
    pub connections: Vec<Connection>,
    /// Personal keys.
    pub keys: Vec<Key>,
}

/// Messages beside the fields of the password form.
#[derive(Debug, Clone, Default)]
pub struct PasswordErrors {
    /// About the present password.
    pub current: Option<String>,
    /// About the new one.
    pub new: Option<String>,
    /// About the one that confirms deleting the account.
    pub delete: Option<String>,
}

/// A browser that is signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// Id, as the path of its end form has it.
    pub id: String,
    /// Whether it is the session that asks.
    pub current: bool,
    /// Address last seen.
    pub address: String,
    /// Browser in words, or the raw user agent.
    pub agent: String,
    /// When it was last used.
    pub last_seen: Moment,
    /// When it began.
    pub since: Moment,
}

/// An application that a person connected.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Client id, as the path of its disconnect form has it.
    pub client_id: String,
    /// Name of the application.
    pub name: String,
    /// Who owns it.
    pub owner: String,
    /// Scopes that were allowed.
    pub scopes: Vec<String>,
    /// Since when.
    pub since: Moment,
    /// When it last got a token.
    pub last_used: Option<Moment>,
}

impl Connection {
    /// The scopes in words.
    pub(crate) fn words(&self) -> Vec<&str> {
        self.scopes.iter().map(|scope| crate::catalogue::scope_words(scope)).collect()
    }
}

/// A personal key.
#[derive(Debug, Clone)]
pub struct Key {
    /// Id, as the path of its delete form has it.
    pub id: String,
    /// Name its owner gave it.
    pub name: String,
    /// Last characters of the key.
    pub hint: String,
    /// What it may do; everything that its owner may where there is nothing.
    pub scopes: Option<Vec<String>>,
    /// When it was made.
    pub created: Moment,
    /// When it stops working.
    pub expires: Option<Moment>,
    /// When it was last used.
    pub last_used: Option<Moment>,
    /// From where.
    pub last_address: Option<String>,
}

impl AccountPage {
    /// Whether the person operates the installation.
    pub(crate) fn operator(&self) -> bool {
        self.chrome.signed_in.as_ref().is_some_and(|person| person.operator)
    }

    /// The choice of scopes for a new key.
    pub(crate) fn key_scopes() -> Vec<crate::apps::ScopeChoices> {
        crate::apps::scope_groups(&[])
    }
}
