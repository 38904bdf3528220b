//! Deleting an account: everything personal goes at once. What stays is listed in
//! docs/operations.md, "Deleted accounts".

use tiltyard_store::repo::{api_keys, applications, consents, people};

use super::{Origin, operate, session::signed_in};
use crate::{
    Actor, Core, Error, audit,
    authorization::revocation::{self, Subject},
    communities, entropy,
    error::Result,
    tournaments::predictions,
};

impl Core {
    /// Deletes the actor's own account, if they know its password.
    pub async fn delete_own_account(
        &self,
        actor: &Actor,
        password: String,
        origin: Origin,
    ) -> Result<()> {
        let id = signed_in(actor)?;
        let row = self.0.store.read(move |rx| -> Result<_> { Ok(people::get(rx, id)?) }).await?;
        let row = row.ok_or(Error::NotFound("person"))?;
        self.require_password(id, password, row.password, "delete_password").await?;
        self.erase_account(actor, id, origin).await
    }

    /// Deletes an account, for operators.
    pub async fn delete_account(&self, actor: &Actor, person: i64, origin: Origin) -> Result<()> {
        if !actor.is_operator() {
            return Err(Error::Forbidden("only an operator may do this".to_owned()));
        }
        self.erase_account(actor, person, origin).await
    }

    async fn erase_account(&self, actor: &Actor, person: i64, origin: Origin) -> Result<()> {
        let now = self.now();
        let longest = self.settings().longest_access_token();
        let revision = entropy::positive(self.0.entropy.as_ref())?;
        let actor = actor.clone();
        let erased = self.0.store.write(move |tx| -> Result<()> {
            let row = people::get(tx, person)?.ok_or(Error::NotFound("person"))?;
            if row.password.is_empty() {
                return Err(Error::conflict("this account was deleted before"));
            }
            let ended = operate::end_access(tx, person, now, longest)?;
            let keys = api_keys::delete_of_person(tx, person)?;
            let consents = consents::delete_of_person(tx, person)?;
            let left = communities::leave_all(tx, person, now)?;
            let predicted = predictions::forget_person(tx, &actor, person, now, revision)?;
            let mut own = 0_u64;
            for application in applications::of_owner(tx, person)? {
                let epoch = application.token_epoch + 1;
                revocation::note(tx, Subject::Application(application.id, epoch), now, longest)?;
                applications::delete(tx, application.id)?;
                own += 1;
            }
            // No user name has a blank, so nobody can take this one.
            people::erase(tx, person, &format!("deleted {person}"), now)?;
            let (sessions, grants) = (ended.sessions, ended.grants);
            audit::Event::ok("person.delete", &actor, &origin.address)
                .person(person)
                .detail(format!(
                    "{sessions} sessions, {grants} grants, {consents} consents, {keys} keys and \
                     {own} applications ended, {left} communities left, {predicted} predictions removed"
                ))
                .write(tx, now)?;
            Ok(())
        });
        erased.await?;
        self.reload_revocations().await;
        Ok(())
    }
}
