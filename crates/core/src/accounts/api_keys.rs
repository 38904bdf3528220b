//! Personal keys: they act for their owner, as signing in does, wherever an API takes them.

use tiltyard_oauth::token_text::{self, TokenKind};
use tiltyard_store::repo::{
    api_keys::{self, ApiKeyRow},
    people, sequences,
};

use super::Origin;
use crate::{Actor, Core, Error, applications::may_manage, audit, clock::Millis, error::Result};

/// Longest name in characters.
const NAME_MAX: usize = 80;
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
}

impl From<ApiKeyRow> for ApiKey {
    fn from(row: ApiKeyRow) -> Self {
        Self { id: row.id, name: row.name, hint: row.hint, created_at: row.created_at }
    }
}

impl Core {
    /// Makes a key for the person; its text is not kept readable.
    pub async fn create_api_key(
        &self,
        actor: &Actor,
        owner: i64,
        name: &str,
        origin: Origin,
    ) -> Result<(ApiKey, String)> {
        if !may_manage(actor, owner) {
            return Err(Error::Forbidden("keys are made by their owner".to_owned()));
        }
        let name = match name.trim() {
            "" => "API key",
            name => name,
        };
        if name.chars().count() > NAME_MAX {
            return Err(Error::invalid("name", format!("may have at most {NAME_MAX} characters")));
        }
        if name.chars().any(char::is_control) {
            return Err(Error::invalid("name", "must not contain control characters"));
        }
        let text = token_text::generate(TokenKind::PersonalKey, &self.random::<32>()?);
        let hash = token_text::hash(&text);
        let row = ApiKeyRow {
            id: 0,
            person_id: owner,
            name: name.to_owned(),
            hint: text.chars().skip(text.chars().count().saturating_sub(4)).collect(),
            created_at: self.now(),
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
