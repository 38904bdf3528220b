//! Applications: programs that act for people, or for themselves.

mod create;
mod delete;
mod key;
mod list;
pub(crate) mod origins;
mod rotate_secret;
mod update;

pub use create::{Created, NewApplication, OWNED_MAX};
pub use delete::Deleted;
pub use rotate_secret::Rotated;
pub use update::ApplicationChanges;

use tiltyard_oauth::{
    client::{Client, ClientKind, GrantKind},
    redirect_uri,
    scope::ScopeSet,
    token_text::{self, TokenKind},
};
use tiltyard_store::{
    Read,
    repo::applications::{self, ApplicationRow},
};

use crate::{Actor, Core, Error, Problems, clock::Millis, error::Result, text};

/// Longest name in characters.
const NAME_MAX: usize = 80;

/// A registered application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Numeric id.
    pub id: i64,
    /// What the protocol needs to know.
    pub client: Client,
    /// Tokens of an earlier epoch are dead.
    pub token_epoch: i64,
    /// When it was registered.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

impl TryFrom<ApplicationRow> for Application {
    type Error = Error;

    fn try_from(row: ApplicationRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            client: serde_json::from_str(&row.client).map_err(|error| {
                Error::internal(format!("application {} cannot be read: {error}", row.id))
            })?,
            token_epoch: row.token_epoch,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// A person may manage their own applications, the operator all.
pub(crate) fn may_manage(actor: &Actor, owner: i64) -> bool {
    match actor {
        Actor::Person { person, operator } => *operator || *person == owner,
        Actor::Operator => true,
        _ => false,
    }
}

/// The application, for whoever may manage it; for others it does not exist.
fn managed(db: &mut impl Read, actor: &Actor, client_id: &str) -> Result<Application> {
    let row = applications::by_client_id(db, client_id)?
        .filter(|row| may_manage(actor, row.owner_id))
        .ok_or(Error::NotFound("application"))?;
    row.try_into()
}

/// Checks what a person chose.
fn check(client: &Client, problems: &mut Problems) {
    if text::is_blank(&client.name) {
        problems.add("name", "can't be blank");
    } else if client.name.chars().count() > NAME_MAX {
        problems.add("name", format!("may have at most {NAME_MAX} characters"));
    } else if text::has_forbidden(&client.name) {
        problems.add("name", text::FORBIDDEN);
    }
    if client.redirect_uris.len() > redirect_uri::MAX_REDIRECT_URIS {
        let most = redirect_uri::MAX_REDIRECT_URIS;
        problems.add("redirect_uris", format!("may be at most {most}"));
    }
    for uri in &client.redirect_uris {
        if let Err(error) = redirect_uri::check_registration(uri, client.kind) {
            problems.add("redirect_uris", format!("cannot contain {uri}: {error}"));
        }
    }
    if client.grants.is_empty() {
        problems.add("grants", "must contain at least one");
    }
    if client.kind == ClientKind::Public && client.may(GrantKind::ClientCredentials) {
        problems.add("grants", "of a public application cannot contain client_credentials");
    }
    for scope in &client.scopes {
        if scope.info().is_none() {
            problems.add("scopes", format!("contain {scope}, which does not exist"));
        }
    }
}

/// Scopes as a person wrote them.
fn parse_scopes(text: &str, problems: &mut Problems) -> ScopeSet {
    text.parse().unwrap_or_else(|error| {
        problems.add("scopes", format!("cannot be read: {error}"));
        ScopeSet::EMPTY
    })
}

impl Core {
    /// A fresh client secret and its hash.
    fn new_secret(&self) -> Result<(String, [u8; 32])> {
        let secret = token_text::generate(TokenKind::ClientSecret, &self.random::<32>()?);
        let hash = token_text::hash(&secret);
        Ok((secret, hash))
    }
}
