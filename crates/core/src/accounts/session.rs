//! Sessions in use: who is behind a cookie, and the list on the account page.

use std::collections::HashMap;

use tiltyard_oauth::token_text::{self, TokenKind};
use tiltyard_store::repo::{people, sessions};

use super::{Origin, Person};
use crate::{
    Actor, Core, Error, audit,
    clock::{MINUTE, Millis},
    error::Result,
};

/// A browser session that is valid now.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id.
    pub id: i64,
    /// Who is signed in.
    pub person: Person,
    /// When they signed in (`auth_time`).
    pub signed_in_at: Millis,
}

/// A line of the list of sessions.
#[derive(Debug, Clone)]
pub struct SessionSummary {
    /// Its id.
    pub id: i64,
    /// The browser's own description.
    pub user_agent: String,
    /// The address from which it was begun.
    pub address: String,
    /// When it was begun.
    pub created_at: Millis,
    /// When it was last used, to the minute.
    pub last_seen_at: Millis,
}

impl Core {
    /// The session of this cookie, if it is alive.
    pub async fn session(&self, token: &str) -> Result<Option<Session>> {
        if token_text::parse(TokenKind::Session, token).is_err() {
            return Ok(None);
        }
        let hash = token_text::hash(token);
        let found = self
            .0
            .store
            .read(move |rx| -> Result<_> {
                let Some(session) = sessions::by_hash(rx, hash)? else { return Ok(None) };
                Ok(people::get(rx, session.person_id)?.map(|person| (session, person)))
            })
            .await?;
        let Some((row, person)) = found else { return Ok(None) };
        let now = self.now();
        let settings = self.settings();
        if person.locked_at.is_some()
            || now - row.last_seen_at > settings.session_idle
            || now - row.created_at > settings.session_absolute
        {
            return Ok(None);
        }
        if now - row.last_seen_at > MINUTE {
            let id = row.id;
            let touched = self
                .0
                .store
                .write(move |tx| -> Result<()> { Ok(sessions::touch(tx, id, now)?) })
                .await;
            // A full disk is no reason to keep people from reading.
            if let Err(error) = touched {
                tracing::warn!(?error, "cannot note that a session is in use");
            }
        }
        Ok(Some(Session { id: row.id, person: person.into(), signed_in_at: row.created_at }))
    }

    /// The person's sessions that are alive, latest first.
    pub async fn sessions(&self, actor: &Actor) -> Result<Vec<SessionSummary>> {
        let person = signed_in(actor)?;
        let rows = self
            .0
            .store
            .read(move |rx| -> Result<_> { Ok(sessions::of_person(rx, person)?) })
            .await?;
        let now = self.now();
        let settings = self.settings();
        Ok(rows
            .into_iter()
            .filter(|row| {
                now - row.last_seen_at <= settings.session_idle
                    && now - row.created_at <= settings.session_absolute
            })
            .map(|row| SessionSummary {
                id: row.id,
                user_agent: row.user_agent,
                address: row.address,
                created_at: row.created_at,
                last_seen_at: row.last_seen_at,
            })
            .collect())
    }

    /// Ends one of the person's sessions.
    pub async fn end_session(&self, actor: &Actor, id: i64, origin: Origin) -> Result<()> {
        let person = signed_in(actor)?;
        let now = self.now();
        let actor = actor.clone();
        self.0
            .store
            .write(move |tx| -> Result<()> {
                if !sessions::delete(tx, id, person)? {
                    return Err(Error::NotFound("session"));
                }
                audit::Event::ok("session.end", &actor, &origin.address)
                    .person(person)
                    .write(tx, now)?;
                Ok(())
            })
            .await
    }

    /// Ends the person's sessions but this one; how many.
    pub async fn end_other_sessions(
        &self,
        actor: &Actor,
        keep: i64,
        origin: Origin,
    ) -> Result<u64> {
        let person = signed_in(actor)?;
        let now = self.now();
        let actor = actor.clone();
        self.0
            .store
            .write(move |tx| -> Result<u64> {
                let ended = sessions::delete_others(tx, person, keep)?;
                audit::Event::ok("session.end_others", &actor, &origin.address)
                    .person(person)
                    .detail(format!("{ended} sessions"))
                    .write(tx, now)?;
                Ok(ended)
            })
            .await
    }

    /// The person with this user name or e-mail address, for the operator.
    pub async fn person_by_login(&self, actor: &Actor, login: &str) -> Result<Person> {
        if !actor.is_operator() {
            return Err(Error::Forbidden("only the operator may look people up".to_owned()));
        }
        let login = super::login_key(login);
        let row =
            self.0.store.read(move |rx| -> Result<_> { Ok(people::by_login(rx, &login)?) }).await?;
        row.map(Person::from).ok_or(Error::NotFound("person"))
    }

    /// The user name of the person with this id, for showing next to what is theirs.
    pub async fn username(&self, id: i64) -> Result<Option<String>> {
        let row = self.0.store.read(move |rx| -> Result<_> { Ok(people::get(rx, id)?) }).await?;
        Ok(row.map(|person| person.username))
    }

    /// The user names of these people, for lists.
    pub async fn usernames(&self, mut ids: Vec<i64>) -> Result<HashMap<i64, String>> {
        ids.sort_unstable();
        ids.dedup();
        self.0
            .store
            .read(move |rx| -> Result<_> {
                let mut names = HashMap::with_capacity(ids.len());
                for id in ids {
                    if let Some(person) = people::get(rx, id)? {
                        names.insert(id, person.username);
                    }
                }
                Ok(names)
            })
            .await
    }
}

/// The person on our own pages; other actors have no business with accounts.
pub(crate) fn signed_in(actor: &Actor) -> Result<i64> {
    match actor {
        Actor::Person { person, .. } => Ok(*person),
        _ => Err(Error::Unauthenticated("sign in first".to_owned())),
    }
}
