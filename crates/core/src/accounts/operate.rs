//! What operators do with accounts: look, lock, give a new password.

use tiltyard_store::{
    StoreError, Tx,
    repo::{api_keys, applications, codes, consents, device_requests, families, people, sessions},
};

use super::{
    Origin, Person, login_key,
    new_password::{OwnWords, check_password},
};
use crate::{
    Actor, Core, Error, Problems, audit,
    authorization::revocation::{self, Subject},
    clock::Millis,
    error::Result,
};

/// An account, as operators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub person: Person,
    /// Since when it is locked.
    pub locked_at: Option<Millis>,
    /// When it was made.
    pub created_at: Millis,
    /// Browser sessions.
    pub sessions: usize,
    /// Personal keys.
    pub keys: usize,
    /// Applications that may act for the person.
    pub consents: usize,
    /// Applications that the person registered.
    pub applications: usize,
}

/// What ended with an account's lock, reset or end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ended {
    /// Browser sessions.
    pub sessions: u64,
    /// Grants to applications, with all their tokens.
    pub grants: u64,
    /// Personal keys; a lock only suspends them.
    pub keys: u64,
}

/// Only operators may.
fn operator(actor: &Actor) -> Result<()> {
    if actor.is_operator() {
        Ok(())
    } else {
        Err(Error::Forbidden("only an operator may do this".to_owned()))
    }
}

/// Ends whatever acts for the person: sessions, codes, grants and their tokens, on every node. The
/// codes go first: see [`codes::delete_of_person`].
pub(super) fn end_access(
    tx: &mut Tx<'_>,
    person: i64,
    now: Millis,
    longest: Millis,
) -> Result<Ended, StoreError> {
    codes::delete_of_person(tx, person)?;
    device_requests::deny_of_person(tx, person)?;
    let grants = families::revoke_of_person(tx, person, now)?;
    let sessions = sessions::delete_others(tx, person, 0)?;
    let epoch = people::bump_epoch(tx, person, now)?;
    revocation::note(tx, Subject::Person(person, epoch), now, longest)?;
    Ok(Ended { sessions, grants, keys: 0 })
}

impl Core {
    /// Everybody who has an account, oldest first, up to 500 after this id.
    pub async fn people(&self, actor: &Actor, after: i64) -> Result<Vec<(Person, Option<Millis>)>> {
        operator(actor)?;
        let rows = self.0.store.scan(move |rx| -> Result<_> { Ok(people::after(rx, after)?) });
        let listed = |row: people::PersonRow| (row.locked_at, row);
        Ok(rows.await?.into_iter().map(listed).map(|(at, row)| (row.into(), at)).collect())
    }

    /// An account by user name, e-mail address or id.
    pub async fn account(&self, actor: &Actor, login: &str) -> Result<Account> {
        operator(actor)?;
        let login = login_key(login);
        self.0
            .store
            .scan(move |rx| -> Result<_> {
                let found = match people::by_login(rx, &login)? {
                    None => login.parse().ok().map(|id| people::get(rx, id)).transpose()?.flatten(),
                    found => found,
                };
                let row = found.ok_or(Error::NotFound("person"))?;
                Ok(Account {
                    locked_at: row.locked_at,
                    created_at: row.created_at,
                    sessions: sessions::of_person(rx, row.id)?.len(),
                    keys: api_keys::of_person(rx, row.id)?.len(),
                    consents: consents::of_person(rx, row.id)?.len(),
                    applications: applications::of_owner(rx, row.id)?.len(),
                    person: row.into(),
                })
            })
            .await
    }

    /// Locks an account: nobody signs in to it, and whatever acts for its person stops at once.
    pub async fn lock_account(&self, actor: &Actor, person: i64, origin: Origin) -> Result<Ended> {
        operator(actor)?;
        if actor.person_id() == Some(person) {
            return Err(Error::conflict("you would lock yourself out; another operator can do it"));
        }
        let now = self.now();
        let longest = self.settings().longest_access_token();
        let actor = actor.clone();
        let ended = self.0.store.write(move |tx| -> Result<_> {
            let row = people::get(tx, person)?.ok_or(Error::NotFound("person"))?;
            people::set_locked(tx, person, row.locked_at.or(Some(now)), now)?;
            let ended = end_access(tx, person, now, longest)?;
            audit::Event::ok("person.lock", &actor, &origin.address)
                .person(person)
                .detail(format!("{} sessions and {} grants ended", ended.sessions, ended.grants))
                .write(tx, now)?;
            Ok(ended)
        });
        let ended = ended.await?;
        self.reload_revocations().await;
        Ok(ended)
    }

    /// Unlocks an account.
    pub async fn unlock_account(&self, actor: &Actor, person: i64, origin: Origin) -> Result<()> {
        operator(actor)?;
        let now = self.now();
        let actor = actor.clone();
        self.0
            .store
            .write(move |tx| -> Result<()> {
                let row = people::get(tx, person)?.ok_or(Error::NotFound("person"))?;
                if row.password.is_empty() {
                    return Err(Error::conflict("this account was deleted, for good"));
                }
                people::set_locked(tx, person, None, now)?;
                audit::Event::ok("person.unlock", &actor, &origin.address)
                    .person(person)
                    .write(tx, now)?;
                Ok(())
            })
            .await
    }

    /// Gives an account another password, for somebody who forgot theirs or lost it to others:
    /// sessions, grants and personal keys end.
    pub async fn reset_password(
        &self,
        actor: &Actor,
        person: i64,
        password: String,
        origin: Origin,
    ) -> Result<Ended> {
        operator(actor)?;
        let row = self.0.store.read(move |rx| -> Result<_> { Ok(people::get(rx, person)?) });
        let row = row.await?.ok_or(Error::NotFound("person"))?;
        if row.password.is_empty() {
            return Err(Error::conflict("this account was deleted, for good"));
        }
        let words = OwnWords {
            site: &self.settings().site_name,
            username: &row.username,
            email: &row.email,
        };
        let mut problems = Problems::default();
        check_password(&mut problems, "password", &password, &words);
        problems.check()?;
        let hash = self.0.passwords.hash(password).await?;
        let now = self.now();
        let longest = self.settings().longest_access_token();
        let actor = actor.clone();
        let ended = self.0.store.write(move |tx| -> Result<_> {
            people::set_password(tx, person, &hash, now)?;
            let keys = api_keys::delete_of_person(tx, person)?;
            let ended = Ended { keys, ..end_access(tx, person, now, longest)? };
            let (sessions, grants) = (ended.sessions, ended.grants);
            audit::Event::ok("password.reset", &actor, &origin.address)
                .person(person)
                .detail(format!("{sessions} sessions, {grants} grants and {keys} keys ended"))
                .write(tx, now)?;
            Ok(ended)
        });
        let ended = ended.await?;
        self.reload_revocations().await;
        Ok(ended)
    }
}
