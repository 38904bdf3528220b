//! Signing in and out.

use tiltyard_oauth::token_text::{self, TokenKind};
use tiltyard_store::repo::{people, sequences, sessions};

use super::{Origin, Person, login_key};
use crate::{
    Actor, Core, Error, audit,
    error::Result,
    limits::{Key, Kind, Network, Subject},
    passwords::Passwords,
};

/// Longest user agent that is kept.
const USER_AGENT_MAX: usize = 200;

/// What a person types to sign in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// User name or e-mail address.
    pub login: String,
    /// Password, exactly as typed.
    pub password: String,
    /// The cookie in which the browser keeps that it signed in before (see
    /// [`Core::known_browser`]); it lets nobody in, but keeps strangers' failures away.
    pub known: Option<String>,
}

/// A session that has just begun.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The cookie's value; kept nowhere else.
    pub token: String,
    /// Whose session it is.
    pub person: Person,
}

impl Core {
    /// Begins a session, if the password is right. `previous` is the cookie that the browser came
    /// with: its session ends, so that nobody can be signed in to a session of somebody else's.
    pub async fn sign_in(
        &self,
        attempt: SignIn,
        previous: Option<String>,
        origin: Origin,
    ) -> Result<NewSession> {
        let login = login_key(&attempt.login);
        let name = login.clone();
        let known =
            self.0.store.read(move |rx| -> Result<_> { Ok(people::by_login(rx, &name)?) }).await?;
        // A deleted account has no password, and nobody signs in to it.
        let known = known.filter(|person| !person.password.is_empty());
        let person = known.as_ref().map(|person| person.id);
        let buckets = self.sign_in_buckets(&attempt, &login, person, &origin).await?;
        let hash = known.as_ref().map(|person| person.password.clone());
        let outdated = hash.as_deref().is_some_and(Passwords::is_outdated);
        let again = outdated.then(|| attempt.password.clone());
        let right = self.0.passwords.check(attempt.password, hash).await?;
        match known {
            Some(person) if right && person.locked_at.is_none() => {
                if let Some(password) = again {
                    self.hash_again(person.id, password, person.password.clone()).await?;
                }
                self.begin_session(person.into(), previous, origin).await
            }
            _ => {
                self.0.limits.note_failure(&buckets, self.now());
                self.0.metrics.sign_ins_failed.inc();
                self.note_failed_sign_in(person, origin).await?;
                Err(Error::Unauthenticated("user name or password is wrong".to_owned()))
            }
        }
    }

    /// Replaces a hash of older parameters, unless the password was changed meanwhile. Where all
    /// hashing threads are busy it is left for the next time.
    async fn hash_again(&self, id: i64, password: String, before: String) -> Result<()> {
        let hash = match self.0.passwords.hash(password).await {
            Err(Error::Busy(_)) => return Ok(()),
            other => other?,
        };
        self.0
            .store
            .write(move |tx| -> Result<()> {
                people::replace_password(tx, id, &before, &hash)?;
                Ok(())
            })
            .await
    }

    /// The buckets that a failure is counted in, if they have room. A browser or address that the
    /// account was signed in with has one of its own, so that no stranger can fill it. Unknown names
    /// are counted like known ones.
    async fn sign_in_buckets(
        &self,
        attempt: &SignIn,
        login: &str,
        person: Option<i64>,
        origin: &Origin,
    ) -> Result<Vec<Key>> {
        let now = self.now();
        let limits = &self.0.limits;
        let network = Network::of(&origin.address);
        if let (Some(person), Some(cookie)) = (person, &attempt.known)
            && let Some(browser) = self.browser_known_to(person, cookie)
        {
            let own = vec![Kind::SignInKnown.at(Subject::id(person), browser)];
            limits.check(&own, now)?;
            return Ok(own);
        }
        let subject = person.map_or_else(|| limits.named(login), Subject::id);
        let shared = vec![
            Kind::SignInPair.at(subject, network),
            Kind::SignInAddress.at(Subject::ANY, network),
            Kind::SignInAccount.of(subject),
        ];
        let Err(refusal) = limits.check(&shared, now) else { return Ok(shared) };
        if let Some(person) = person {
            let since = now - self.settings().session_idle;
            let addresses = self
                .0
                .store
                .read(move |rx| -> Result<_> { Ok(sessions::addresses(rx, person, since)?) });
            if addresses.await?.iter().any(|address| Network::of(address) == network) {
                let own = vec![Kind::SignInKnown.at(Subject::id(person), network)];
                limits.check(&own, now)?;
                return Ok(own);
            }
        }
        Err(refusal)
    }

    /// Begins a session for somebody who has just proved who they are.
    pub async fn begin_session(
        &self,
        person: Person,
        previous: Option<String>,
        mut origin: Origin,
    ) -> Result<NewSession> {
        let token = token_text::generate(TokenKind::Session, &self.random::<32>()?);
        let hash = token_text::hash(&token);
        let previous = previous.map(|token| token_text::hash(&token));
        let now = self.now();
        if let Some((cut, _)) = origin.user_agent.char_indices().nth(USER_AGENT_MAX) {
            origin.user_agent.truncate(cut);
        }
        let id = person.id;
        let actor = person.actor();
        self.0
            .store
            .write(move |tx| -> Result<()> {
                if let Some(previous) = previous
                    && let Some(old) = sessions::by_hash(tx, previous)?
                {
                    sessions::delete(tx, old.id, old.person_id)?;
                }
                let row = sessions::SessionRow {
                    id: tx.next_id(sequences::SESSION)?,
                    person_id: id,
                    user_agent: origin.user_agent.clone(),
                    address: origin.address.clone(),
                    created_at: now,
                    last_seen_at: now,
                };
                sessions::insert(tx, &row, hash)?;
                audit::Event::ok("session.begin", &actor, &origin.address)
                    .person(id)
                    .write(tx, now)?;
                Ok(())
            })
            .await?;
        self.0.metrics.sign_ins_ok.inc();
        Ok(NewSession { token, person })
    }

    async fn note_failed_sign_in(&self, person: Option<i64>, origin: Origin) -> Result<()> {
        let now = self.now();
        self.0
            .store
            .write(move |tx| -> Result<()> {
                let mut event =
                    audit::Event::ok("session.begin", &Actor::Anonymous, &origin.address);
                event.ok = false;
                event.person = person;
                event.write(tx, now)?;
                Ok(())
            })
            .await
    }

    /// Ends the session of this cookie.
    pub async fn sign_out(&self, token: &str) -> Result<()> {
        let hash = token_text::hash(token);
        let now = self.now();
        self.0
            .store
            .write(move |tx| -> Result<()> {
                if let Some(session) = sessions::by_hash(tx, hash)? {
                    sessions::delete(tx, session.id, session.person_id)?;
                    let actor = Actor::Person { person: session.person_id, operator: false };
                    audit::Event::ok("session.end", &actor, &session.address)
                        .person(session.person_id)
                        .write(tx, now)?;
                }
                Ok(())
            })
            .await
    }
}
