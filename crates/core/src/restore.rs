//! After a backup was put back: what was revoked since it was made must not come to life again.

use tiltyard_store::repo::{applications, codes, consents, families, people, sessions};

use crate::{Actor, Core, Error, audit, error::Result, live};

/// What ended after a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// Grants to applications.
    pub grants: u64,
    /// Browser sessions.
    pub sessions: u64,
    /// Consents, to be asked again.
    pub consents: u64,
}

impl Core {
    /// Ends everything that may have been revoked after the backup was made: all tokens, grants,
    /// sessions and consents, and what signing keys signed so far. Token epochs go to the present
    /// second, beyond any that was reached after the backup. Passwords, client secrets and personal
    /// keys are the backup's.
    pub async fn end_all_after_restore(&self, actor: &Actor) -> Result<Restored> {
        if !actor.is_operator() {
            return Err(Error::Forbidden("only the operator may do this".to_owned()));
        }
        let now = self.now();
        let written = actor.clone();
        let restored = self.0.store.write(move |tx| -> Result<Restored> {
            codes::delete_all(tx)?;
            let grants = families::revoke_all(tx, now)?;
            let sessions = sessions::delete_all(tx)?;
            let consents = consents::delete_all(tx)?;
            applications::advance_epochs(tx, now / 1_000)?;
            people::advance_epochs(tx, now / 1_000)?;
            audit::Event::ok("installation.restore", &written, "")
                .detail(format!("{grants} grants, {sessions} sessions, {consents} consents ended"))
                .write(tx, now)?;
            tx.publish_now(live::REVOCATIONS)?;
            Ok(Restored { grants, sessions, consents })
        });
        let restored = restored.await?;
        // A key that was dropped after the backup is there again; other nodes judge tokens anew.
        self.rotate_keys(actor, true).await?;
        Ok(restored)
    }
}
