//! Changing one's password.

use tiltyard_store::repo::{people, sessions};

use super::{
    Origin,
    new_password::{OwnWords, check_password},
    session::signed_in,
};
use crate::{
    Actor, Core, Error, Problems, audit,
    error::Result,
    limits::{Kind, Subject},
};

/// A change of password.
#[derive(Debug, Clone)]
pub struct ChangePassword {
    /// The password so far.
    pub current: String,
    /// The new one.
    pub new: String,
    /// Whether the person's other sessions end.
    pub end_others: bool,
    /// The session that makes the change, which stays.
    pub session: i64,
}

impl Core {
    /// Changes the person's password; how many other sessions ended.
    pub async fn change_password(
        &self,
        actor: &Actor,
        change: ChangePassword,
        origin: Origin,
    ) -> Result<u64> {
        let id = signed_in(actor)?;
        let person = self.0.store.read(move |rx| -> Result<_> { Ok(people::get(rx, id)?) }).await?;
        let person = person.ok_or(Error::NotFound("person"))?;
        let mut problems = Problems::default();
        let words = OwnWords {
            site: &self.settings().site_name,
            username: &person.username,
            email: &person.email,
        };
        check_password(&mut problems, "new_password", &change.new, &words);
        problems.check()?;
        self.require_password(id, change.current, person.password, "current_password").await?;
        let hash = self.0.passwords.hash(change.new).await?;
        let now = self.now();
        let actor = actor.clone();
        self.0
            .store
            .write(move |tx| -> Result<u64> {
                people::set_password(tx, id, &hash, now)?;
                let ended = if change.end_others {
                    sessions::delete_others(tx, id, change.session)?
                } else {
                    0
                };
                audit::Event::ok("password.change", &actor, &origin.address)
                    .person(id)
                    .detail(format!("{ended} other sessions ended"))
                    .write(tx, now)?;
                Ok(ended)
            })
            .await
    }

    /// Lets on only whoever knows the password of the account they are signed in to. Whoever found
    /// the session open does not get to guess.
    pub(super) async fn require_password(
        &self,
        person: i64,
        password: String,
        hash: String,
        field: &str,
    ) -> Result<()> {
        let own = [Kind::SignInKnown.of(Subject::id(person))];
        self.0.limits.check(&own, self.now())?;
        if self.0.passwords.check(password, Some(hash)).await? {
            return Ok(());
        }
        self.0.limits.note_failure(&own, self.now());
        Err(Error::invalid(field, "is wrong"))
    }
}
