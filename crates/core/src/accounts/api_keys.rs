//! Personal keys: they act for their owner, as signing in does, wherever an API takes them.

use tiltyard_oauth::{
    scope::ScopeSet,
    scope_registry::Holder,
    token_text::{self, TokenKind},
};
use tiltyard_store::repo::{
    api_keys::{self, ApiKeyRow},
    people, sequences,
};

use super::Origin;
use crate::{
    Actor, Core, Error,
    applications::may_manage,
    audit,
    clock::{DAY, Millis},
    error::Result,
};

/// Longest name in characters.
const NAME_MAX: usize = 80;
/// Longest life of a key that is given one, in days.
const DAYS_MAX: u32 = 3_650;
/// Most keys of one person.
const KEYS_MAX: usize = 50;

/// A key, as its owner sees it after it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Id.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// Its last characters.
    pub hint: String,
    /// When it was made.
    pub created_at: Millis,
    /// What it may do; everything that its owner may where there is nothing.
    pub scopes: Option<ScopeSet>,
    /// When it stops working.
    pub expires_at: Option<Millis>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Millis>,
    /// From where.
    pub last_used_address: Option<String>,
}

/// What a new key is made of.
#[derive(Debug, Clone, Default)]
pub struct NewApiKey {
    /// What its owner calls it.
    pub name: String,
    /// What it may do, space-separated; everything that its owner may where there is nothing.
    pub scopes: Option<String>,
    /// After how many days it stops working; never where there is nothing.
    pub days: Option<u32>,
}

impl From<ApiKeyRow> for ApiKey {
    fn from(row: ApiKeyRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            hint: row.hint,
            created_at: row.created_at,
            // What was written was checked; what cannot be read opens nothing.
            scopes: row.scopes.map(|scopes| scopes.parse().unwrap_or_default()),
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            last_used_address: row.last_used_address,
        }
    }
}

/// The scopes of a key: any that a person can give an application.
fn key_scopes(text: &str) -> Result<ScopeSet> {
    let scopes: ScopeSet = text
        .parse()
        .map_err(|error| Error::invalid("scope", format!("cannot be read: {error}")))?;
    if scopes.is_empty() {
        return Err(Error::invalid("scope", "must name at least one scope, or be left out"));
    }
    for scope in &scopes {
        if scope.info().is_none_or(|info| !info.fits(Holder::Person)) {
            return Err(Error::invalid(
                "scope",
                format!("contains {scope}, which no key can have"),
            ));
        }
    }
    Ok(scopes)
}

impl Core {
    /// Makes a key for the person; its text is not kept readable.
    pub async fn create_api_key(
        &self,
        actor: &Actor,
        owner: i64,
        new: NewApiKey,
        origin: Origin,
    ) -> Result<(ApiKey, String)> {
        if !may_manage(actor, owner) {
            return Err(Error::Forbidden("keys are made by their owner".to_owned()));
        }
        let name = match new.name.trim() {
            "" => "API key",
            name => name,
        };
        if name.chars().count() > NAME_MAX {
            return Err(Error::invalid("name", format!("may have at most {NAME_MAX} characters")));
        }
        if name.chars().any(char::is_control) {
            return Err(Error::invalid("name", "must not contain control characters"));
        }
        let scopes = new.scopes.as_deref().map(key_scopes).transpose()?;
        if new.days.is_some_and(|days| !(1..=DAYS_MAX).contains(&days)) {
            return Err(Error::invalid(
                "expires",
                format!("must be 1 to {DAYS_MAX} days from now"),
            ));
        }
        let text = token_text::generate(TokenKind::PersonalKey, &self.random::<32>()?);
        let hash = token_text::hash(&text);
        let row = ApiKeyRow {
            id: 0,
            person_id: owner,
            name: name.to_owned(),
            hint: text.chars().skip(text.chars().count().saturating_sub(4)).collect(),
            created_at: self.now(),
            scopes: scopes.map(|scopes| scopes.to_string()),
            expires_at: new.days.map(|days| self.now() + i64::from(days) * DAY),
            last_used_at: None,
            last_used_address: None,
        };
        let now = self.now();
        let actor = actor.clone();
        let key = self
            .0
            .store
            .write(move |tx| -> Result<ApiKey> {
                if people::get(tx, owner)?.is_none() {
                    return Err(Error::NotFound("person"));
                }
                if api_keys::of_person(tx, owner)?.len() >= KEYS_MAX {
                    return Err(Error::invalid(
                        "name",
                        format!("cannot be used: {KEYS_MAX} keys are the most, delete one first"),
                    ));
                }
                let row = ApiKeyRow { id: tx.next_id(sequences::API_KEY)?, ..row.clone() };
                api_keys::insert(tx, &row, hash)?;
                audit::Event::ok("api_key.create", &actor, &origin.address)
                    .person(owner)
                    .detail(format!("key {}", row.id))
                    .write(tx, now)?;
                Ok(row.into())
            })
            .await?;
        Ok((key, text))
    }

    /// The person's keys, oldest first.
    pub async fn api_keys(&self, actor: &Actor) -> Result<Vec<ApiKey>> {
        let person = super::session::signed_in(actor)?;
        let rows =
            self.0.store.read(move |rx| -> Result<_> { Ok(api_keys::of_person(rx, person)?) });
        Ok(rows.await?.into_iter().map(ApiKey::from).collect())
    }

    /// Removes a key of the person: it stops working at once.
    pub async fn delete_api_key(&self, actor: &Actor, id: i64, origin: Origin) -> Result<()> {
        let person = super::session::signed_in(actor)?;
        let now = self.now();
        let actor = actor.clone();
        self.0
            .store
            .write(move |tx| -> Result<()> {
                if !api_keys::delete(tx, id, person)? {
                    return Err(Error::NotFound("key"));
                }
                audit::Event::ok("api_key.delete", &actor, &origin.address)
                    .person(person)
                    .detail(format!("key {id}"))
                    .write(tx, now)?;
                Ok(())
            })
            .await
    }
}
