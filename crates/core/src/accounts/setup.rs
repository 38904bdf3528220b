//! The one-time link with which the first person becomes the operator.

use tiltyard_oauth::token_text::{self, TokenKind};
use tiltyard_store::{
    Tx,
    repo::{facts, people},
};

use super::{NewPerson, Origin, Person};
use crate::{Actor, Core, Error, clock::Millis, error::Result};

/// The fact that holds the link's hash and expiry, `hash:millis`.
const FACT: &str = "setup_link";

fn hex(hash: [u8; 32]) -> String {
    use std::fmt::Write as _;
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Uses the link up within the transaction that makes the account.
pub(super) fn use_up(tx: &mut Tx<'_>, hash: &str, now: Millis) -> Result<()> {
    if !valid(facts::get(tx, FACT)?.as_deref(), hash, now) || people::any_operator(tx)? {
        return Err(Error::NotFound("setup link"));
    }
    facts::delete(tx, FACT)?;
    Ok(())
}

fn valid(fact: Option<&str>, hash: &str, now: Millis) -> bool {
    fact.and_then(|fact| fact.split_once(':')).is_some_and(|(stored, expires)| {
        stored == hash && expires.parse::<i64>().is_ok_and(|expires| now < expires)
    })
}

impl Core {
    /// A fresh one-time link's token, if nobody operates this installation yet; earlier links stop working.
    pub async fn new_setup_link(&self) -> Result<Option<String>> {
        let token = token_text::generate(TokenKind::SetupLink, &self.random::<32>()?);
        let fact = format!(
            "{}:{}",
            hex(token_text::hash(&token)),
            self.now() + self.settings().setup_lifetime
        );
        let made = self
            .0
            .store
            .write(move |tx| -> Result<bool> {
                if people::any_operator(tx)? {
                    return Ok(false);
                }
                facts::set(tx, FACT, &fact)?;
                Ok(true)
            })
            .await?;
        Ok(made.then_some(token))
    }

    /// Whether nobody operates this installation yet.
    pub async fn has_no_operator(&self) -> Result<bool> {
        self.0.store.read(|rx| -> Result<bool> { Ok(!people::any_operator(rx)?) }).await
    }

    /// Whether nobody has an account yet.
    pub async fn is_unclaimed(&self) -> Result<bool> {
        self.0.store.read(|rx| -> Result<bool> { Ok(!people::any(rx)?) }).await
    }

    /// Whether this token is a link that works now.
    pub async fn setup_link_is_valid(&self, token: &str) -> Result<bool> {
        let hash = hex(token_text::hash(token));
        let now = self.now();
        self.0
            .store
            .read(move |rx| -> Result<bool> {
                Ok(valid(facts::get(rx, FACT)?.as_deref(), &hash, now)
                    && !people::any_operator(rx)?)
            })
            .await
    }

    /// Makes the first account, the operator's.
    pub async fn set_up(&self, token: &str, new: NewPerson, origin: Origin) -> Result<Person> {
        if !self.setup_link_is_valid(token).await? {
            return Err(Error::NotFound("setup link"));
        }
        let hash = hex(token_text::hash(token));
        self.create_person(
            NewPerson { operator: true, ..new },
            Actor::Anonymous,
            origin,
            Some(hash),
        )
        .await
    }
}
